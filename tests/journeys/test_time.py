"""Stories of time: more of it, time that stands still, and what follows when nobody keeps it."""

from __future__ import annotations

import datetime as dt

import pytest

from casework.selectors import broken_chains
from tests.journeys.telling import clock_of, history
from workorders.services import applications

WHY = {"reason": "project", "words": "纳入管网改造一期，需等开挖许可。"}


@pytest.fixture
def leak(desk, cast, unit):
    """A leak in the housing estate, in the sanitation station's hands."""
    order = desk(cast.worker).reports("沿街管道渗漏。", category="060402")
    desk(cast.dispatcher).takes(order, "accept").takes(order, "dispatch", department=unit("sanitation"))
    desk(cast.officer).takes(order, "sign_for")
    return order


def granted(desk, cast, order) -> None:
    desk(cast.officer).takes(order, "ask_longer", **WHY)
    desk(cast.duty_chief).misses(order, "to_decide")
    desk(cast.head).finds(order, "to_endorse").takes(order, "endorse")
    desk(cast.duty_chief).finds(order, "to_decide").takes(order, "lengthen", answer="同意延期一个时限。").sees(
        "批准延期"
    )


def test_more_time_is_granted_twice_and_never_a_third_time(desk, cast, leak):
    """延期: asked before the deadline, endorsed inside, decided by the centre; whoever reported reads why."""
    handle = leak.deadlines.get(clock="workorders.handle")
    due = [handle.due_at]
    for _time in range(2):
        granted(desk, cast, leak)
        handle.refresh_from_db()
        due.append(handle.due_at)
    assert due == sorted(set(due))
    desk(cast.worker).opens(leak).sees("纳入管网改造一期", "同意延期一个时限")
    desk(cast.officer).is_refused(leak, "ask_longer", "两次", **WHY)
    assert (history(leak).count("lengthened"), clock_of(leak, "decide")) == (2, "met")


def test_a_parked_order_is_reviewed_every_month_and_goes_on_by_itself(desk, cast, leak, clock):
    desk(cast.officer).takes(leak, "ask_parking", **WHY, measures="先封堵渗漏点。", until=dt.date(2026, 12, 31))
    desk(cast.head).takes(leak, "endorse")
    desk(cast.duty_chief).takes(leak, "park", answer="同意挂账。").finds(leak, "parked").opens(leak).sees(
        "先封堵渗漏点"
    )
    assert (leak.status, clock_of(leak, "handle"), clock_of(leak, "review")) == ("parked", "paused", "running")
    clock.pass_(days=29)
    desk(cast.duty_chief).finds(leak, "mine").takes(leak, "review", note="许可仍在办理，继续挂账。").sees(
        "许可仍在办理"
    )
    clock.pass_(days=31)
    desk(cast.duty_chief).takes(leak, "review", note="许可下周可取。")
    reviews = leak.deadlines.filter(clock="workorders.review").order_by("pk")
    assert [row.state for row in reviews] == ["met", "late", "running"]

    clock.set(2026, 12, 31, 0, 5)
    assert (applications.resume_parked(), applications.resume_parked()) == (1, 0)
    desk(cast.officer).finds(leak, "mine").opens(leak).sees("处置中", "系统恢复办理")
    assert (clock_of(leak, "handle"), clock_of(leak, "review")) == ("running", "dropped")
    assert not leak.presses.exists()


@pytest.mark.mechanism("3-14")
def test_a_missed_clock_goes_from_press_to_cards_to_a_decision_of_discipline_inspection(desk, cast, leak, clock, unit):
    """一网联动: nobody need complain; each rung comes by itself and once, and what is decided, people decide."""
    handle = leak.deadlines.get(clock="workorders.handle")
    clock._go(handle.due_at.astimezone(clock.now.tzinfo))
    clock.pass_(minutes=1)
    desk(cast.supervisor).finds(leak, "pressed").misses(leak, "cards").opens(leak).sees("普通督办")
    desk(cast.officer).finds(leak, "late")
    clock.pass_(days=2)
    desk(cast.supervisor).finds(leak, "cards").opens(leak).sees("黄牌")
    desk(cast.inspector).misses(leak, "clues")
    clock.pass_(days=6)
    assert sorted(leak.presses.values_list("level", flat=True)) == [1, 2, 3]
    desk(cast.inspector).finds(leak, "clues").opens(leak).sees("红牌", "线索")

    clue = leak.clues.get()
    verbs = {event.seq: event.verb for event in leak.events.all()}
    assert (clue.reason, clue.department) == ("red_card", unit("sanitation"))
    assert {"deadline_missed", "red_card_given"} <= {verbs[seq] for seq in clue.evidence}
    desk(cast.supervisor).is_refused(leak, "decide_clue", decision="不该由督查定。")
    desk(cast.inspector).takes(leak, "decide_clue", decision="约谈环卫所负责人。").sees("约谈环卫所负责人")
    desk(cast.inspector).misses(leak, "clues").finds(leak, "clues_decided")
    desk(cast.officer).opens(leak).sees("录入线索处理决定").sees_nothing_of("约谈环卫所负责人")
    assert broken_chains() == []


def test_a_press_by_hand_wants_an_answer_is_never_repeated_and_never_downgraded(desk, cast, leak):
    office = desk(cast.supervisor).takes(leak, "press", level=2, words="三日内办结并书面说明。").sees("黄牌")
    office.is_refused(leak, "press", "不重复", level=1, words="再催一次。")
    office.finds(leak, "unanswered")
    desk(cast.officer).finds(leak, "to_answer").takes(leak, "answer_press", reply="今日已进场。").sees("今日已进场")
    assert clock_of(leak, "reply") == "met"
    office.misses(leak, "unanswered").takes(leak, "lift_press", reason="已进场。").sees("已进场")
    office.misses(leak, "pressed")


def test_three_reworks_make_a_problem_order(desk, cast, leak):
    officer, worker = desk(cast.officer), desk(cast.worker)
    for time in range(3):
        assert not leak.problem
        officer.takes(leak, "finish", result=f"第 {time + 1} 次修补。")
        worker.takes(leak, "rework", words="还在漏。").sees("返工")
    assert (leak.status, leak.reworks, leak.problem) == ("handling", 3, True)
    desk(cast.supervisor).finds(leak, "problem").opens(leak).sees("转派 0 次，返工 3 次，提级督办")
    officer.finds(leak, "to_answer").takes(leak, "finish", result="整段换管。")
    worker.takes(leak, "verify").sees("待结案")
    assert [row.state for row in leak.deadlines.filter(clock="workorders.handle").order_by("pk")] == ["met"] * 4


def test_the_clock_that_nobody_keeps_at_the_centre_is_seen_by_its_own_chief(desk, cast, clock):
    """受理 15 分钟: the centre's own lateness is on record like anybody's."""
    heap = desk(cast.worker).reports("3 号楼前垃圾外露。")
    clock.pass_(minutes=20)
    desk(cast.duty_chief).finds(heap, "late").opens(heap).sees("「受理」超时")
    desk(cast.dispatcher).takes(heap, "accept").sees("待派遣")
    assert (clock_of(heap, "accept"), clock_of(heap, "dispatch")) == ("late", "running")
