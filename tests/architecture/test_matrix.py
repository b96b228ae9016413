"""Every address × every person × own, sibling and elsewhere: the table of `matrix.py`, asked for real."""

import datetime as dt
from collections.abc import Iterator
from random import randrange
from urllib.parse import urlencode

import pytest
from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import URLPattern, get_resolver
from rest_framework.views import APIView

from accounts.models import User
from casework.moment import moved_to
from tests.architecture import scene as stage
from tests.architecture.matrix import API, MATRIX, OPEN, PEOPLE, SEE_ORDER, Row
from tests.architecture.scene import LATER, PLACES, RESIDENT


def addresses(patterns=None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address that the resolver knows, with its pattern."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield here, pattern
        else:
            yield from addresses(pattern.url_patterns, here)


@pytest.fixture(scope="module")
def db(django_db_setup, django_db_blocker, tmp_path_factory):
    """The three places, once for all rows; nothing of it outlives the module. (By this name pytest-django knows that a
    test wants a database.)
    """
    assert connection.settings_dict["NAME"].startswith("test_")
    media = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media), transaction.atomic():
        yield {"places": stage.build(tmp_path_factory.mktemp("hamlet")), "media": media, "clients": {}, "answers": {}}
        transaction.set_rollback(True)


@pytest.fixture
def ask(db, settings):
    """`ask("worker", address, row, place)`: the answer to that person, asked for once; nothing it did is left."""
    settings.MEDIA_ROOT = db["media"]

    def answer(person: str, address: str, row: Row, place: str = "own"):
        known = (person, address, row.method, str(row.fixed), str(row.asks), place)
        if known not in db["answers"]:
            db["answers"][known] = asked(person, address, row, place)
        return db["answers"][known]

    def asked(person: str, address: str, row: Row, place: str):
        client = _client(db["clients"], person)
        keys = db["places"][place].keys()
        path = _filled(address, {name: keys[key] for name, key in row.keys.items()} | row.fixed)
        with moved_to(LATER.astimezone(dt.UTC)), transaction.atomic():
            told = client.generic(row.method, path, **_said(row))
            told.body = b"".join(told.streaming_content) if told.streaming else told.content
            transaction.set_rollback(True)
        return told

    return answer


def _client(known: dict[str, Client], person: str) -> Client:
    """Each person signs in once; what an answer did to the session is rolled back with the rest."""
    if person not in known:
        known[person] = Client(headers={"Accept-Language": "en"})
        if person != "anonymous":
            known[person].force_login(User.objects.get(username=person))
    # An address of its own each time: the throttle counts by it, in a cache that nothing rolls back.
    address = f"10.{randrange(256)}.{randrange(256)}.{randrange(256)}"
    client = Client(headers={"Accept-Language": "en"}, REMOTE_ADDR=address)
    client.cookies = known[person].cookies.copy()
    return client


def _filled(address: str, keys: dict) -> str:
    for name, value in keys.items():
        for kind in ("slug", "str", "int", "uuid"):
            address = address.replace(f"<{kind}:{name}>", str(value))
    return "/" + address.replace("^", "none")


def _said(row: Row) -> dict:
    words = urlencode(row.asks)
    if row.method == "GET":
        return {"QUERY_STRING": words}
    return {"data": words or "said=nothing", "content_type": "application/x-www-form-urlencoded"}


ROWS = [(address, row) for address, rows in MATRIX.items() for row in rows]
NAMES = [f"{row.method} {_filled(address, row.fixed)} {dict(row.asks) or ''}".strip() for address, row in ROWS]


def test_every_address_has_its_row_and_every_row_its_address():
    known = {address for address, _pattern in addresses()}
    assert known - set(MATRIX) == set(), "say in matrix.py who gets what there"
    assert set(MATRIX) - known == set(), "no such address any more"


