"""What departments and areas are measured by: orders, whistles, visits as the real services leave them."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from assessment.models import Scheme
from assessment.selectors.recomputing import recompute_board
from assessment.selectors.tally import tally
from assessment.weighing import Counted
from grids.models import Area, Department
from patrols.models import Visit
from registers.models import Care, Person
from tests.assessment.conftest import NOVEMBER, OCTOBER
from tests.assessment.histories import MONTH, Past, ground_of
from tests.conftest import HANDLED
from tests.whistle.conftest import blow, sort, told, whistle_at  # noqa: F401  (fixtures)
from workorders.services.steps import STEPS

pytestmark = pytest.mark.django_db


@pytest.fixture
def share(scheme, street, clock):
    """`share("closed", sanitation)`: what a measure has found for one subject by the first of November."""

    def of(name: str, whom, since: dt.date = OCTOBER, until: dt.date = NOVEMBER) -> Counted:
        clock.set(2026, 11, 1, 1, 0)
        if isinstance(whom, Department):
            by: Scheme = scheme(rows={"全部": {name: {"weight": 1}}}, subject="department")
        elif isinstance(whom, Area):
            by = scheme(rows={"全部": {name: {"weight": 1}}}, subject="area", level=whom.level.rank)
        else:
            by = scheme(rows={"全部": {name: {"weight": 1}}})
        indicator = by.dimensions.get().indicators.get()
        return tally(by, street, since, until).get((indicator.pk, whom.pk), Counted())

    return of


@pytest.fixture
def community(city) -> Area:
    return Area.objects.get(city=city, code="120106990001")


def figures(found: Counted) -> tuple[float, int]:
    return found.k, found.n


def test_orders_that_were_due_are_closed_handled_or_late(share, order_at, hours_pass, sanitation, community):
    order_at("closed")
    order_at("finished")
    order_at("parked")
    order_at("withdrawn")
    order_at("handling")
    hours_pass(24 * 14)
    # Due by now: one closed, one finished and not closed, one that nobody finished; the parked one stands still.
    assert figures(share("closed", sanitation)) == (1, 3)
    assert figures(share("closed_on_time", sanitation)) == (1, 3)
    assert figures(share("handled", sanitation)) == (2, 3)
    assert figures(share("handled_on_time", community)) == (2, 3)
    assert figures(share("urgent_closed", sanitation)) == (0, 0)


def test_an_order_that_is_taken_up_again_next_month_was_closed_in_this_one(
    share, order_at, hours_pass, sanitation, cast
):
    order = order_at("rated")
    hours_pass(24 * 14)
    before = share("closed", sanitation)
    STEPS["redo"](order, by=cast.dispatcher, words="又有垃圾。")
    assert figures(share("closed", sanitation)) == figures(before) == (1, 1)
    assert figures(share("rework", sanitation)) == (0, 1)


def test_what_was_not_done_and_done_again_is_rework(share, order_at, ways, cast, sanitation, community):
    order = order_at("finished")
    STEPS["rework"](order, by=cast.worker, words="还有一半。")
    order_at("finished")
    assert figures(share("rework", sanitation)) == (1, 2)
    assert figures(share("rework", community)) == (1, 2)
    assert figures(share("check_passed", sanitation)) == (0, 1)


def test_what_was_sent_back_counts_against_what_was_received(share, order_at, sanitation):
    order_at("ruling")
    order_at("handling")
    found = share("sent_back", sanitation)
    assert found.n == 2


def test_signing_and_contact_in_time_are_one_response(share, report, ways, cast, hours_pass, sanitation, community):
    for late in (0, 60):
        order = report()
        for step in HANDLED:
            if step == "sign_for":
                hours_pass(late)
            order = ways.take(order, step)
    found = share("responded", sanitation)
    assert figures(found) == (1, 2)
    assert figures(share("responded", community)) == (1, 2)


def test_of_two_departments_the_one_that_led_when_it_was_rated_has_the_rating(share, order_at, sanitation, city):
    order_at("rated")
    assert figures(share("satisfied", sanitation)) == (1, 1)
    assert figures(share("solved", sanitation)) == (1, 1)
    assert figures(share("citizens_rating", sanitation)) == (1, 1)
    assert figures(share("satisfied", Department.objects.get(city=city, code="housing"))) == (0, 0)


def test_streets_rate_departments_as_a_part_of_the_best(share, whistle_at, sanitation):  # noqa: F811
    whistle = whistle_at("rated")
    rating = whistle.summonses.get(department=sanitation).rating
    found = share("street_rating", sanitation)
    marks = rating.signing + rating.arriving + rating.handling + rating.effect
    assert figures(found) == ((marks - 4) / 16, 1)
    assert figures(share("arrived_on_time", sanitation)) == (1, 1)
    assert share("signed_on_time", sanitation).n <= 1


def test_people_looked_after_are_due_at_the_months_end_and_met_or_not(share, city, cast, clock):
    grid = Area.objects.get(city=city, code="120106990001001")
    for kind, seen in (("elderly_high", 3), ("elderly_high", 20), ("key", None), ("unknown", None)):
        person = Person.objects.create(city=city, area=grid, taken_in_at=MONTH - dt.timedelta(days=90))
        care = {"kind": kind, "since": dt.date(2026, 7, 1), "given_at": MONTH - dt.timedelta(days=90)}
        Care.objects.create(person=person, **care)
        if seen is not None:
            at = MONTH + dt.timedelta(days=31 - seen)
            Visit.objects.create(
                key=uuid.uuid4(), digest="x", city=city, area=grid, person=person, worker=cast.worker, at=at,
                received_at=at, outcome="visit", met=True,
            )  # fmt: skip
    # Every seven days: one was met three days before the end, one twenty; the third every thirty, and never.
    assert figures(share("visits_done", cast.worker)) == (1, 3)
    assert figures(share("visits_done", Area.objects.get(pk=grid.parent_id))) == (1, 3)


def test_a_visit_that_the_phone_sends_after_the_scoring_changes_nothing(scheme, scored, city, cast, clock):
    grid = Area.objects.get(city=city, code="120106990001001")
    person = Person.objects.create(city=city, area=grid, taken_in_at=MONTH - dt.timedelta(days=90))
    Care.objects.create(person=person, kind="key", since=dt.date(2026, 7, 1), given_at=MONTH - dt.timedelta(days=90))
    clock.set(2026, 11, 1, 1, 0)
    board = scored(scheme(rows={"全部": {"visits_done": {"weight": 100}}}))
    Visit.objects.create(
        key=uuid.uuid4(), digest="x", city=city, area=grid, person=person, worker=cast.worker,
        at=MONTH + dt.timedelta(days=29), received_at=MONTH + dt.timedelta(days=32), outcome="visit", met=True,
    )  # fmt: skip
    assert [one.agrees for one in recompute_board(board)] == [True, True]
    assert board.cards.get(person=cast.worker).lines.get().n == 1


def test_corrections_count_when_they_were_decided(share, city, cast, clock):
    grid = Area.objects.get(city=city, code="120106990001001")
    person = Person.objects.create(city=city, area=grid, taken_in_at=MONTH)
    for proposal, day in (("accepted", 5), ("declined", 6), ("accepted", 40), ("open", None)):
        Visit.objects.create(
            key=uuid.uuid4(), digest="x", city=city, area=grid, person=person, worker=cast.worker, at=MONTH,
            received_at=MONTH, outcome="correct", met=True, proposal=proposal,
            decided_at=MONTH + dt.timedelta(days=day) if day else None,
        )  # fmt: skip
    assert figures(share("corrections_accepted", cast.worker)) == (1, 2)


@pytest.mark.mechanism("0-31")
def test_the_six_roles_of_a_worker_are_counted_by_the_classes_of_the_catalogue(share, city, cast, clock):
    clock.set(2026, 11, 1, 1, 0)
    ground = ground_of(city)
    ground.live(Past(item=2), Past(item=1), Past(item=0, day=9), Past(item=2, day=9, verb="refused"))
    assert figures(share("role_mediator", cast.worker)) == (1, 1)
    assert figures(share("role_patroller", cast.worker)) == (2, 2)
    assert figures(share("role_herald", cast.worker)) == (0, 0)


def test_what_others_found_in_a_workers_grid_he_has_missed(share, city, cast, clock):
    clock.set(2026, 11, 1, 1, 0)
    ground = ground_of(city)
    ground.live(Past(), Past(day=9))
    (strange,) = ground.live(Past(day=12))
    strange.reported_by = cast.dispatcher
    strange.save(update_fields=["reported_by"])
    assert figures(share("missed", cast.worker)) == (1, 3)
