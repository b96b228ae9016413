"""The city's days as rows: entered by people, read by every process, and a warning for a year nobody has published."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from casework.calendar import Unit
from casework.models import CalendarDay, CalendarVersion
from casework.selectors import calendar_of, unpublished_years
from casework.services import clocks
from casework.services.calendars import publish_days, touch, withdraw_days
from tests.casework.strategies import at as local
from workorders.lifecycle import HANDLE

YEAR_2027 = {dt.date(2027, 1, 1): ("off", "元旦"), dt.date(2027, 10, 1): ("off", "国庆")}


def test_the_city_knows_the_holidays_of_its_years_from_the_library(city):
    calendar = calendar_of(city)
    assert not calendar.works(dt.date(2026, 1, 2))
    assert calendar.works(dt.date(2026, 1, 4))
    assert CalendarDay.objects.get(city=city, day=dt.date(2026, 10, 1)).name == "国庆"


def test_an_entered_day_is_seen_by_the_next_question(city):
    day = dt.date(2026, 11, 20)
    assert calendar_of(city).works(day)
    publish_days(city=city, days={day: ("off", "停电检修")}, source="人工")
    assert not calendar_of(city).works(day)
    withdraw_days(city=city, days=[day])
    assert calendar_of(city).works(day)


def test_a_publication_that_was_rolled_back_leaves_nothing_in_the_process(city):
    one, other = dt.date(2026, 11, 20), dt.date(2026, 11, 23)
    with transaction.atomic():
        publish_days(city=city, days={one: ("off", "作废")}, source="人工")
        assert not calendar_of(city).works(one)
        transaction.set_rollback(True)
    # The same version number again, with another day.
    publish_days(city=city, days={other: ("off", "有效")}, source="人工")
    assert calendar_of(city).works(one)
    assert not calendar_of(city).works(other)


def test_a_day_of_an_unknown_kind_is_refused_and_nothing_is_entered(city):
    days = {dt.date(2026, 11, 20): ("off", "好"), dt.date(2026, 11, 23): ("half", "坏")}
    version = CalendarVersion.objects.get(city=city).version
    with pytest.raises(ValidationError):
        publish_days(city=city, days=days, source="人工")
    assert not CalendarDay.objects.filter(city=city, day__in=days).exists()
    assert CalendarVersion.objects.get(city=city).version == version


def test_a_day_has_one_entry_in_a_city(city):
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarDay.objects.create(city=city, day=dt.date(2026, 10, 1), kind="work", name="", source="x")


def test_each_change_counts_the_version_on(city):
    before = CalendarVersion.objects.get(city=city).version
    touch(city)
    touch(city)
    assert CalendarVersion.objects.get(city=city).version == before + 2


# --- the warning -----------------------------------------------------------------------------------------------------


def test_a_published_year_warns_of_nothing(city, clock):
    clock.set(2026, 11, 30, 9, 0)
    assert unpublished_years(city) == []


def test_from_december_on_the_next_year_must_be_known(city, clock):
    clock.set(2026, 12, 1, 0, 30)  # in Greenwich it is still November
    assert unpublished_years(city) == [2027]
    publish_days(city=city, days=YEAR_2027, source="国务院办公厅")
    assert unpublished_years(city) == []


def test_a_year_that_began_unpublished_warns_all_through(city, clock):
    clock.set(2027, 3, 1, 9, 0)
    assert unpublished_years(city) == [2027]


def test_one_local_day_off_does_not_publish_a_year(city, clock):
    clock.set(2026, 12, 1, 9, 0)
    publish_days(city=city, days={dt.date(2027, 5, 20): ("off", "搬迁")}, source="人工")
    assert unpublished_years(city) == [2027]


def test_a_clock_that_reaches_into_an_unknown_year_warns_early(case, city, sanitation, limit, clock):
    assert unpublished_years(city) == []
    clocks.start_clock(case, HANDLE, sanitation, limit(90, Unit.NATURAL_DAY))
    assert unpublished_years(city) == [2027]
    clocks.stop_clock(case, HANDLE)
    assert unpublished_years(city) == []


def test_an_unknown_year_is_counted_by_the_plain_week(case, sanitation, limit, clock):
    clock.set(2026, 12, 31, 10, 0)
    deadline = clocks.start_clock(case, HANDLE, sanitation, limit(1))
    assert deadline.due_at == local(2027, 1, 1, 10)
