"""Work orders through the API: the same line, the same refusals, the same sentences as on the pages."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from casework.models import Case, Event
from tests.conftest import PLACE, jpeg
from workorders.forms import FORMS, ReportForm
from workorders.models import WorkOrder
from workorders.models.details import DETAILS
from workorders.serializers import ReportSay, StepSay

ORDERS = "/api/v1/orders/"


@pytest.fixture
def as_(clock):
    """`as_(cast.worker)`: the API as that person uses it, in English."""

    def client(user, language: str = "en") -> APIClient:
        api = APIClient(HTTP_ACCEPT_LANGUAGE=language)
        api.force_authenticate(user)
        return api

    return client


def of(order: WorkOrder, *more: str) -> str:
    return ORDERS + "".join(f"{part}/" for part in (order.number, *more))


def photo(name: str = "after.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, jpeg(), "image/jpeg")


REPORT = {"category": "060101", "words": "3 号楼前垃圾外露。", **PLACE}


def test_a_report_goes_the_whole_line_through_the_api(as_, cast):
    worker, desk, officer = as_(cast.worker), as_(cast.dispatcher), as_(cast.officer)
    made = worker.post(ORDERS, {**REPORT, "photos": [photo("a.jpg"), photo("b.jpg")]}, format="multipart")
    assert made.status_code == 201
    address = made.headers["Location"]
    assert (made.data["status"]["code"], len(made.data["photos"])) == ("reported", 2)
    line = [
        (desk, "accept", {}),
        (desk, "dispatch", {"department": "sanitation"}),
        (officer, "sign_for", {"note": "已派车"}),
        (officer, "finish", {"result": "已清运。", "photos": [photo()]}),
        (worker, "verify", {}),
        (desk, "close", {}),
        (worker, "rate", {"stars": 5, "solved": "yes", "words": "很快"}),
    ]
    for client, step, said in line:
        told = client.post(f"{address}{step}/", said, format="multipart" if "photos" in said else "json")
        assert told.status_code == 200, (step, told.data)
    final = worker.get(address).data
    assert (final["status"]["code"], final["stars"], final["available_steps"]) == ("rated", 5, [])
    assert {clock["state"]["code"] for clock in final["clocks"]} == {"met"}


def test_a_report_in_gcj02_lands_where_the_phone_stood(as_, cast):
    made = as_(cast.worker).post(ORDERS, {**REPORT, "datum": "gcj02", "lng": 117.1571, "lat": 39.1663}, format="json")
    assert made.status_code == 201
    assert made.data["area"]["code"].startswith("120106990")
    assert abs(made.data["lng"] - 117.1571) > 0.003


def test_the_step_offered_is_the_step_that_works(as_, cast, report):
    order = report()
    offered = [step["name"] for step in as_(cast.dispatcher).get(of(order)).data["available_steps"]]
    assert offered == ["accept", "refuse", "ask_check", "join", "tag"]
    offered = [step["name"] for step in as_(cast.worker).get(of(order)).data["available_steps"]]
    assert offered == ["keep", "settle", "withdraw"]
    assert as_(cast.leader).get(of(order)).data["available_steps"] == []


def test_not_visible_is_404_not_allowed_is_403_wrong_moment_is_409(as_, cast, report):
    order = report()
    assert as_(cast.outsider).get(of(order)).status_code == 404
    assert as_(cast.outsider).post(of(order, "accept")).status_code == 404
    assert as_(cast.outsider).get(of(order, "events")).status_code == 404
    assert as_(cast.worker).post(of(order, "accept")).status_code == 403
    assert as_(cast.dispatcher).post(of(order, "close")).status_code == 409
    assert as_(cast.dispatcher).post(of(order, "fly")).status_code == 404
    order.refresh_from_db()
    assert (order.status, order.event_count) == ("reported", 1)


def test_who_may_not_is_told_so_before_what_is_missing(as_, cast, order_at):
    refused = as_(cast.worker).post(of(order_at("handling"), "finish"), {}, format="json")
    assert (refused.status_code, refused.data["code"]) == (403, "not_yours")


def test_a_refusal_has_a_code_a_sentence_and_its_fields(as_, cast, report):
    order = report()
    refused = as_(cast.dispatcher).post(of(order, "close"))
    assert set(refused.data) == {"code", "sentence", "fields", "state"}
    assert (refused.data["code"], refused.data["fields"]) == ("not_now", {})
    assert refused.data["state"] == {"status": "reported", "label": "to be accepted", "seen": 1}
    assert order.number in refused.data["sentence"]


def test_what_is_missing_is_named_field_by_field_and_opens_nothing(as_, cast):
    before = Case.objects.count(), Event.objects.count()
    refused = as_(cast.worker).post(ORDERS, {"words": " "}, format="json")
    assert refused.status_code == 400
    assert refused.data["code"] == "invalid"
    assert set(refused.data["fields"]) == {"category", "words", "lng", "lat"}
    assert (Case.objects.count(), Event.objects.count()) == before


def test_the_api_says_the_very_sentence_of_the_page(as_, cast, client, order_at):
    order = order_at("handling")
    said = as_(cast.officer).post(of(order, "finish"), {"result": "done"}, format="json").data["fields"]["photos"]
    client.force_login(cast.officer)
    page = client.post(
        f"/orders/{order.number}/finish/", {"result": "done"}, headers={"Accept-Language": "en"}
    ).content.decode()
    assert said
    assert all(sentence in page for sentence in said)


def test_who_may_not_report_is_refused_before_the_form(as_, cast):
    assert as_(cast.outsider).post(ORDERS, {}, format="json").status_code == 403
    assert as_(cast.officer).post(ORDERS, REPORT, format="json").status_code == 403


def test_json_and_a_form_open_the_same_order(as_, cast):
    worker = as_(cast.worker)
    told = [worker.post(ORDERS, REPORT, format=how).data for how in ("json", "multipart")]
    keep = ("title", "words", "area", "category", "source", "status")
    assert {name: told[0][name] for name in keep} == {name: told[1][name] for name in keep}


def test_the_description_names_exactly_the_fields_of_the_forms():
    asked = {name for form in FORMS.values() for name in form.base_fields}
    assert set(StepSay().fields) == {*asked, "seen"}
    assert set(ReportSay().fields) == {*ReportForm.base_fields, *DETAILS, "city"}


# --- lists -----------------------------------------------------------------------------------------------------------
def numbers(answer) -> list[str]:
    return [row["number"] for row in answer.data["results"]]


def test_a_list_is_what_the_person_sees_and_no_more(as_, cast, report):
    own, sibling = report(), report(by=cast.worker2, lng=117.1551, lat=39.165)
    assert own.area != sibling.area
    assert numbers(as_(cast.worker).get(ORDERS)) == [own.number]
    assert numbers(as_(cast.dispatcher).get(ORDERS)) == [sibling.number, own.number]
    assert numbers(as_(cast.outsider).get(ORDERS)) == []


def test_pages_neither_repeat_nor_skip_while_reports_come_in(as_, cast, report):
    first = [report().number for _ in range(5)]
    desk, seen, address = as_(cast.dispatcher), [], f"{ORDERS}?limit=2"
    while address:
        answer = desk.get(address)
        seen += numbers(answer)
        address = answer.data["next"]
        report()  # somebody reports between two pages
    assert seen == first[::-1]


def test_filters_narrow_the_list(as_, cast, report, order_at):
    waiting, under_way = report(), order_at("handling", words="路灯不亮。")
    desk = as_(cast.dispatcher)
    assert numbers(desk.get(ORDERS, {"status": "handling"})) == [under_way.number]
    assert numbers(desk.get(ORDERS, {"q": "路灯"})) == [under_way.number]
    assert numbers(desk.get(ORDERS, {"q": waiting.number})) == [waiting.number]
    assert numbers(desk.get(ORDERS, {"view": "new"})) == [waiting.number]
    assert numbers(desk.get(ORDERS, {"area": "120106990002"})) == []
    assert numbers(desk.get(ORDERS, {"area": "120106990001"})) == [under_way.number, waiting.number]
    assert numbers(desk.get(ORDERS, {"area": "nowhere"})) == []
    assert numbers(desk.get(ORDERS, {"city": "village", "limit": "200"})) == [under_way.number, waiting.number]


@pytest.mark.parametrize(
    "ask",
    [{"status": "sleeping"}, {"view": "mine'--"}, {"limit": "0"}, {"limit": "-3"}, {"limit": "1e9"}, {"after": "x"}],
    ids=str,
)
def test_a_filter_that_is_none_is_refused_with_a_sentence(as_, cast, ask):
    refused = as_(cast.dispatcher).get(ORDERS, ask)
    assert (refused.status_code, refused.data["code"]) == (400, "invalid")
    assert refused.data["sentence"]


def test_the_events_come_in_order_with_the_sentences_of_the_page(as_, cast, order_at):
    order = order_at("handling")
    worker, told, address = as_(cast.worker), [], of(order, "events") + "?limit=3"
    while address:
        answer = worker.get(address)
        told += answer.data["results"]
        address = answer.data["next"]
    assert [one["verb"] for one in told] == ["reported", "accepted", "dispatched", "signed_for"]
    assert [one["seq"] for one in told] == [1, 2, 3, 4]
    assert all(one["sentence"] and one["who"] for one in told)
    assert [one["previous"] for one in told[1:]] == [one["hash"] for one in told[:-1]]


@pytest.mark.parametrize("address", [ORDERS, "/api/v1/areas/"])
def test_a_list_costs_the_same_at_one_and_at_three_rows(as_, cast, report, address):
    desk, costs = as_(cast.dispatcher), []
    for _order in range(3):
        report()
    for rows in (1, 3):
        with CaptureQueriesContext(connection) as asked:
            assert len(desk.get(address, {"limit": rows}).data["results"]) == rows
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_the_events_of_a_long_history_cost_no_more_than_of_a_short_one(as_, cast, report, order_at):
    costs = []
    for order in (report(), order_at("closed")):
        with CaptureQueriesContext(connection) as asked:
            as_(cast.dispatcher).get(of(order, "events"))
        costs.append(len(asked))
    assert costs[0] == costs[1]


# --- branches --------------------------------------------------------------------------------------------------------
def test_departments_go_by_code_colleagues_by_account_and_several_as_a_list(as_, cast, order_at):
    order = order_at("accepted")
    said = {"department": "sanitation", "assistants": ["housing"]}
    answer = as_(cast.dispatcher).post(of(order, "dispatch"), said, format="json")
    assert (answer.status_code, answer.data["status"]["code"]) == (200, "dispatched")
    assert list(order.parts.filter(role="assist").values_list("department__code", flat=True)) == ["housing"]
    as_(cast.officer).post(of(order, "sign_for"))
    answer = as_(cast.officer).post(of(order, "hand_to"), {"officer": "head"}, format="json")
    assert answer.status_code == 200
    order.refresh_from_db()
    assert order.officer == cast.head


def test_the_refusal_of_a_branch_is_the_same_sentence_as_on_the_page(as_, cast, order_at, client):
    order = order_at("handling")
    said = {"reason": "not_our_duty", "basis": ""}
    answer = as_(cast.officer).post(of(order, "send_back"), said, format="json")
    assert answer.status_code == 400
    client.force_login(cast.officer)
    page = client.post(f"/orders/{order.number}/send_back/", said)
    assert page.status_code == 422
    order.refresh_from_db()
    assert order.status == "handling"
