"""Lead and assistants, joint enforcement, the claim pool and its lock."""

import pytest
from django.core.exceptions import ValidationError

from casework.refusals import NotNow, NotYours
from grids.models import Department
from tests.casework.threads import at_once
from workorders.models import WorkOrder
from workorders.services import dispatching, handling, orders


@pytest.fixture
def unit(city):
    return lambda code: Department.objects.get(city=city, code=code)


@pytest.mark.mechanism("0-16")
def test_lead_and_assistants_each_have_their_own_clock_and_the_assistants_four_fifths(order_at, cast, sanitation, unit):
    order = orders.dispatch(
        order_at("accepted"), by=cast.dispatcher, department=sanitation, assistants=[unit("housing")]
    )
    lead = order.deadlines.get(clock="workorders.handle")
    assist = order.deadlines.get(clock="workorders.assist")
    assert (lead.department, assist.department) == (sanitation, unit("housing"))
    assert assist.amount == pytest.approx(0.8 * lead.amount)
    assert assist.due_at < lead.due_at


def test_the_lead_cannot_finish_before_the_assistants_or_their_release(order_at, cast, sanitation, unit, picture):
    order = orders.dispatch(
        order_at("accepted"), by=cast.dispatcher, department=sanitation, assistants=[unit("housing"), unit("estates")]
    )
    order = orders.sign_for(order, by=cast.officer)
    with pytest.raises(NotNow, match="住建办"):
        orders.finish(order, by=cast.officer, result="清完", pictures=[picture])
    order.refresh_from_db()
    assert order.status == "handling"
    order = handling.sign_assist(order, by=cast.officer_b)
    order = handling.assist(order, by=cast.officer_b, note="已拆除围挡。")
    order = handling.assist(order, by=cast.officer_b, note="小区一侧已清。")
    assert orders.finish(order, by=cast.officer, result="清完", pictures=[picture]).status == "finished"


def test_an_assistant_is_released_with_a_reason_and_its_clock_counts_for_nothing(order_at, cast, sanitation, unit):
    housing = unit("housing")
    order = orders.dispatch(order_at("accepted"), by=cast.dispatcher, department=sanitation, assistants=[housing])
    order = orders.sign_for(order, by=cast.officer)
    with pytest.raises(ValidationError):
        handling.release(order, by=cast.officer, department=housing, reason="")
    order = handling.release(order, by=cast.officer, department=housing, reason="现场无需配合")
    assert order.deadlines.get(clock="workorders.assist").state == "dropped"


def test_an_assistant_takes_no_step_of_the_lead(order_at, cast, sanitation, unit, picture):
    order = orders.dispatch(
        order_at("accepted"), by=cast.dispatcher, department=sanitation, assistants=[unit("housing")]
    )
    with pytest.raises(NotYours):
        orders.sign_for(order, by=cast.officer_b)
    with pytest.raises(NotYours):
        handling.assist(order, by=cast.officer, note="主办不能替协办完成")


@pytest.mark.mechanism("0-17")
def test_several_enforcers_are_led_by_the_joint_team(order_at, cast, sanitation, unit):
    accepted = order_at("accepted")
    with pytest.raises(ValidationError, match="综合执法"):
        orders.dispatch(accepted, by=cast.dispatcher, department=sanitation, joint=True)
    order = orders.dispatch(
        accepted,
        by=cast.dispatcher,
        department=unit("enforcement"),
        assistants=[sanitation, unit("housing")],
        joint=True,
    )
    assert (order.joint, order.department.kind, order.parts.filter(role="assist").count()) == (True, "enforcement", 2)


def test_the_accused_department_is_never_given_the_order(order_at, cast, sanitation):
    order = order_at("accepted")
    WorkOrder.objects.filter(pk=order.pk).update(accused_department=sanitation)
    order.refresh_from_db()
    with pytest.raises(ValidationError, match="回避"):
        orders.dispatch(order, by=cast.dispatcher, department=sanitation)


def test_only_whom_it_was_offered_to_may_claim(order_at, cast):
    with pytest.raises(NotYours):
        dispatching.claim(order_at("pooled"), by=cast.officer_b)


def test_a_claim_is_held_half_an_hour_once_longer_and_then_lapses_by_itself(order_at, cast, clock):
    order = order_at("held")
    clock.pass_(minutes=29)
    assert dispatching.release_holds() == 0
    order = dispatching.hold_on(order, by=cast.officer)
    with pytest.raises(NotNow):
        dispatching.hold_on(order, by=cast.officer)
    clock.pass_(minutes=31)
    assert (dispatching.release_holds(), dispatching.release_holds()) == (1, 0)
    order.refresh_from_db()
    assert (order.status, order.department) == ("pooled", None)
    assert {row.state for row in order.deadlines.filter(clock="workorders.handle")} == {"dropped"}
    assert dispatching.claim(order, by=cast.officer).status == "held"


def test_a_claim_signed_for_lapses_no_more(order_at, cast, clock):
    order = orders.sign_for(order_at("held"), by=cast.officer)
    clock.pass_(hours=2)
    assert dispatching.release_holds() == 0
    order.refresh_from_db()
    assert (order.status, order.held_until) == ("handling", None)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_claim_at_once_one_wins(order_at, cast, unit):
    order = order_at("accepted")
    order = dispatching.offer(order, by=cast.dispatcher, departments=[unit("sanitation"), unit("housing")])

    def claim(who):
        try:
            return dispatching.claim(order, by=who).department.code
        except NotNow:
            return None

    won = at_once(*(lambda who=who: claim(who) for who in (cast.officer, cast.officer_b) * 4))
    assert len([code for code in won if code]) == 1
    order.refresh_from_db()
    assert order.status == "held"
    assert order.events.filter(verb="claimed").count() == 1
