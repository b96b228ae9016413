"""A calendar published later moves the open clocks, each with its event, and no ended and no late one."""

import datetime as dt
import threading

import pytest
from django.db import transaction

from casework.calendar import Unit
from casework.models import CalendarVersion, Case, Deadline, Event
from casework.selectors import broken_chains
from casework.services import clocks, doors, follow
from casework.services.calendars import publish_days, withdraw_days
from casework.services.follow import move_clocks_of_changed_calendars
from casework.services.sweep import sweep_deadlines
from tests.casework.strategies import at as local
from tests.casework.threads import at_once
from workorders.lifecycle import HANDLE, SIGN

MONDAY, TUESDAY = dt.date(2026, 10, 12), dt.date(2026, 10, 13)


def off(*days: dt.date) -> dict:
    return dict.fromkeys(days, ("off", "临时放假"))


def moved(case: Case) -> list[dict]:
    return [event.facts for event in case.events.filter(verb="deadline_moved").order_by("seq")]


def test_a_holiday_published_later_moves_an_open_clock_its_ladder_and_its_face(
    case, city, sanitation, limit, face_of, face_shown
):
    deadline = clocks.start_clock(case, HANDLE, sanitation, limit(2))
    before = dict(deadline.rungs.values_list("pk", "at"))
    assert deadline.due_at == local(2026, 10, 12, 10, 42)
    publish_days(city=city, days=off(MONDAY), source="通知")
    assert move_clocks_of_changed_calendars() == 1
    deadline.refresh_from_db()
    assert deadline.due_at == local(2026, 10, 13, 10, 42)
    assert face_shown(case) == face_of(case)
    assert face_shown(case)[2] == deadline.due_at
    after = dict(deadline.rungs.values_list("pk", "at"))
    assert all(after[rung] >= at for rung, at in before.items())
    assert after != before
    assert moved(case) == [{"clock": HANDLE, "was": "2026-10-12T02:42:00+00:00", "due_at": "2026-10-13T02:42:00+00:00"}]
    assert broken_chains() == []


def test_a_make_up_day_published_later_brings_the_end_forward(case, city, sanitation, limit):
    deadline = clocks.start_clock(case, HANDLE, sanitation, limit(2))
    publish_days(city=city, days={dt.date(2026, 10, 11): ("work", "调休上班")}, source="通知")
    move_clocks_of_changed_calendars()
    deadline.refresh_from_db()
    assert deadline.due_at == local(2026, 10, 11, 10, 42)


def test_a_publication_taken_back_moves_it_back(case, city, sanitation, limit):
    deadline = clocks.start_clock(case, HANDLE, sanitation, limit(2))
    publish_days(city=city, days=off(MONDAY), source="通知")
    move_clocks_of_changed_calendars()
    withdraw_days(city=city, days=[MONDAY])
    move_clocks_of_changed_calendars()
    deadline.refresh_from_db()
    assert deadline.due_at == local(2026, 10, 12, 10, 42)
    assert len(moved(case)) == 2


def test_following_twice_moves_nothing_twice(case, city, sanitation, limit):
    clocks.start_clock(case, HANDLE, sanitation, limit(2))
    publish_days(city=city, days=off(MONDAY), source="通知")
    assert [move_clocks_of_changed_calendars() for _ in range(3)] == [1, 0, 0]
    assert len(moved(case)) == 1
    version = CalendarVersion.objects.get(city=city)
    assert version.followed == version.version


def test_a_clock_that_the_change_does_not_touch_has_no_event(case, city, sanitation, limit):
    clocks.start_clock(case, HANDLE, sanitation, limit(2, Unit.NATURAL_DAY))
    publish_days(city=city, days=off(MONDAY, dt.date(2027, 5, 4)), source="通知")
    assert move_clocks_of_changed_calendars() == 0
    assert moved(case) == []


def test_an_ended_clock_never_moves(case, city, sanitation, limit, clock):
    deadline = clocks.start_clock(case, HANDLE, sanitation, limit(2))
    clocks.stop_clock(case, HANDLE)
    before = Deadline.objects.values().get(pk=deadline.pk)
    publish_days(city=city, days=off(MONDAY), source="通知")
    assert move_clocks_of_changed_calendars() == 0
    assert Deadline.objects.values().get(pk=deadline.pk) == before


