"""What a track comes to: by hand in the simple cases, by what must hold in all others."""

import datetime as dt
import random
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.moment import now
from patrols.models import Patrol, TrackGap
from patrols.positions import Odd, Points, read_points
from patrols.selectors.tracks import Track
from patrols.services import walks
from patrols.services.weighing import Limits, gaps_of, weigh_track
from tests.patrols.walking import begin, fix, fixes, ms, point_at, round_with, send

LIMITS = Limits(top_kmh=25, gap_seconds=30, longest_gap_seconds=600, least_inside_percent=70)
BEGAN = ms(dt.datetime(2026, 10, 9, 2, 0, tzinfo=dt.UTC))
GROUND = shapely.box(117.150, 39.163, 117.154, 39.166)
# A hundred metres to the east, here.
EAST = 100 / (111_320 * np.cos(np.radians(39.1635)))


def track(*rows: tuple, marks: list[int] | None = None) -> Track:
    """Fixes as (second, metres to the east, metres to the north)."""
    told = [[BEGAN + round(s * 1000), 117.1505 + e / 100 * EAST, 39.1635 + n / 111_320, 8, None, 0] for s, e, n in rows]
    points = read_points(told)
    return Track(points, np.array(marks or [0] * len(points), dtype=np.int64), np.full(len(points), 1, dtype=np.int64))


def weighed(found: Track, *, told=(), until: float | None = None, inside=None, ground=None):
    last = round((until if until is not None else (found.points.moments[-1] - BEGAN) / 1000) * 1000)
    share = np.ones(len(found), dtype=bool) if inside is None else np.array(inside)
    return weigh_track(found, share, list(told), (BEGAN, BEGAN + last), LIMITS, ground)


# --- by hand -----------------------------------------------------------------------------------------------------------
def test_a_straight_walk_is_as_long_as_it_is():
    found = weighed(track((0, 0, 0), (10, 12, 0), (20, 24, 0), (30, 24, 9)))
    assert (found.metres, found.longest_gap_seconds, found.valid, found.marks) == (33, 0, True, [])


def test_a_leap_nobody_walks_adds_nothing_and_is_no_reason_to_doubt_the_rest():
    leap = track((0, 0, 0), (10, 10, 0), (20, 900, 0), (30, 20, 0), (40, 30, 0), marks=[0, 0, Odd.FAST, Odd.FAST, 0])
    found = weighed(leap)
    assert (found.metres, found.valid, found.marks) == (20, True, ["fast"])


def test_nothing_is_added_over_a_gap():
    found = weighed(track((0, 0, 0), (10, 10, 0), (100, 110, 0), (110, 120, 0)))
    assert (found.metres, found.longest_gap_seconds) == (20, 90)
    assert found.gaps == [(BEGAN + 10_000, BEGAN + 100_000)]


def test_a_gap_that_the_phone_told_parts_the_way_too():
    walk = track((0, 0, 0), (10, 10, 0), (25, 20, 0), (35, 30, 0))
    assert weighed(walk, told=[(BEGAN + 12_000, BEGAN + 23_000)]).metres == 20
    assert weighed(walk).metres == 30


@pytest.mark.parametrize(("gap", "valid"), [(600, True), (601, False)])
def test_a_gap_of_more_than_ten_minutes_makes_a_track_invalid(gap, valid):
    found = weighed(track((0, 0, 0), (gap, 5, 0)))
    assert (found.valid, found.marks) == (valid, [] if valid else ["gap"])


def test_what_is_missing_at_the_beginning_and_at_the_end_is_a_gap():
    found = weighed(track((700, 0, 0), (710, 5, 0)), until=1400)
    assert (found.longest_gap_seconds, found.valid) == (700, False)
    assert found.gaps == [(BEGAN, BEGAN + 700_000), (BEGAN + 710_000, BEGAN + 1_400_000)]


