"""Dry runs: what a draft would have done, as the rules themselves would have said it."""

from __future__ import annotations

import pytest

from casework.models import Event
from workorders.models import DryRun, WorkOrder
from workorders.selectors.rules import (
    matching_rule,
    rules_of,
)  # fmt: skip
from workorders.services import dry_runs, rules

pytestmark = pytest.mark.django_db


@pytest.fixture
def lived(order_at, cast, clock, code):
    """Orders dispatched by day and by night, of several matters."""
    found = []
    for moment, category in [
        ((2026, 10, 9, 11, 0), "060101"),
        ((2026, 10, 9, 23, 0), "060202"),
        ((2026, 10, 10, 3, 0), "060202"),
        ((2026, 10, 11, 12, 0), "060103"),
        ((2026, 10, 12, 12, 0), "010101"),
    ]:
        clock.set(*moment)
        found.append(order_at("dispatched", category=code(category)))
    return found


def test_a_dry_run_says_of_every_order_what_the_rules_will_say(city, cast, clock, lived, department):
    draft = rules.begin_draft(city, by=cast.organiser)
    rules.add_rule(draft, by=cast.organiser, lead=department("sanitation"), assistants=[], category="060101")
    run = dry_runs.ask_dry_run(draft, by=cast.organiser)
    draft.refresh_from_db()
    said = {line.order_id: (line.new_lead, line.place) for line in run.lines.all()}
    rules.publish_draft(draft, by=cast.organiser, revision=draft.revision)
    for order in lived:
        dispatched = Event.objects.get(case=order, verb="dispatched").at
        rule = matching_rule(order, dispatched)
        real = (rule.lead, rule.place) if rule else (None, None)
        # What is not listed stays where it was.
        assert said.get(order.pk, (order.department, rule and rule.place)) == real
    assert (run.orders, run.same, run.changed, run.unfitted) == (5, 1, 3, 1)
    assert run.counts == {"1": [2, 2], "3": [1, 1], "5": [1, 0]}


def test_a_dry_run_changes_no_order(city, cast, clock, lived):
    before = list(WorkOrder.objects.order_by("pk").values())
    dry_runs.ask_dry_run(rules.begin_draft(city, by=cast.organiser), by=cast.organiser)
    assert list(WorkOrder.objects.order_by("pk").values()) == before


def test_a_dry_run_looks_back_thirty_days_and_no_further(city, cast, clock, lived):
    clock.pass_(days=29, hours=-2, sweep=False)
    run = dry_runs.ask_dry_run(rules.begin_draft(city, by=cast.organiser), by=cast.organiser)
    assert run.orders == 2


def test_a_long_dry_run_waits_for_the_task_and_is_done_once(city, cast, clock, lived, monkeypatch):
    monkeypatch.setattr(dry_runs, "AT_ONCE", 2)
    draft = rules.begin_draft(city, by=cast.organiser)
    run = dry_runs.ask_dry_run(draft, by=cast.organiser)
    assert run.done_at is None
    assert (dry_runs.run_dry_runs(), dry_runs.run_dry_runs()) == (1, 0)
    run.refresh_from_db()
    assert (run.orders, run.done_at) == (5, clock.now)
    assert DryRun.objects.filter(edition=draft).count() == 1


def test_a_new_dry_run_takes_the_place_of_the_last_and_knows_the_text_it_was_made_of(city, cast, clock, lived):
    draft = rules.begin_draft(city, by=cast.organiser)
    dry_runs.ask_dry_run(draft, by=cast.organiser)
    rules.delete_rule(rules_of(draft)[0], by=cast.organiser)
    run = dry_runs.ask_dry_run(draft, by=cast.organiser)
    draft.refresh_from_db()
    assert list(draft.dry_runs.all()) == [run]
    assert run.revision == draft.revision
