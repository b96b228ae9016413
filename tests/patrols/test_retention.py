"""After so many days no coordinate is left anywhere of a patrol; a day's figures are, and who looked."""

import datetime as dt
from uuid import uuid4

import pytest
from django.db import connection

from casework.moment import now
from patrols.models import (
    Alarm,
    CheckIn,
    DaySummary,
    HelpRecord,
    LastSign,
    Patrol,
    PatrolRule,
    TrackChunk,
    TrackGap,
    TrackLook,
)
from patrols.services import alarms, forgetting, helping, looks, walks
from patrols.services.checking_in import Position, check_in
from patrols.services.keyed import Spot
from tests.patrols.walking import begin, fixes, ms, point_at, points_kept, round_with, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "english")]
# No whereabouts of anybody: what a unit named, what a planner set, what the city bears with.
KEPT_PLACES = {"patrols_patrolpoint", "patrols_riskpoint", "patrols_patrolrule"}


def walked(worker, clock, minutes: int = 60) -> Patrol:
    patrol = begin(worker)
    clock.pass_(minutes=minutes, sweep=False)
    send(patrol, fixes(patrol.started_at, minutes * 6), [(ms(patrol.started_at), ms(patrol.started_at) + 1000)])
    point = point_at(6)
    check_in(patrol, by=worker, key=uuid4(), point=point, at=now(), position=Position(point.lng, point.lat, 7))
    return walks.end(patrol, by=worker, ended_at=now())


def whereabouts() -> dict[str, int]:
    """Every table of patrols with a column for a place, and how many of its rows hold one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct table_name, column_name from information_schema.columns where table_schema = 'public' and "
            "table_name like 'patrols%%' and column_name ~ '^(lng|lat|accuracy.*|away.*|west|place_lng)$'"
        )
        found: dict[str, int] = {}
        for table, column in cursor.fetchall():
            cursor.execute(f'select count("{column}") from "{table}"')
            found[table] = max(found.get(table, 0), cursor.fetchone()[0])
    return {table: many for table, many in found.items() if many and table not in KEPT_PLACES}


def test_after_ninety_days_no_coordinate_is_left_anywhere(cast, clock):
    patrol = walked(cast.worker, clock)
    looks.look(patrol, by=cast.dispatcher, why="安全")
    send(begin(cast.worker2), fixes(now(), 3))
    alarms.raise_alarm(by=cast.worker, key=uuid4(), spot=Spot(117.151, 39.165, 12))
    helping.record(by=cast.worker, key=uuid4(), kind="fall", handed_to="family", spot=Spot(117.151, 39.165))
    assert {name.partition("_2")[0] for name in whereabouts()} == {
        "patrols_alarm", "patrols_checkin", "patrols_helprecord", "patrols_lastsign", "patrols_trackpoint",
    }  # fmt: skip
    clock.pass_(days=89, sweep=False)
    assert forgetting.erase_old() == 0
    clock.pass_(days=2, sweep=False)
    assert (forgetting.erase_old(), forgetting.erase_old()) == (2, 0)
    assert whereabouts() == {}
    assert (TrackChunk.objects.count(), TrackGap.objects.count(), LastSign.objects.count()) == (0, 0, 0)
    assert (CheckIn.objects.count(), TrackLook.objects.count()) == (1, 1)
    assert (Alarm.objects.count(), HelpRecord.objects.count()) == (1, 1)


def test_what_is_left_is_the_day_s_figures_and_no_figure_of_a_single_walk(cast, clock):
    round_with(cast.worker, point_at(6))
    first = walked(cast.worker, clock)
    clock.pass_(minutes=30, sweep=False)
    second = walked(cast.worker, clock, 20)
    clock.pass_(days=91, sweep=False)
    forgetting.erase_old()
    left = DaySummary.objects.get()
    assert (left.worker, left.day, left.patrols) == (cast.worker, dt.date(2026, 10, 9), 2)
    assert (left.minutes, left.metres) == (80, first.metres + second.metres)
    for patrol in Patrol.objects.all():
        drawn = (
            patrol.minutes,
            patrol.metres,
            patrol.inside_percent,
            patrol.ground_percent,
            patrol.longest_gap_seconds,
        )
        assert (drawn, patrol.valid, patrol.marks) == ((None,) * 5, None, [])
        assert patrol.erased_at == now()


def test_the_day_is_the_city_s_own(cast, clock):
    clock.set(2026, 10, 10, 0, 30)  # in UTC it is still the 9th
    walked(cast.worker, clock, 5)
    clock.pass_(days=91, sweep=False)
    forgetting.erase_old()
    assert DaySummary.objects.get().day == dt.date(2026, 10, 10)


def test_patrols_of_one_day_that_are_erased_one_after_the_other_add_up(cast, clock):
    walked(cast.worker, clock, 30)
    clock.pass_(hours=5, sweep=False)
    walked(cast.worker, clock, 10)
    began = now()
    clock.pass_(days=90, hours=-3, sweep=False)
    assert (forgetting.erase_old(), DaySummary.objects.get().minutes) == (1, 30)
    clock.set(*(began + dt.timedelta(days=91)).timetuple()[:5])
    assert (forgetting.erase_old(), DaySummary.objects.get().minutes) == (1, 40)
    assert DaySummary.objects.get().patrols == 2


def test_a_city_that_keeps_them_for_less_erases_them_sooner(cast, clock, city):
    walked(cast.worker, clock)
    rule, _new = PatrolRule.objects.get_or_create(rulebook=city.rulebooks.get())
    PatrolRule.objects.filter(pk=rule.pk).update(keep_days=7)
    clock.pass_(days=8, sweep=False)
    assert (forgetting.erase_old(), points_kept()) == (1, [])


def test_a_month_is_dropped_when_no_patrol_of_it_is_left(cast, clock):
    clock.set(2026, 8, 20, 9, 0)
    walked(cast.worker, clock)
    clock.set(2026, 12, 5, 9, 0)
    forgetting.erase_old()
    with connection.cursor() as cursor:
        cursor.execute(
            "select inhrelid::regclass::text from pg_inherits where inhparent = 'patrols_trackpoint'::regclass"
        )
        assert ("patrols_trackpoint_2026_08",) not in cursor.fetchall()


def test_many_are_erased_batch_by_batch(cast, clock):
    for _ in range(5):
        walked(cast.worker, clock, 2)
        clock.pass_(minutes=40, sweep=False)
    clock.pass_(days=91, sweep=False)
    assert forgetting.erase_old(batch=2) == 5


def test_a_running_patrol_of_which_nothing_was_heard_for_months_is_erased_too(cast, clock):
    send(begin(cast.worker), fixes(now(), 3))
    clock.pass_(days=91, sweep=False)
    forgetting.erase_old()
    assert (Patrol.objects.get().ending, points_kept(), LastSign.objects.count()) == ("forgotten", [], 0)
