"""What other systems got wrong, one test each; the kernel's reasons to be as it is."""

import datetime as dt
import os
import time

import pytest
from django.db import transaction
from django.utils import timezone

from casework.answers import when
from casework.calendar import Unit
from casework.models import Rung
from casework.selectors import calendar_of, limit_for
from casework.services import clocks, doors
from casework.services.calendars import publish_days
from casework.services.follow import move_clocks_of_changed_calendars
from casework.services.rules import switch_off
from casework.services.sweep import sweep_deadlines
from grids.services.publishing import publish
from tests.casework.strategies import at as local
from tests.conftest import VILLAGE
from workorders.lifecycle import HANDLE, SIGN, VERIFY
from workorders.services import orders


def told(case) -> list[str]:
    return [verb for verb in case.events.order_by("seq").values_list("verb", flat=True) if verb != "clue_filed"]


def test_one_timer_never_overrides_another(case, sanitation, housing, limit, clock):
    """Two holders and two stages at once: each clock keeps its own end, its own ladder and its own outcome."""
    quick = clocks.start_clock(case, HANDLE, sanitation, limit(1))
    slow = clocks.start_clock(case, HANDLE, housing, limit(5))
    sign = clocks.start_clock(case, SIGN, housing, limit(1, Unit.WORK_HOUR, SIGN))
    assert [quick.due_at, slow.due_at, sign.due_at] == [
        local(2026, 10, 10, 10, 42), local(2026, 10, 15, 10, 42), local(2026, 10, 9, 11, 42),
    ]  # fmt: skip
    clocks.stop_clock(case, SIGN)
    clocks.pause_clocks(case, reason="等材料", clock=HANDLE)
    clocks.resume_clocks(case, clock=HANDLE)
    clocks.stop_clock(case, HANDLE, housing)
    clock.set(2026, 10, 10, 11, 0)
    sweep_deadlines()
    assert {d.pk: d.state for d in case.deadlines.filter(clock__in=[HANDLE, SIGN])} == {
        quick.pk: "running", slow.pk: "met", sign.pk: "met",
    }  # fmt: skip
    assert case.deadlines.get(pk=quick.pk).missed_at == local(2026, 10, 10, 10, 42)


def test_a_timer_does_not_stay_when_the_order_moves_to_a_unit_that_has_none(
    case, sanitation, housing, limit, clock, face_shown
):
    clocks.start_clock(case, HANDLE, sanitation, limit(1))
    # The next unit has no limit for this stage, so no clock begins; the old one must not tick on for it.
    clocks.stop_clock(case, HANDLE)
    assert limit_for(case.rulebook, "workorders.nothing", subject="060101") is None
    assert face_shown(case) == (0, "", None, None, "", False)
    clock.pass_(days=30)
    assert told(case) == ["reported"]


def test_a_rule_switched_off_does_not_escalate_open_cases(case, sanitation, limit, clock):
    clocks.start_clock(case, HANDLE, sanitation, limit(1))
    for name in ("press", "yellow_card", "red_card"):
        switch_off(case.rulebook.ladder.get(clock=HANDLE, name=name))
    clock.pass_(days=30)
    assert told(case)[1:] == ["deadline_near", "deadline_near", "deadline_missed"]


def test_a_calendar_change_recalculates_what_is_open_and_the_page_shows_it(case, city, sanitation, limit, face_shown):
    deadline = clocks.start_clock(case, HANDLE, sanitation, limit(2))
    publish_days(city=city, days={dt.date(2026, 10, 12): ("off", "临时放假")}, source="通知")
    move_clocks_of_changed_calendars()
    deadline.refresh_from_db()
    assert deadline.due_at == face_shown(case)[2] == local(2026, 10, 13, 10, 42)
    assert "deadline_moved" in told(case)


@pytest.mark.parametrize("hour", [0, 6, 12, 13, 19, 23])
@pytest.mark.parametrize(("amount", "unit"), [(1, Unit.NATURAL_DAY), (4, Unit.NATURAL_DAY), (5, Unit.WORK_DAY)])
def test_nobody_is_reminded_at_midnight(case, city, sanitation, limit, clock, hour, amount, unit):
    clock.set(2026, 10, 20, hour, 30)
    deadline = clocks.start_clock(case, HANDLE, sanitation, limit(amount, unit))
    calendar = calendar_of(city)
    for reminder in deadline.rungs.filter(name="reminder"):
        # At the stroke of closing time counts as working time.
        assert calendar.is_working(reminder.at) or calendar.is_working(reminder.at - dt.timedelta(seconds=1))


