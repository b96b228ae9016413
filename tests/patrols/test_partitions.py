"""The months of the table of points: made before they are needed and in nobody's way, dropped when all of them is past."""

import datetime as dt

import pytest
from django.db import connection, transaction

from casework.moment import now
from patrols.services import partitions
from tests.casework.threads import at_once
from tests.patrols.walking import begin, fixes, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
COMMITS = pytest.mark.django_db(transaction=True)


def months() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select inhrelid::regclass::text from pg_inherits where inhparent = 'patrols_trackpoint'::regclass"
        )
        return {name.removeprefix("patrols_trackpoint_") for (name,) in cursor.fetchall()}


def test_a_walk_over_the_turn_of_the_month_lies_in_two_months(cast, clock):
    clock.set(2026, 11, 1, 7, 59)  # the months are cut by UTC
    patrol = begin(cast.worker)
    clock.pass_(minutes=5, sweep=False)
    send(patrol, fixes(patrol.started_at, 12))
    assert months() >= {"2026_10", "2026_11"}
    with connection.cursor() as cursor:
        cursor.execute("select tableoid::regclass::text, count(*) from patrols_trackpoint group by 1 order by 1")
        assert cursor.fetchall() == [("patrols_trackpoint_2026_10", 6), ("patrols_trackpoint_2026_11", 6)]


def test_the_next_months_are_made_ahead_and_again_changes_nothing(clock):
    clock.set(2026, 12, 15, 9, 0)
    partitions.make_ahead()
    partitions.make_ahead()
    assert months() >= {"2026_12", "2027_01", "2027_02"}


def test_a_month_is_dropped_when_all_of_it_is_past(clock):
    partitions.ensure([dt.datetime(2026, 1, 5, tzinfo=dt.UTC), dt.datetime(2026, 2, 5, tzinfo=dt.UTC)])
    assert partitions.drop_before(dt.datetime(2026, 2, 28, tzinfo=dt.UTC)) == ["patrols_trackpoint_2026_01"]
    assert "2026_02" in months()
    assert "2026_01" not in months()


@COMMITS
def test_a_month_that_is_being_read_stays_until_the_next_time(clock):
    with transaction.atomic():
        partitions.ensure([dt.datetime(2020, 1, 5, tzinfo=dt.UTC)])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select count(*) from patrols_trackpoint")
        [dropped] = at_once(lambda: partitions.drop_before(dt.datetime(2020, 2, 1, tzinfo=dt.UTC)))
        assert dropped == []
    assert partitions.drop_before(dt.datetime(2020, 2, 1, tzinfo=dt.UTC)) == ["patrols_trackpoint_2020_01"]


@COMMITS
def test_a_new_month_keeps_nobody_waiting_who_writes_points_of_another(cast, clock):
    """Made beside the table and attached: a transaction that writes and is not over yet does not hold it up."""
    patrol, far = begin(cast.worker), now() + dt.timedelta(days=200)
    with transaction.atomic():
        partitions.ensure([now()])
    with transaction.atomic():
        send(patrol, fixes(now(), 2))

        def make() -> str:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("set local lock_timeout = '3s'")
                partitions.ensure([far])
            return "made"

        assert at_once(make) == ["made"]
    partitions.drop_before(far + dt.timedelta(days=62))


@COMMITS
def test_eight_phones_that_bring_the_first_points_of_a_month_all_get_in(cast, clock):
    clock.set(2027, 5, 10, 9, 0)
    at = [now()] * 8
    answers = at_once(*[lambda: transaction.atomic(partitions.ensure)(at)] * 8)
    assert answers == [None] * 8
    partitions.drop_before(now() + dt.timedelta(days=62))
