"""A simulated city: the same seed gives the same city, and volume has the shape of life."""

import datetime as dt
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from casework.models import Event
from casework.selectors import broken_chains
from tests.conftest import SHANGHAI
from workorders.models import WorkOrder
from workorders.simulation import branches, lived, volume
from workorders.simulation.cast import Stage
from workorders.simulation.plan import draw

# The village has two workers; these days hold a weekend, the end of the National Day break and a make-up Saturday.
UNTIL = dt.datetime(2026, 10, 16, 12, 0, tzinfo=SHANGHAI)
FIRST = dt.date(2026, 10, 5)


@pytest.fixture
def stage(city):
    return Stage(city, UNTIL.date())


def plans_of(stage, seed=1, a_day=1.6):
    drawn = draw(seed=seed, workers=len(stage.workers), first=FIRST, days=12, zone=SHANGHAI, a_day=a_day)
    return [plan for plan in drawn if plan.reported_at <= UNTIL]


def shape_of(order: WorkOrder) -> tuple:
    """All that the house knows of an order, without keys and hashes."""
    told = [(e.verb, e.actor_id, e.before, e.after, e.facts, e.at) for e in order.events.order_by("seq")]
    clocks = [
        (c.clock, c.state, c.started_at, c.due_at, c.ended_at, c.missed_at, c.department_id, c.area_id)
        for c in order.deadlines.order_by("clock")
    ]
    rungs = sorted((r.deadline.clock, r.name, r.at, r.fired_at, r.live) for r in _rungs(order))
    face = (order.status, order.lamp, order.rung, order.due_at, order.due_from, order.due_clock, order.closed_at)
    facts = (order.number, order.title, order.area_id, order.department_id, order.stars, order.lng, order.lat)
    return told, clocks, rungs, face, facts, order.photos.count(), _beside(order)


def _beside(order) -> dict[str, list[tuple]]:
    """Parts, looks, ratings, presses and clues, without keys and hashes."""
    return {
        "parts": list(order.parts.values_list("department", "role", "since", "signed_at", "until", "outcome")),
        "checks": list(order.checks.values_list("moment", "worker", "chosen", "at", "done_by", "done_at", "outcome")),
        "ratings": list(order.ratings.values_list("round", "via", "stars", "solved", "satisfied", "by", "at")),
        "presses": list(order.presses.values_list("level", "department", "office", "reason", "at")),
        "clues": list(order.clues.values_list("department", "reason", "at", "evidence")),
    }


def _rungs(order):
    return [rung for clock in order.deadlines.all() for rung in clock.rungs.select_related("deadline")]


def shapes(stage) -> list[tuple]:
    return [shape_of(order) for order in WorkOrder.objects.filter(city=stage.city).order_by("number")]


def in_rollback(run):
    """Runs something and gives what it found, leaving nothing behind."""

    with transaction.atomic():
        found = run()
        transaction.set_rollback(True)
    return found


def test_volume_writes_exactly_what_is_lived(stage):
    plans = plans_of(stage)
    assert len(plans) > 20

    def lived_shapes():
        for plan in plans:
            lived.live(plan, stage, UNTIL)
        assert broken_chains() == []
        return shapes(stage)

    def written_shapes():
        volume.live_all(plans, stage, UNTIL, lambda done, of: None)
        assert broken_chains() == []
        return shapes(stage)

    assert in_rollback(written_shapes) == in_rollback(lived_shapes)


def test_the_same_seed_is_the_same_city_and_another_is_another(stage):
    assert plans_of(stage) == plans_of(stage)
    assert plans_of(stage) != plans_of(stage, seed=2)


def test_nobody_reports_more_than_twice_a_day():
    plans = draw(seed=3, workers=50, first=FIRST, days=5, zone=SHANGHAI, a_day=2.0)
    most = Counter((plan.worker, plan.reported_at.date()) for plan in plans)
    assert max(most.values()) == 2


def test_the_mix_of_kinds_and_the_busy_hours_are_those_of_cities():
    plans = list(draw(seed=4, workers=1000, first=FIRST, days=5, zone=SHANGHAI))
    kinds = Counter(plan.kind for plan in plans)
    assert [kind for kind, _count in kinds.most_common()] == sorted(kinds, key=lambda kind: -kind.weight)
    hours = Counter(plan.reported_at.hour for plan in plans)
    assert min(hours[9], hours[16]) > 2 * max(hours[12], hours[19])


def test_most_is_settled_in_time_some_late_some_red(stage):
    volume.live_all(plans_of(stage, a_day=2.0), stage, UNTIL, lambda done, of: None)
    orders = WorkOrder.objects.filter(city=stage.city)
    closed = orders.filter(status__in=["closed", "rated"])
    assert closed.count() > orders.count() / 2
    assert Event.objects.filter(case__city=stage.city, verb="deadline_missed").exists()


def test_an_interrupted_run_goes_on_where_it_stopped(stage, city):
    plans = plans_of(stage, a_day=0.4)
    lived.live(plans[0], stage, UNTIL)
    arguments = {"city": city.slug, "days": 12, "seed": 1, "a_day": 0.4, "until": UNTIL.isoformat(), "verbosity": 0}
    call_command("simulate", **arguments)
    assert WorkOrder.objects.filter(city=city).count() == len(plans)


def test_an_unknown_city_is_refused_with_a_sentence(db):
    with pytest.raises(CommandError, match="no city"):
        call_command("simulate", city="atlantis")


def test_a_demo_has_an_order_in_every_branch_once(stage):
    made = branches.branch_out(stage, UNTIL)
    orders = WorkOrder.objects.filter(city=stage.city)
    found = Counter(orders.values_list("status", flat=True))
    assert {"checking", "kept", "pooled", "held", "ruling", "parked", "handling", "closed", "rated"} <= set(found)
    assert (made, branches.branch_out(stage, UNTIL)) == (orders.count(), 0)
    assert broken_chains() == []
