"""Every address × every person × own, sibling and elsewhere: the table of `matrix/`, asked for real.

At `own` everybody asks. Elsewhere those ask whose answer is another one there, and two of each who get the same; a
step's address asks two of each everywhere, for that all take each step or none is asked of the services, without a
page (tests/casework/test_lifecycle.py); so does what nobody gets, whoever he is. Which two moves on from row to row.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from random import randrange
from urllib.parse import urlencode

import pytest
from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import URLPattern, get_resolver
from rest_framework.views import APIView

from accounts.models import User
from casework.jurisdiction import may_take
from casework.moment import moved_to
from tests.architecture import scene as stage
from tests.architecture.matrix import MATRIX
from tests.architecture.scene import LATER, PLACES, RESIDENT
from tests.architecture.seeing import API, OPEN, PEOPLE, SEE_ORDER, Row
from workorders.lifecycle import WORK_ORDER


def addresses(patterns=None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address that the resolver knows, with its pattern."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield here, pattern
        else:
            yield from addresses(pattern.url_patterns, here)


@dataclass(frozen=True)
class Told:
    """Of an answer what is asked of it; the whole of each, kept, would be half a million objects."""

    status_code: int
    headers: Mapping[str, str]
    body: bytes


@pytest.fixture(scope="module")
def db(django_db_setup, django_db_blocker, tmp_path_factory):
    """The three places, once for all rows; nothing of it outlives the module. (By this name pytest-django knows that a
    test wants a database.)
    """
    assert connection.settings_dict["NAME"].startswith("test_")
    media = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media), transaction.atomic():
        places = stage.build(tmp_path_factory.mktemp("hamlet"))
        keys = {name: spot.keys() for name, spot in places.items()}
        yield {"places": places, "keys": keys, "media": media, "clients": {}, "answers": {}}
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
        keys = db["keys"][place]
        path = _filled(address, {name: keys[key] for name, key in row.keys.items()} | row.fixed)
        with moved_to(LATER.astimezone(dt.UTC)), transaction.atomic():
            told = client.generic(row.method, path, **_said(row))
            body = b"".join(told.streaming_content) if told.streaming else told.content
            transaction.set_rollback(True)
        return Told(told.status_code, dict(told.headers), body)

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
    assert known - set(MATRIX) == set(), "say in matrix/ who gets what there"
    assert set(MATRIX) - known == set(), "no such address any more"


STEP = "/<slug:step>/"
TWO = 2
# What is not there, or not asked for as it must be: to whoever may ask at all.
NOTHING = {400, 404, 405, 409, 415}


@cache
def asking(number: int, place: str) -> list[str]:
    """Who asks for a row at a place: everybody, or as many as tell whether the address looks at who asks."""
    address, row = ROWS[number]
    same_to_all = row.may is None and row.status in NOTHING and not row.placed
    if place == PLACES[0] and not same_to_all and not address.endswith(STEP):
        return list(PEOPLE)
    turn = number % len(PEOPLE)
    order = [*PEOPLE[turn:], *PEOPLE[:turn]]
    alike: dict[int, list[str]] = {}
    for person in order:
        alike.setdefault(row.expected(person, place), []).append(person)
    chosen = {person for people in alike.values() for person in people[:TWO]} | {"anonymous"}
    if place == "sibling":
        chosen |= {person for person in PEOPLE if row.expected(person, place) != row.expected(person, PLACES[0])}
    return [person for person in PEOPLE if person in chosen]


def each_asking(number: int) -> Iterator[tuple[str, str]]:
    """The pairs of person and place that ask for a row."""
    _address, row = ROWS[number]
    for place in PLACES if row.placed else PLACES[:1]:
        yield from ((person, place) for person in asking(number, place))


@pytest.mark.parametrize("number", range(len(ROWS)), ids=NAMES)
def test_everybody_gets_what_the_table_says_and_nobody_the_residents_name_or_numbers(ask, number):
    """Not even who may unmask gets those unasked: he asks, and that is on record."""
    address, row = ROWS[number]
    wrong = []
    for person, place in each_asking(number):
        told = ask(person, address, row, place)
        if told.status_code != row.expected(person, place):
            wrong.append(f"{person} at {place}: {told.status_code}, not {row.expected(person, place)}")
        if row.method == "GET":
            whole = told.body + str(told.headers).encode()
            shown = [kind for kind, secret in RESIDENT.items() if secret.encode() in whole]
            wrong += [f"{person} at {place} reads the resident's {kind}" for kind in shown]
    if row.method == "GET":
        wrong += unguarded(ask("dispatcher", address, row).headers)
    assert wrong == []


def unguarded(headers) -> list[str]:
    """What an answer lacks to be closed to foreign script and frames."""
    policy = headers["Content-Security-Policy"]
    rules = ("default-src 'self'", "script-src 'self'", "object-src 'none'", "frame-ancestors 'none'")
    # A photo's own policy is stricter still.
    lacks = [f"its policy lacks {rule}" for rule in rules if "sandbox" not in policy and rule not in policy]
    lacks += ["its policy is unsafe"] if "unsafe" in policy else []
    wanted = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin"}
    return lacks + [f"{name} is not {value}" for name, value in wanted.items() if headers.get(name) != value]


def test_what_is_unguarded_is_seen():
    assert len(unguarded({"Content-Security-Policy": "script-src 'unsafe-inline'"})) == 8


CLOSED = {address: row for address, row in reversed(ROWS) if address not in OPEN}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@pytest.mark.parametrize("address", CLOSED)
def test_a_nameless_caller_gets_nothing_by_any_method(ask, address):
    row, wrong = CLOSED[address], []
    for method in METHODS:
        told = ask("anonymous", address, Row(method, keys=row.keys, fixed=row.fixed))
        got = (told.status_code, told.headers.get("Location", "").partition("?")[0])
        if got != ((401, "") if row.nameless == API["nameless"] else (302, "/login/")):
            wrong.append(f"{method}: {got}")
    assert wrong == []


@pytest.mark.parametrize("address", [address for address in MATRIX if address.endswith(STEP) and "orders" in address])
def test_every_step_of_the_line_is_refused_at_its_address_to_who_may_not_take_it(ask, db, address):
    """Whoever sees the order and may not take the step is told so, by steps that no row names too."""
    [order, seers] = [db["places"]["own"].order, sorted(SEE_ORDER["own"])]
    people = {person: User.objects.get(username=person) for person in seers}
    wrong = []
    for turn, step in enumerate(WORK_ORDER.steps):
        barred = [person for person in seers if not may_take(people[person], step, order)]
        person = barred[turn % len(barred)]
        told = ask(person, address, Row("POST", keys={"number": "number"}, fixed={"step": step.name}))
        if told.status_code != 403:
            wrong.append(f"{person} takes {step.name}: {told.status_code}, not 403")
    assert wrong == []


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


def test_who_may_unmask_gets_the_number_and_only_he(ask):
    [row] = MATRIX["orders/<slug:number>/unmask/"]
    phone = RESIDENT["phone"].encode()
    for person in sorted(SEE_ORDER["own"]):
        told = ask(person, "orders/<slug:number>/unmask/", row)
        assert (phone in told.body) == (person == "dispatcher"), person
    shown = ask("dispatcher", "orders/<slug:number>/unmask/", row)
    assert "no-store" in shown.headers["Cache-Control"]