@pytest.mark.parametrize(("address", "row"), ROWS, ids=NAMES)
def test_everybody_gets_what_the_table_says(ask, address, row):
    wrong = []
    for place in PLACES if row.placed else PLACES[:1]:
        for person in PEOPLE:
            told = ask(person, address, row, place)
            if told.status_code != row.expected(person, place):
                wrong.append(f"{person} at {place}: {told.status_code}, not {row.expected(person, place)}")
    assert wrong == []


@pytest.mark.parametrize(
    ("address", "row"),
    [(a, r) for a, r in ROWS if a not in OPEN],
    ids=[n for n, (a, _r) in zip(NAMES, ROWS, strict=True) if a not in OPEN],
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_a_nameless_caller_gets_nothing_by_any_method(ask, address, row, method):
    told = ask("anonymous", address, Row(method, keys=row.keys, fixed=row.fixed))
    if row.nameless == API["nameless"]:
        assert told.status_code == 401
    else:
        assert (told.status_code, told.headers["Location"].partition("?")[0]) == (302, "/login/")


def test_what_is_open_is_listed_with_its_reason_and_nothing_else_is_open():
    found = {address for address, pattern in addresses() if _asks_nobody(pattern.callback)}
    assert found == set(OPEN)


def _asks_nobody(view) -> bool:
    api = getattr(view, "cls", None)
    if api is not None and issubclass(api, APIView):
        allowed = view.initkwargs.get("permission_classes", api.permission_classes)
        return not any(rule.__name__ == "IsAuthenticated" for rule in allowed)
    return getattr(view, "login_required", True) is False and not _guarded(view)


def _guarded(view) -> bool:
    """`login_required` around a view that itself asks nobody."""
    return getattr(view, "__wrapped__", None) is not None and "login_url" in getattr(view, "__dict__", {})


def test_every_view_of_the_api_names_its_permissions_itself():
    silent = [
        address
        for address, pattern in addresses()
        if (api := getattr(pattern.callback, "cls", None)) is not None and issubclass(api, APIView)
        if "permission_classes" not in vars(api) and "permission_classes" not in pattern.callback.initkwargs
    ]
    assert silent == []


# --- what every answer carries ---------------------------------------------------------------------------------------
READ = [(address, row) for address, row in ROWS if row.method == "GET"]


@pytest.mark.parametrize(
    ("address", "row"), READ, ids=[n for n, (_a, r) in zip(NAMES, ROWS, strict=True) if r.method == "GET"]
)
def test_every_answer_is_closed_to_foreign_script_and_frames(ask, address, row):
    told = ask("dispatcher", address, row)
    policy = told.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    if "sandbox" not in policy:  # a photo's own, which is stricter still
        for rule in ("default-src 'self'", "script-src 'self'", "object-src 'none'", "frame-ancestors 'none'"):
            assert rule in policy
    assert told.headers["X-Content-Type-Options"] == "nosniff"
    assert told.headers["X-Frame-Options"] == "DENY"
    assert told.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("address", "row"), READ, ids=[n for n, (_a, r) in zip(NAMES, ROWS, strict=True) if r.method == "GET"]
)
def test_no_answer_to_anybody_holds_the_residents_name_or_numbers(ask, address, row):
    """Not even to who may unmask: he asks for it, and that is on record."""
    secrets = [secret.encode() for secret in RESIDENT.values()]
    found = []
    for place in PLACES if row.placed else PLACES[:1]:
        for person in PEOPLE:
            told = ask(person, address, row, place)
            whole = told.body + str(told.headers).encode()
            found += [f"{person} at {place}" for secret in secrets if secret in whole]
    assert found == []


def test_who_may_unmask_gets_the_number_and_only_he(ask):
    [row] = MATRIX["orders/<slug:number>/unmask/"]
    phone = RESIDENT["phone"].encode()
    for person in sorted(SEE_ORDER["own"]):
        told = ask(person, "orders/<slug:number>/unmask/", row)
        assert (phone in told.body) == (person == "dispatcher"), person
    shown = ask("dispatcher", "orders/<slug:number>/unmask/", row)
    assert "no-store" in shown.headers["Cache-Control"]
