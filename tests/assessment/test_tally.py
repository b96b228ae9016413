"""What counts, for whom, once or not at all: statements over rows whose answer a hand can count."""

from __future__ import annotations

import datetime as dt

import pytest

from assessment.measures import all_measures
from assessment.models import Appeal, Entry, Exemption, Scheme
from assessment.selectors.items import items_of
from assessment.selectors.subjects import subjects_of
from assessment.selectors.tally import span_of, tally, tally_of
from assessment.weighing import Counted, keys
from casework.actors import SYSTEM
from casework.services import doors
from grids.models import Area, GroupTask, Post, Role, WorkingGroup
from grids.selectors import rulebook_in_force
from tests.assessment.conftest import NOVEMBER, OCTOBER
from tests.assessment.histories import MONTH, Past, ground_of
from workorders.models import Rating

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground(city, clock):
    clock.set(2026, 11, 1, 1, 0)
    return ground_of(city)


@pytest.fixture
def count(street, ground):
    """`count(scheme, worker)`: what the first indicator found for one of the three workers."""

    def of(scheme: Scheme, worker: int = 0, **said) -> Counted:
        found = tally(scheme, street, said.get("since", OCTOBER), said.get("until", NOVEMBER))
        first = scheme.dimensions.get().indicators.get()
        return found.get((first.pk, ground.workers[worker].pk), Counted())

    return of


def rows(name: str, **said) -> dict:
    return {"全部": {name: {"weight": 100, **said}}}


KEPT = ("workorders.keep", 24.0, 5.0)
LATE = ("workorders.keep", 24.0, 30.0)
OPEN = ("workorders.keep", 24.0, None)


def test_clocks_met_and_missed_count_at_that_moment_and_those_that_run_do_not(scheme, count, ground):
    ground.live(
        Past(clocks=(KEPT,)), Past(clocks=(LATE,)), Past(day=-10, clocks=(KEPT,)),
        Past(day=30.5, clocks=(OPEN,)), Past(worker=1, clocks=(KEPT,)),
    )  # fmt: skip
    mine = count(scheme(rows=rows("on_time")))
    assert (mine.k, mine.n) == (1, 2)
    assert (mine.before_k, mine.before_n, mine.window_k, mine.window_n) == (1, 1, 2, 3)
    assert len(keys(mine.items)) == 2
    assert len(keys(mine.against)) == 1


def test_a_clock_whose_time_is_over_is_missed_whether_or_not_a_sweep_came_by(scheme, count, ground):
    ground.live(Past(clocks=(OPEN,)))
    assert (count(scheme(rows=rows("on_time"))).k, count(Scheme.objects.latest("pk")).n) == (0, 1)


def test_of_two_in_one_grid_the_one_who_acted_has_the_clock_and_both_where_nobody_did(
    scheme, count, ground, city, cast
):
    role = Role.objects.get(city=city, code="grid_worker")
    Post.objects.create(
        user=ground.workers[1], role=role, area=ground.grids[0], employment="full_time", since=dt.date(2026, 1, 1)
    )
    ground.live(Past(clocks=(KEPT,)), Past(clocks=(LATE,)))
    by = scheme(rows=rows("on_time"))
    assert (count(by, 0).n, count(by, 1).n) == (2, 0)
    # A stranger's report in that grid, of which nobody who holds it has done anything.
    (case,) = ground.live(Past(worker=2))
    case.deadlines.create(
        clock="workorders.keep", area=ground.grids[0], state="met", amount=1, unit="work_day",
        started_at=MONTH, due_at=MONTH + dt.timedelta(days=2), ended_at=MONTH + dt.timedelta(days=1),
    )  # fmt: skip
    assert (count(by, 0).n, count(by, 1).n) == (3, 1)


def test_reports_of_one_thing_within_fifty_metres_and_a_day_count_once(scheme, count, ground):
    ground.live(
        Past(day=5), Past(day=5.5, metres=40), Past(day=5.6, metres=80), Past(day=5.5, item=1),
        Past(day=7), Past(day=5.5, metres=200), Past(worker=1, day=5.5),
    )  # fmt: skip
    by = scheme(rows=rows("valid_reports"))
    # The second is the first again, the third the second again; the category, the day, the place and the person differ.
    assert count(by).n == 4
    assert count(by, 1).n == 1