@pytest.mark.parametrize(("inside", "share", "valid"), [([1] * 7 + [0] * 3, 70, True), ([1] * 6 + [0] * 4, 60, False)])
def test_seven_of_ten_points_at_home_are_enough(inside, share, valid):
    walk = track(*[(10 * n, 5 * n, 0) for n in range(10)])
    found = weighed(walk, inside=[bool(each) for each in inside])
    assert (found.inside_percent, found.valid, found.marks) == (share, valid, [] if valid else ["outside"])


@pytest.mark.parametrize(("odd", "mark"), [(Odd.MOCK, "mock"), (Odd.SKEWED, "skewed")])
def test_one_made_up_position_or_a_wrong_clock_makes_it_invalid(odd, mark):
    found = weighed(track((0, 0, 0), (10, 10, 0), (20, 20, 0), marks=[0, odd, 0]))
    assert (found.valid, found.marks) == (False, [mark])


def test_vague_positions_are_no_way_and_no_place_and_said_when_they_are_most():
    found = weighed(track((0, 0, 0), (10, 10, 0), (20, 20, 0), marks=[Odd.VAGUE] * 3), inside=[False] * 3)
    assert (found.metres, found.inside_percent, found.ground_percent, found.valid) == (0, None, None, True)
    assert found.marks == ["vague"]


def test_without_a_position_nothing_is_said_of_a_track():
    found = weigh_track(track(), np.array([], dtype=bool), [], (BEGAN, BEGAN + 3_600_000), LIMITS, GROUND)
    assert (found.metres, found.valid, found.marks) == (None, None, ["no_track"])


def test_the_ground_seen_is_a_strip_of_thirty_metres_to_both_sides():
    """A line of 200 m on a ground of about 345 by 334 m: (200 · 60 + π · 30²) ÷ 115,000."""
    found = weighed(track(*[(10 * n, 70 + 10 * n, 150) for n in range(21)]), ground=GROUND)
    area = 0.004 * 111_320 * np.cos(np.radians(39.1645)) * 0.003 * 111_320
    assert found.ground_percent == pytest.approx(100 * (200 * 60 + np.pi * 900) / area, abs=1)


def test_what_was_seen_outside_the_own_ground_is_no_part_of_it():
    found = weighed(track(*[(10 * n, 10 * n, -900) for n in range(21)]), ground=GROUND)
    assert found.ground_percent == 0


# --- whatever comes ----------------------------------------------------------------------------------------------------
steps = st.lists(
    st.tuples(
        st.floats(0.1, 400), st.floats(-300, 300), st.floats(-300, 300), st.sampled_from([0, 0, 0, *map(int, Odd)])
    ),
    min_size=1,
    max_size=40,
)


def wandered(told: list[tuple]) -> Track:
    rows, second, east, north = [], 0.0, 0.0, 0.0
    for after, right, up, _odd in told:
        second, east, north = second + after, east + right, north + up
        rows.append((second, east, north))
    return track(*rows, marks=[odd for *_step, odd in told])


@settings(max_examples=80, deadline=None)
@given(steps, st.randoms(use_true_random=False))
def test_whatever_is_walked_the_figures_stay_within_what_they_can_be(told, chance: random.Random):
    found = wandered(told)
    inside = [chance.random() < 0.6 for _ in told]
    weight = weighed(found, inside=inside, ground=GROUND)
    seconds = (found.points.moments[-1] - BEGAN) / 1000
    assert 0 <= weight.metres <= seconds * LIMITS.top_kmh / 3.6 + 1
    assert weight.inside_percent is None or 0 <= weight.inside_percent <= 100
    assert weight.ground_percent is None or 0 <= weight.ground_percent <= 100
    assert 0 <= weight.longest_gap_seconds <= seconds + 1
    assert all(BEGAN <= since < until <= BEGAN + round(seconds * 1000) for since, until in weight.gaps)
    assert (weight.valid is False) == bool({"outside", "gap", "mock", "skewed"} & set(weight.marks))


