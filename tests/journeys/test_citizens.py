"""Stories of who calls, complains, informs, and is asked at the end whether it is solved."""

from __future__ import annotations

import pytest

from casework.selectors import broken_chains
from tests.journeys.telling import clock_of, history

CALLER = {"reporter_name": "欧阳若兰", "reporter_phone": "10000005678"}
OTHER = {"reporter_name": "司徒静", "reporter_phone": "10000009999"}
HOTLINE = {"source": "96118", **CALLER}


def handled(desk, cast, order, department, officer) -> None:
    """From the desk to the closing, by those whose turn it is."""
    desk(cast.dispatcher).takes(order, "accept").takes(order, "dispatch", department=department)
    desk(officer).takes(order, "sign_for").takes(order, "finish", result="已清运。")
    desk(cast.worker).takes(order, "verify")
    desk(cast.dispatcher).takes(order, "close")


@pytest.mark.mechanism("3-15", "0-16")
def test_a_call_to_the_hotline_and_first_contact_within_a_day(desk, cast, appoint, unit, clock):
    operator = appoint("尤小雪", "hotline_operator", area="120106990")
    call = desk(operator).reports("楼下垃圾三天没人清。", **HOTLINE, service="other")
    desk(operator).sees("96118民生服务热线", "首问负责人", "尤小雪").finds(call, "taken")
    desk(cast.dispatcher).looks_at(view="new", source="96118").sees(call.number)
    desk(cast.dispatcher).takes(call, "accept").takes(call, "dispatch", department=unit("sanitation"))
    officer = desk(cast.officer).takes(call, "sign_for")
    assert (clock_of(call, "contact"), clock_of(call, "handle")) == ("running", "running")
    clock.pass_(hours=2)
    officer.takes(call, "contact", note="下午四点前清完。").sees("已联系诉求人", "下午四点前清完")
    assert clock_of(call, "contact") == "met"
    assert "contact" not in officer.may(call)
    officer.takes(call, "finish", result="已清运。")
    assert (clock_of(call, "handle"), clock_of(call, "sign")) == ("met", "met")
    desk(operator).opens(call).sees("待核实", "下午四点前清完")


@pytest.mark.mechanism("2-27")
def test_nobody_calls_the_citizen_back_within_a_day_and_the_clock_says_so(desk, cast, unit, clock):
    call = desk(cast.dispatcher).reports("楼下漏水。", category="060301", **HOTLINE)
    desk(cast.dispatcher).takes(call, "accept").takes(call, "dispatch", department=unit("housing"))
    desk(cast.officer_b).takes(call, "sign_for")
    clock.pass_(hours=25)
    desk(cast.officer_b).finds(call, "late").opens(call).sees("「首次联系」超时")
    desk(cast.officer_b).takes(call, "contact", note="已致歉并约定上门。")
    assert clock_of(call, "contact") == "late"


def test_a_tip_off_whose_reporter_the_accused_never_learns(desk, cast, unit):
    """举报: hidden from the accused and from who handles it; the accused department cannot be given the order."""
    tip = desk(cast.worker2).reports(
        "环卫所收钱不清运。", source="resident", nature="tip_off", accused_department=unit("sanitation"), **CALLER
    )
    centre = desk(cast.dispatcher).takes(tip, "accept").sees("欧＊＊")
    centre.is_refused(tip, "dispatch", "回避", department=unit("sanitation"))
    centre.is_refused(tip, "offer", "回避", departments=[unit("sanitation"), unit("housing")])
    centre.takes(tip, "dispatch", department=unit("housing"))
    desk(cast.officer).cannot_open(tip).misses(tip, "open")
    handler = desk(cast.officer_b).takes(tip, "sign_for").opens(tip)
    handler.sees("已隐去").sees_nothing_of("欧", "5678", "首问负责人")
    handler.takes(tip, "finish", result="已约谈并整改。")
    for person in (cast.officer, cast.officer_b):
        desk(person).looks_at(q="欧阳若兰").sees_nothing_of(tip.number)


def test_a_complaint_against_a_colleague_who_can_neither_read_who_nor_touch_it(desk, cast):
    said = {"source": "resident", "nature": "complaint", "accused_person": cast.dispatcher.username}
    complaint = desk(cast.worker).reports("受理时态度差。", **said, **CALLER)
    accused = desk(cast.dispatcher).opens(complaint).sees_nothing_of("欧", "首问负责人", "5678")
    assert accused.may(complaint) == set()
    accused.is_refused(complaint, "accept")
    assert complaint.status == "reported"
    desk(cast.duty_chief).takes(complaint, "accept").sees("欧＊＊")


