"""How working time passes: the real holidays of 2025 and 2026, and what must hold for any calendar."""

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from casework.calendar import Hours, Unit, WorkingCalendar
from tests.casework.strategies import (
    CHINA,
    DAY_SPANS,
    HOUR,
    PUBLISHED,
    SHANGHAI,
    amounts,
    at,
    calendars,
    moments,
    pauses_after,
    units,
    working_units,
)

# --- days of 2025 and 2026 as the State Council published them (rules.md 11) -----------------------------------------


MADE_UP = """2025-01-26 2025-02-08 2025-04-27 2025-09-28 2025-10-11
             2026-01-04 2026-02-14 2026-02-28 2026-05-09 2026-09-20 2026-10-10"""
OFF = """2025-01-01 2025-01-28 2025-10-08 2026-01-02 2026-02-16 2026-04-06
         2026-05-05 2026-06-19 2026-09-25 2026-10-01 2026-10-07"""


@pytest.mark.parametrize("day", MADE_UP.split())
def test_a_make_up_day_on_a_weekend_is_worked(day):
    day = dt.date.fromisoformat(day)
    assert day.weekday() >= 5
    assert CHINA.works(day)


@pytest.mark.parametrize("day", OFF.split())
def test_a_holiday_on_a_weekday_is_not_worked(day):
    day = dt.date.fromisoformat(day)
    assert day.weekday() < 5
    assert not CHINA.works(day)


@pytest.mark.parametrize(
    ("start", "amount", "unit", "due"),
    [
        # Over New Year 2026: Friday 2 January off, Sunday the 4th worked.
        (at(2025, 12, 31, 10), 5, Unit.WORK_DAY, at(2026, 1, 8, 10)),
        (at(2025, 12, 31, 17, 30), 1, Unit.WORK_HOUR, at(2026, 1, 4, 8, 30)),
        # Over the eight days of National Day 2025, with Saturday the 11th worked.
        (at(2025, 9, 30, 15), 1, Unit.WORK_DAY, at(2025, 10, 9, 15)),
        (at(2025, 9, 30, 15), 3, Unit.WORK_DAY, at(2025, 10, 11, 15)),
        # Over Spring Festival 2026: 15 to 23 February off, Saturdays the 14th and the 28th worked.
        (at(2026, 2, 13, 9), 2, Unit.WORK_DAY, at(2026, 2, 24, 9)),
        (at(2026, 2, 27, 17), 2, Unit.WORK_HOUR, at(2026, 2, 28, 9)),
        # "1 working day" from Tuesday 15:00 ends on Wednesday 15:00 (rules.md 11).
        (at(2026, 3, 3, 15), 1, Unit.WORK_DAY, at(2026, 3, 4, 15)),
        # The noon break is not worked.
        (at(2026, 3, 3, 11, 30), 1, Unit.WORK_HOUR, at(2026, 3, 3, 14, 30)),
        # Urgent hours and natural days never stop: night, weekend, holiday.
        (at(2026, 2, 16, 23), 2, Unit.URGENT_HOUR, at(2026, 2, 17, 1)),
        (at(2026, 2, 16, 23), 0.25, Unit.URGENT_HOUR, at(2026, 2, 16, 23, 15)),
        (at(2026, 2, 14, 12), 7, Unit.NATURAL_DAY, at(2026, 2, 21, 12)),
    ],
)
def test_limits_over_real_holidays(start, amount, unit, due):
    assert CHINA.add(start, amount, unit) == due
    assert CHINA.elapsed(unit, start, due) == pytest.approx(amount, abs=1e-4)