@settings(max_examples=60, deadline=None)
@given(steps)
def test_a_gap_more_never_makes_a_walk_longer_or_a_gap_shorter(told):
    found = wandered(told)
    plain = weighed(found)
    gap = (int(found.points.moments[0]) + 1, int(found.points.moments[-1]) + 2)
    parted = weighed(found, told=[gap])
    assert parted.metres <= plain.metres
    assert parted.longest_gap_seconds >= plain.longest_gap_seconds


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 5000), max_size=30))
def test_gaps_and_what_lies_between_fill_the_whole_time(seconds):
    moments = np.array(sorted(BEGAN + second * 1000 for second in seconds), dtype=np.int64)
    none = np.zeros(len(moments))
    gaps = gaps_of(Points(moments, none, none, none, none, none > 0), (BEGAN, BEGAN + 5_000_000), 30)
    assert all(until - since > 30_000 for since, until in gaps)
    assert all(until <= since for (_a, until), (since, _b) in pairwise(gaps))
    for since, until in gaps:
        assert not ((moments > since) & (moments < until)).any()


# --- as rows -----------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_an_ended_patrol_says_what_it_came_to(cast, clock):
    round_with(cast.worker, point_at(3), point_at(9))
    patrol = begin(cast.worker)
    clock.pass_(minutes=62, sweep=False)
    send(patrol, fixes(patrol.started_at, 6 * 62 + 1))
    ended = walks.end(patrol, by=cast.worker, ended_at=now())
    assert (ended.minutes, ended.inside_percent, ended.longest_gap_seconds, ended.valid) == (62, 100, 0, True)
    assert (ended.points_planned, ended.points_seen) == (2, 0)
    assert 55 <= ended.ground_percent <= 80
    assert not TrackGap.objects.exists()


@pytest.mark.django_db
def test_a_walk_in_the_neighbour_s_grid_is_not_at_home(cast, clock):
    patrol = begin(cast.worker)
    clock.pass_(minutes=10, sweep=False)
    send(patrol, [fix(patrol.started_at + dt.timedelta(seconds=10 * n), n, lng=117.1555) for n in range(61)])
    ended = walks.end(patrol, by=cast.worker, ended_at=now())
    assert (ended.inside_percent, ended.valid, ended.marks) == (0, False, ["outside"])


@pytest.mark.django_db
def test_what_comes_after_the_end_is_weighed_in_and_closes_the_gap(cast, clock):
    patrol = begin(cast.worker)
    clock.pass_(minutes=30, sweep=False)
    first, second = fixes(patrol.started_at, 60), fixes(patrol.started_at + dt.timedelta(minutes=10), 121, first=60)
    send(patrol, first)
    ended = walks.end(patrol, by=cast.worker, ended_at=now())
    assert (ended.valid, ended.marks, TrackGap.objects.count()) == (False, ["gap"], 1)
    send(patrol, second)
    patrol.refresh_from_db()
    assert (patrol.valid, patrol.marks, TrackGap.objects.count()) == (True, [], 0)


@pytest.mark.django_db
def test_two_chunks_that_tell_the_same_points_count_them_once(cast, clock):
    patrol = begin(cast.worker)
    clock.pass_(minutes=10, sweep=False)
    told = fixes(patrol.started_at, 61)
    send(patrol, told)
    once = walks.end(patrol, by=cast.worker, ended_at=now()).metres
    send(patrol, told[:40])
    assert Patrol.objects.get().metres == once


@pytest.mark.django_db
def test_a_patrol_without_a_track_is_neither_valid_nor_invalid(cast, clock):
    patrol = begin(cast.worker)
    clock.pass_(minutes=45, sweep=False)
    ended = walks.end(patrol, by=cast.worker, ended_at=now())
    assert (ended.minutes, ended.metres, ended.valid, ended.marks) == (45, None, None, ["no_track"])
