"""Clocks begin, stop, pause, resume and grow; red is final; lists show what the clocks say after any sequence."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.calendar import Unit
from casework.models import Deadline, Rung
from casework.refusals import NotNow
from casework.selectors import calendar_of
from casework.services import clocks, doors
from casework.services.calendars import publish_days
from casework.services.follow import move_clocks_of_changed_calendars
from casework.services.rules import switch_off, switch_on
from casework.services.sweep import sweep_deadlines
from tests.casework.strategies import at as local
from workorders.lifecycle import HANDLE, SIGN

# The test's morning is Friday 9 October 2026 10:42; Saturday the 10th is a make-up day.


def rungs(deadline: Deadline) -> list[tuple]:
    return [(rung.name, rung.live, rung.fired_at is not None) for rung in deadline.rungs.order_by("at", "pk")]


def test_a_clock_begins_with_its_whole_ladder(case, sanitation, limit):
    deadline = clocks.start_clock(case, HANDLE, sanitation, limit(5))
    assert deadline.due_at == local(2026, 10, 15, 10, 42)
    assert [name for name, _live, _fired in rungs(deadline)] == [
        "reminder", "reminder", "due", "press", "yellow_card", "red_card",
    ]  # fmt: skip
    assert all(live and not fired for _name, live, fired in rungs(deadline))


def test_a_short_limit_has_the_ladder_of_short_limits(case, sanitation, limit):
    deadline = clocks.start_clock(case, HANDLE, sanitation, limit(1))
    assert [rung.rule.moment for rung in deadline.rungs.order_by("at", "pk")][:2] == ["50%", "80%"]


def test_a_clock_started_again_goes_on_as_it_is(case, sanitation, limit, clock):
    first = clocks.start_clock(case, HANDLE, sanitation, limit(5))
    clock.pass_(hours=2)
    again = clocks.start_clock(case, HANDLE, sanitation, limit(1))
    assert (again.pk, again.due_at, case.deadlines.open().count()) == (first.pk, first.due_at, 1)


def test_the_database_itself_allows_one_open_clock_per_holder_and_stage(case, sanitation, limit):
    deadline = clocks.start_clock(case, HANDLE, sanitation, limit(5))
    twin = {f.attname: getattr(deadline, f.attname) for f in Deadline._meta.fields if f.attname != "id"}
    with pytest.raises(IntegrityError, match="one_open_clock"), transaction.atomic():
        Deadline.objects.create(**twin)


def test_six_departments_of_one_case_have_six_clocks(case, city, limit):
    for department in city.departments.all():
        clocks.start_clock(case, "workorders.handle", department, limit(1))
    assert case.deadlines.open().count() == city.departments.count() > 3
    clocks.stop_clock(case, "workorders.handle", city.departments.first())
    assert case.deadlines.open().count() == city.departments.count() - 1


def test_a_clock_stopped_in_time_is_met_and_its_ladder_silent(case, sanitation, limit, clock):
    deadline = clocks.start_clock(case, HANDLE, sanitation, limit(1))
    clock.pass_(hours=2)
    clocks.stop_clock(case, HANDLE)
    deadline.refresh_from_db()
    assert (deadline.state, deadline.missed_at, deadline.is_open) == ("met", None, False)
    assert not deadline.rungs.filter(live=True).exists()
    clock.pass_(days=30)
    assert not deadline.rungs.exclude(fired_at=None).exists()


@pytest.mark.parametrize("swept", [True, False])
def test_a_clock_stopped_at_its_end_or_later_is_late_whether_or_not_a_sweep_came_by(
    case, sanitation, limit, clock, swept
):
    deadline = clocks.start_clock(case, HANDLE, sanitation, limit(1))
    clock.set(2026, 10, 10, 10, 42)
    if swept:
        sweep_deadlines()
    clocks.stop_clock(case, HANDLE)
    deadline.refresh_from_db()
    assert (deadline.state, deadline.missed_at) == ("late", deadline.due_at)


def test_pausing_keeps_the_working_time_that_is_left(case, sanitation, limit, clock):
    deadline = clocks.start_clock(case, HANDLE, sanitation, limit(1))
    clock.set(2026, 10, 9, 15, 0)  # 2 h 18 min of eight are used
    clocks.pause_clocks(case, reason="等待物业回复")
    clock.set(2026, 10, 14, 9, 0)
    sweep_deadlines()
    clocks.resume_clocks(case)
    deadline.refresh_from_db()
    assert deadline.due_at == local(2026, 10, 14, 16, 42)
    assert deadline.pauses.get().reason == "等待物业回复"
    clock.set(2026, 10, 14, 16, 41)
    sweep_deadlines()
    assert [fired for name, _live, fired in rungs(deadline) if name == "due"] == [False]
    clock.set(2026, 10, 14, 16, 42)
    sweep_deadlines()
    assert [fired for name, _live, fired in rungs(deadline) if name == "due"] == [True]


def test_what_was_due_before_a_pause_fires_in_it_and_nothing_later(case, sanitation, limit, clock):
    deadline = clocks.start_clock(case, HANDLE, sanitation, limit(1))
    clock.set(2026, 10, 9, 17, 0)  # half of it was over at 16:42, and no sweep has come
    clocks.pause_clocks(case, reason="等材料")
    clocks.pause_clocks(case, reason="again: nothing is left to pause")
    clock.pass_(days=20)
    assert [(name, fired) for name, _live, fired in rungs(deadline)] == [
        ("reminder", True), ("reminder", False), ("due", False), ("press", False), ("yellow_card", False),
        ("red_card", False),
    ]  # fmt: skip
    assert deadline.pauses.count() == 1


def test_a_paused_clock_that_is_stopped_is_judged_by_the_moment_it_stood_still(case, sanitation, limit, clock):
    in_time = clocks.start_clock(case, HANDLE, sanitation, limit(1))
    clock.set(2026, 10, 9, 15, 0)
    clocks.pause_clocks(case, reason="等材料")
    clock.pass_(days=20)
    clocks.stop_clock(case, HANDLE)
    in_time.refresh_from_db()
    pause = in_time.pauses.get()
    assert (in_time.state, in_time.missed_at, pause.until) == ("met", None, in_time.ended_at)


def test_red_is_final_for_a_clock_that_was_paused_after_its_end(case, sanitation, limit, clock):
    deadline = clocks.start_clock(case, HANDLE, sanitation, limit(1))
    clock.set(2026, 10, 10, 15, 0)  # due at 10:42, and no sweep has come
    clocks.pause_clocks(case, reason="太晚了")
    clock.pass_(days=3)
    clocks.resume_clocks(case)
    deadline.refresh_from_db()
    assert deadline.due_at == deadline.missed_at == local(2026, 10, 10, 10, 42)
    assert case.rung == "press"
    clocks.stop_clock(case, HANDLE)
    deadline.refresh_from_db()
    assert deadline.state == "late"


def test_red_is_final_for_an_extension(case, sanitation, limit, clock):
    deadline = clocks.start_clock(case, HANDLE, sanitation, limit(1))
    clock.set(2026, 10, 10, 10, 42)
    with pytest.raises(NotNow):
        clocks.extend_clock(deadline, by_amount=3)
    deadline.refresh_from_db()
    assert (deadline.amount, deadline.due_at) == (1, local(2026, 10, 10, 10, 42))


def test_an_extended_clock_has_its_time_and_a_later_ladder(case, sanitation, limit, clock):
    deadline = clocks.start_clock(case, HANDLE, sanitation, limit(1))
    clocks.extend_clock(deadline, by_amount=1)
    deadline.refresh_from_db()
    case.refresh_from_db()
    assert deadline.due_at == case.due_at == local(2026, 10, 12, 10, 42)
    clock.set(2026, 10, 10, 12, 0)
    sweep_deadlines()
    assert not deadline.rungs.filter(name="due").exclude(fired_at=None).exists()


def test_a_paused_clock_may_be_extended_and_still_stands(case, sanitation, limit, clock):
    deadline = clocks.start_clock(case, HANDLE, sanitation, limit(1))
    clock.set(2026, 10, 9, 17, 0)
    clocks.pause_clocks(case, reason="等材料")
    clock.pass_(days=4)  # long past what its end was
    clocks.extend_clock(deadline, by_amount=1)
    deadline.refresh_from_db()
    assert (deadline.state, deadline.missed_at, deadline.rungs.filter(live=True).count()) == ("paused", None, 0)
    clock.set(2026, 10, 14, 9, 0)
    clocks.resume_clocks(case)
    deadline.refresh_from_db()
    # Sixteen hours less the 4 h 18 min that were used.
    assert deadline.due_at == local(2026, 10, 15, 14, 42) + dt.timedelta(hours=-1, minutes=60)


def test_an_ended_clock_cannot_be_extended(case, sanitation, limit):
    deadline = clocks.start_clock(case, HANDLE, sanitation, limit(1))
    clocks.stop_clock(case, HANDLE)
    with pytest.raises(NotNow):
        clocks.extend_clock(deadline, by_amount=1)


def test_only_the_named_stage_is_paused_and_resumed(case, sanitation, limit):
    clocks.start_clock(case, HANDLE, sanitation, limit(5))
    clocks.start_clock(case, SIGN, sanitation, limit(1, Unit.WORK_HOUR, SIGN))
    clocks.pause_clocks(case, reason="等材料", clock=HANDLE)
    assert {d.clock: d.state for d in case.deadlines.open()} == {HANDLE: "paused", SIGN: "running"}
    assert (case.paused, case.due_clock) == (False, SIGN)
    clocks.stop_clock(case, SIGN)
    assert (case.paused, case.due_clock, case.due_at) == (True, HANDLE, None)


def test_a_final_step_drops_what_nobody_is_asked_for_any_more(order_at, cast, clock):
    order = order_at("dispatched")
    clock.pass_(hours=4, sweep=False)  # the hour to sign is over, the time to handle is not
    with transaction.atomic():
        clocks.drop_clocks(doors.lock(order))
    assert {d.clock: d.state for d in order.deadlines.exclude(state="met")} == {SIGN: "late", HANDLE: "dropped"}


# --- whatever happens, in whatever order -----------------------------------------------------------------------------

actions = st.lists(
    st.one_of(
        st.tuples(st.just("pass"), st.integers(5, 3_000)),
        st.tuples(st.just("start"), st.sampled_from(["sanitation", "housing"]),
                  st.sampled_from([(1, Unit.WORK_DAY), (5, Unit.WORK_DAY), (3, Unit.WORK_HOUR), (1, Unit.NATURAL_DAY)]),
                  ),
        st.tuples(st.just("stop"), st.sampled_from(["sanitation", "housing"])),
        st.tuples(st.just("pause")),
        st.tuples(st.just("resume")),
        st.tuples(st.just("extend"), st.sampled_from([0.5, 2])),
        st.tuples(st.just("day"), st.integers(0, 20), st.sampled_from(["off", "work"])),
        st.tuples(st.just("follow")),
        st.tuples(st.just("rule"), st.booleans()),
        st.tuples(st.just("sweep")),
    ),
    min_size=4, max_size=16,
)  # fmt: skip


class World:
    """One case, two departments, and everything that may happen to its clocks."""

    def __init__(self, case, clock, city, departments, limit):
        self.case, self.clock, self.city, self.departments, self.limit = case, clock, city, departments, limit
        self.missed = {}

    def act(self, name, *words):
        self.case = doors.lock(self.case)
        getattr(self, f"do_{name}")(*words)

    def do_pass(self, minutes):
        self.clock.pass_(minutes=minutes, sweep=False)

    def do_start(self, part, length):
        clocks.start_clock(self.case, HANDLE, self.departments[part], self.limit(*length))

    def do_stop(self, part):
        clocks.stop_clock(self.case, HANDLE, self.departments[part])

    def do_pause(self):
        clocks.pause_clocks(self.case, reason="等")

    def do_resume(self):
        clocks.resume_clocks(self.case)

    def do_extend(self, amount):
        for deadline in self.case.deadlines.open():
            try:
                clocks.extend_clock(deadline, by_amount=amount)
            except NotNow:
                continue

    def do_day(self, ahead, kind):
        day = self.clock.now.date() + dt.timedelta(days=ahead)
        publish_days(city=self.city, days={day: (kind, "临时")}, source="test")

    def do_follow(self):
        move_clocks_of_changed_calendars()

    def do_rule(self, on):
        rule = self.case.rulebook.ladder.get(clock=HANDLE, name="yellow_card")
        (switch_on if on else switch_off)(rule)

    def do_sweep(self):
        sweep_deadlines()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(actions)
def test_after_any_sequence_lists_show_what_the_clocks_say_and_red_stays_red(
    report, city, clock, sanitation, housing, limit, face_of, face_shown, actions
):
    began = clock.now
    with transaction.atomic():
        world = World(report(), clock, city, {"sanitation": sanitation, "housing": housing}, limit)
        red, ended = {}, {}
        for action in actions:
            world.act(*action)
            case = world.case
            assert face_shown(case) == face_of(case), action
            for deadline in case.deadlines.all():
                assert red.get(deadline.pk, deadline.missed_at) == deadline.missed_at, action
                assert ended.get(deadline.pk, deadline.state) == deadline.state, action
                if deadline.missed_at:
                    red[deadline.pk] = deadline.missed_at
                    assert deadline.due_at == deadline.missed_at, action
                if not deadline.is_open:
                    ended[deadline.pk] = deadline.state
                    assert deadline.state != "met" or deadline.missed_at is None
            may_not = Rung.objects.filter(case=case, live=True).exclude(deadline__state__in=["running", "paused"])
            assert not may_not.exists(), action
        clock._go(began)
        transaction.set_rollback(True)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(actions)
def test_a_full_rebuild_gives_what_grew_step_by_step(report, city, clock, sanitation, housing, limit, actions):
    began = clock.now
    with transaction.atomic():
        world = World(report(), clock, city, {"sanitation": sanitation, "housing": housing}, limit)
        for action in actions:
            world.act(*action)
        world.act("follow")
        grown = moments_of(world.case)
        calendar = calendar_of(city)
        for deadline in world.case.deadlines.open():
            clocks.recompute(deadline, calendar)
        assert moments_of(world.case) == grown
        clock._go(began)
        transaction.set_rollback(True)


def moments_of(case) -> list:
    clocks_now = case.deadlines.order_by("pk").values_list("pk", "due_at", "missed_at", "state", "calendar_version")
    return [
        list(clocks_now),
        list(Rung.objects.filter(case=case).order_by("pk").values_list("pk", "at", "live", "fired_at")),
    ]
