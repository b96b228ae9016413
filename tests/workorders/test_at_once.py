"""Several at one order at the same moment, with real threads: one wins, the others are told what is now. More: `chaos/`."""

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from casework.models import Event
from casework.refusals import NotNow, Refusal
from casework.selectors import broken_chains
from grids.models import Department
from tests.casework.threads import at_once
from workorders.models import WorkOrder
from workorders.services import applications, dispatching, handling, matters, orders, sending, supervision
from workorders.services.undo import take, undo

COMMITS = pytest.mark.django_db(transaction=True)


def refused(answers: list[object]) -> list[Refusal]:
    """Those that were refused; any other exception is a fault."""
    assert not [one for one in answers if isinstance(one, Exception) and not isinstance(one, Refusal)], answers
    return [one for one in answers if isinstance(one, Refusal)]


@COMMITS
def test_of_four_who_take_the_same_step_one_does_and_three_learn_what_is_now(order_at, cast):
    order = order_at("reported")
    answers = at_once(*[lambda: take(order, "accept", by=cast.dispatcher, said={})] * 4)
    late = refused(answers)
    assert len(late) == 3
    assert all("待派遣" in one.sentence and one.status == 409 for one in late)
    assert order.events.filter(verb="accepted").count() == 1


@COMMITS
def test_who_may_no_more_because_somebody_was_quicker_is_told_what_is_now(order_at, cast):
    drawn = order_at("dispatched")
    dispatching.recall(drawn, by=cast.dispatcher, reason="派错了")
    with pytest.raises(NotNow, match="待派遣"):
        take(drawn, "sign_for", by=cast.officer, said={})


@COMMITS
def test_two_of_one_matter_never_wait_for_each_other(order_at, cast):
    """Joining holds both rows, closing holds the matter: in one order always, or PostgreSQL would end one of them."""
    for _ in range(4):
        along, lead = order_at("accepted"), order_at("verified")
        matters.join(along, by=cast.dispatcher, lead=lead)
        answers = at_once(
            lambda lead=lead: take(lead, "close", by=cast.dispatcher, said={}),
            lambda lead=lead, along=along: take(along, "join", by=cast.dispatcher, said={"lead": lead}),
            lambda along=along: take(along, "part", by=cast.dispatcher, said={}),
        )
        refused([one for one in answers if not isinstance(one, ValidationError)])
        lead.refresh_from_db(), along.refresh_from_db()
        assert lead.status == "closed"
        assert along.status in ("closed", "accepted")
    assert broken_chains() == []


@COMMITS
def test_a_step_and_an_undo_at_once_do_not_wait_for_each_other(order_at, cast):
    for _ in range(4):
        order = take(order_at("reported"), "accept", by=cast.dispatcher, said={})
        answers = at_once(
            lambda order=order: undo(order, by=cast.dispatcher),
            lambda order=order: take(order, "tag", by=cast.dispatcher, said={"tags": []}),
            lambda order=order: take(order, "tag", by=cast.duty_chief, said={"tags": []}),
        )
        refused(answers)
    assert broken_chains() == []


def test_a_claim_that_another_holds_by_now_does_not_lapse(order_at, cast, clock):
    seen = order_at("held")
    clock.pass_(minutes=31)
    dispatching.let_go(seen, by=cast.officer)
    dispatching.claim(seen, by=cast.officer)
    with pytest.raises(NotNow):
        dispatching.lapse(seen)
    seen.refresh_from_db()
    assert seen.status == "held"


def test_a_recall_names_the_department_that_had_it_when_it_came(order_at, cast, sanitation):
    drawn = order_at("pooled")
    dispatching.claim(drawn, by=cast.officer)
    dispatching.recall(drawn, by=cast.dispatcher, reason="改派")
    assert drawn.events.get(verb="recalled").facts["department"] == sanitation.pk


@COMMITS
def test_of_two_decisions_on_one_application_one_stands(order_at, cast, ways):
    order = ways.take(ways.take(order_at("handling"), "ask_parking"), "endorse")
    answers = at_once(
        lambda: applications.park(order, by=cast.duty_chief, answer="同意。"),
        lambda: applications.decline(order, by=cast.duty_chief, answer="不同意。"),
    )
    assert len(refused(answers)) == 1
    order.refresh_from_db()
    assert (order.status, order.applications.get().state) in [("parked", "granted"), ("handling", "declined")]


@COMMITS
def test_a_press_is_lifted_once_and_an_assistant_released_or_done_not_both(order_at, cast, city, sanitation):
    housing = Department.objects.get(city=city, code="housing")
    order = orders.dispatch(order_at("accepted"), by=cast.dispatcher, department=sanitation, assistants=[housing])
    order = orders.sign_for(order, by=cast.officer)
    supervision.press(order, by=cast.supervisor, level=1, words="限期办结。")
    assert len(refused(at_once(*[lambda: supervision.lift_press(order, by=cast.supervisor, reason="已改正")] * 3))) == 2
    at_once(
        lambda: handling.assist(order, by=cast.officer_b, note="已拆除围挡。"),
        lambda: handling.release(order, by=cast.officer, department=housing, reason="无需配合"),
    )
    assert order.events.filter(verb="press_lifted").count() == 1
    assert order.events.filter(verb__in=["assisted", "released"]).count() == 1


@COMMITS
def test_one_caller_s_report_sent_four_times_at_once_is_one(report):
    caller = {"source": "resident", "reporter": {"name": "李秋分", "phone": "13800001234"}}
    answers = at_once(*[lambda: report(**caller)] * 4)
    assert len(refused(answers)) == 3
    assert WorkOrder.objects.count() == 1
    assert Event.objects.filter(verb="reported").count() == 1


def test_nothing_is_undone_back_into_a_matter_that_is_closed(order_at, cast):
    lead, along = order_at("verified"), order_at("accepted")
    along = matters.join(along, by=cast.dispatcher, lead=lead)
    along = take(along, "part", by=cast.dispatcher, said={})
    orders.close(lead, by=cast.dispatcher)
    with transaction.atomic(), pytest.raises(NotNow):
        undo(along, by=cast.dispatcher)
    along.refresh_from_db()
    assert along.status == "accepted"


@COMMITS
def test_one_form_sent_four_times_at_once_is_one_report(city, cast, category, clock):
    said = {"city": city, "category": category, "words": "垃圾外露。", "lng": 117.151, "lat": 39.165}
    mark = uuid4()
    answers = at_once(*[lambda: sending.send(by=cast.worker, once=mark, pictures=[], **said)] * 4)
    assert {one.number for one in answers} == {WorkOrder.objects.get().number}


def test_a_form_that_was_changed_and_sent_again_is_another_report_and_old_marks_are_forgotten(
    city, cast, category, clock
):
    said = {"city": city, "category": category, "lng": 117.151, "lat": 39.165, "once": uuid4()}
    first = sending.send(by=cast.worker, words="垃圾外露。", **said)
    assert sending.send(by=cast.worker, words="垃圾外露。", **said) == first
    assert sending.send(by=cast.worker, words="井盖丢失。", **said) != first
    assert sending.send(by=cast.worker2, words="垃圾外露。", **said) != first
    clock.pass_(days=2, sweep=False)
    assert (sending.forget_sent(), sending.forget_sent()) == (3, 0)


def test_the_page_of_a_report_bears_a_mark_of_its_own(client, cast):
    client.force_login(cast.worker)
    marks = [client.get(reverse("report")).context["form"]["once"].value() for _ in range(2)]
    assert marks[0] != marks[1]
    assert f'value="{marks[0]}"' not in client.get(reverse("report")).content.decode()