def test_so_many_of_a_category_count_in_a_month_and_the_rest_stays_on_the_list(scheme, count, ground):
    ground.live(*(Past(day=1 + 2 * at, metres=100 * at) for at in range(6)), Past(day=3, item=1))
    found = count(scheme(rows=rows("valid_reports", most_of_a_kind=4)))
    assert (found.k, found.n, len(keys(found.items))) == (5, 5, 7)


def test_what_an_appeal_took_out_is_out_of_the_statistic_and_still_there(scheme, scored, count, ground, cast):
    late, _met = ground.live(Past(clocks=(LATE,)), Past(clocks=(KEPT,)))
    by = scheme(rows=rows("on_time"), least=1)
    board = scored(by)
    line = board.cards.get(person=ground.workers[0]).lines.get()
    item = late.deadlines.get().pk
    assert line.against == [item]
    take_out(line, item)
    found = count(by)
    assert (found.k, found.n, keys(found.exempt), keys(found.against)) == (1, 1, [item], [])
    assert item in keys(found.items)


def take_out(line, item: int, at: dt.datetime | None = None) -> None:
    """An appeal that was upheld."""
    board = line.card.assessment
    appeal = Appeal(
        kind="appeal", title="申诉", line=line, item=item, reason="beyond", words="暴雨。", points_before=line.points
    )  # fmt: skip
    book = rulebook_in_force(board.city, OCTOBER)
    doors.open_case(appeal, by=SYSTEM, area=board.area, rulebook=book)
    Exemption.objects.create(
        city=board.city, measure=line.indicator.measure, subject=line.card.subject, item=item, appeal=appeal,
        at=at or board.scored_at,
    )  # fmt: skip


def test_the_mix_of_categories_expects_of_each_what_peers_meet_in_it(scheme, count, ground):
    # Peers meet half of the fire lanes and all of the litter; the first worker has only fire lanes.
    ground.live(
        *(Past(day=at, item=1, clocks=(KEPT if at % 2 else LATE,)) for at in range(4)),
        *(Past(worker=1, day=at, clocks=(KEPT,)) for at in range(4)),
    )
    by = scheme(rows=rows("on_time", mixed=True))
    assert count(by, 0).expected == pytest.approx(2)
    assert count(by, 1).expected == pytest.approx(4)


def test_ratings_count_for_whom_they_are_about_and_never_by_himself(scheme, count, ground):
    orders = ground.live(
        Past(satisfied=True), Past(satisfied=False), Past(verb="settled", satisfied=True), Past(satisfied=True)
    )
    Rating.objects.filter(order=orders[-1]).update(by=ground.workers[0])
    found = count(scheme(rows=rows("satisfied")))
    assert (found.k, found.n) == (2, 3)


def test_hazards_that_a_look_found_there_are_verified(scheme, count, ground):
    ground.live(
        Past(item=1, check="there"), Past(item=1, day=8, check="gone", verb="refused"), Past(item=0, check="there")
    )
    found = count(scheme(rows=rows("hidden_dangers")))
    assert (found.k, found.n) == (1, 2)


def test_the_latest_mark_before_the_scoring_counts(scheme, street, ground, city, cast):
    by = scheme(rows={"九线": {"party": {"sort": "entered", "weight": 100}}}, level=2, subject="area")
    community = Area.objects.get(city=city, code="120106990001")
    for key, points, day in ((1, 60, 1), (2, 80, 2), (3, 10, 9)):
        Entry.objects.create(
            key=f"00000000-0000-0000-0000-00000000000{key}", city=city, scheme_code=by.code, indicator_code="party",
            since=OCTOBER, subject=community.pk, points=points, words="台账齐全。", by=cast.organiser,
            at=MONTH + dt.timedelta(days=30 + day),
        )  # fmt: skip
    asof = MONTH + dt.timedelta(days=34)
    subjects = subjects_of(by, street, OCTOBER, NOVEMBER)
    found = tally_of(by, subjects, span_of(by, OCTOBER, NOVEMBER, asof=asof))
    ((_indicator, subject),) = found
    assert subject == community.pk
    assert found[_indicator, subject].k == 0.8


