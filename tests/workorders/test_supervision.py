"""Press: by the ladder and by hand, never twice the same, never down; and the clue that follows a red card."""

import pytest
from django.core.exceptions import ValidationError

from casework.refusals import NotFound, NotNow, NotYours
from casework.services.sweep import sweep_deadlines
from workorders.models import Clue, Press
from workorders.services import clues, ending, supervision


def levels(order) -> list[int]:
    return list(order.presses.values_list("level", flat=True))


def test_the_ladder_presses_once_a_level_however_often_it_sweeps(order_at, clock):
    order = order_at("handling")
    clock.pass_(days=20)
    for _again in range(3):
        sweep_deadlines()
    assert levels(order) == [Press.Level.ORDINARY, Press.Level.YELLOW, Press.Level.RED]
    assert [clue.reason for clue in order.clues.all()] == [Clue.Reason.RED_CARD]


def test_a_press_by_hand_is_neither_repeated_nor_downgraded(order_at, cast):
    order = supervision.press(order_at("handling"), by=cast.supervisor, level=2, words="限三日内办结。")
    for level in (1, 2):
        with pytest.raises(NotNow):
            supervision.press(order, by=cast.supervisor, level=level, words="再催一次。")
    order = supervision.press(order, by=cast.supervisor, level=3, words="仍未办结。")
    assert levels(order) == [2, 3]


def test_the_ladder_gives_nothing_below_what_stands(order_at, cast, clock):
    order = supervision.press(order_at("handling"), by=cast.supervisor, level=3, words="立即办。")
    clock.pass_(days=20)
    assert levels(order) == [3]


def test_late_a_second_time_it_is_red_at_once(order_at, cast, clock, ways):
    order = order_at("handling")
    clock.pass_(days=5)
    handle = order.deadlines.get(clock="workorders.handle")
    assert handle.missed_at is not None
    order = ways.take(order, "finish")
    for _press in order.presses.all():
        order = supervision.lift_press(order, by=cast.supervisor, reason="已办结")
    order = ending.rework(order, by=cast.worker, words="还没好。")
    second = order.deadlines.get(clock="workorders.handle", ended_at=None)
    clock._go(second.due_at)
    sweep_deadlines()
    assert order.presses.filter(lifted_at=None).order_by("-level").first().level == Press.Level.RED


def test_a_reply_is_written_by_the_pressed_unit_against_a_clock(order_at, cast):
    order = supervision.press(order_at("handling"), by=cast.supervisor, level=1, words="说明原因。")
    assert order.deadlines.open().get(clock="workorders.reply").department == order.department
    with pytest.raises(NotYours):
        supervision.answer_press(order, by=cast.officer_b, reply="不归我们")
    order = supervision.answer_press(order, by=cast.officer, reply="车辆检修，明日清运。")
    assert order.presses.get().reply == "车辆检修，明日清运。"
    assert order.deadlines.get(clock="workorders.reply").state == "met"
    with pytest.raises(NotFound):
        supervision.answer_press(order, by=cast.officer, reply="再答一次")


def test_lifting_is_the_only_way_down_and_says_why(order_at, cast):
    order = supervision.press(order_at("handling"), by=cast.supervisor, level=2, words="限期。")
    with pytest.raises(ValidationError):
        supervision.lift_press(order, by=cast.supervisor, reason="")
    order = supervision.lift_press(order, by=cast.supervisor, reason="误发")
    assert supervision.highest_press(order) == 0
    assert not order.deadlines.open().filter(clock="workorders.reply").exists()
    assert levels(supervision.press(order, by=cast.supervisor, level=1, words="普通督办")) == [2, 1]


def test_a_clue_carries_the_events_that_show_it_and_people_decide(order_at, cast, clock):
    order = order_at("handling")
    clock.pass_(days=5)
    with pytest.raises(ValidationError):
        clues.file_clue(order, by=cast.supervisor, reason="shirked", words=" ")
    order = clues.file_clue(order, by=cast.supervisor, reason="shirked", words="三次退回，均无依据。")
    clue = order.clues.get(reason="shirked")
    shown = {order.events.get(seq=seq).verb for seq in clue.evidence}
    assert {"deadline_missed", "press_given"} <= shown
    assert clue.chain == order.events.get(seq=order.event_count - 1).hash
    with pytest.raises(NotYours):
        clues.decide_clue(order, by=cast.supervisor, decision="处分")
    order = clues.decide_clue(order, by=cast.inspector, clue=clue, decision="予以提醒谈话。")
    assert order.clues.get(reason="shirked").decided_by == cast.inspector
    # What was decided about people stands in no event: everybody who sees the order reads those.
    assert not order.events.filter(note__contains="谈话").exists()


@pytest.mark.mechanism("1-4")
@pytest.mark.mechanism("1-41")
def test_key_hard_hot_and_early_signs_are_tagged(order_at, cast):
    order = supervision.tag(order_at("accepted"), by=cast.dispatcher, tags=["hot", "key"], early_sign=True)
    assert (order.tags, order.early_sign) == (["key", "hot"], True)
    with pytest.raises(ValidationError):
        supervision.tag(order, by=cast.dispatcher, tags=["boiling"])
