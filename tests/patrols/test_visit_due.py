"""Who is to be visited by when (rules 6.2, 13.6 row 94): computed from care, visits and events, never stored."""
# ruff: noqa: F401, F811  (fixtures that two files share)

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from casework.moment import now
from grids.selectors import rulebook_in_force
from patrols.models import Visit, VisitEvent, VisitRule
from patrols.selectors import visit_due, visits
from patrols.services.visiting import tell_event
from registers.models import Care, Person
from registers.services import people
from registers.services.caring import end_care
from tests.conftest import MORNING, SHANGHAI
from tests.patrols.visiting import cared, grid, home, person, visit

FAR = dt.timedelta(days=4000)


def due_on(person) -> dt.date | None:
    """The last day on which the visit is in time."""
    row = visit_due.due_of_person(person.city, person.area_id, person.pk)
    return (row.due_at.astimezone(SHANGHAI) - dt.timedelta(seconds=1)).date() if row else None


@pytest.mark.parametrize(
    ("kind", "degree", "days"),
    [
        ("elderly_high", {}, 7),
        ("key", {}, 30),
        ("ordinary", {}, 90),
        ("corrections", {}, 30),
        ("released", {}, 7),
        ("hardship", {}, 30),
        ("floating", {}, 30),
        ("mental", {"stability": "unstable"}, 14),
        ("mental", {"stability": "basically"}, 30),
        ("mental", {"stability": "stable"}, 90),
        ("mental", {"stability": "stable", "level": 2}, 90),
        ("mental", {"stability": "stable", "level": 3}, 14),
        ("mental", {"stability": "basically", "level": 5}, 14),
    ],
)
def test_each_kind_is_first_visited_within_its_days(cared, kind, degree, days):
    assert due_on(cared(kind, "2026-10-01", **degree)) == dt.date(2026, 10, 1) + dt.timedelta(days=days)


def test_after_the_first_visit_the_usual_interval_holds(cared, visit):
    released = cared("released", "2026-10-01")
    visit(at=dt.datetime(2026, 10, 3, 9, tzinfo=SHANGHAI))
    assert due_on(released) == dt.date(2026, 11, 2)


def test_a_visit_at_night_counts_for_the_citys_day(cared, visit):
    old = cared("elderly_high", "2026-10-01")
    visit(at=dt.datetime(2026, 10, 9, 0, 30, tzinfo=SHANGHAI))
    assert due_on(old) == dt.date(2026, 10, 16)


def test_nobody_at_home_is_no_visit(cared, visit):
    old = cared("elderly_high", "2026-10-01")
    visit(met=False)
    assert due_on(old) == dt.date(2026, 10, 8)


def test_after_a_fall_an_elder_is_seen_within_24_hours(cared, visit, cast, clock):
    old = cared("elderly_high", "2026-10-01")
    visit()
    clock.pass_(hours=2, sweep=False)
    falls(cast, old)
    row = visit_due.due_of_person(old.city, old.area_id, old.pk)
    assert (row.due_at, row.event) == (now() + dt.timedelta(hours=24), "fall")
    clock.pass_(hours=3, sweep=False)
    visit()
    assert due_on(old) == dt.date(2026, 10, 16)


def falls(cast, who) -> VisitEvent:
    return tell_event(cast.worker, who.key, kind="fall")


def test_an_event_hurries_nobody_whose_rule_does_not_say_so(cared, cast):
    ordinary = cared("ordinary", "2026-10-01")
    falls(cast, ordinary)
    assert due_on(ordinary) == dt.date(2026, 12, 30)


def test_of_several_cares_the_first_to_fall_due_counts_once(cared, cast):
    cared("ordinary", "2026-10-01")
    both = cared("elderly_high", "2026-10-05")
    assert due_on(both) == dt.date(2026, 10, 12)
    assert len(visits.due(cast.worker)) == 1


def test_a_care_that_has_ended_asks_for_no_visit(cared, cast):
    who = cared("key", "2026-10-01")
    end_care(who.cares.get(), by=cast.community)
    assert due_on(who) is None


def test_who_is_erased_is_visited_no_more(cared, cast):
    who = cared("elderly_high", "2026-10-01")
    people.erase(who, by=cast.community)
    assert visits.due(cast.worker) == []


def test_a_visit_to_anybody_counts_for_the_home(cared, visit, home, clock):
    before = visit_due.due_of_home(home.city, home.area_id, home.pk)
    assert (before.due_at - home.taken_in_at).days in (180, 181)
    cared("key", "2026-10-01")
    visit()
    after = visit_due.due_of_home(home.city, home.area_id, home.pk)
    assert after.due_at == dt.datetime(2027, 4, 8, tzinfo=SHANGHAI)


