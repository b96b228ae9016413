"""Shares drawn to their peers: what few things say, what many say, and that nothing divides by nought."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assessment.fairness import (
    LEAST_PULL,
    MOST_PULL,
    Peers,
    dispersion,
    estimate,
    limits,
    met_for_the_mix,
    peers_of,
    tiers,
)

shares = st.floats(0.01, 0.99)
pulls = st.floats(LEAST_PULL, MOST_PULL)
sizes = st.integers(0, 400)
counts = st.lists(st.integers(0, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), max_size=12)


@given(shares, pulls, st.integers(1, 300), st.data())
def test_one_more_met_never_lowers_a_share_nor_its_band(share, pull, n, data):
    k = data.draw(st.integers(0, n - 1))
    fewer, more = estimate(k, n, Peers(share, pull)), estimate(k + 1, n, Peers(share, pull))
    assert more.share > fewer.share
    assert more.low >= fewer.low
    assert more.high >= fewer.high
    assert more.below(0.85) <= fewer.below(0.85)


@given(shares, pulls, sizes, st.data())
def test_an_estimate_lies_between_what_was_met_and_what_peers_meet_and_within_its_band(share, pull, n, data):
    k = data.draw(st.integers(0, n))
    found = estimate(k, n, Peers(share, pull))
    own = k / n if n else share
    assert min(own, share) - 1e-12 <= found.share <= max(own, share) + 1e-12
    assert 0 <= found.low <= found.high <= 1


@given(shares, pulls)
def test_of_nothing_the_peers_own_share_is_said(share, pull):
    assert estimate(0, 0, Peers(share, pull)).share == pytest.approx(share)


@given(shares, pulls, st.integers(1, 50), st.floats(0, 1))
def test_the_more_there_is_the_less_peers_draw(share, pull, n, own):
    few, many = (estimate(own * size, size, Peers(share, pull)) for size in (n, 10 * n))
    assert abs(many.share - own) <= abs(few.share - own) + 1e-12


@given(counts)
def test_peers_are_the_share_of_all_together_and_draw_within_bounds(rows):
    found = peers_of(rows)
    total = sum(n for _k, n in rows)
    if not total:
        assert found is None
        return
    assert found.share == pytest.approx(sum(k for k, _n in rows) / total)
    assert LEAST_PULL <= found.pull <= MOST_PULL


@pytest.mark.parametrize(("k", "share"), [(5, 1.0), (0, 0.0)])
def test_where_all_met_everything_or_nothing_no_doubt_is_left(k, share):
    found = estimate(k, 5, Peers(share, MOST_PULL))
    assert (found.share, found.low, found.high) == (share, share, share)


@given(shares, st.integers(1, 100), st.data())
def test_whoever_meets_what_his_mix_lets_expect_stands_where_his_peers_stand(share, n, data):
    expected = data.draw(st.floats(0, n))
    assert met_for_the_mix(expected, n, expected, Peers(share, 20)) == pytest.approx(n * share)
    assert 0 <= met_for_the_mix(data.draw(st.integers(0, n)), n, expected, Peers(share, 20)) <= n


@given(st.integers(0, 1000), shares, st.floats(1, 5))
def test_limits_hold_one_another_and_the_peers_share(n, share, phi):
    found = limits(n, share, phi)
    assert found.outer[0] <= found.inner[0] <= share <= found.inner[1] <= found.outer[1]


@given(counts, shares)
def test_a_group_never_differs_less_than_chance(rows, share):
    assert dispersion(rows, share) >= 1


@given(st.lists(st.tuples(shares, shares).map(lambda pair: (min(pair), max(pair))), max_size=10))
def test_no_band_stands_in_a_better_tier_than_one_that_lies_above_it(bands):
    found = tiers(bands)
    for one, tier in zip(bands, found, strict=True):
        for other, theirs in zip(bands, found, strict=True):
            if one[1] < other[0]:
                assert tier >= theirs


@given(shares, shares)
def test_bands_that_overlap_share_a_tier_and_bands_apart_do_not(low, high):
    assume(high - low > 0.01)
    middle = (low + high) / 2
    assert tiers([(low, high), (middle, high)]) == [1, 1]
    assert tiers([(0.0, low / 2), (low, high)]) == [2, 1]
