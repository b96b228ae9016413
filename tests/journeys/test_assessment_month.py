"""Five cities, a month each: loaded, lived a little, and by real beat and worker alone from the first day to a board."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import call_command

from assessment.models import Assessment, Scheme
from assessment.reasons import Sort
from assessment.selectors import entries
from assessment.selectors.months import board_areas, months_over, schemes_for
from assessment.selectors.recomputing import agrees
from assessment.services.entering import Mark, enter_marks
from casework.models import TimeLimit
from casework.selectors import broken_chains
from embedded import processes
from grids import jurisdiction
from grids.models import Area, City
from grids.services.publishing import publish
from tests.conftest import VILLAGE
from tests.journeys.alarm import at_work

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
CITIES = ("xingdian", "pingchang", "hongqiao", "dalad", "shuyang")
FOLDERS = VILLAGE.parents[2] / "config" / "cities"
PATIENCE = 120
# Each stage of the month has four seconds; a city's own file gives days.
HASTE = {"amount": 0.001, "unit": "urgent_hour"}


@pytest.fixture
def cities(cast) -> list[City]:
    """All five in one house, each with some orders in the middle of the month that is over."""
    found = [publish(FOLDERS / name).city for name in CITIES]
    TimeLimit.objects.filter(rulebook__city__in=found, clock__startswith="assessment.").update(**HASTE)
    for city in found:
        middle = dt.datetime.combine(months_over(city)[0].since.replace(day=16), dt.time(12), city.zone)
        call_command("simulate", city=city.slug, days=2, seed=1, most=6, until=middle.isoformat(), verbosity=0)
        keep_two_streets(city)
    return found


def keep_two_streets(city: City) -> None:
    """Of the boards that every street has, two are enough: the other streets ended before the month began."""
    month = months_over(city)[0]
    for scheme in schemes_for(city, month):
        others = [area.pk for area in board_areas(scheme, month)[2:]]
        Area.objects.filter(pk__in=others).update(valid_to=month.since)


def enter_nine_lines(city: City) -> None:
    """平昌: the assessment team enters its lines, as on the page; elsewhere the clock goes on without."""
    month = months_over(city)[0]
    for scheme in schemes_for(city, month):
        if not scheme.dimensions.filter(indicators__sort=Sort.ENTERED).exists():
            continue
        for area in board_areas(scheme, month):
            for user in entries.who_may_enter(city):
                if jurisdiction.may(user, entries.ENTER, area):
                    sheet = entries.sheet_of(user, scheme, area, month.since, month.until)
                    for line in (line for line in sheet.lines if line.mine):
                        marks = [Mark(row.who.subject, 85, "依据台账。") for row in line.rows if not row.marks]
                        if marks:
                            enter_marks(sheet, line, by=user, marks=marks)


def boards(city: City) -> dict[str, set[str]]:
    """By scheme, in which states its boards of the last month are."""
    month = months_over(city)[0]
    found: dict[str, set[str]] = {}
    for board in Assessment.objects.filter(city=city, since=month.since).select_related("scheme"):
        found.setdefault(board.scheme.code, set()).add(board.status)
    return found


def wanted(city: City) -> set[str]:
    codes = Scheme.objects.filter(city=city, state="active", span="month").values_list("code", flat=True)
    return set(codes)


@pytest.mark.mechanism("0-33")
@pytest.mark.mechanism("1-7")
def test_five_cities_have_their_boards_of_the_month_by_beat_and_worker_alone(cities, settings, tmp_path):
    enter_nine_lines(City.objects.get(slug="pingchang"))

    def all_out() -> bool:
        told = {city: boards(city) for city in cities}
        return all(
            set(told[city]) == wanted(city) and all(states <= {"published", "final"} for states in told[city].values())
            for city in cities
        )

    with at_work(settings.REDIS_URL, tmp_path):
        assert processes.wait_until(all_out, PATIENCE), {city.slug: boards(city) for city in cities}
    for city in cities:
        month = months_over(city)[0]
        for scheme in schemes_for(city, month):
            out = Assessment.objects.filter(scheme=scheme, since=month.since)
            assert out.count() == len(board_areas(scheme, month)), scheme
            assert all(board.cards.exists() for board in out), scheme
            assert all(board.unconfirmed for board in out), scheme
            line = out.first().cards.order_by("pk").first().lines.order_by("pk").first()
            assert agrees(line), scheme
    nine = Assessment.objects.filter(scheme__code="nine-lines").get()
    assert nine.events.get(verb="scored").facts == {}
    assert broken_chains() == []