@pytest.mark.parametrize("swept", [True, False])
def test_red_is_final_a_holiday_published_afterwards_pardons_nobody(case, city, sanitation, limit, clock, swept):
    deadline = clocks.start_clock(case, HANDLE, sanitation, limit(2))
    clock.set(2026, 10, 12, 11, 0)  # due at 10:42
    if swept:
        sweep_deadlines()
    publish_days(city=city, days=off(MONDAY), source="通知")
    move_clocks_of_changed_calendars()
    sweep_deadlines()
    deadline.refresh_from_db()
    assert deadline.due_at == deadline.missed_at == local(2026, 10, 12, 10, 42)
    assert "deadline_missed" in case.events.values_list("verb", flat=True)
    assert moved(case) == []
    # Its cards still wait for working days: the next one after that Monday.
    assert deadline.rungs.get(name="yellow_card").at == local(2026, 10, 13, 18)


def test_a_paused_clock_keeps_its_end_and_takes_the_new_calendar_when_resumed(case, city, sanitation, limit, clock):
    deadline = clocks.start_clock(case, HANDLE, sanitation, limit(2))
    clock.set(2026, 10, 9, 14, 0)
    clocks.pause_clocks(case, reason="等材料")
    publish_days(city=city, days=off(MONDAY), source="通知")
    assert move_clocks_of_changed_calendars() == 0
    deadline.refresh_from_db()
    assert (deadline.due_at, deadline.rungs.filter(live=True).count()) == (local(2026, 10, 12, 10, 42), 0)
    clock.set(2026, 10, 9, 15, 0)
    clocks.resume_clocks(case)
    deadline.refresh_from_db()
    # One working hour later than without the pause, and a day later than without the holiday.
    assert deadline.due_at == local(2026, 10, 13, 11, 42)
    assert deadline.calendar_version == CalendarVersion.objects.get(city=city).version
    assert move_clocks_of_changed_calendars() == 0


def test_two_clocks_of_one_case_move_with_an_event_each_in_one_chain(case, city, sanitation, housing, limit):
    clocks.start_clock(case, HANDLE, sanitation, limit(2))
    clocks.start_clock(case, HANDLE, housing, limit(5))
    clocks.start_clock(case, SIGN, housing, limit(2, Unit.WORK_DAY, SIGN))
    publish_days(city=city, days=off(MONDAY, TUESDAY), source="通知")
    assert move_clocks_of_changed_calendars() == 3
    assert [facts["clock"] for facts in moved(case)] == [HANDLE, HANDLE, SIGN]
    assert broken_chains() == []


def test_a_clock_started_after_the_change_is_right_from_its_beginning(case, city, sanitation, limit):
    publish_days(city=city, days=off(MONDAY), source="通知")
    deadline = clocks.start_clock(case, HANDLE, sanitation, limit(2))
    assert deadline.due_at == local(2026, 10, 13, 10, 42)
    assert move_clocks_of_changed_calendars() == 0


def test_more_cases_than_a_batch_holds_all_follow(report, city, monkeypatch):
    monkeypatch.setattr(follow, "BATCH", 2)
    made = [report() for _ in range(5)]
    for order in made:
        with transaction.atomic():
            held = doors.lock(order)
            clocks.stop_clock(held, "workorders.accept")
            clocks.start_clock(held, HANDLE, city.departments.first(), limit_of(held))
    publish_days(city=city, days=off(MONDAY, TUESDAY), source="通知")
    assert move_clocks_of_changed_calendars() == 5
    assert Event.objects.filter(verb="deadline_moved").count() == 5


def limit_of(case):
    return case.rulebook.limits.get(clock=HANDLE, subject="", condition="")


@pytest.mark.django_db(transaction=True)
def test_a_case_that_somebody_holds_follows_with_the_next_beat(report, city, clock):
    orders = [report() for _ in range(2)]
    for order in orders:
        with transaction.atomic():
            clocks.start_clock(doors.lock(order), HANDLE, city.departments.first(), limit_of(order))
    publish_days(city=city, days=off(MONDAY), source="通知")
    held, done = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            doors.lock(orders[0])
            held.set()
            assert done.wait(20)

    def pass_by():
        assert held.wait(20)
        count = move_clocks_of_changed_calendars()
        done.set()
        return count

    assert at_once(hold, pass_by) == [None, 1]
    version = CalendarVersion.objects.get(city=city)
    assert version.followed < version.version
    assert move_clocks_of_changed_calendars() == 1
    version.refresh_from_db()
    assert version.followed == version.version
