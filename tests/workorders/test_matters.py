"""Several reports on one thing: joined by people, taken apart again, each with its own number and rating."""

import pytest
from django.core.exceptions import ValidationError

from casework.refusals import NotNow
from casework.selectors import broken_chains
from tests.casework.threads import at_once
from workorders.services import matters, orders
from workorders.services.steps import STEPS

RESIDENT = {"name": "李秋分", "phone": "13800001234"}


def test_what_is_joined_closes_with_its_matter_and_everybody_rates_for_himself(report, cast, ways):
    lead, second = report(), report(by=cast.community, source="resident", reporter=RESIDENT)
    second = matters.join(second, by=cast.dispatcher, lead=lead)
    assert (second.status, second.joined_to.number, second.deadlines.open().count()) == ("joined", lead.number, 0)
    for step in ("accept", "dispatch", "sign_for", "finish", "verify", "close"):
        lead = ways.take(lead, step)
    second.refresh_from_db()
    assert (second.status, second.result) == ("closed", lead.result)
    assert second.deadlines.open().get().clock == "workorders.call_back"
    assert orders.rate(second, by=cast.community, stars=2, solved=False).status == "rated"
    assert orders.rate(lead, by=cast.worker, stars=5, solved=True).stars == 5
    assert broken_chains() == []


def test_taken_apart_it_is_an_accepted_order_of_its_own(report, cast, ways):
    lead, second = report(), report()
    second = matters.part(matters.join(second, by=cast.dispatcher, lead=lead), by=cast.dispatcher)
    assert (second.status, second.joined_to, second.deadlines.open().get().clock) == (
        "accepted", None, "workorders.dispatch",
    )  # fmt: skip
    for step in ("accept", "dispatch", "sign_for", "finish", "verify", "close"):
        lead = ways.take(lead, step)
    second.refresh_from_db()
    assert second.status == "accepted"


def test_when_the_lead_joins_another_all_go_along(report, cast):
    first, second, third = report(), report(), report()
    second = matters.join(second, by=cast.dispatcher, lead=first)
    matters.join(first, by=cast.dispatcher, lead=third)
    second.refresh_from_db()
    assert second.joined_to == third


def test_a_refused_lead_carries_nobody(report, cast):
    lead, second = report(), report()
    second = matters.join(second, by=cast.dispatcher, lead=lead)
    STEPS["refuse"](lead, by=cast.dispatcher, reason="unlawful", words="不予受理。")
    second.refresh_from_db()
    assert (second.status, second.joined_to) == ("accepted", None)


def test_nothing_joins_itself_a_closed_order_or_one_that_goes_along(report, order_at, cast):
    order, closed = report(), order_at("closed")
    along = matters.join(report(), by=cast.dispatcher, lead=order)
    for lead in (order, closed, along):
        with pytest.raises(ValidationError):
            matters.join(order, by=cast.dispatcher, lead=lead)


@pytest.mark.django_db(transaction=True)
def test_two_that_are_joined_to_each_other_at_once_end_as_one_matter(report, cast):
    first, second = report(), report()
    answers = at_once(
        lambda: matters.join(first, by=cast.dispatcher, lead=second),
        lambda: matters.join(second, by=cast.dispatcher, lead=first),
    )
    assert sum(isinstance(answer, (ValidationError, NotNow)) for answer in answers) == 1
    first.refresh_from_db(), second.refresh_from_db()
    assert {first.status, second.status} == {"reported", "joined"}
