"""What a page of an order and a report may cost, in statements: counted over the whole way, and bounded."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.services import give_token
from casework.models import Deadline, Event, Rung
from grids.once import asked_once
from tests.conftest import PLACE, ROADS
from workorders.models import WorkOrder
from workorders.services.steps import STEPS
from workorders.views.orders import page_of_order

# The page's own questions; with session, account and the frame around it (who one is, what the house must say).
OF_THE_PAGE, OF_THE_REQUEST = 10, 13
OF_A_REPORT = 15
# What opens and ends a transaction is no question.
BRACKETS = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT")
REPORT = {"category": "060101", "words": "3 号楼前垃圾外露。", **PLACE}
READERS = ("dispatcher", "officer", "worker", "head", "duty_chief", "inspector", "supervisor", "leader")


def questions(seen: CaptureQueriesContext) -> list[str]:
    return [query["sql"] for query in seen.captured_queries if not query["sql"].startswith(BRACKETS)]


@pytest.fixture
def visit(cast):
    """`visit("officer", order)`: the statements of that person's page of the order, nothing remembered from before."""

    def made(person: str, order: WorkOrder, query: str = "") -> list[str]:
        client = Client()
        client.force_login(getattr(cast, person))
        client.get("/organisation/")
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(f"/orders/{order.number}/{query}")
        assert answer.status_code in (200, 404)
        return questions(seen) if answer.status_code == 200 else []

    return made


@pytest.mark.parametrize("status", [*ROADS, "joined"])
def test_the_page_asks_ten_questions_at_most_wherever_the_order_is(order_at, cast, status):
    order, seeing = order_at(status), 0
    for person in READERS:
        user = getattr(cast, person)
        if not WorkOrder.objects.visible_to(user).filter(pk=order.pk).exists():
            continue
        with asked_once(), CaptureQueriesContext(connection) as seen:
            page_of_order(user, order.number)
        asked = questions(seen)
        assert len(asked) <= OF_THE_PAGE, (person, asked)
        seeing += 1
    assert seeing >= 2


@pytest.mark.parametrize("status", ["reported", "accepted", "handling", "ruling", "closed"])
@pytest.mark.parametrize("person", ["dispatcher", "officer", "worker"])
def test_the_whole_request_asks_little_more_than_the_page(order_at, visit, person, status):
    asked = visit(person, order_at(status))
    assert len(asked) <= OF_THE_REQUEST, asked


def test_the_page_costs_the_same_however_much_has_happened(order_at, visit, cast, ways):
    order = order_at("handling")
    before = len(visit("dispatcher", order))
    for words in ("已到现场", "正在清运", "快好了"):
        order = STEPS["progress"](order, by=cast.officer, note=words, pictures=[ways.picture])
    assert len(visit("dispatcher", order)) == before


@pytest.fixture
def program(cast, clock) -> APIClient:
    """A program of the worker's that signs in with its token, as one does."""
    api = APIClient(HTTP_AUTHORIZATION=f"Token {give_token(user=cast.worker)['token']}")
    assert api.post("/api/v1/orders/", REPORT, format="json").status_code == 201  # the map is known from now on
    return api


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"once": str(uuid4())},
        {"source": "resident", "reporter_name": "陈一", "reporter_phone": "13800000000"},
    ],
    ids=["plain", "marked", "of a citizen"],
)
def test_a_report_through_the_api_takes_fifteen_statements_at_most(program, more):
    with CaptureQueriesContext(connection) as seen:
        answer = program.post("/api/v1/orders/", {**REPORT, **more}, format="json")
    assert answer.status_code == 201
    asked = questions(seen)
    assert len(asked) <= OF_A_REPORT, asked
    order = WorkOrder.objects.get(number=answer.data["number"])
    assert (order.events.count(), order.deadlines.count(), order.due_clock) == (1, 1, "workorders.accept")
    assert [clock["due_at"] for clock in answer.data["clocks"]] == [answer.data["due_at"]]


def test_a_report_whose_event_cannot_be_written_leaves_no_order_and_no_clock(report):
    before = [rows.objects.count() for rows in (WorkOrder, Deadline, Rung, Event)]
    with connection.cursor() as cursor:
        cursor.execute("alter table casework_event add constraint none_new check (verb <> 'reported') not valid")
    with pytest.raises(IntegrityError):
        report()
    assert [rows.objects.count() for rows in (WorkOrder, Deadline, Rung, Event)] == before
