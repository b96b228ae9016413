"""Whatever comes in, the house answers with a sentence: odd bytes, huge numbers, wrong shapes; never with a 500."""

import io
import json
from typing import ClassVar

import pytest
from django.http import QueryDict
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import PLACE

ORDERS, AREAS, AT = "/api/v1/orders/", "/api/v1/areas/", "/api/v1/areas/at/"
CURIOUS = [
    "", " ", "\x00", "a\x00b", "' or 1=1; drop table casework_case; --", "%", "_", "\\", "%s%n", "{{7*7}}", "${7*7}",
    "-1", "0", "9" * 40, "1e400", "-1e400", "NaN", "nan", "Infinity", "-inf", "0x10", "１２", "null", "undefined", "[]",
    "../../etc/passwd", "..%2f", "\u202e", "\ufeff", "👩‍👩‍👧", "é" * 3000, "a" * 20_000, "<script>alert(1)</script>",
    "2026-13-45", "\r\nSet-Cookie: a=b", "\ud7ff\ue000", "GD20261009-00001\n", "None", "true",
]  # fmt: skip
odd_text = st.one_of(st.sampled_from(CURIOUS), st.text(max_size=60), st.integers().map(str), st.floats().map(str))
odd_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(CURIOUS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
a_few = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
REPORT_FIELDS = ["category", "words", "place", "lng", "lat", "datum", "source", "photos", "city", "reporter_name"]
STEP_FIELDS = ["note", "reason", "words", "department", "result", "photos", "solved", "stars"]


@pytest.fixture
def client_of(clock):
    """`client_of(cast.worker)`: signed in; an answer that is a 500 raises."""

    known: dict[int, Client] = {}

    def make(user) -> Client:
        if user.pk not in known:
            known[user.pk] = Client(headers={"Accept-Language": "en"})
            known[user.pk].force_login(user)
        return known[user.pk]

    return make


def is_an_answer(told, *, api: bool = True) -> None:
    assert told.status_code < 500, told.content[:500]
    if api and told.status_code >= 400:
        # What is refused only now says besides what is now.
        state = {"state"} & set(told.json()) if told.status_code == 409 else set()
        assert set(told.json()) == {"code", "sentence", "fields"} | state
        assert told.json()["sentence"].strip()


@a_few
@given(ask=st.dictionaries(st.sampled_from(["status", "area", "q", "view", "city", "after", "limit"]), odd_text))
def test_odd_filters_of_the_list_are_answered(client_of, cast, ask):
    is_an_answer(client_of(cast.dispatcher).get(ORDERS, _sendable(ask)))


@a_few
@given(ask=st.dictionaries(st.sampled_from(["level", "parent", "city", "after", "limit"]), odd_text))
def test_odd_questions_about_areas_are_answered(client_of, cast, ask):
    is_an_answer(client_of(cast.worker).get(AREAS, _sendable(ask)))


@a_few
@given(ask=st.dictionaries(st.sampled_from(["lng", "lat", "datum", "city"]), odd_text))
def test_odd_points_are_answered(client_of, cast, ask):
    is_an_answer(client_of(cast.worker).get(AT, _sendable(ask)))


@a_few
@given(lng=st.floats(allow_nan=True, allow_infinity=True), lat=st.floats(allow_nan=True, allow_infinity=True))
def test_every_number_is_a_point_or_is_refused(client_of, cast, lng, lat):
    for datum in ("wgs84", "gcj02", "bd09"):
        is_an_answer(client_of(cast.worker).get(AT, {"lng": lng, "lat": lat, "datum": datum}))


@a_few
@given(said=st.dictionaries(st.sampled_from(REPORT_FIELDS), odd_json))
def test_odd_reports_in_json_are_answered(client_of, cast, said):
    told = client_of(cast.worker).post(ORDERS, json.dumps(said), content_type="application/json")
    is_an_answer(told)


@a_few
@given(said=st.dictionaries(st.sampled_from(["place", "words", "reporter_name", "reporter_phone", "source"]), odd_text))
def test_a_report_with_odd_words_is_opened_or_refused(client_of, cast, said):
    whole = {"category": "060101", "words": "垃圾。", **PLACE, **_sendable(said)}
    told = client_of(cast.worker).post(ORDERS, whole)
    is_an_answer(told)
    if told.status_code == 201:
        again = client_of(cast.worker).get(ORDERS)
        assert again.json()["results"][0]["number"] == told.json()["number"]


@a_few
@given(body=st.one_of(st.binary(max_size=80), odd_json.map(json.dumps).map(str.encode)), kind=st.sampled_from(
    ["application/json", "application/json; charset=utf-16", "text/plain", "application/x-www-form-urlencoded",
     "multipart/form-data", "multipart/form-data; boundary=x", "application/xml", "", "image/png", "x" * 300],
))  # fmt: skip
def test_odd_bodies_of_any_kind_are_answered(client_of, cast, body, kind):
    worker = client_of(cast.worker)
    for address in (ORDERS, "/api/v1/auth/token/"):
        is_an_answer(worker.generic("POST", address, body, content_type=kind))


STEPS = ["accept", "refuse", "dispatch", "sign_for", "finish", "verify", "close", "rate", "fly", "__init__", "events"]


@settings(a_few, max_examples=15)
@given(step=st.sampled_from(STEPS), said=st.dictionaries(st.sampled_from(STEP_FIELDS), odd_json))
def test_odd_steps_are_answered(client_of, cast, report, step, said):
    told = client_of(cast.dispatcher).post(
        f"{ORDERS}{report().number}/{step}/", json.dumps(said), content_type="application/json"
    )
    is_an_answer(told)


@pytest.mark.parametrize("status", ["dispatched", "handling", "closed"])
@settings(a_few, max_examples=8)
@given(said=st.dictionaries(st.sampled_from(STEP_FIELDS), odd_text))
def test_odd_words_at_a_step_are_answered(client_of, cast, order_at, status, said):
    step, who = {
        "dispatched": ("sign_for", cast.officer),
        "handling": ("finish", cast.officer),
        "closed": ("rate", cast.worker),
    }[status]
    is_an_answer(client_of(who).post(f"{ORDERS}{order_at(status).number}/{step}/", _sendable(said)))


NUL = "a\x00b"


@pytest.mark.parametrize("field", ["words", "place", "category", "city", "reporter_name", "reporter_phone", "datum"])
@pytest.mark.parametrize("kind", ["json", "form"])
def test_a_nul_byte_in_a_report_is_refused_with_a_sentence(client_of, cast, field, kind):
    said = {"category": "060101", "words": "垃圾。", **PLACE, "source": "resident", field: NUL}
    worker = client_of(cast.worker)
    told = (
        worker.post(ORDERS, json.dumps(said), content_type="application/json")
        if kind == "json"
        else worker.post(ORDERS, said)
    )
    assert told.status_code == 400
    is_an_answer(told)


@pytest.mark.parametrize("address", [
    f"{ORDERS}?q=%00", f"{ORDERS}?area=%00", f"{ORDERS}?after=%00", f"{ORDERS}?city=%00", f"{ORDERS}?limit=%00",
    f"{AREAS}?parent=%00", f"{AREAS}?after=%00", f"{AT}?lng=1&lat=1&city=%00",
])  # fmt: skip
def test_a_nul_byte_in_a_question_is_refused_with_a_sentence(client_of, cast, address):
    told = client_of(cast.dispatcher).get(address)
    assert told.status_code == 400
    is_an_answer(told)


ODD_NUMBERS = [
    "%00",
    "GD%00",
    "%ff%fe",
    "..",
    "%2e%2e%2f",
    "'",
    "%E5%B7%A5%E5%8D%95",
    "9" * 500,
    "a%0Ab",
    "%F0%9F%98%80",
]


@pytest.mark.parametrize("number", ODD_NUMBERS)
def test_an_odd_number_is_no_order(client_of, cast, number):
    desk = client_of(cast.dispatcher)
    for address in (f"{ORDERS}{number}/", f"{ORDERS}{number}/events/"):
        told = desk.get(address)
        assert told.status_code == 404
        is_an_answer(told)
    assert desk.post(f"{ORDERS}{number}/accept/").status_code == 404


def test_invalid_utf_8_is_answered_wherever_it_stands(client_of, cast):
    worker = client_of(cast.worker)
    is_an_answer(worker.get(f"{ORDERS}?q=%ff%fe%c3%28"))
    is_an_answer(worker.post(ORDERS, b'{"words": "\xff\xfe"}', content_type="application/json"))
    is_an_answer(worker.post(ORDERS, b"words=%ff%fe&lng=1", content_type="application/x-www-form-urlencoded"))


def test_half_a_surrogate_pair_is_refused(client_of, cast):
    said = '{"category": "060101", "words": "\\ud800", "lng": 117.151, "lat": 39.165}'
    told = client_of(cast.worker).post(ORDERS, said, content_type="application/json")
    assert told.status_code == 400
    is_an_answer(told)


def test_numbers_that_are_none_are_refused_in_json(client_of, cast):
    for number in ("NaN", "Infinity", "-Infinity", "1e999", "9" * 5000):
        said = f'{{"category": "060101", "words": "x", "lng": {number}, "lat": 39}}'
        told = client_of(cast.worker).post(ORDERS, said, content_type="application/json")
        assert told.status_code == 400
        is_an_answer(told)


def test_json_nested_without_end_is_refused(client_of, cast):
    for said in ("[" * 100_000, '{"words":' * 100_000):
        told = client_of(cast.worker).post(ORDERS, said, content_type="application/json")
        assert told.status_code == 400
        is_an_answer(told)


def test_a_body_of_words_beyond_measure_is_refused(client_of, cast):
    told = client_of(cast.worker).post(ORDERS, b" " * (6 * 1024 * 1024), content_type="application/json")
    assert told.status_code == 413
    is_an_answer(told)


def test_thousands_of_fields_are_refused(client_of, cast):
    said = "&".join(f"f{number}=1" for number in range(5_000))
    told = client_of(cast.worker).post(ORDERS, said, content_type="application/x-www-form-urlencoded")
    assert told.status_code < 500


def test_a_file_where_words_belong_and_words_where_a_file_belongs_are_refused(client_of, cast):
    worker = client_of(cast.worker)
    said = {"category": "060101", **PLACE}
    is_an_answer(worker.post(ORDERS, {**said, "words": io.BytesIO(b"file")}))
    is_an_answer(worker.post(ORDERS, {**said, "words": "x", "photos": "no file"}))


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "BREW"])
def test_other_methods_are_answered_and_change_nothing(client_of, cast, report, method):
    order = report()
    desk = client_of(cast.dispatcher)
    for address in (ORDERS, f"{ORDERS}{order.number}/", f"{ORDERS}{order.number}/accept/", AREAS, "/api/v1/nowhere/"):
        assert desk.generic(method, address, b"{}", content_type="application/json").status_code < 500
    order.refresh_from_db()
    assert (order.status, order.event_count) == ("reported", 1)


