"""What may happen next: the table is kept by everybody, and whoever leaves it leaves no trace."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.actors import SYSTEM
from casework.lifecycle import Lifecycle, Step, all_lifecycles, lifecycle_of
from casework.models import Deadline, Event, Rung
from casework.refusals import NotFound, NotNow, NotYours, Refusal
from casework.selectors import available_steps, broken_chains
from casework.services.doors import allowed_step, lock, take_step
from grids.once import asked_once
from workorders.lifecycle import WORK_ORDER

STATUSES = list(WORK_ORDER.statuses)
DESK = {"dispatcher", "duty_chief"}
GRID = {"worker", "community", "secretary"}
CENTRE = {"duty_chief", "director"}
PRESSING = {"duty_chief", "director", "secretary", "supervisor"}
SANITATION = {"officer", "head"}
LOOKING = {*GRID, *DESK, "director"}
REPORTING = {"worker"}
NOBODY: set[str] = set()
# Who may take which step of an order in the worker's grid, once it lies with the sanitation station.
ABLE = {
    **dict.fromkeys(
        ["accept", "refuse", "ask_check", "join", "part", "dispatch", "offer", "recall", "question", "close", "call",
         "record_rating", "redo", "tag"], DESK,
    ),
    **dict.fromkeys(["check", "verify", "rework"], LOOKING),
    **dict.fromkeys(["keep", "settle", "pass_up"], GRID),
    **dict.fromkeys(["rate", "withdraw"], REPORTING),
    **dict.fromkeys(
        ["sign_for", "hold_on", "let_go", "contact", "plan", "progress", "hand_to", "take_back", "finish", "release",
         "send_back", "ask_longer", "ask_parking", "answer_press"], SANITATION,
    ),
    "endorse": {"head"},
    # Only whom it was offered to, and only who assists: nobody else of the house.
    "claim": set(), "sign_assist": set(), "assist": set(),
    **dict.fromkeys(["uphold", "grant", "name_owner", "lengthen", "park", "decline", "review", "resume"], CENTRE),
    **dict.fromkeys(["press", "lift_press", "file_clue"], PRESSING),
    "decide_clue": {"inspector"},
    # The system's alone.
    **dict.fromkeys(["lapse", "refer", "close_along", "leave_unrated", "become_problem", "stand_by", "dispatch_on", "sign_on",
                   "handle_on"], NOBODY),
}  # fmt: skip


def everything(order):
    """All that is known of a case, to the last rung."""
    order.refresh_from_db()
    face = (order.status, order.closed_at, order.lamp, order.due_at, order.event_count, order.last_hash)
    return (
        face,
        list(Event.objects.filter(case=order).values()),
        list(Deadline.objects.filter(case=order).values()),
        list(Rung.objects.filter(case=order).values()),
    )


@pytest.mark.parametrize("status", STATUSES)
@asked_once()
def test_every_step_out_of_its_place_or_by_the_wrong_person_is_refused_and_leaves_no_trace(status, order_at, cast):
    """Everybody asks the door for every step; one of them, another at each step, goes through it and is turned back."""
    order = lock(order_at(status))
    before = everything(order)
    for turn, step in enumerate(WORK_ORDER.steps):
        refused = {}
        for part, person in vars(cast).items():
            may, now = part in ABLE[step.name], status in step.from_
            # Before dispatch no department holds the order, so its people are strangers to it.
            if part in SANITATION and order.department is None:
                may = False
            if part in SANITATION and step.name == "claim":
                may = order.parts.present().filter(role="offered").exists()
            if may and now:
                continue
            refused[part] = NotNow if may else NotYours
            with pytest.raises(refused[part]):
                allowed_step(order, step.name, person)
        part = list(refused)[turn % len(refused)]
        with pytest.raises(refused[part]):
            take_step(order, step.name, by=getattr(cast, part), note="不该留下")
    assert everything(order) == before


@pytest.mark.parametrize("status", STATUSES)
def test_the_system_may_do_all_yet_not_out_of_its_place(status, order_at):
    order = order_at(status)
    before = everything(order)
    for step in WORK_ORDER.steps:
        if status not in step.from_:
            with pytest.raises(NotNow):
                take_step(order, step.name, by=SYSTEM)
    assert everything(order) == before


def test_a_step_that_does_not_exist_is_not_found(order_at, cast):
    order = order_at("reported")
    before = everything(order)
    with pytest.raises(NotFound):
        take_step(order, "burn", by=SYSTEM)
    assert everything(order) == before


def test_a_step_without_a_permission_belongs_to_the_system_alone(order_at, cast, monkeypatch):
    table = Lifecycle(
        kind="workorder", prefix="GD", statuses=WORK_ORDER.statuses, final=WORK_ORDER.final, opening="reported",
        opened="reported", steps=(Step("expire", "Expire", ("reported",), "refused", "expired"),),
    )  # fmt: skip
    monkeypatch.setitem(__import__("casework.lifecycle").lifecycle._lifecycles, "workorder", table)
    order = order_at("reported")
    for person in vars(cast).values():
        assert available_steps(order, person) == []
        with pytest.raises(NotYours):
            take_step(order, "expire", by=person)
    assert take_step(order, "expire", by=SYSTEM).status == "refused"


def test_the_buttons_of_everybody_are_the_steps_that_the_door_lets_through(order_at, cast):
    for status in STATUSES:
        order = order_at(status)
        for person in vars(cast).values():
            offered = {step.name for step in available_steps(order, person)}
            here = WORK_ORDER.leaving(status)  # the others are refused to everybody: the test above
            assert offered == {step.name for step in here if lets_through(order, step.name, person)}


class Undo(Exception):
    """Takes a tried step back."""


def lets_through(order, name, person) -> bool:
    """Whoever the door refuses when asked is not sent through it: that is the first test's."""
    try:
        allowed_step(order, name, person)
        with transaction.atomic():
            take_step(order, name, by=person)
            raise Undo
    except Undo:
        return True
    except Refusal:
        return False


