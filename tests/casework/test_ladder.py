"""The rungs of a clock: when each is due, and that reminders let people sleep."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.calendar import Unit
from casework.ladder import Allowance, RungMoment, end_of, is_long, moment_of, parse_moment
from tests.casework.strategies import CHINA, amounts, at, calendars, moments, pauses_after, units

DUE = parse_moment("due")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("50%", RungMoment(share=0.5)),
        ("1%", RungMoment(share=0.01)),
        ("due", RungMoment()),
        (" due ", RungMoment()),
        ("due-48h", RungMoment(hours_before=48)),
        ("due-0.5h", RungMoment(hours_before=0.5)),
        ("due+1work_day", RungMoment(after=1, after_unit=Unit.WORK_DAY)),
        ("due+2.5urgent_hour", RungMoment(after=2.5, after_unit=Unit.URGENT_HOUR)),
    ],
)
def test_every_way_to_write_a_moment(text, moment):
    assert parse_moment(text) == moment


@pytest.mark.parametrize(
    "text", ["", "0%", "100%", "150%", "-5%", "due+1", "due-1work_day", "due+1week", "soon", "80 %"]
)
def test_a_moment_that_is_none_is_refused_with_a_reason(text):
    with pytest.raises(ValueError, match="“"):
        parse_moment(text)


@pytest.mark.parametrize(
    ("amount", "unit", "long"),
    [(3, Unit.WORK_DAY, False), (3.5, Unit.WORK_DAY, True), (72, Unit.URGENT_HOUR, False), (73, Unit.URGENT_HOUR, True),
     (24, Unit.WORK_HOUR, False), (25, Unit.WORK_HOUR, True), (4, Unit.NATURAL_DAY, True)],
)  # fmt: skip
def test_what_is_longer_than_three_days(amount, unit, long):
    assert is_long(amount, unit) is long


def ladder(start, amount, unit, *texts, pauses=(), quiet=True, missed_at=None):
    allowance = Allowance(start, amount, unit, pauses, missed_at)
    return [moment_of(parse_moment(text), allowance, CHINA, quiet=quiet) for text in texts]


def test_the_ladder_of_a_five_day_limit_over_new_year():
    # From Wednesday 31 December 10:00; due on Thursday 8 January 10:00.
    assert ladder(
        at(2025, 12, 31, 10), 5, Unit.WORK_DAY, "due-48h", "due-24h", "due", "due+1work_day", "due+3work_day"
    ) == [
        at(2026, 1, 6, 10),
        at(2026, 1, 7, 10),
        at(2026, 1, 8, 10),
        at(2026, 1, 9, 10),
        at(2026, 1, 13, 10),
    ]


def test_a_reminder_that_would_ring_at_night_rings_when_work_last_stopped():
    assert ladder(at(2026, 3, 3, 19), 1, Unit.NATURAL_DAY, "80%") == [at(2026, 3, 4, 14, 12)]
    # From 10:00 on Tuesday with 50 %: 22:00, so at closing time.
    assert ladder(at(2026, 3, 3, 10), 1, Unit.NATURAL_DAY, "50%") == [at(2026, 3, 3, 18)]


def test_a_reminder_that_has_no_working_hour_behind_it_waits_for_the_next():
    assert ladder(at(2026, 3, 3, 19), 1, Unit.NATURAL_DAY, "50%") == [at(2026, 3, 4, 8)]
    # Nor after its own end: a natural day over a Saturday reminds with its red lamp.
    assert ladder(at(2026, 3, 6, 22), 1, Unit.NATURAL_DAY, "50%") == [at(2026, 3, 7, 22)]


def test_forty_eight_hours_before_a_monday_is_friday_evening():
    # Four working days from Tuesday 11:00 end on Monday 11:00; Saturday 11:00 is no time to remind anybody.
    assert ladder(at(2026, 3, 3, 11), 4, Unit.WORK_DAY, "due-48h") == [at(2026, 3, 6, 18)]


def test_the_red_lamp_comes_at_the_very_end_even_at_night():
    assert ladder(at(2026, 3, 3, 23), 1, Unit.NATURAL_DAY, "due", quiet=False) == [at(2026, 3, 4, 23)]


def test_urgent_reminders_ring_at_any_hour():
    assert ladder(at(2026, 3, 3, 23), 2, Unit.URGENT_HOUR, "50%") == [at(2026, 3, 4, 0)]


def test_a_pause_keeps_a_reminder_and_a_card_waiting():
    start, pause = at(2026, 3, 3, 9), [(at(2026, 3, 3, 10), None)]
    assert ladder(start, 1, Unit.WORK_DAY, "50%", "due", "due+1work_day", pauses=pause) == [None, None, None]


def test_lateness_does_not_grow_while_the_other_side_is_to_act():
    # Due on the 4th at 09:00, stood still from 10:00 on the 4th to 10:00 on the 9th: a day late on the 10th.
    stood = [(at(2026, 3, 4, 10), at(2026, 3, 9, 10))]
    assert ladder(at(2026, 3, 3, 9), 1, Unit.WORK_DAY, "due", "due+1work_day", pauses=stood) == [
        at(2026, 3, 4, 9),
        at(2026, 3, 10, 9),
    ]
    assert ladder(at(2026, 3, 3, 9), 1, Unit.WORK_DAY, "due+1work_day", pauses=[(at(2026, 3, 4, 10), None)]) == [None]


def test_a_missed_end_stands_whatever_the_calendar_says_now():
    missed = at(2026, 3, 3, 15)
    assert ladder(at(2026, 3, 3, 9), 1, Unit.WORK_DAY, "due", "due+1work_day", missed_at=missed) == [
        missed,
        at(2026, 3, 4, 15),
    ]


@given(
    st.data(), calendars(), moments, units, amounts, st.sampled_from(["1%", "50%", "80%", "99%", "due-48h", "due-0.5h"])
)
def test_a_reminder_never_comes_before_its_clock_nor_after_its_end_nor_at_night(
    data, calendar, start, unit, amount, text
):
    allowance = Allowance(start, amount, unit, data.draw(pauses_after(start)))
    end = end_of(allowance, calendar)
    reminder = moment_of(parse_moment(text), allowance, calendar, quiet=True)
    if end is None or reminder is None:
        return
    assert start <= reminder <= end
    if unit != Unit.URGENT_HOUR and reminder not in (start, end):
        just_before = reminder - dt.timedelta(seconds=1)
        assert calendar.is_working(reminder) or calendar.is_working(just_before)


@given(st.data(), calendars(), moments, units, amounts)
def test_the_rungs_of_a_ladder_stand_in_their_order(data, calendar, start, unit, amount):
    allowance = Allowance(start, amount, unit, data.draw(pauses_after(start)))
    texts = ["50%", "80%", "due", "due+1work_day", "due+3work_day"]
    rungs = [moment_of(parse_moment(text), allowance, calendar, quiet=n < 2) for n, text in enumerate(texts)]
    known = [rung for rung in rungs if rung]
    assert known == sorted(known)
    # An open pause stops the later ones, never an earlier one alone.
    assert rungs[: len(known)] == known