def test_the_worker_sees_his_own_ground_masked_most_overdue_first(cared, cast, clock):
    cared("elderly_high", "2026-09-01")
    (row,) = visits.due(cast.worker)
    assert (row.name, row.state, row.days) == ("欧阳**", "late", 30)
    assert visits.due(cast.worker2) == []
    assert visits.due(cast.director) == []


def test_the_first_pages_figure_counts_overdue_and_today(cared, cast, clock):
    cared("elderly_high", "2026-10-02")
    assert visits.due_now(cast.worker) == 1
    assert visits.due_now(cast.worker2) == 0


def test_the_list_costs_the_same_at_one_and_at_forty(cared, cast, grid, clock):
    cared("elderly_high", "2026-09-01")
    with CaptureQueriesContext(connection) as few:
        visits.due(cast.worker)
    for number in range(39):
        other = people.take_in(by=cast.community, area=grid, name="赵" + chr(0x4E00 + number))
        Care.objects.create(person=other, kind="key", since="2026-08-01", given_at=now())
    with CaptureQueriesContext(connection) as many:
        assert len(visits.due(cast.worker)) == 40
    assert len(many) == len(few)


def test_planners_see_counts_by_grid_and_no_name(cared, cast, clock):
    cared("elderly_high", "2026-09-01")
    people_due, homes_due = visits.overview(cast.director)
    assert [(row.area.code, row.late, row.soon) for row in people_due] == [("120106990001001", 1, 0)]
    assert homes_due == []
    assert visits.overview(cast.worker) == ([], [])


# --- every date against a plain reckoning of the same rules -----------------------------------------------------------

days_ago = some.integers(min_value=0, max_value=400)
hours_ago = some.integers(min_value=0, max_value=24 * 60)
degrees = some.sampled_from(
    [("key", "", None), ("elderly_high", "", None), ("released", "", None)]
    + [("mental", word, level) for word in Care.Stability.values for level in (None, 0, 2, 3, 5)]
)


def reckoned(cares, met, events, rules: list[VisitRule]) -> dt.datetime | None:
    """The same by hand: for each care the usual day or the event's hour, whichever comes first."""
    found = []
    last = max(met, default=None)
    for kind, stability, level, since in cares:
        fitting = [
            rule for rule in rules
            if rule.kind == kind and rule.stability in ("", stability)
            and (rule.least_level is None or (level is not None and level >= rule.least_level))
        ]  # fmt: skip
        every = min(rule.every_days for rule in fitting)
        first = min((rule.first_within_days for rule in fitting if rule.first_within_days), default=every)
        hours = min((rule.after_event_hours for rule in fitting if rule.after_event_hours), default=None)
        begun = dt.datetime.combine(since, dt.time(), SHANGHAI)
        day = last.astimezone(SHANGHAI).date() + dt.timedelta(days=every) if last and last >= begun else (
            since + dt.timedelta(days=first)
        )  # fmt: skip
        found.append(dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), SHANGHAI))
        unseen = [at for at in events if last is None or at > last]
        if hours and unseen:
            found.append(min(unseen) + dt.timedelta(hours=hours))
    return min(found, default=None)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cares=some.lists(some.tuples(degrees, days_ago), max_size=3, unique_by=lambda each: each[0][0]),
    met=some.lists(hours_ago, max_size=3),
    missed=some.lists(hours_ago, max_size=2),
    events=some.lists(hours_ago, max_size=3),
)
def test_every_due_date_is_the_one_reckoned_by_hand(city, cast, grid, clock, cares, met, missed, events):
    who = Person.objects.create(city=city, area=grid, taken_in_at=now())
    today, at = MORNING.date(), MORNING

    def ago(hours: int) -> dt.datetime:
        return at - dt.timedelta(hours=hours)

    told = [(*degree, today - dt.timedelta(days=days)) for degree, days in cares]
    for kind, stability, level, since in told:
        Care.objects.create(person=who, kind=kind, stability=stability, level=level, since=since, given_at=at)
    for hours, was_met in [(hours, True) for hours in met] + [(hours, False) for hours in missed]:
        Visit.objects.create(
            key=uuid.uuid4(), digest="x", city=city, area=grid, person=who, worker=cast.worker, at=ago(hours),
            received_at=at, outcome="visit", met=was_met,
        )  # fmt: skip
    for hours in events:
        VisitEvent.objects.create(person=who, kind="fall", at=ago(hours), told_by=cast.worker, told_at=at)
    rules = list(VisitRule.objects.filter(rulebook=rulebook_in_force(city, today)))
    row = visit_due.due_of_person(city, grid.pk, who.pk)
    expected = reckoned(told, list(map(ago, met)), list(map(ago, events)), rules)
    assert (row.due_at if row else None) == expected
    listed = visit_due.due_people(city, [grid.pk], until=at + FAR, most=500)
    assert [each.due_at for each in listed if each.person == who.pk] == ([expected] if expected else [])