@pytest.mark.parametrize(
    ("start", "first_hour_ends"),
    [
        (at(2026, 3, 3, 23, 40), at(2026, 3, 4, 9)),  # at night: the next morning
        (at(2026, 3, 4, 3, 0), at(2026, 3, 4, 9)),  # before dawn: the same morning
        (at(2026, 3, 7, 10, 0), at(2026, 3, 9, 9)),  # on a Saturday: Monday
        (at(2026, 10, 1, 10, 0), at(2026, 10, 8, 9)),  # on a holiday: when it is over
        (at(2026, 10, 10, 7, 0), at(2026, 10, 10, 9)),  # on a make-up Saturday: that very day
        (at(2026, 3, 3, 18, 0), at(2026, 3, 4, 9)),  # at the stroke of closing
        (at(2026, 3, 3, 12, 59), at(2026, 3, 3, 15)),  # in the noon break
    ],
)
def test_a_clock_started_at_night_or_on_a_holiday_begins_with_the_next_working_hour(start, first_hour_ends):
    assert CHINA.add(start, 1, Unit.WORK_HOUR) == first_hour_ends


def test_working_hours_follow_the_season():
    winter = Hours(dt.date(2025, 10, 1), None, ((8 * HOUR, 12 * HOUR), (13 * HOUR, 17 * HOUR)))
    summer = Hours(dt.date(2026, 5, 1), dt.date(2026, 9, 30), ((8 * HOUR, 12 * HOUR), (15 * HOUR, 19 * HOUR)))
    calendar = WorkingCalendar(SHANGHAI, [summer, winter], PUBLISHED)
    assert calendar.add(at(2026, 4, 30, 16), 2, Unit.WORK_HOUR) == at(2026, 5, 6, 9)
    assert calendar.add(at(2026, 6, 1, 11), 2, Unit.WORK_HOUR) == at(2026, 6, 1, 16)
    assert calendar.add(at(2026, 9, 30, 18, 30), 1, Unit.WORK_HOUR) == at(2026, 10, 8, 8, 30)
    assert calendar.add(at(2026, 9, 30, 16, 30), 1, Unit.WORK_DAY) == at(2026, 10, 8, 14, 30)


def test_a_day_before_the_first_period_has_no_working_hours():
    calendar = WorkingCalendar(SHANGHAI, [Hours(dt.date(2026, 3, 4), None, DAY_SPANS)], {})
    assert calendar.add(at(2026, 3, 2, 9), 1, Unit.WORK_HOUR) == at(2026, 3, 4, 9)


def test_a_calendar_without_working_hours_is_an_error_and_no_endless_search():
    with pytest.raises(ValueError, match="no working hours"):
        WorkingCalendar(SHANGHAI, [], {}).add(at(2026, 3, 2, 9), 1, Unit.WORK_DAY)


def test_a_moment_without_a_zone_is_refused_rather_than_read_in_the_servers():
    with pytest.raises(ValueError, match="no time zone"):
        CHINA.add(dt.datetime(2026, 3, 2, 9), 1, Unit.WORK_HOUR)  # noqa: DTZ001
    with pytest.raises(ValueError, match="no time zone"):
        CHINA.is_working(dt.datetime(2026, 3, 2, 9))  # noqa: DTZ001


def test_an_hour_is_an_hour_where_summer_time_begins():
    paris = ZoneInfo("Europe/Paris")
    start = at(2026, 3, 29, 1, 30, zone=paris)
    assert CHINA.add(start, 1, Unit.URGENT_HOUR) - start.astimezone(dt.UTC) == dt.timedelta(hours=1)
    assert CHINA.elapsed(Unit.URGENT_HOUR, start, at(2026, 3, 29, 3, 30, zone=paris)) == 1


def test_pauses_leave_the_working_time_that_was_left():
    start = at(2026, 3, 3, 9)
    pauses = [(at(2026, 3, 3, 10), at(2026, 3, 5, 16)), (at(2026, 3, 5, 17), at(2026, 3, 9, 23))]
    # One hour before the first, one between, six after the second, from Tuesday the 10th on.
    assert CHINA.due(start, 1, Unit.WORK_DAY, pauses) == at(2026, 3, 10, 16)
    assert CHINA.due(start, 1, Unit.WORK_DAY, [(at(2026, 3, 3, 10), None)]) is None


def test_a_pause_after_the_end_moves_nothing():
    start = at(2026, 3, 3, 9)
    assert CHINA.due(start, 1, Unit.WORK_DAY, [(at(2026, 3, 4, 9), None)]) == at(2026, 3, 4, 9)
    assert CHINA.due(start, 1, Unit.WORK_DAY, [(at(2026, 3, 5, 9), at(2026, 3, 6, 9))]) == at(2026, 3, 4, 9)