def test_two_residents_report_one_thing_joined_and_taken_apart_each_rates_for_himself(desk, cast, unit):
    """事项: nobody's report is lost in another's; what turns out to be another thing goes its own way again."""
    worker, centre = desk(cast.worker), desk(cast.dispatcher)
    first = worker.reports("3 号楼前垃圾满溢。", source="resident", **CALLER)
    second = worker.reports("楼前臭气熏天。", source="resident", **OTHER)
    third = worker.reports("装修垃圾堆在后门。", source="resident", new_facts=True, **OTHER)
    centre.takes(first, "accept")
    for order in (second, third):
        centre.takes(order, "join", lead=first.number).sees(f"并入 {first.number}", "同一事项")
    assert (second.status, clock_of(second, "accept")) == ("joined", "met")
    centre.takes(third, "part", note="另一处，另一件事。").sees(f"从 {first.number} 中拆出", "待派遣")

    centre.takes(first, "dispatch", department=unit("sanitation"))
    desk(cast.officer).takes(first, "sign_for").takes(first, "finish", result="已清运并加密班次。")
    worker.takes(first, "verify")
    centre.takes(first, "close").sees(second.number)
    for order in (second, third):
        order.refresh_from_db()
    assert (first.status, second.status, third.status) == ("closed", "closed", "accepted")
    worker.opens(second).sees("已结案", "已清运并加密班次")
    centre.takes(first, "record_rating", solved=True, satisfied=True).sees("已解决，满意")
    centre.takes(second, "record_rating", solved=True, satisfied=False, words="来得太晚。").sees("已解决，不满意")
    first.refresh_from_db()
    assert [(order.solved, order.satisfied) for order in (first, second)] == [(True, True), (True, False)]
    centre.finds(third, "to_dispatch")


def test_the_same_caller_with_nothing_new_is_told_how_far_it_is(desk, cast, unit):
    worker = desk(cast.worker)
    first = worker.reports("3 号楼前垃圾满溢。", source="resident", **CALLER)
    desk(cast.dispatcher).takes(first, "accept").takes(first, "dispatch", department=unit("sanitation"))
    worker.cannot_report("还是那堆垃圾。", first.number, "待签收", "环卫所", source="resident", **CALLER)
    again = worker.reports("又多了一堆，挡了路。", source="resident", new_facts=True, **CALLER)
    assert (again.status, again.pk != first.pk) == ("reported", True)


def test_called_back_twice_in_vain_it_stays_unrated(desk, cast, unit):
    """未评价 is a state of its own: counted apart, never as content."""
    heap = desk(cast.worker).reports("3 号楼前垃圾满溢。", source="resident", **CALLER)
    handled(desk, cast, heap, unit("sanitation"), cast.officer)
    centre = desk(cast.dispatcher).finds(heap, "to_call").takes(heap, "call").sees("第 1 次")
    assert (heap.status, clock_of(heap, "call_back")) == ("closed", "running")
    centre.takes(heap, "call").sees("未评价", "多次回访未接通")
    assert (heap.status, heap.stars, heap.solved, heap.satisfied) == ("unrated", None, None, None)
    centre.misses(heap, "to_call")
    assert "call" not in centre.may(heap)


@pytest.mark.mechanism("1-6", "3-17", "3-14")
def test_closed_and_not_solved_is_a_clue_at_once_and_done_again(desk, cast, unit):
    """事要解决: whoever was helped says no; the evidence lies before discipline inspection before anybody asks."""
    heap = desk(cast.worker).reports("3 号楼前垃圾满溢。", source="resident", **CALLER)
    handled(desk, cast, heap, unit("sanitation"), cast.officer)
    assert (heap.status, heap.solved) == ("closed", None)
    desk(cast.inspector).misses(heap, "clues")
    desk(cast.dispatcher).takes(heap, "record_rating", solved=False, satisfied=False, words="第二天又满了。")
    assert (heap.status, heap.solved, history(heap)[-1]) == ("rated", False, "clue_filed")
    clue = heap.clues.get()
    assert (clue.reason, clue.by, clue.department) == ("unsolved", None, unit("sanitation"))
    desk(cast.inspector).finds(heap, "clues").opens(heap).sees("线索", "第二天又满了")
    desk(cast.officer).opens(heap).sees_nothing_of("待处理决定")

    desk(cast.dispatcher).takes(heap, "redo", words="加一个桶，早晚各清一次。").sees("重办：问题未解决", "处置中")
    assert (heap.reworks, heap.solved, heap.department) == (1, None, unit("sanitation"))
    desk(cast.officer).finds(heap, "mine").takes(heap, "finish", result="加桶，早晚各清一次。")
    desk(cast.worker).takes(heap, "verify")
    desk(cast.dispatcher).takes(heap, "close").takes(heap, "record_rating", solved=True, satisfied=True)
    assert [row.solved for row in heap.ratings.order_by("round")] == [False, True]
    assert broken_chains() == []