def test_volume_is_held_against_what_households_let_expect(scheme, street, ground, city):
    ground.live(Past(), Past(day=6), Past(day=7), Past(worker=1))
    by = scheme(rows=rows("volume", sort="statistic"), subject="area", level=2)
    found = {key: one for (_indicator, key), one in tally(by, street, OCTOBER, NOVEMBER).items()}
    first = Area.objects.get(city=city, code="120106990001").pk
    assert sum(one.window_n for one in found.values()) == 4
    # 700 households each: four orders let expect two.
    assert found[first].expected == pytest.approx(2)


def test_tasks_of_a_working_group_count_when_they_were_due(scheme, street, ground, city, cast):
    team = WorkingGroup.objects.create(
        city=city, code="t", name="专班", area=street, chair=cast.director, since=dt.date(2026, 1, 1)
    )
    for words, due, done in (("一", 5, 4), ("二", 6, 8), ("三", 7, None), ("四", None, None)):
        GroupTask.objects.create(
            group=team, words=words, since=dt.date(2026, 10, 1), due_on=dt.date(2026, 10, due) if due else None,
            done_on=dt.date(2026, 10, done) if done else None,
        )  # fmt: skip
    by = scheme(rows=rows("tasks_done"), subject="team")
    (found,) = tally(by, street, OCTOBER, NOVEMBER).values()
    assert (found.k, found.n) == (1, 3)


def test_workers_areas_departments_and_teams_are_found_with_their_peers(scheme, street, ground, cast):
    workers = subjects_of(scheme(rows=rows("on_time")), street, OCTOBER, NOVEMBER)
    assert {one.person for one in workers} == set(ground.workers)
    assert all(one.home == one.area.parent for one in workers)
    part_time = scheme(rows=rows("on_time"))
    part_time.groups.update(holds=["part_time"])
    assert subjects_of(part_time, street, OCTOBER, NOVEMBER) == []
    Post.objects.filter(user=ground.workers[2]).update(employment="part_time")
    assert [one.person for one in subjects_of(part_time, street, OCTOBER, NOVEMBER)] == [ground.workers[2]]
    units = subjects_of(scheme(rows=rows("on_time"), subject="department"), street, OCTOBER, NOVEMBER)
    assert {one.department.code for one in units} >= {"sanitation", "housing"}


def test_who_left_before_the_month_is_not_assessed_and_who_left_in_it_is(scheme, street, ground):
    by = scheme(rows=rows("on_time"))
    Post.objects.filter(user=ground.workers[2]).update(until=dt.date(2026, 10, 1))
    assert len(subjects_of(by, street, OCTOBER, NOVEMBER)) == 2
    Post.objects.filter(user=ground.workers[2]).update(until=dt.date(2026, 10, 2))
    assert len(subjects_of(by, street, OCTOBER, NOVEMBER)) == 3


def test_what_the_reader_may_not_see_is_counted_and_not_named(scheme, scored, ground, cast):
    (order,) = ground.live(Past(clocks=(KEPT,)))
    line = scored(scheme(rows=rows("on_time"))).cards.get(person=ground.workers[0]).lines.get()
    (mine,) = items_of(line, reader=ground.workers[0])
    assert (mine.seen, mine.number, mine.url) == (True, order.number, f"/orders/{order.number}/")
    (theirs,) = items_of(line, reader=cast.outsider)
    assert (theirs.seen, theirs.number, theirs.title, theirs.url) == (False, "", "", "")


def test_activity_is_counted_only_by_measures_that_say_so():
    assert {name for name, one in all_measures().items() if one.activity} == {
        "patrol_minutes", "days_patrolled", "check_ins", "reports_made",
    }  # fmt: skip
    assert all(one.missing for name, one in all_measures().items() if name in ("volunteer_hours", "service_ratings"))
    assert all(one.doc for one in all_measures().values())