def test_nothing_escalates_while_the_other_side_is_to_act(case, sanitation, limit, clock):
    late = clocks.start_clock(case, HANDLE, sanitation, limit(1))
    clock.set(2026, 10, 10, 14, 0)
    sweep_deadlines()
    before = told(case)
    clocks.pause_clocks(case, reason="等待居民补充材料")
    clock.pass_(days=30)
    assert told(case) == before
    clocks.resume_clocks(case)
    sweep_deadlines()
    assert told(case) == before  # nor all at once the moment it goes on
    assert late.rungs.get(name="yellow_card").at > clock.now


def test_a_refused_case_never_escalates(report, cast, clock):
    order = report()
    orders.refuse(order, by=cast.dispatcher, reason="nothing_new", words="此事已在办理。")
    clock.pass_(days=60)
    assert told(order) == ["reported", "refused"]
    assert not Rung.objects.filter(case=order, live=True).exists()


def test_a_case_that_ends_with_clocks_still_open_never_escalates(order_at, clock):
    """Merged or withdrawn some day: whatever final step comes, no clock outlives it."""
    order = order_at("dispatched")
    with transaction.atomic():
        clocks.drop_clocks(doors.lock(order))
    clock.pass_(days=60)
    assert not any(verb.startswith("deadline") for verb in told(order))
    assert {d.state for d in order.deadlines.all()} == {"met", "dropped"}


def test_an_upgrade_of_the_rules_silences_no_clock_that_runs(case, sanitation, limit, clock, answers):
    """The city is loaded again: rulebook 2. Open clocks keep their ladder of rulebook 1, and answers still come."""
    heard = []
    when(HANDLE, "missed")(lambda rung: heard.append(rung.case_id))
    clocks.start_clock(case, HANDLE, sanitation, limit(1))
    publish(VILLAGE)
    move_clocks_of_changed_calendars()
    clock.pass_(days=30)
    assert told(case)[1:] == [
        "deadline_near", "deadline_near", "deadline_missed", "press_given", "yellow_card_given", "red_card_given",
    ]  # fmt: skip
    assert heard == [case.pk]
    assert case.rulebook.version == 1


def test_a_board_is_never_behind_its_clocks(order_at, cast, clock, picture, face_of, face_shown):
    """Along the whole line with sweeps between, lists show what the clocks say after each step."""
    order = order_at("reported")
    line = [
        lambda o: orders.accept(o, by=cast.dispatcher),
        lambda o: orders.dispatch(o, by=cast.dispatcher, department=o.city.departments.get(code="sanitation")),
        lambda o: orders.sign_for(o, by=cast.officer),
        lambda o: orders.finish(o, by=cast.officer, result="已清运。", pictures=[picture]),
        lambda o: orders.verify(o, by=cast.worker),
        lambda o: orders.close(o, by=cast.dispatcher),
    ]
    for step in line:
        assert face_shown(order) == face_of(order)
        clock.pass_(hours=5)
        assert face_shown(order) == face_of(order)
        order = step(order)
        # The instance in hand shows it too.
        assert (order.lamp, order.rung, order.due_at, order.due_from, order.due_clock, order.paused) == face_of(order)
    assert face_shown(order) == (0, "", None, None, "", False)


def test_a_card_is_not_hidden_by_the_red_lamp_of_another_clock(
    case, sanitation, housing, limit, clock, face_of, face_shown
):
    clocks.start_clock(case, HANDLE, sanitation, limit(1))
    clock.set(2026, 10, 12, 18, 0)
    sweep_deadlines()
    assert face_shown(case)[:2] == (2, "yellow_card")
    clocks.start_clock(case, VERIFY, housing, limit(0.1, Unit.URGENT_HOUR, VERIFY))
    clock.pass_(minutes=30)
    assert case.deadlines.get(clock=VERIFY).missed_at
    assert face_shown(case) == face_of(case)