def test_an_address_that_is_none_is_refused_in_the_shape_of_the_api(db):
    told = Client().get("/api/v1/nowhere/")
    assert told.status_code == 404
    is_an_answer(told)


# --- pages -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("number", [*ODD_NUMBERS, "GD20261009-99999"])
@pytest.mark.parametrize(
    "address", ["/orders/{}/", "/photos/{}/", "/organisation/{}/", "/departments/{}/", "/duty/{}/", "/grids/{}/"]
)
def test_an_odd_key_in_the_address_of_a_page_is_not_there(client_of, cast, address, number):
    told = client_of(cast.dispatcher).get(address.format(number))
    assert told.status_code == 404


PAGES = [
    "/orders/", "/home/", "/map/", "/map/areas.json", "/map/counts.json", "/map/points.json", "/organisation/",
    "/organisation/120106990/", "/organisation/120106990/gaps/", "/calendar/", "/status/", "/duty/",
    "/grids/120106990001001/",
]  # fmt: skip
ASKED = [
    "view", "area", "category", "source", "q", "after", "before", "open", "part", "level", "year", "day", "city",
    "next", "west", "south", "east", "north", "seen",
]  # fmt: skip


ODD_WORDS = ("%00", "a%00b", "9" * 40, "%ff", "-1", "1e999", "0001-01-01T00:00:00%2B14:00_1")


