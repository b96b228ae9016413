"""In the department's hands: contact, plan, progress, and who has it in hand."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from casework.refusals import NotNow
from workorders.services import ending, handling, orders

RESIDENT = {"name": "李秋分", "phone": "13800001234"}


@pytest.mark.mechanism("2-27")
def test_find_handle_solve_each_leave_their_first_moment(order_at, cast):
    """三个第一时间: found (reported), handled (contact), solved (finished) are moments of one history."""
    order = order_at("handling", source="resident", reporter=RESIDENT)
    contact = order.deadlines.get(clock="workorders.contact")
    assert (contact.department, contact.amount, contact.unit) == (order.department, 24, "urgent_hour")
    order = handling.contact(order, by=cast.officer, note="约好下午上门。")
    assert order.deadlines.get(clock="workorders.contact").state == "met"
    assert order.contacted_at is not None


def test_a_patrols_own_find_asks_for_no_contact(order_at):
    assert not order_at("handling").deadlines.filter(clock="workorders.contact").exists()


def test_contact_is_made_once_a_case_not_once_a_round(order_at, cast, picture):
    order = handling.contact(
        order_at("handling", source="resident", reporter=RESIDENT), by=cast.officer, note="已联系。"
    )
    order = orders.finish(order, by=cast.officer, result="已清", pictures=[picture])
    order = ending.rework(order, by=cast.worker, words="还有一半。")
    assert not order.deadlines.open().filter(clock="workorders.contact").exists()


def test_plan_and_progress_stand_on_the_order(order_at, cast, picture):
    order = handling.plan(
        order_at("handling"), by=cast.officer, words="周一清运，周二复绿。", day=dt.date(2026, 10, 13)
    )
    assert (order.plan, order.planned_for) == ("周一清运，周二复绿。", dt.date(2026, 10, 13))
    order = handling.progress(order, by=cast.officer, note="已清运两车。", pictures=[picture])
    assert order.photos.get(moment="during").added_by == cast.officer
    with pytest.raises(ValidationError):
        handling.progress(order, by=cast.officer, note=" ")


def test_it_is_handed_to_a_colleague_of_the_department_alone_and_taken_back(order_at, cast):
    order = order_at("handling")
    with pytest.raises(ValidationError):
        handling.hand_to(order, by=cast.head, officer=cast.officer_b)
    order = handling.hand_to(order, by=cast.head, officer=cast.officer)
    assert (order.officer, order.parts.get().officer) == (cast.officer, cast.officer)
    order = handling.take_back(order, by=cast.head)
    assert order.officer is None
    with pytest.raises(NotNow):
        handling.take_back(order, by=cast.head)
