"""The pages of the dispatch rules, pressed as a browser without JavaScript presses them, and the API's answer."""

from __future__ import annotations

import re

import pytest
from django.contrib.messages import get_messages

from grids.models import Department
from workorders.models import Category, DispatchRule, RuleEdition, WorkOrder
from workorders.selectors.rules import draft_of, edition_of, rules_in_force, rules_of
from workorders.services import dry_runs, rules

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def desk(client, cast):
    """`desk("organiser")`: that person's browser, in English."""

    def sign_in(part: str):
        client.force_login(getattr(cast, part))
        client.cookies.load({"django_language": "en"})
        return client

    return sign_in


@pytest.fixture
def draft(city, cast, clock) -> RuleEdition:
    return rules.begin_draft(city, by=cast.organiser)


def text(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def said(handler: str, **changes) -> dict:
    lead = Department.objects.get(city__slug="village", code=handler)
    return {"category": "0601", "days": "any", "lead": lead.pk} | changes


def test_everybody_of_the_city_reads_the_rules_in_force_with_who_put_them_there(desk, clock):
    page = desk("officer").get("/rules/")
    words = text(page)
    assert "夜间施工扰民：执法大队先到" in words
    assert "22:00–06:00" in words
    assert "Edition 1 · in force since" in words
    assert "the city's folder" in words.replace("&#x27;", "'")
    assert "Begin a draft" not in words


def test_who_may_not_edit_gets_neither_the_draft_nor_its_buttons(desk, draft):
    browser = desk("dispatcher")
    assert browser.get("/rules/draft/").status_code == 403
    assert browser.post("/rules/draft/").status_code == 403
    assert browser.post("/rules/draft/publish/", {"revision": draft.revision}).status_code == 403
    assert draft_of(draft.city) == draft


def test_a_rule_goes_from_an_empty_draft_into_force_by_plain_forms(desk, city, cast, clock):
    browser = desk("organiser")
    assert browser.post("/rules/draft/").status_code == 302
    fields = said("housing", area="120106990001 x", hour_from="22:00", hour_until="06:00", words="夜里归住建")
    assert browser.post("/rules/draft/rule/", fields).status_code == 302
    new = rules_of(draft_of(city))[-1]
    assert (new.place, new.area.code, new.words) == (5, "120106990001", "夜里归住建")
    for _ in range(4):
        browser.post(f"/rules/draft/rule/{new.pk}/up/")
    first, *others = rules_of(draft_of(city))
    assert first.pk == new.pk
    browser.post(f"/rules/draft/rule/{others[0].pk}/delete/")
    page = browser.get("/rules/draft/")
    revision = re.search(r'name="revision" value="(\d+)"', page.content.decode())[1]
    done = browser.post("/rules/draft/publish/", {"revision": revision})
    assert done.status_code == 302
    assert [str(m) for m in get_messages(done.wsgi_request)] == ["Edition 2 of the rules is in force."]
    assert rules_in_force(city)[0].words == "夜里归住建"
    assert edition_of(city).published_by == cast.organiser
    assert "no longer in force" in text(browser.get("/rules/1/"))


def test_a_rule_is_changed_in_a_form_that_begins_with_what_it_says(desk, draft):
    rule = rules_of(draft)[0]
    browser = desk("organiser")
    page = browser.get(f"/rules/draft/rule/{rule.pk}/")
    form = page.context["form"]
    assert form["category"].value() == "060202"
    assert 'value="22:00"' in page.content.decode()
    assert browser.post(f"/rules/draft/rule/{rule.pk}/", said("estates", words="改了")).status_code == 302
    changed = rules_of(draft)[0]
    assert (changed.category, changed.lead.code, changed.hour_from, changed.assistant_keys) == (
        "0601",
        "estates",
        None,
        [],
    )


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"area": "nowhere"}, "is not one area of this city"),
        ({"hour_from": "08:00"}, "for the whole day leave both empty"),
        ({"valid_from": "2026-02-02", "valid_until": "2026-02-01"}, "cannot end before it begins"),
        ({"joint": "on"}, "A joint enforcement team must lead"),
        ({"category": "9999"}, "9999"),
        ({"lead": ""}, "This field is required"),
        ({"hour_from": "25:00"}, "Enter a valid time"),
        ({"words": "x" * 201}, "at most 200 characters"),
    ],
)
def test_a_wrong_rule_comes_back_with_a_sentence_and_changes_nothing(desk, draft, wrong, sentence):
    before = list(DispatchRule.objects.values())
    answer = desk("organiser").post("/rules/draft/rule/", said("housing", **wrong))
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert list(DispatchRule.objects.values()) == before


