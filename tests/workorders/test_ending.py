"""After the work: rework, call-back, the citizen's word, and what a poor word brings about at once."""

import pytest

from casework.refusals import NotNow
from workorders.models import Clue
from workorders.services import ending, orders
from workorders.services.steps import STEPS

RESIDENT = {"name": "李秋分", "phone": "13800001234"}


@pytest.fixture
def closed(order_at):
    """A resident's order, closed: somebody waits to be called."""
    return lambda: order_at("closed", source="resident", reporter=RESIDENT)


def test_not_done_it_goes_back_with_a_clock_of_its_own_and_the_first_round_stays(order_at, cast, picture):
    order = ending.rework(order_at("finished"), by=cast.worker, words="角落还有。", pictures=[picture])
    assert (order.status, order.reworks, order.result) == ("handling", 1, "已清运。")
    assert [row.state for row in order.deadlines.filter(clock="workorders.handle")] == ["met", "running"]
    assert [row.outcome for row in order.checks.all()] == ["not_done"]


def test_three_reworks_make_a_problem_order(order_at, cast, ways):
    order = order_at("finished")
    for round_ in (1, 2, 3):
        order = ending.rework(order, by=cast.worker, words="还没好。")
        assert (order.problem, order.reworks) == (round_ == 3, round_)
        order = ways.take(order, "finish")
    assert order.presses.get().reason == "problem"
    # It asks for a reply in writing, so there is a clock for it.
    assert order.deadlines.filter(clock="workorders.reply").exists()


@pytest.mark.mechanism("1-6")
def test_closed_solved_and_satisfied_are_three_things(closed, cast):
    order = closed()
    assert (order.status, order.solved, order.satisfied) == ("closed", None, None)
    order = ending.record_rating(order, by=cast.dispatcher, solved=True, satisfied=False, words="太慢了")
    assert (order.status, order.solved, order.satisfied) == ("rated", True, False)
    assert order.closed_at is not None


def test_a_closed_order_of_a_citizen_has_a_clock_for_the_call(closed, cast, order_at):
    assert closed().deadlines.open().get().clock == "workorders.call_back"
    assert not order_at("closed").deadlines.open().exists()


def test_two_calls_in_vain_leave_it_unrated_which_is_a_state_of_its_own(closed, cast):
    order = ending.call(closed(), by=cast.dispatcher)
    assert (order.status, order.calls) == ("closed", 1)
    order = ending.call(order, by=cast.dispatcher)
    assert (order.status, order.stars, order.solved) == ("unrated", None, None)
    assert order.ratings.count() == 0
    assert order.deadlines.get(clock="workorders.call_back").state == "met"
    with pytest.raises(NotNow):
        orders.rate(order, by=cast.worker, stars=5, solved=True)


@pytest.mark.mechanism("3-17")
@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"stars": 4, "solved": False}, Clue.Reason.UNSOLVED),
        ({"stars": 1, "solved": True}, Clue.Reason.DISSATISFIED),
        ({"stars": 5, "solved": True}, None),
    ],
)
def test_a_poor_word_puts_the_case_before_discipline_inspection_at_once(order_at, cast, said, reason):
    order = orders.rate(order_at("closed"), by=cast.worker, **said)
    assert [clue.reason for clue in order.clues.all()] == ([reason] if reason else [])
    if reason:
        clue = order.clues.get()
        assert order.events.get(seq=clue.evidence[-1]).verb == "rated"
        assert clue.department == order.department


def test_taken_up_again_the_earlier_rating_stays_on_record(closed, cast, ways):
    order = ending.record_rating(closed(), by=cast.dispatcher, solved=False, satisfied=False)
    order = ending.redo(order, by=cast.dispatcher, words="群众反映未清净。")
    assert (order.status, order.closed_at, order.solved, order.reworks) == ("handling", None, None, 1)
    assert order.parts.present().get(role="lead").department == order.department
    for step in ("finish", "verify", "close"):
        order = ways.take(order, step)
    order = ending.record_rating(order, by=cast.dispatcher, solved=True, satisfied=True)
    assert [(row.round, row.solved) for row in order.ratings.all()] == [(1, False), (2, True)]


def test_what_the_grid_settled_itself_is_not_redone_by_nobody(report, cast, picture):
    order = STEPS["settle"](report(), by=cast.worker, result="已清。", pictures=[picture])
    with pytest.raises(Exception, match="没有部门承办"):
        ending.redo(order, by=cast.dispatcher, words="还在")
    order.refresh_from_db()
    assert order.status == "closed"