@pytest.mark.parametrize(
    ("moment", "before", "after"),
    [
        (at(2026, 3, 3, 10), at(2026, 3, 3, 10), at(2026, 3, 3, 10)),
        (at(2026, 3, 3, 0), at(2026, 3, 2, 18), at(2026, 3, 3, 8)),
        (at(2026, 3, 3, 13), at(2026, 3, 3, 12), at(2026, 3, 3, 14)),
        (at(2026, 10, 4, 13), at(2026, 9, 30, 18), at(2026, 10, 8, 8)),
    ],
)
def test_the_working_moment_before_and_after(moment, before, after):
    assert (CHINA.working_moment_before(moment), CHINA.working_moment_after(moment)) == (before, after)


# --- what must hold for any calendar, start and amount ---------------------------------------------------------------


def seconds_between(calendar: WorkingCalendar, one: dt.datetime, other: dt.datetime) -> float:
    """Working seconds from the earlier to the later."""
    return calendar.elapsed(Unit.WORK_HOUR, min(one, other), max(one, other)) * HOUR


@given(calendars(), moments, units, amounts, amounts)
@example(CHINA, at(2026, 3, 3, 22), Unit.WORK_HOUR, 0.0, 0.0)
@example(CHINA, at(2026, 3, 3, 22), Unit.WORK_DAY, 1e-12, 1.0)
def test_more_time_never_ends_earlier_nor_before_its_start(calendar, start, unit, one, other):
    sooner, later = sorted((one, other))
    assert start <= calendar.add(start, sooner, unit) <= calendar.add(start, later, unit)


@given(calendars(), moments, moments, units, amounts)
def test_who_starts_later_never_ends_earlier(calendar, one, other, unit, amount):
    first, second = sorted((one, other))
    assert calendar.add(first, amount, unit) <= calendar.add(second, amount, unit)


@given(calendars(), moments, units, amounts)
def test_the_time_that_passes_until_a_due_moment_is_the_limit_within_a_second(calendar, start, unit, amount):
    due = calendar.add(start, amount, unit)
    shortest = min(end - begin for hours in calendar.hours for begin, end in hours.spans)
    second = {Unit.WORK_DAY: 1 / shortest, Unit.NATURAL_DAY: 1 / 86_400}.get(unit, 1 / HOUR)
    assert calendar.elapsed(unit, start, due) == pytest.approx(amount, abs=second)


@given(calendars(), moments, moments, working_units)
def test_a_due_moment_comes_back_from_the_time_that_passed_until_it(calendar, one, other, unit):
    start, end = sorted((one, other))
    again = calendar.add(start, calendar.elapsed(unit, start, end), unit)
    assert again <= end + dt.timedelta(seconds=1)
    assert seconds_between(calendar, again, end) <= 1


@given(calendars(), moments, units, amounts, amounts)
def test_two_limits_in_a_row_are_one_of_their_sum(calendar, start, unit, one, other):
    in_a_row = calendar.add(calendar.add(start, one, unit), other, unit)
    at_once = calendar.add(start, one + other, unit)
    if unit.continuous:
        assert abs(in_a_row - at_once) <= dt.timedelta(seconds=1)
    elif unit == Unit.WORK_HOUR:
        assert seconds_between(calendar, in_a_row, at_once) <= 2
    else:  # half a second of a short day may be several of a long one
        assert calendar.elapsed(unit, min(in_a_row, at_once), max(in_a_row, at_once)) <= 2 / 900


@given(calendars(), moments, moments, moments, units)
def test_time_from_one_moment_to_a_third_is_the_sum_over_any_between(calendar, one, two, three, unit):
    first, middle, last = sorted((one, two, three))
    parts = calendar.elapsed(unit, first, middle) + calendar.elapsed(unit, middle, last)
    assert calendar.elapsed(unit, first, last) == pytest.approx(parts, abs=1e-6)