def test_no_pause_is_lost_when_a_rule_or_the_calendar_changes(case, city, sanitation, limit, clock):
    deadline = clocks.start_clock(case, HANDLE, sanitation, limit(2))
    clock.set(2026, 10, 9, 14, 0)
    clocks.pause_clocks(case, reason="等材料")
    clock.set(2026, 10, 9, 16, 0)
    clocks.resume_clocks(case)
    publish(VILLAGE)
    publish_days(city=city, days={dt.date(2026, 10, 12): ("off", "临时放假")}, source="通知")
    clocks.extend_clock(deadline, by_amount=1)
    move_clocks_of_changed_calendars()
    deadline.refresh_from_db()
    # Three days over the pause of two working hours and the Monday off.
    assert deadline.due_at == local(2026, 10, 14, 14, 42)


@pytest.mark.parametrize(
    ("parts", "due"),
    [
        ((2026, 10, 20, 23, 40), local(2026, 10, 21, 9)),
        ((2026, 10, 20, 3, 0), local(2026, 10, 20, 9)),
        ((2026, 10, 24, 10, 0), local(2026, 10, 26, 9)),
        ((2026, 10, 1, 10, 0), local(2026, 10, 8, 9)),
        ((2026, 10, 10, 7, 0), local(2026, 10, 10, 9)),
    ],
)
def test_a_case_made_at_night_or_on_a_holiday_has_its_full_working_hour(case, sanitation, limit, clock, parts, due):
    clock.set(*parts)
    deadline = clocks.start_clock(case, HANDLE, sanitation, limit(1, Unit.WORK_HOUR))
    assert deadline.due_at == due
    assert min(deadline.rungs.values_list("at", flat=True)) > clock.now


@pytest.fixture
def elsewhere(settings, monkeypatch):
    """The server stands on another continent, and so do the pages."""
    settings.TIME_ZONE = "America/New_York"  # which moves the process there too, so the other comes second
    monkeypatch.setenv("TZ", "America/Los_Angeles")
    time.tzset()
    with timezone.override("America/New_York"):
        yield
    monkeypatch.undo()
    time.tzset()


def test_the_citys_time_zone_counts_and_not_the_servers(case, city, sanitation, limit, clock, elsewhere):
    assert os.environ["TZ"] == "America/Los_Angeles"
    clock.set(2026, 10, 9, 17, 30)
    deadline = clocks.start_clock(case, HANDLE, sanitation, limit(1, Unit.WORK_HOUR))
    assert deadline.due_at == local(2026, 10, 10, 8, 30)
    clock.set(2026, 10, 10, 8, 30)
    sweep_deadlines()
    deadline.refresh_from_db()
    assert deadline.missed_at == local(2026, 10, 10, 8, 30)
    publish_days(city=city, days={dt.date(2026, 10, 20): ("off", "临时放假")}, source="通知")
    assert not calendar_of(city).is_working(local(2026, 10, 20, 10))
    assert calendar_of(city).is_working(local(2026, 10, 21, 9))


def test_a_full_rebuild_equals_what_grew_step_by_step(case, city, sanitation, housing, limit, clock):
    for department in (sanitation, housing):
        clocks.start_clock(case, HANDLE, department, limit(3))
    clock.set(2026, 10, 9, 15, 0)
    clocks.pause_clocks(case, reason="等材料")
    publish_days(city=city, days={dt.date(2026, 10, 12): ("off", "临时放假")}, source="通知")
    clock.set(2026, 10, 10, 9, 0)
    clocks.resume_clocks(case)
    clocks.extend_clock(case.deadlines.open().first(), by_amount=1)
    clock.pass_(days=3)
    publish_days(city=city, days={dt.date(2026, 10, 14): ("off", "又放一天")}, source="通知")
    move_clocks_of_changed_calendars()
    grown = list(Rung.objects.filter(case=case).order_by("pk").values_list("at", "live", "deadline__due_at"))
    for deadline in case.deadlines.open():
        clocks.recompute(deadline, calendar_of(city))
    assert list(Rung.objects.filter(case=case).order_by("pk").values_list("at", "live", "deadline__due_at")) == grown
