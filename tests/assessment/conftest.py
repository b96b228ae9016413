"""Schemes of the village for its tests, and a month that is over; what happens in it goes through the real services."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from assessment.lifecycle import ASSESSMENT
from assessment.models import Assessment, Band, Dimension, Indicator, PeerGroup, Scheme
from assessment.services.scoring import write_cards
from casework import moment
from casework.actors import SYSTEM
from casework.services import doors
from grids.models import Area, City
from grids.selectors import rulebook_in_force
from tests.assessment.monthly import REPORTS, Month, give_limits

OCTOBER, NOVEMBER = dt.date(2026, 10, 1), dt.date(2026, 11, 1)
BANDS = (("top", "red", "优秀", 90), ("middle", "blue", "合格", 70), ("bottom", "yellow", "不合格", 0))
Rows = dict[str, dict[str, Any]]


def scheme_in(
    city: City, *, rows: dict[str, Rows], subject: str = "worker", level: int | None = None, **said
) -> Scheme:
    """A scheme in force: `rows` are its dimensions, each with its indicators by code (the measure unless it is said)."""
    ranks = {each.rank: each for each in city.levels.all()}
    fields = {
        "code": f"try-{Scheme.objects.count()}", "version": 1, "name": "试行考核", "board_level": ranks[1],
        "level": ranks[level] if level else None, "state": "active", "effective_from": dt.date(2026, 1, 1),
    } | said  # fmt: skip
    scheme = Scheme.objects.create(city=city, subject=subject, **fields)
    for grade, colour, name, least in BANDS:
        Band.objects.create(scheme=scheme, grade=grade, colour=colour, name=name, least=least)
    PeerGroup.objects.create(scheme=scheme, place=1, code="all", name="全体")
    for place, (code, indicators) in enumerate(rows.items()):
        weights = sum(row.get("weight", 0) for row in indicators.values())
        dimension = Dimension.objects.create(scheme=scheme, place=place, code=code, name=code, weight=weights)
        for at, (name, row) in enumerate(indicators.items()):
            measure = "" if row.get("sort") == "entered" else name
            Indicator.objects.create(**{
                "dimension": dimension, "place": at, "code": name[:20], "name": name, "measure": measure,
                "sort": "rate", **row,
            })  # fmt: skip
    return scheme


@pytest.fixture
def scheme(city) -> Callable[..., Scheme]:
    """`scheme(rows={"实绩": {"on_time": {"weight": 100}}})`: a scheme of the village."""
    return lambda **said: scheme_in(city, **said)


@pytest.fixture
def street(city) -> Area:
    return Area.objects.get(city=city, parent=None)


def board_of(scheme: Scheme, area: Area, since: dt.date = OCTOBER, until: dt.date = NOVEMBER, **said) -> Assessment:
    """A board that is scored now."""
    fields = {"since": since, "until": until, "scored_at": moment.now(), "scheme": scheme} | said
    case = Assessment(kind=ASSESSMENT.kind, title="考核", **fields)
    return doors.open_case(case, area=area, by=SYSTEM, rulebook=rulebook_in_force(area.city, since))


@pytest.fixture
def scored(street) -> Callable[..., Assessment]:
    """`scored(scheme)`: October's board of the street, with its cards, as of now."""

    def make(scheme: Scheme, since: dt.date = OCTOBER, until: dt.date = NOVEMBER, **said) -> Assessment:
        board = board_of(scheme, said.pop("area", street), since, until, **said)
        write_cards(board)
        return board

    return make


# --- the month -------------------------------------------------------------------------------------------------------
@pytest.fixture
def limits(city) -> None:
    give_limits(city)


@pytest.fixture
def month(scheme, street, clock, limits) -> Callable[..., Month]:
    """`month()`: boards by a scheme of the village that judges the share of valid reports; rows may be others."""

    def make(rows: Rows | None = None, **said) -> Month:
        fields = {"least": 1, "code": "october"} | said
        return Month(scheme(rows=rows or REPORTS, **fields), street, clock)

    return make


@pytest.fixture
def reported(order_at, clock):
    """Six reports of the worker in October, of which two were refused; the colleague's two were taken on.

    A day and more lies between them: the same thing in the same place within a day counts once.
    """

    def make(cast) -> None:
        for status in ("closed", "closed", "kept", "verified", "refused", "refused"):
            order_at(status)
            clock.pass_(hours=30, sweep=False)
        for _one in range(2):
            order_at("accepted", by=cast.worker2, lng=117.155, lat=39.165)
            clock.pass_(hours=30, sweep=False)

    return make


# --- the boards' pages -----------------------------------------------------------------------------------------------
@pytest.fixture
def page(client):
    """`page(cast.worker, "/boards/")`: what that person gets there, in English unless told otherwise."""

    def ask(user, address: str, *, language: str = "en"):
        client.force_login(user)
        return client.get(address, headers={"Accept-Language": language})

    return ask
