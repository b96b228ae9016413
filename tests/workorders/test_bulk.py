"""One step for many orders: a verdict for each row, each in its own transaction."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from casework.selectors import broken_chains
from workorders.lifecycle import WORK_ORDER
from workorders.models import WorkOrder
from workorders.selectors.orders import several_visible
from workorders.services.bulk import BULK, MOST, take_each


@pytest.fixture
def bulk(client):
    """`bulk(user, "accept", numbers, note="…")`: the answer's page."""

    def post(user, step, numbers, **said):
        client.force_login(user)
        return client.post(reverse("bulk"), {"step": step, "numbers": numbers, **said})

    return post


def verdicts(response) -> dict[str, tuple[bool, str]]:
    return {row.number: (row.done, row.sentence) for row in response.context["verdicts"]}


def status_of(*orders) -> list[str]:
    return [WorkOrder.objects.get(pk=order.pk).status for order in orders]


def test_every_bulk_step_is_a_step():
    assert set(BULK) <= set(WORK_ORDER.by_name)


def test_what_cannot_be_done_says_why_as_if_it_were_tried_alone_and_the_rest_is_done(bulk, report, order_at, cast):
    first, done_already, last = report(), order_at("handling"), report()
    unseen = "GD20261009-99999"
    found = verdicts(bulk(cast.dispatcher, "accept", [first.number, done_already.number, unseen, last.number]))
    assert [done for done, _sentence in found.values()] == [True, False, False, True]
    assert "只有" in found[done_already.number][1] or "才能" in found[done_already.number][1]
    assert unseen in found[unseen][1]
    assert status_of(first, done_already, last) == ["accepted", "handling", "accepted"]
    assert broken_chains() == []


def test_the_refusal_is_the_very_sentence_of_the_order_s_own_page(bulk, client, order_at, cast):
    order = order_at("handling")
    [(_done, sentence)] = verdicts(bulk(cast.dispatcher, "accept", [order.number])).values()
    alone = client.post(reverse("step", args=[order.number, "accept"]))
    assert alone.status_code == 409
    assert sentence in alone.content.decode()


def test_orders_of_others_are_not_touched(bulk, report, order_at, cast):
    order = report()
    found = verdicts(bulk(cast.worker, "accept", [order.number]))
    assert found[order.number][0] is False
    found = verdicts(bulk(cast.officer_b, "accept", [order.number]))
    assert "没有" in found[order.number][1]
    assert status_of(order) == ["reported"]


def test_a_step_that_asks_something_asks_it_once_for_all(bulk, order_at, cast, sanitation):
    orders = [order_at("accepted") for _turn in range(3)]
    numbers = [order.number for order in orders]
    asked = bulk(cast.dispatcher, "dispatch", numbers)
    assert asked.context["asked"].fields["department"]
    assert asked.content.decode().count('name="numbers"') == 3
    found = verdicts(bulk(cast.dispatcher, "dispatch", numbers, said="1", department=sanitation.pk))
    assert all(done for done, _sentence in found.values())
    assert status_of(*orders) == ["dispatched"] * 3


def test_several_are_joined_to_the_order_that_carries_the_matter(bulk, report, order_at, cast):
    lead, first, second = order_at("handling"), report(), report()
    found = verdicts(
        bulk(cast.dispatcher, "join", [first.number, lead.number, second.number], said="1", lead=lead.number)
    )
    assert [done for done, _sentence in found.values()] == [True, False, True]
    assert status_of(lead, first, second) == ["handling", "joined", "joined"]


@pytest.mark.parametrize("step", ["verify", "close"])
def test_the_end_of_the_line_can_be_taken_for_many(step, bulk, order_at, cast):
    order = order_at({"verify": "finished", "close": "verified"}[step])
    assert verdicts(bulk(cast.dispatcher, step, [order.number]))[order.number][0]


def test_tags_are_given_to_many(bulk, report, cast):
    orders = [report(), report()]
    bulk(cast.dispatcher, "tag", [order.number for order in orders], said="1", tags=["key"])
    assert [WorkOrder.objects.get(pk=order.pk).tags for order in orders] == [["key"], ["key"]]