def step_by_step(calendar, start, amount, unit, pauses):
    """The same answer, the slow way: how much is used up before each pause, and where the rest then runs out."""
    left, since = amount, start
    for paused_at, resumed_at in pauses:
        if calendar.add(since, left, unit) <= paused_at:
            break
        if resumed_at is None:
            return None
        left -= sum(
            calendar.elapsed(
                unit, since + piece * (paused_at - since) / 4, since + (piece + 1) * (paused_at - since) / 4
            )
            for piece in range(4)
        )
        since = resumed_at
    return calendar.add(since, max(left, 0.0), unit)


@given(st.data(), calendars(), moments, units, amounts)
def test_due_over_any_pauses_is_what_step_by_step_gives(data, calendar, start, unit, amount):
    pauses = data.draw(pauses_after(start))
    due, slowly = calendar.due(start, amount, unit, pauses), step_by_step(calendar, start, amount, unit, pauses)
    if due is None or slowly is None:
        assert due is slowly
    elif unit.continuous:
        assert abs(due - slowly) <= dt.timedelta(seconds=1)
    else:
        assert seconds_between(calendar, due, slowly) <= 1


@given(st.data(), calendars(), moments, units, amounts)
def test_outside_its_pauses_a_clock_has_used_exactly_its_limit_when_it_is_due(data, calendar, start, unit, amount):
    pauses = data.draw(pauses_after(start))
    due = calendar.due(start, amount, unit, pauses)
    if due is None:
        return
    used, since = 0.0, start
    for paused_at, resumed_at in pauses:
        if paused_at >= due:
            break
        used, since = used + calendar.elapsed(unit, since, paused_at), resumed_at
    used += calendar.elapsed(unit, since, due)
    assert used == pytest.approx(amount, abs=1 / 900 if unit == Unit.WORK_DAY else 1e-3)


@given(st.data(), calendars(), moments, units, amounts)
def test_a_longer_pause_never_makes_a_clock_end_earlier(data, calendar, start, unit, amount):
    pauses = data.draw(pauses_after(start).filter(lambda drawn: drawn and drawn[-1][1] is not None))
    *rest, (paused_at, resumed_at) = pauses
    longer = [*rest, (paused_at, resumed_at + dt.timedelta(hours=data.draw(st.integers(0, 100))))]
    assert calendar.due(start, amount, unit, pauses) <= calendar.due(start, amount, unit, longer)


@given(calendars(), moments)
def test_the_working_moments_around_any_moment_are_worked_or_an_edge(calendar, moment):
    before, after = calendar.working_moment_before(moment), calendar.working_moment_after(moment)
    assert before <= moment <= after
    assert calendar.is_working(after)
    assert calendar.is_working(before) or calendar.is_working(before - dt.timedelta(seconds=1))
    assert calendar.elapsed(Unit.WORK_HOUR, before, after) == 0 or before == moment == after


# --- the server's time zone ------------------------------------------------------------------------------------------

SCRIPT = """
import datetime as dt, sys
sys.path.insert(0, {tree!r})
from zoneinfo import ZoneInfo
from casework.calendar import *
city = ZoneInfo("Asia/Shanghai")
calendar = WorkingCalendar(city, [Hours(dt.date(2020, 1, 1), None, ((28800, 43200), (50400, 64800)))], {{}})
start = dt.datetime(2026, 3, 6, 9, 30, tzinfo=dt.UTC)
print(calendar.add(start, 1.5, Unit.WORK_HOUR), calendar.add(start, 2, Unit.WORK_DAY), calendar.local_day(start))
"""


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Pacific/Kiritimati", "Asia/Shanghai"])
def test_the_servers_time_zone_changes_no_moment(zone):
    script = SCRIPT.format(tree=str(Path.cwd()))
    done = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, "TZ": zone}, capture_output=True, text=True, check=True
    )
    # Friday 17:30 in the city: half an hour then, one more on Monday morning.
    assert done.stdout.split("\n")[0] == "2026-03-09 01:00:00+00:00 2026-03-10 09:30:00+00:00 2026-03-06"