class Listening(QueryDict):
    """What an address was asked, remembering which names the page looks for."""

    heard: ClassVar[set[str]] = set()

    def __getitem__(self, key):
        self.heard.add(key)
        return super().__getitem__(key)

    def get(self, key, default=None):
        self.heard.add(key)
        return super().get(key, default)

    def getlist(self, key, default=None):
        self.heard.add(key)
        return super().getlist(key, default)

    def __contains__(self, key):
        self.heard.add(key)
        return super().__contains__(key)


@pytest.fixture
def heard(monkeypatch) -> set[str]:
    """The names that pages have looked for in their addresses, until it is emptied."""
    monkeypatch.setattr("django.core.handlers.wsgi.QueryDict", Listening)
    monkeypatch.setattr(Listening, "heard", set())
    return Listening.heard


@pytest.mark.parametrize("address", PAGES)
def test_a_nul_byte_in_a_question_to_a_page_is_answered(client_of, cast, address, heard):
    """Each name for which the page looks, by itself with two oddities in turn; then all with each, the others once."""
    desk, looked_for = client_of(cast.dispatcher), []
    for turn, name in enumerate(ASKED):
        heard.clear()
        desk.get(f"{address}?{name}=1")
        looked_for += [name] if name in heard else []
        for step in (0, 3) if name in heard else ():
            odd = ODD_WORDS[(turn + step) % len(ODD_WORDS)]
            is_an_answer(desk.get(f"{address}?{name}={odd}"), api=False)
    others = "&".join(
        f"{name}={ODD_WORDS[turn % len(ODD_WORDS)]}" for turn, name in enumerate(ASKED) if name not in looked_for
    )
    is_an_answer(desk.get(f"{address}?{others}"), api=False)
    for odd in ODD_WORDS:
        is_an_answer(desk.get(f"{address}?" + "&".join(f"{name}={odd}" for name in looked_for)), api=False)


def test_what_a_page_looks_for_is_heard(client_of, cast, heard):
    client_of(cast.dispatcher).get("/orders/")
    assert {"view", "q", "area"} <= heard
    assert "west" not in heard


@pytest.mark.parametrize("address", PAGES)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ask=st.dictionaries(st.sampled_from(ASKED), odd_text, max_size=4))
def test_odd_questions_to_pages_are_answered(client_of, cast, address, ask):
    is_an_answer(client_of(cast.dispatcher).get(address, _sendable(ask)), api=False)


def _sendable(ask: dict[str, str]) -> dict[str, str]:
    """What a URL or a form can carry: no lone surrogates."""
    return {name: text.encode("utf-8", "replace").decode() for name, text in ask.items()}