def test_nothing_selected_or_too_much_is_said(bulk, cast):
    assert bulk(cast.dispatcher, "accept", []).status_code == 422
    many = [f"GD20261009-{number:05d}" for number in range(MOST + 1)]
    answer = bulk(cast.dispatcher, "accept", many)
    assert answer.status_code == 422
    assert "一次最多 200 件" in answer.content.decode()
    assert bulk(cast.dispatcher, "fly", ["GD20261009-00001"]).status_code == 422


def test_a_number_named_twice_is_taken_once(bulk, report, cast):
    order = report()
    assert len(verdicts(bulk(cast.dispatcher, "accept", [order.number, order.number]))) == 1


def test_a_row_that_fails_half_way_leaves_no_trace(order_at, cast, sanitation):
    order, other = order_at("accepted"), order_at("accepted")
    numbers = [order.number, other.number]
    events = order.event_count

    def said(each):
        return {"department": sanitation, "joint": each.pk == order.pk}  # sanitation is no enforcement team

    found = take_each(numbers, several_visible(cast.dispatcher, numbers), "dispatch", by=cast.dispatcher, said=said)
    assert [verdict.done for verdict in found] == [False, True]
    assert WorkOrder.objects.get(pk=order.pk).event_count == events


def test_the_way_from_the_desk_needs_no_script(client, report, cast):
    order = report()
    client.force_login(cast.dispatcher)
    html = client.get(reverse("desk"), {"view": "new"}).content.decode()
    assert f'name="numbers" value="{order.number}" form="bulk"' in html
    assert '<button class="btn btn-s" name="step" value="accept">' in html
    assert 'value="close">' not in html  # no row of this list is so far


def test_who_can_do_nothing_for_many_has_no_boxes(client, report, cast):
    report()
    client.force_login(cast.leader)
    html = client.get(reverse("desk"), {"view": "open"}).content.decode()
    assert "data-row" in html
    assert 'name="numbers"' not in html


def test_finding_the_rows_costs_one_question(report, cast):
    numbers = [report().number for _turn in range(3)]
    several_visible(cast.dispatcher, numbers)
    with CaptureQueriesContext(connection) as asked:
        several_visible(cast.dispatcher, numbers)
    assert sum("casework_case" in query["sql"] and "GD2026" in query["sql"] for query in asked) == 1


def test_the_api_takes_many_with_a_verdict_each(report, order_at, cast):
    order, done = report(), order_at("handling")
    api = APIClient(HTTP_ACCEPT_LANGUAGE="en")
    api.force_authenticate(cast.dispatcher)
    answer = api.post("/api/v1/orders/bulk/", {"step": "accept", "numbers": [order.number, done.number]}, "json")
    assert [row["done"] for row in answer.json()] == [True, False]
    dispatched = api.post(
        "/api/v1/orders/bulk/", {"step": "dispatch", "numbers": [order.number], "department": "sanitation"}, "json"
    )
    assert dispatched.json() == [
        {"number": order.number, "title": order.title, "done": True, "sentence": "to be signed for"}
    ]
    assert api.post("/api/v1/orders/bulk/", {"step": "accept"}, "json").status_code == 400


def test_the_api_undoes_and_minds_what_was_seen(order_at, cast):
    order = order_at("reported")
    api, other = APIClient(), APIClient()
    api.force_authenticate(cast.dispatcher)
    other.force_authenticate(cast.duty_chief)
    seen = api.get(f"/api/v1/orders/{order.number}/").json()["events"]
    assert other.post(f"/api/v1/orders/{order.number}/tag/", {"tags": ["key"]}, "json").status_code == 200
    answer = api.post(f"/api/v1/orders/{order.number}/accept/", {"seen": seen}, "json")
    assert answer.status_code == 409
    assert "夏白露" in str(answer.json())
    assert api.post(f"/api/v1/orders/{order.number}/accept/", {"seen": seen + 1}, "json").status_code == 200
    assert other.post(f"/api/v1/orders/{order.number}/undo/").status_code == 403
    assert api.post(f"/api/v1/orders/{order.number}/undo/").json()["status"]["code"] == "reported"
