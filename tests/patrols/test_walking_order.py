"""The order of walking: a permutation, never longer than nearest neighbour, the same each time."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrols.services.choosing import Candidate, by_urgency, divided, fitting, minutes_of, walk
from patrols.services.walking_order import flattened, length_of, nearest_first, walking_order

# A street of about six kilometres across.
places = st.tuples(st.floats(117.12, 117.18, allow_nan=False), st.floats(39.14, 39.19, allow_nan=False))
ways = st.lists(places, max_size=14)
HALF_A_MILLIMETRE = 5e-4


@given(ways, st.none() | places)
def test_every_point_is_gone_to_once(points, start):
    assert sorted(walking_order(points, start)) == list(range(len(points)))


@given(ways, st.none() | places)
def test_the_way_is_never_longer_than_going_to_the_nearest_each_time(points, start):
    first = points[0] if points and start is None else start
    told, plain = walking_order(points, start), nearest_first(points, start)
    assert length_of(points, told, first) <= length_of(points, plain, first) + HALF_A_MILLIMETRE


@given(ways, st.none() | places)
def test_the_same_points_are_always_walked_in_the_same_order(points, start):
    assert walking_order(points, start) == walking_order(list(points), start)


@given(st.lists(places, min_size=1, max_size=14))
def test_without_a_start_the_first_point_is_walked_first(points):
    flat = flattened(points)
    assert flat[walking_order(points)[0]] == flat[0]


@given(st.lists(places, min_size=2, max_size=12), places)
def test_no_stretch_turned_round_would_make_it_shorter(points, start):
    order = walking_order(points, start)
    whole = length_of(points, order, start)
    for first, last in itertools.combinations(range(len(order)), 2):
        turned = [*order[:first], *reversed(order[first : last + 1]), *order[last + 1 :]]
        assert length_of(points, turned, start) >= whole - HALF_A_MILLIMETRE


def test_points_along_a_street_are_walked_along_the_street():
    street = [(117.150 + step * 0.001, 39.16) for step in (4, 1, 3, 0, 2)]
    assert walking_order(street, (117.1495, 39.16)) == [3, 1, 4, 2, 0]


def test_a_crossing_way_is_untangled():
    """From one corner of a square to the nearest each time is fine; a cross over the middle never comes out."""
    square = [(117.150, 39.160), (117.160, 39.166), (117.160, 39.160), (117.150, 39.166)]
    order = walking_order(square, square[0])
    sides = length_of(square, order, square[0])
    assert sides == pytest.approx(min(length_of(square, way, square[0]) for way in itertools.permutations(range(4))))


def test_nowhere_to_go_is_no_way():
    assert walking_order([]) == nearest_first([]) == []
    assert length_of([], []) == 0


# --- what fits into a day ---------------------------------------------------------------------------------------------
candidates = st.lists(
    st.builds(
        Candidate, point=st.integers(1, 10_000), place=places, why=st.just(""),
        urgency=st.tuples(st.integers(0, 1), st.floats(1, 50)),
    ),
    max_size=14, unique_by=lambda each: each.point,
)  # fmt: skip


@given(candidates, st.floats(1, 200), st.none() | places)
def test_a_walk_takes_no_longer_than_its_minutes_unless_it_is_of_one_point(asked, minutes, start):
    told = walk(asked, minutes, start)
    assert {each.point for each in told} <= {each.point for each in asked}
    assert bool(told) == bool(asked)
    if len(told) > 1:
        assert minutes_of(length_of([each.place for each in told], range(len(told))), len(told)) <= minutes + 1e-6


@given(candidates, st.floats(1, 200))
def test_what_is_most_urgent_always_fits(asked, minutes):
    if asked:
        assert fitting(asked, minutes)[0] == walk(asked, 0)[0] == by_urgency(asked)[0]


@given(candidates, st.integers(1, 6))
def test_dividing_among_people_loses_no_point_and_gives_nobody_much_more(asked, people):
    slices = divided(asked, people)
    assert len(slices) == people
    assert sorted(each.point for part in slices for each in part) == sorted(each.point for each in asked)
    sizes = [len(part) for part in slices]
    assert max(sizes) - min(sizes) <= 1 or people == 1
