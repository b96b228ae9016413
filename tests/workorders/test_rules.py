"""Dispatch rules: drafted and published once, checked against each other, followed when an order is dispatched."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.utils import translation

from accounts.models import User
from casework.models import Event
from casework.refusals import NotNow
from casework.selectors import broken_chains
from grids.models import Department
from grids.selectors import rulebook_in_force
from tests.conftest import MORNING
from workorders.forms import FORMS
from workorders.models import RuleEdition, WorkOrder
from workorders.selectors.conflicts import conflicts_of
from workorders.selectors.rules import (
    draft_of,
    edition_of,
    names_for,
    rule_words,
    rules_in_force,
    rules_of,
    suggestion_for,
)  # fmt: skip
from workorders.services import dry_runs, orders, rules

pytestmark = pytest.mark.django_db


# --- the desk's drafts -----------------------------------------------------------------------------------------------


def test_a_draft_begins_as_what_is_in_force_and_changes_nothing_before_it_is_published(city, cast, clock):
    draft = rules.begin_draft(city, by=cast.organiser)
    assert [rule_words(rule) for rule in rules_of(draft)] == [rule_words(rule) for rule in rules_in_force(city)]
    assert [rule.assistant_keys for rule in rules_of(draft)] == [rule.assistant_keys for rule in rules_in_force(city)]
    rules.delete_rule(rules_of(draft)[0], by=cast.organiser)
    assert len(rules_in_force(city)) == 4
    assert rules.begin_draft(city, by=cast.organiser) == draft


def test_moving_and_deleting_keep_the_places_without_a_gap(city, cast, clock):
    draft = rules.begin_draft(city, by=cast.organiser)
    a, b, c, d = rules_of(draft)
    rules.move_rule(c, by=cast.organiser, way=rules.UP)
    rules.move_rule(a, by=cast.organiser, way=rules.UP)
    rules.delete_rule(b, by=cast.organiser)
    rules.move_rule(c, by=cast.organiser, way=rules.DOWN)
    assert [(rule.place, rule.pk) for rule in rules_of(draft)] == [(1, a.pk), (2, d.pk), (3, c.pk)]


def test_publishing_says_who_and_when_and_ends_the_edition_before(city, cast, clock, in_force):
    first = edition_of(city)
    second = in_force({"lead": "housing"})
    first.refresh_from_db()
    assert (second.published_by, second.in_force_from) == (cast.organiser, clock.now)
    assert (first.state, first.in_force_until) == ("replaced", clock.now)
    assert draft_of(city) is None


def test_only_who_may_edit_the_rules_of_the_city_changes_them(city, cast, clock):
    draft = rules.begin_draft(city, by=cast.organiser)
    rule = rules_of(draft)[0]
    with pytest.raises(PermissionDenied):
        rules.begin_draft(city, by=cast.dispatcher)
    with pytest.raises(PermissionDenied):
        rules.delete_rule(rule, by=cast.dispatcher)
    with pytest.raises(PermissionDenied):
        rules.publish_draft(draft, by=cast.dispatcher, revision=draft.revision)
    with pytest.raises(PermissionDenied):
        dry_runs.ask_dry_run(draft, by=cast.dispatcher)
    assert len(rules_of(draft)) == 4


def test_a_draft_that_somebody_changed_meanwhile_is_not_published_unread(city, cast, clock):
    draft = rules.begin_draft(city, by=cast.organiser)
    read = draft.revision
    rules.delete_rule(rules_of(draft)[0], by=cast.organiser)
    with pytest.raises(NotNow):
        rules.publish_draft(draft, by=cast.organiser, revision=read)
    assert draft_of(city) == draft


def test_an_empty_draft_is_not_published(city, cast, clock):
    draft = rules.begin_draft(city, by=cast.organiser)
    draft.rules.all().delete()
    with pytest.raises(NotNow):
        rules.publish_draft(draft, by=cast.organiser, revision=draft.revision)


def test_what_is_in_force_is_never_edited(city, cast, clock, department):
    standing = edition_of(city)
    rule = rules_of(standing)[0]
    for change in (
        lambda: rules.delete_rule(rule, by=cast.organiser),
        lambda: rules.move_rule(rule, by=cast.organiser, way=rules.DOWN),
        lambda: rules.change_rule(rule, by=cast.organiser, assistants=[], category=""),
        lambda: rules.add_rule(standing, by=cast.organiser, lead=department("housing"), assistants=[]),
        lambda: rules.discard_draft(standing, by=cast.organiser),
        lambda: dry_runs.ask_dry_run(standing, by=cast.organiser),
    ):
        with pytest.raises(NotNow):
            change()
    assert len(rules_of(standing)) == 4


@pytest.mark.parametrize(
    "wrong",
    [
        {"hour_from": dt.time(8)},
        {"hour_from": dt.time(8), "hour_until": dt.time(8)},
        {"valid_from": dt.date(2026, 2, 1), "valid_until": dt.date(2026, 1, 1)},
        {"assistants": ["sanitation"]},
        {"joint": True},
    ],
)
def test_a_rule_that_says_two_things_is_refused_and_leaves_no_trace(in_force, city, wrong):
    before = edition_of(city)
    with pytest.raises(ValidationError), transaction.atomic():
        in_force(wrong)
    assert edition_of(city) == before
    assert draft_of(city) is None


def test_the_database_itself_keeps_one_edition_in_force(city, clock):
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleEdition.objects.create(city=city, edition=99, state="in_force", made_at=clock.now)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_at_once_one_wins_and_the_other_is_told(city, cast, clock):
    draft = rules.begin_draft(city, by=cast.organiser)
    barrier, told = threading.Barrier(2), []

    def press() -> None:
        try:
            barrier.wait()
            rules.publish_draft(draft, by=cast.organiser, revision=draft.revision)
            told.append("published")
        except NotNow:
            told.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(told) == ["published", "told"]
    assert RuleEdition.objects.filter(city=city, state="in_force").count() == 1


# --- what is wrong with a list ---------------------------------------------------------------------------------------


def report_of(edition: RuleEdition, today: dt.date = dt.date(2026, 10, 9)) -> list[tuple[int, str]]:
    found = rules_of(edition)
    names = names_for(found, rulebook_in_force(edition.city, MORNING.date()))
    return [(conflict.rule.place, conflict.kind) for conflict in conflicts_of(found, names, today)]


def test_the_report_names_a_rule_that_an_earlier_one_covers(in_force):
    night = {"hour_from": dt.time(22), "hour_until": dt.time(6)}
    edition = in_force({"category": "06", **night}, {"category": "06"}, {"category": "0602", **night}, {"days": "off"})
    assert report_of(edition) == [(3, "shadowed")]


def test_the_report_names_departments_that_no_longer_stand(in_force, department):
    edition = in_force({"lead": "housing", "assistants": ["estates"]}, {"category": "01", "lead": "estates"})
    Department.objects.filter(code="estates").update(valid_to=MORNING.date())
    assert report_of(edition) == [(1, "gone"), (2, "shadowed"), (2, "gone")]


def test_the_report_names_rules_that_are_over_and_matters_the_catalogue_lacks(in_force):
    edition = in_force({"valid_until": dt.date(2026, 10, 8)}, {"category": "0699"})
    assert report_of(edition) == [(1, "over"), (2, "matter")]


# --- the desk's dispatching ------------------------------------------------------------------------------------------


def test_the_suggestion_is_the_rules_lead_with_its_number_and_words(in_force, order_at, department):
    in_force({"category": "0601", "lead": "housing", "assistants": ["estates"], "words": "市容环境归住建"})
    order = order_at("accepted")
    with translation.override("en"):
        found = suggestion_for(order)
    assert (found.lead, found.assistants) == (department("housing"), [department("estates")])
    assert found.why == "Rule 1: 市容环境归住建 → Housing office"


def test_without_words_of_its_own_a_rule_is_told_by_what_it_asks(in_force, order_at):
    in_force({"category": "0601", "lead": "housing", "days": "working"})
    order = order_at("accepted")
    with translation.override("en"):
        assert suggestion_for(order).why == "Rule 1: working days, City appearance → Housing office"


def test_without_a_rule_the_usual_handler_is_suggested(in_force, order_at, sanitation):
    in_force({"category": "0901"})
    found = suggestion_for(order_at("accepted"))
    assert (found.rule, found.lead) == (None, sanitation)


def test_a_department_named_in_the_complaint_is_not_suggested(in_force, order_at, department, sanitation):
    in_force({"lead": "housing"})
    order = order_at("accepted")
    order.accused_department = department("housing")
    with translation.override("en"):
        found = suggestion_for(order)
    assert (found.rule, found.lead) == (None, sanitation)
    assert found.why == "Rule 1 names Housing office, which cannot take it."


def test_the_history_counts_who_had_this_matter_in_this_area(order_at, cast, department, code):
    for lead in ("housing", "housing", "estates"):
        orders.dispatch(order_at("accepted"), by=cast.dispatcher, department=department(lead))
    order_at("dispatched", category=code("060102"))
    order_at("dispatched", lng=117.155, lat=39.165)
    history = suggestion_for(order_at("accepted")).history
    assert [(past.department.code, past.orders) for past in history] == [("housing", 2), ("estates", 1)]


def dispatch_by_form(order: WorkOrder, by: User, **said) -> WorkOrder:
    form = FORMS["dispatch"](said, order=order, step="dispatch")
    assert form.is_valid(), form.errors
    return orders.dispatch(order, by=by, **form.said())


def test_an_order_dispatched_as_the_rule_says_carries_the_rule_for_good(in_force, order_at, cast, department):
    in_force({"lead": "housing", "assistants": ["estates"]})
    order = order_at("accepted")
    [rule] = rules_in_force(order.city)
    said = {"department": department("housing").pk, "assistants": [department("estates").pk]}
    order = dispatch_by_form(order, cast.dispatcher, **said)
    facts = Event.objects.get(case=order, verb="dispatched").facts
    assert (order.rule, facts["rule"], facts["by_rule"]) == (rule, rule.pk, 1)
    in_force({"lead": "sanitation"})
    order.refresh_from_db()
    assert order.rule == rule
    assert rule.edition.state == "in_force"  # as it was read then; it is replaced now
    rule.edition.refresh_from_db()
    assert rule.edition.state == "replaced"
    assert not broken_chains()


def test_an_order_dispatched_otherwise_than_the_rule_says_carries_none(in_force, order_at, cast, department):
    in_force({"lead": "housing", "assistants": ["estates"]})
    order = dispatch_by_form(order_at("accepted"), cast.dispatcher, department=department("housing").pk)
    assert order.rule is None


@pytest.mark.mechanism("0-17")
def test_where_several_enforcers_are_needed_the_rule_has_the_joint_team_lead_and_the_others_assist(
    city, order_at, cast, department, code
):
    order = order_at("accepted", category=code("030202"))
    found = suggestion_for(order)
    assert (found.joint, found.lead) == (True, department("enforcement"))
    assert {one.code for one in found.assistants} == {"housing", "estates"}
    order = dispatch_by_form(
        order, cast.dispatcher, department=found.lead.pk, joint="on", assistants=[one.pk for one in found.assistants]
    )
    assert (order.joint, order.rule, order.department) == (True, found.rule, department("enforcement"))
    parts = order.parts.present().values_list("role", "department__code")
    assert set(parts) == {("lead", "enforcement"), ("assist", "housing"), ("assist", "estates")}
