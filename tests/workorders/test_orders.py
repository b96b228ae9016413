"""The line of a work order, and who is refused on it."""

import pytest
from django.core.exceptions import ValidationError

from casework.models import Event
from casework.refusals import NotNow, NotYours
from casework.selectors import available_steps, broken_chains
from workorders.lifecycle import WORK_ORDER
from workorders.services import orders
from workorders.services.steps import STEPS


def test_a_report_goes_the_whole_line_and_every_step_is_one_event(order_at, cast):
    order = order_at("closed")
    orders.rate(order, by=cast.worker, stars=5, solved=True, words="很快")
    told = list(order.events.values_list("verb", flat=True))
    assert told == ["reported", "accepted", "dispatched", "signed_for", "finished", "verified", "closed", "rated"]
    assert broken_chains() == []


def test_every_stage_has_its_own_clock_and_each_was_met(order_at):
    order = order_at("closed")
    assert [(clock.clock, clock.state) for clock in order.deadlines.all()] == [
        ("workorders.accept", "met"),
        ("workorders.dispatch", "met"),
        ("workorders.sign", "met"),
        ("workorders.handle", "met"),
        ("workorders.verify", "met"),
        ("workorders.close", "met"),
    ]


def test_dispatch_before_accepting_is_refused_and_leaves_no_trace(report, cast, sanitation):
    order = report()
    before = Event.objects.count()
    with pytest.raises(NotNow):
        orders.dispatch(order, by=cast.dispatcher, department=sanitation)
    order.refresh_from_db()
    assert (order.status, order.department, Event.objects.count()) == ("reported", None, before)


def test_a_worker_cannot_accept_what_he_reported(report, cast):
    with pytest.raises(NotYours):
        orders.accept(report(), by=cast.worker)


def test_another_department_cannot_sign_for_the_order(order_at, cast):
    with pytest.raises(NotYours):
        orders.sign_for(order_at("dispatched"), by=cast.officer_b)


def test_refusing_needs_a_coded_reason_and_a_sentence_to_the_citizen(report, cast):
    order = report()
    with pytest.raises(ValidationError):
        orders.refuse(order, by=cast.dispatcher, reason="unlawful", words=" ")
    with pytest.raises(ValidationError):
        orders.refuse(order, by=cast.dispatcher, reason="lazy", words="不想办")
    refused = orders.refuse(order, by=cast.dispatcher, reason="nothing_new", words="此事已在办理。")
    assert (refused.status, refused.closed_at is not None) == ("refused", True)
    assert [clock.state for clock in refused.deadlines.all()] == ["met"]


def test_finishing_needs_words_and_an_after_photo(order_at, cast, picture):
    order = order_at("handling")
    with pytest.raises(ValidationError):
        orders.finish(order, by=cast.officer, result="已清运", pictures=[])
    with pytest.raises(ValidationError):
        orders.finish(order, by=cast.officer, result="", pictures=[picture])


def test_only_the_reporter_rates_and_only_once_closed(order_at, cast):
    order = order_at("verified")
    with pytest.raises(NotNow):
        orders.rate(order, by=cast.worker, stars=4, solved=True)
    closed = orders.close(order, by=cast.dispatcher)
    with pytest.raises(NotYours):
        orders.rate(closed, by=cast.dispatcher, stars=5, solved=True)
    assert "rate" not in {step.name for step in available_steps(closed, cast.dispatcher)}


def test_a_rating_is_given_once(order_at, cast):
    order = orders.rate(order_at("closed"), by=cast.worker, stars=5, solved=True)
    with pytest.raises(NotNow):
        orders.rate(order, by=cast.worker, stars=1, solved=False)


def test_a_point_outside_the_city_opens_nothing(report):
    with pytest.raises(ValidationError):
        report(lng=100.0, lat=20.0)


def test_every_step_of_the_lifecycle_is_a_service():
    assert set(STEPS) == set(WORK_ORDER.by_name)
