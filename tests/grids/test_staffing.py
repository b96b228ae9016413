"""1 + 4 + X: what each area needs, what it has, what is missing."""

import pytest

from grids.models import Level, Post, StaffingRule
from grids.selectors import staffing_gaps, staffing_of
from grids.services import posts
from tests.grids.conftest import MAY_DAY

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def rule(city, rulebook):
    """`rule("part_time", 4)`: what every grid of the village needs besides its one worker."""
    level = Level.objects.get(city=city, base=True)

    def make(employment: str, need: int, tag: str = "") -> StaffingRule:
        facts = {"employment": employment, "need": need, "tag": tag}
        return StaffingRule.objects.create(rulebook=rulebook, level=level, name="1+4+X", **facts)

    return make


@pytest.fixture
def workers(seat, newcomer, place):
    """`workers("part_time", 2)`: that many more in the first grid."""

    def make(employment: str, count: int, **facts) -> list[Post]:
        role, grid = seat("worker").role, place("001001")
        facts |= {"area": grid, "employment": employment, "since": MAY_DAY}
        return [posts.appoint(newcomer, role=role, **facts) for _n in range(count)]

    return make


@pytest.mark.mechanism("0-8")
def test_a_grid_with_three_of_four_part_time_workers_lacks_one(rule, workers, rulebook, place):
    rule("full_time", 1)
    rule("part_time", 4)
    workers("part_time", 3)
    _any, full, part = staffing_of(place("001001"), rulebook)
    assert (full.held, full.missing) == (1, 0)
    assert (part.held, part.missing) == (3, 1)


@pytest.mark.mechanism("0-8")
def test_whoever_is_there_beyond_the_need_is_the_x(workers, rulebook, place):
    workers("part_time", 2)
    [everybody] = staffing_of(place("001001"), rulebook)
    assert (everybody.held, everybody.missing, everybody.extra) == (3, 0, 2)


def test_the_gaps_of_a_street_are_those_of_its_grids_in_their_order(rulebook, place):
    gaps = staffing_gaps(place(""), rulebook)
    assert [(gap.area.code[-6:], gap.missing) for gap in gaps] == [("001002", 1), ("002002", 1)]
    assert [gap.area for gap in staffing_gaps(place("001"), rulebook)] == [place("001002")]


@pytest.mark.mechanism("4-3")
def test_a_rule_with_a_tag_counts_only_who_carries_it(rule, workers, rulebook, place):
    rule("any", 1, tag="党员")
    workers("part_time", 1)
    *_others, members = staffing_of(place("001001"), rulebook)
    assert members.missing == 1
    workers("unpaid", 1, tags=["党员"])
    *_others, members = staffing_of(place("001001"), rulebook)
    assert members.missing == 0


@pytest.mark.mechanism("4-4")
def test_unpaid_workers_count_for_a_rule_that_asks_for_unpaid_ones(rule, workers, rulebook, place):
    rule("unpaid", 1)
    workers("part_time", 1)
    assert [row.missing for row in staffing_of(place("001001"), rulebook)] == [0, 1]
    workers("unpaid", 1)
    assert [row.missing for row in staffing_of(place("001001"), rulebook)] == [0, 0]


def test_heads_residents_and_whoever_has_left_do_not_count_as_workers(workers, rulebook, place, seat):
    posts.dismiss(seat("worker"), on=MAY_DAY)
    [everybody] = staffing_of(place("001001"), rulebook)
    assert everybody.held == 0


def test_the_report_costs_three_questions_however_many_areas_there_are(rulebook, place, django_assert_num_queries):
    street, community = place(""), place("001")
    for within in (street, community):
        with django_assert_num_queries(3):
            staffing_gaps(within, rulebook)