PARTS = [
    "worker",
    "worker2",
    "dispatcher",
    "secretary",
    "officer",
    "officer_b",
    "supervisor",
    "leader",
    "outsider",
    "SYSTEM",
]
walks = st.lists(
    st.tuples(st.sampled_from([step.name for step in WORK_ORDER.steps] + ["burn"]), st.sampled_from(PARTS)), max_size=25
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(walks)
def test_no_walk_of_anybody_ever_leaves_the_table(report, cast, sanitation, walk):
    order = report()
    for name, part in walk:
        person = SYSTEM if part == "SYSTEM" else getattr(cast, part)
        changes = {"department": sanitation} if name == "dispatch" else {}
        try:
            order = take_step(order, name, by=person, **changes)
        except Refusal:
            continue
    events = list(order.events.order_by("seq"))
    taken = {(step.past, source, step.to or source) for step in WORK_ORDER.steps for source in step.from_}
    assert {(event.verb, event.before, event.after) for event in events[1:]} <= taken
    assert [event.before for event in events[1:]] == [event.after for event in events[:-1]]
    assert events[-1].after == order.status
    assert (order.closed_at is not None) == (order.status in WORK_ORDER.final)
    assert order.closed_at is None or not order.deadlines.open().exists()
    assert broken_chains() == []


def test_every_status_can_be_reached_and_every_open_one_left():
    for life in all_lifecycles():
        reached, found = {life.opening}, True
        while found:
            found = {step.to for status in reached for step in life.leaving(status) if step.to} - reached
            reached |= found
        assert reached == set(life.statuses)
        assert all(life.leaving(status) for status in set(life.statuses) - life.final)


def test_each_status_has_at_most_one_main_action_for_each_side():
    for life in all_lifecycles():
        for status in life.statuses:
            main = [step.role for step in life.leaving(status) if step.main]
            assert len(set(main)) == len(main), status


def test_a_table_that_names_an_unknown_status_is_refused_when_it_is_written():
    with pytest.raises(ValueError, match="go names unknown statuses"):
        Lifecycle("x", "X", {"a": "A"}, frozenset(), (Step("go", "Go", ("a",), "b", "gone"),), "a", "opened")


def test_a_kind_is_found_by_its_name():
    assert lifecycle_of("workorder") is WORK_ORDER
    assert WORK_ORDER in all_lifecycles()