def test_a_draft_changed_since_it_was_read_is_refused_with_409(desk, draft, cast):
    rules.delete_rule(rules_of(draft)[0], by=cast.organiser)
    answer = desk("organiser").post("/rules/draft/publish/", {"revision": "0"})
    assert answer.status_code == 409
    assert edition_of(draft.city).edition == 1


def test_the_draft_page_names_its_conflicts_beside_the_rule(desk, draft, cast):
    rules.add_rule(draft, by=cast.organiser, lead=rules_of(draft)[0].lead, assistants=[], category="030202")
    page = desk("organiser").get("/rules/draft/")
    assert text(page).count("Rule 5 can never fit: rule 2 takes all its orders.") == 2


def test_the_dry_run_is_pressed_and_its_differences_are_listed(desk, draft, order_at, cast):
    order = order_at("dispatched")
    rules.add_rule(draft, by=cast.organiser, lead=rules_of(draft)[3].lead, assistants=[], category="0601")
    browser = desk("organiser")
    assert "Not run yet" in text(browser.get("/rules/draft/"))
    assert browser.post("/rules/draft/dry-run/").status_code == 302
    words = text(browser.get("/rules/draft/"))
    assert f"{order.number} {order.title} Sanitation station → Housing office rule 5" in words
    assert order.number in text(browser.get("/rules/draft/?rule=5"))
    assert order.number not in text(browser.get("/rules/draft/?rule=none"))
    rules.delete_rule(rules_of(draft)[0], by=cast.organiser)
    assert "The draft has been changed since" in text(browser.get("/rules/draft/"))


def test_while_it_is_computed_the_page_says_so_and_asks_again(desk, draft, order_at, monkeypatch, cast):
    order_at("dispatched")
    monkeypatch.setattr(dry_runs, "AT_ONCE", 0)
    dry_runs.ask_dry_run(draft, by=cast.organiser)
    browser = desk("organiser")
    waiting = browser.get("/rules/draft/")
    assert "Being computed" in text(waiting)
    assert 'hx-trigger="every 3s"' in waiting.content.decode()
    dry_runs.run_dry_runs()
    part = browser.get("/rules/draft/?part=trial", headers={"HX-Request": "true"})
    assert "Being computed" not in text(part)
    assert "hx-trigger" not in part.content.decode()


def test_the_draft_is_thrown_away_and_the_rules_in_force_stay(desk, draft, city):
    assert desk("organiser").post("/rules/draft/discard/").status_code == 302
    assert draft_of(city) is None
    assert edition_of(city).edition == 1


def test_the_order_page_suggests_by_the_rule_and_prints_the_rule_once_followed(desk, order_at, city):
    order = order_at("accepted", category=_item("030202"))
    browser = desk("dispatcher")
    page = browser.get(f"/orders/{order.number}/")
    assert "Rule 2: 三合一场所：联合执法 → Joint enforcement team" in text(page)
    form = page.context["suggestion"]
    fields = {"department": form.lead.pk, "assistants": [one.pk for one in form.assistants], "joint": "on"}
    assert browser.post(f"/orders/{order.number}/dispatch/", fields).status_code == 302
    words = text(browser.get(f"/orders/{order.number}/"))
    assert "Dispatched by rule 2 (edition 1)" in words
    assert ", by rule 2" in words
    assert WorkOrder.objects.get(pk=order.pk).rule.place == 2


def test_one_press_in_the_preview_dispatches_as_the_rule_says(desk, order_at):
    order = order_at("accepted", category=_item("030202"))
    browser = desk("dispatcher")
    page = browser.get(f"/orders/?open={order.number}&part=preview").content.decode()
    assert 'name="joint" value="on"' in page
    assert page.count('name="assistants"') == 2


def test_the_api_gives_the_rules_in_force_by_code(desk, clock):
    answer = desk("worker").get("/api/v1/rules/")
    assert answer.status_code == 200
    body = answer.json()
    assert (body["edition"], body["state"], len(body["rules"])) == (1, "in_force", 4)
    first = body["rules"][0]
    assert (first["place"], first["lead"], first["assistants"]) == (1, "enforcement", ["sanitation"])
    assert (first["hour_from"], first["hour_until"], first["area"]) == ("22:00:00", "06:00:00", None)
    assert body["rules"][3]["area"] == "120106990001"


def test_the_list_costs_the_same_questions_however_many_rules_it_has(desk, draft, cast, django_assert_max_num_queries):
    browser = desk("organiser")
    for _ in range(20):
        rules.add_rule(draft, by=cast.organiser, lead=rules_of(draft)[0].lead, assistants=[], category="01")
    with django_assert_max_num_queries(24):
        browser.get("/rules/draft/")


def _item(code: str):
    return Category.objects.filter(rulebook__city__slug="village", code=code).latest("rulebook__version")
