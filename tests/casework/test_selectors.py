"""Each deadline explains itself; the right limit is found; the sweep's lag tells whether it is awake."""

import datetime as dt

import pytest

from casework.calendar import Unit
from casework.models import Case
from casework.moment import now
from casework.selectors import counted_days, history_of, limit_for, paused_for, sweep_lag
from casework.services import clocks
from casework.services.calendars import publish_days
from casework.services.follow import move_clocks_of_changed_calendars
from casework.services.sweep import sweep_deadlines
from workorders.lifecycle import HANDLE


def why(deadline) -> list[tuple]:
    """Each day as a reader sees it: the day, whether it counts, its name, how far the limit is used up by its end."""
    return [(f"{d.day:%m-%d}", d.works, d.name, d.make_up, d.counted) for d in counted_days(deadline)]


def test_five_working_days_over_new_year_explain_themselves(case, sanitation, limit, clock):
    clock.set(2026, 1, 1, 3, 0)
    deadline = clocks.start_clock(case, HANDLE, sanitation, limit(5))
    assert why(deadline) == [
        ("01-01", False, "元旦", False, None),
        ("01-02", False, "元旦", False, None),
        ("01-03", False, "元旦", False, None),
        ("01-04", True, "元旦", True, 1),
        ("01-05", True, "", False, 2),
        ("01-06", True, "", False, 3),
        ("01-07", True, "", False, 4),
        ("01-08", True, "", False, 5),
    ]


def test_a_clock_from_the_middle_of_a_day_counts_its_first_day_with_the_second(case, sanitation, limit):
    deadline = clocks.start_clock(case, HANDLE, sanitation, limit(3))
    days = counted_days(deadline)
    assert why(deadline) == [
        ("10-09", True, "", False, 0),
        ("10-10", True, "国庆", True, 1),
        ("10-11", False, "", False, None),
        ("10-12", True, "", False, 2),
        ("10-13", True, "", False, 3),
    ]
    assert [(day.starts, day.ends, day.today) for day in (days[0], days[-1])] == [
        (True, False, True),
        (False, True, False),
    ]


def test_a_pause_is_left_out_of_the_count_and_told_by_its_length(case, sanitation, limit, clock):
    deadline = clocks.start_clock(case, HANDLE, sanitation, limit(3))
    clock.set(2026, 10, 10, 9, 0)
    clocks.pause_clocks(case, reason="等材料")
    clock.set(2026, 10, 12, 9, 0)
    assert paused_for(deadline) == dt.timedelta(days=2)
    clocks.resume_clocks(case)
    clock.set(2026, 10, 13, 9, 0)
    deadline.refresh_from_db()
    assert [(day, counted) for day, _works, _name, _made, counted in why(deadline)] == [
        ("10-09", 0), ("10-10", 0), ("10-11", None), ("10-12", 1), ("10-13", 2), ("10-14", 3),
    ]  # fmt: skip
    assert paused_for(deadline) == dt.timedelta(days=2)


def test_an_open_pause_grows_until_now(case, sanitation, limit, clock):
    deadline = clocks.start_clock(case, HANDLE, sanitation, limit(3))
    clocks.pause_clocks(case, reason="等材料")
    clock.pass_(hours=5)
    assert paused_for(deadline) == dt.timedelta(hours=5)
    clocks.stop_clock(case, HANDLE)
    clock.pass_(hours=5)
    assert paused_for(deadline) == dt.timedelta(hours=5)


def test_a_moved_clock_explains_the_new_holiday(case, city, sanitation, limit):
    deadline = clocks.start_clock(case, HANDLE, sanitation, limit(3))
    publish_days(city=city, days={dt.date(2026, 10, 12): ("off", "临时放假")}, source="通知")
    move_clocks_of_changed_calendars()
    deadline.refresh_from_db()
    assert why(deadline)[3:] == [
        ("10-12", False, "临时放假", False, None), ("10-13", True, "", False, 2), ("10-14", True, "", False, 3),
    ]  # fmt: skip


def test_hours_and_natural_days_are_not_counted_by_working_days(case, sanitation, limit):
    deadline = clocks.start_clock(case, HANDLE, sanitation, limit(2, Unit.NATURAL_DAY))
    assert {counted for *_rest, counted in why(deadline)} == {None}


@pytest.mark.parametrize(
    ("subject", "condition", "amount"),
    [
        ("060101", "", 4), ("060303", "机动车乱停放", 2), ("060303", "没有这种情形", 2), ("999999", "", 5), ("", "", 5),
    ],
)  # fmt: skip
def test_the_limit_is_that_of_the_condition_else_of_the_item_else_of_all(city, subject, condition, amount):
    book = city.rulebooks.latest("version")
    book.limits.filter(clock=HANDLE, subject="060101").update(amount=4)
    assert limit_for(book, HANDLE, subject=subject, condition=condition).amount == amount


def test_a_class_has_its_limit_where_its_item_has_none(city):
    book = city.rulebooks.latest("version")
    book.limits.create(clock=HANDLE, subject="0699", amount=9, unit="work_day")
    assert limit_for(book, HANDLE, subject="069901").amount == 9
    assert limit_for(book, HANDLE, subject="0699").amount == 9
    assert limit_for(book, "workorders.nothing", subject="0699") is None


def test_the_lag_is_the_age_of_the_oldest_rung_that_waits(case, sanitation, limit, clock):
    clocks.start_clock(case, HANDLE, sanitation, limit(1, Unit.WORK_HOUR))
    assert sweep_lag() == dt.timedelta(0)
    clock.pass_(minutes=40, sweep=False)  # half of it was over ten minutes ago
    assert sweep_lag() == dt.timedelta(minutes=10)
    sweep_deadlines()
    assert sweep_lag() == dt.timedelta(0)


def test_a_case_set_aside_does_not_wait_until_its_time_is_over(case, sanitation, limit, clock):
    clocks.start_clock(case, HANDLE, sanitation, limit(1, Unit.WORK_HOUR))
    Case.objects.filter(pk=case.pk).update(set_aside_until=now() + dt.timedelta(minutes=35))
    clock.pass_(minutes=34, sweep=False)
    assert sweep_lag() == dt.timedelta(0)
    clock.pass_(minutes=1, sweep=False)
    assert sweep_lag() == dt.timedelta(minutes=5)


def test_a_paused_or_silent_rung_is_no_lag(case, sanitation, limit, clock):
    clocks.start_clock(case, HANDLE, sanitation, limit(1, Unit.WORK_HOUR))
    clocks.pause_clocks(case, reason="等材料")
    clock.pass_(days=3, sweep=False)
    assert sweep_lag() == dt.timedelta(0)


def test_a_history_is_read_newest_first_with_its_people(order_at, django_assert_num_queries):
    order = order_at("handling")
    with django_assert_num_queries(1):
        told = [(event.verb, str(event.actor)) for event in history_of(order)]
    assert [verb for verb, _who in told] == ["signed_for", "dispatched", "accepted", "reported"]
