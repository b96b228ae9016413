"""Whose is it: sent back once, in time, with a reason; ruled; and in the end somebody carries it."""

import pytest
from django.core.exceptions import ValidationError

from casework.refusals import NotNow, NotYours
from casework.selectors import broken_chains
from grids.models import Department
from workorders.models import Objection
from workorders.services import dispatching, orders, rulings
from workorders.services.steps import STEPS

WHY = {"reason": "not_our_duty", "basis": "权责清单第 12 项"}


@pytest.fixture
def housing(city) -> Department:
    return Department.objects.get(city=city, code="housing")


def test_sending_back_needs_a_coded_reason_and_its_basis(order_at, cast):
    order = order_at("dispatched")
    with pytest.raises(ValidationError):
        rulings.send_back(order, by=cast.officer, reason="lazy", basis="无")
    with pytest.raises(ValidationError):
        rulings.send_back(order, by=cast.officer, reason="boundary", basis="只有中心能提")
    with pytest.raises(ValidationError):
        rulings.send_back(order, by=cast.officer, reason="not_our_duty", basis=" ")
    order.refresh_from_db()
    assert order.status == "dispatched"


def test_what_is_sent_back_waits_for_a_ruling_with_a_clock_while_handling_goes_on(order_at, cast, housing):
    order = rulings.send_back(order_at("handling"), by=cast.officer, suggested=housing, words="属小区治理", **WHY)
    clocks = {row.clock: row.state for row in order.deadlines.all()}
    assert order.status == "ruling"
    assert clocks["workorders.rule"] == "running"
    # First-receiver duty still holds until the centre has ruled.
    assert clocks["workorders.handle"] == "running"
    said = order.objections.get()
    assert (said.department, said.suggested, said.basis) == (order.department, housing, "权责清单第 12 项")


def test_whoever_receives_a_returned_order_cannot_take_the_next_step_forward(order_at, cast, picture):
    order = order_at("ruling")
    for step, said in (("finish", {"result": "好", "pictures": [picture]}), ("verify", {}), ("close", {})):
        by = {"finish": cast.officer, "verify": cast.worker, "close": cast.dispatcher}[step]
        with pytest.raises(NotNow):
            STEPS[step](order, by=by, **said)


@pytest.mark.mechanism("0-18")
def test_the_centre_names_who_carries_it_and_that_unit_cannot_send_it_back(order_at, cast, housing):
    order = rulings.name_owner(
        order_at("ruling"),
        by=cast.duty_chief,
        department=housing,
        decision="由住建办兜底到底。",
        basis="街道会议纪要 3 号",
    )
    assert (order.status, order.department, order.ruled) == ("dispatched", housing, True)
    decision = order.objections.get()
    assert (decision.ruling, decision.named, decision.ruled_by) == ("named", housing, cast.duty_chief)
    told = order.events.get(verb="owner_named")
    assert (told.note, told.facts["basis"]) == ("由住建办兜底到底。", "街道会议纪要 3 号")
    with pytest.raises(NotNow, match="裁定"):
        rulings.send_back(order, by=cast.officer_b, **WHY)


@pytest.mark.mechanism("1-32")
def test_a_boundary_matter_goes_to_the_centre_before_any_department_has_it(order_at, cast, housing):
    order = rulings.question(order_at("accepted"), by=cast.dispatcher, words="围墙两侧分属两家。")
    assert (order.status, order.department) == ("ruling", None)
    with pytest.raises(NotNow):
        rulings.uphold(order, by=cast.duty_chief, decision="维持")
    order = rulings.name_owner(order, by=cast.duty_chief, department=housing, decision="由住建办牵头。")
    assert [row.clock for row in order.deadlines.open()] == ["workorders.sign", "workorders.handle"]


def test_upheld_it_goes_on_with_the_same_unit_for_good(order_at, cast):
    before = order_at("dispatched")
    due = before.deadlines.get(clock="workorders.handle").due_at
    order = rulings.uphold(
        rulings.send_back(before, by=cast.officer, **WHY), by=cast.duty_chief, decision="清单写明归环卫所。"
    )
    assert (order.status, order.ruled) == ("handling", True)
    assert order.deadlines.get(clock="workorders.handle").due_at == due
    with pytest.raises(NotNow):
        rulings.send_back(order, by=cast.officer, **WHY)


def test_granted_it_is_dispatched_again_and_the_first_unit_goes_on_seeing_it(order_at, cast, housing):
    order = rulings.grant(order_at("ruling"), by=cast.duty_chief, decision="确不属环卫所。")
    assert (order.status, order.department, order.transfers) == ("accepted", None, 1)
    assert {row.state for row in order.deadlines.filter(clock="workorders.handle")} == {"dropped"}
    order = orders.dispatch(order, by=cast.dispatcher, department=housing)
    assert type(order).objects.visible_to(cast.officer).filter(pk=order.pk).exists()
    with pytest.raises(NotYours):
        orders.sign_for(order, by=cast.officer)


def test_a_unit_sends_an_order_back_once_however_often_it_comes(order_at, cast, sanitation):
    order = rulings.grant(order_at("ruling"), by=cast.duty_chief, decision="同意。")
    order = orders.dispatch(order, by=cast.dispatcher, department=sanitation)
    with pytest.raises(NotNow, match="一次"):
        rulings.send_back(order, by=cast.officer, **WHY)


def test_too_late_it_cannot_be_sent_back(order_at, cast, clock):
    order = order_at("handling")
    clock.set(2026, 10, 12, 10, 41)
    assert rulings.return_until(order) > clock.now  # a working Saturday lies between: two working days are two
    clock.set(2026, 10, 13, 11, 0)
    with pytest.raises(NotNow):
        rulings.send_back(order, by=cast.officer, **WHY)


def test_nobody_claimed_it_and_by_itself_it_lies_before_the_centre(order_at, clock, housing, cast):
    order = order_at("pooled")
    clock.pass_(hours=25)
    order.refresh_from_db()
    assert order.status == "ruling"
    assert order.objections.get().reason == Objection.Reason.UNCLAIMED
    order = rulings.name_owner(order, by=cast.duty_chief, department=housing, decision="由住建办承办。")
    assert order.status == "dispatched"
    assert broken_chains() == []


def test_three_changes_of_hands_make_a_problem_order_before_the_office_above(order_at, cast, sanitation):
    order = order_at("dispatched")
    for _time in range(3):
        assert not order.problem
        order = dispatching.recall(order, by=cast.dispatcher, reason="派错")
        if order.status == "accepted" and not order.problem:
            order = orders.dispatch(order, by=cast.dispatcher, department=sanitation)
    order.refresh_from_db()
    assert (order.problem, order.transfers) == (True, 3)
    assert order.presses.get().reason == "problem"
    assert order.events.filter(verb="became_problem").count() == 1
