"""More time and parking: asked before the deadline, endorsed inside, decided by the centre."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from casework.refusals import NotFound, NotNow
from workorders.models import Application
from workorders.services import applications

WHY = {"reason": "funds", "words": "等待资金批复。"}


def granted(order, cast):
    order = applications.ask_longer(order, by=cast.officer, **WHY)
    order = applications.endorse(order, by=cast.head)
    return applications.lengthen(order, by=cast.duty_chief, answer="同意延期。")


def handle(order):
    return order.deadlines.get(clock="workorders.handle")


def test_each_extension_adds_one_original_limit_and_there_are_two(order_at, cast):
    order = order_at("handling")
    amount = handle(order).amount
    order = granted(order, cast)
    assert handle(order).amount == 2 * amount
    order = granted(order, cast)
    assert handle(order).amount == 3 * amount
    with pytest.raises(NotNow, match="两次"):
        applications.ask_longer(order, by=cast.officer, **WHY)


def test_a_declined_one_uses_up_no_chance(order_at, cast):
    order = applications.ask_longer(order_at("handling"), by=cast.officer, **WHY)
    with pytest.raises(ValidationError):
        applications.decline(order, by=cast.duty_chief, answer=" ")
    order = applications.decline(order, by=cast.duty_chief, answer="材料不足。")
    order = granted(granted(order, cast), cast)
    assert order.applications.filter(state="granted").count() == 2


def test_after_the_deadline_nothing_can_be_asked_for_and_what_waits_lapses(order_at, cast, clock):
    order = applications.ask_longer(order_at("handling"), by=cast.officer, **WHY)
    clock.pass_(days=10)
    assert order.applications.get().state == Application.State.LAPSED
    with pytest.raises(NotNow):
        applications.ask_longer(order, by=cast.officer, **WHY)
    with pytest.raises(NotFound):
        applications.lengthen(order, by=cast.duty_chief, answer="同意")


def test_two_steps_and_whoever_asks_cannot_endorse(order_at, cast):
    order = applications.ask_longer(order_at("handling"), by=cast.head, **WHY)
    with pytest.raises(NotNow, match="自己"):
        applications.endorse(order, by=cast.head)
    with pytest.raises(NotNow):
        applications.lengthen(order, by=cast.duty_chief, answer="同意")


def test_the_decision_has_a_clock_of_its_own(order_at, cast):
    order = applications.ask_longer(order_at("handling"), by=cast.officer, **WHY)
    assert order.deadlines.open().filter(clock="workorders.decide").exists()
    order = applications.decline(order, by=cast.duty_chief, answer="不同意")
    assert order.deadlines.get(clock="workorders.decide").state == "met"


def test_parking_needs_measures_and_a_day_within_a_year(order_at, cast):
    order = order_at("handling")
    for until in (dt.date(2026, 10, 9), dt.date(2027, 10, 10)):
        with pytest.raises(ValidationError):
            applications.ask_parking(order, by=cast.officer, measures="围挡", until=until, **WHY)
    with pytest.raises(ValidationError):
        applications.ask_parking(order, by=cast.officer, measures=" ", until=dt.date(2026, 12, 1), **WHY)


def test_parked_its_clock_stands_still_and_on_its_day_it_goes_on_by_itself(order_at, clock):
    order = order_at("parked")
    clock.set(2026, 12, 30, 23, 59)
    assert applications.resume_parked() == 0
    order.refresh_from_db()
    assert (order.status, handle(order).state) == ("parked", "paused")
    clock.set(2026, 12, 31, 0, 1)
    assert (applications.resume_parked(), applications.resume_parked()) == (1, 0)
    order.refresh_from_db()
    assert (order.status, handle(order).state, handle(order).missed_at) == ("handling", "running", None)
    assert handle(order).due_at > clock.now
    assert order.events.filter(verb="resumed").count() == 1


def test_parked_it_is_reviewed_every_month_against_a_clock(order_at, cast, clock):
    order = order_at("parked")
    clock.pass_(days=31)
    assert order.deadlines.open().get(clock="workorders.review").missed_at is not None
    with pytest.raises(ValidationError):
        applications.review(order, by=cast.duty_chief, note="")
    order = applications.review(order, by=cast.duty_chief, note="资金仍未到位，继续挂账。")
    assert [row.state for row in order.deadlines.filter(clock="workorders.review")] == ["late", "running"]
