"""Fair shares: what k of n says about somebody, and what it does not. Pure arithmetic, no database (product.md C).

A share is drawn towards its peers' the more the fewer things stand behind it (beta-binomial shrinkage); it is shown
with its 80 % band, and the lowest grade needs proof. Funnel limits say which differences are more than chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

from scipy.special import betainc, betaincinv

# How strongly peers draw, in items: by moments, and never less or more than this (product.md C.3).
LEAST_PULL: Final = 5.0
MOST_PULL: Final = 100.0
BAND: Final = 0.8
# Normal quantiles of the 80 % and 95 % limits of a funnel.
INNER, OUTER = 1.2815515655446004, 1.959963984540054
# A quarter of the peers from each side is not let stretch the funnel (winsorised at these shares).
WINSORISED: Final = 0.1


@dataclass(frozen=True)
class Peers:
    """What is known of a peer group: its share m, and how strongly it draws (A, in items)."""

    share: float
    pull: float


@dataclass(frozen=True)
class Estimate:
    """A share as it is shown: the estimate, its 80 % band, and the two counts of the beta distribution behind it."""

    share: float
    low: float
    high: float
    alpha: float
    beta: float

    def below(self, line: float) -> float:
        """The probability that the true share lies below a line."""
        return float(betainc(self.alpha, self.beta, line))


def peers_of(counts: Sequence[tuple[float, int]]) -> Peers | None:
    """Of a group's (k, n): the share of all together, and the pull by the method of moments; None where n is 0.

    The spread of the shares beyond what chance alone makes, s², gives A = m(1 − m)/s² − 1: peers who hardly differ
    draw strongly, peers who differ much hardly draw.
    """
    counted = [(k, n) for k, n in counts if n > 0]
    total = sum(n for _k, n in counted)
    if not total:
        return None
    m = sum(k for k, _n in counted) / total
    chance = m * (1 - m)
    if len(counted) < 2 or chance == 0:
        return Peers(m, MOST_PULL)
    # Each share weighs by its n; n̄ is the size that makes the weighted variance of pure chance come out right.
    spread = sum(n * (k / n - m) ** 2 for k, n in counted) / (len(counted) - 1)
    size = (total - sum(n * n for _k, n in counted) / total) / (len(counted) - 1)
    beyond = (spread - chance) / size if size else 0.0
    pull = chance / beyond - 1 if beyond > 0 else MOST_PULL
    return Peers(m, min(max(pull, LEAST_PULL), MOST_PULL))


def estimate(k: float, n: int, peers: Peers) -> Estimate:
    """The share of somebody with k of n, drawn to the peers': (k + mA) / (n + A). Of nothing, the peers' own."""
    alpha = k + peers.share * peers.pull
    beta = n - k + (1 - peers.share) * peers.pull
    if alpha <= 0 or beta <= 0:  # all peers and he himself met everything, or nothing at all: no doubt is left
        share = 1.0 if beta <= 0 else 0.0
        return Estimate(share, share, share, max(alpha, 0.0) or 1e-9, max(beta, 0.0) or 1e-9)
    tail = (1 - BAND) / 2
    low, high = betaincinv(alpha, beta, [tail, 1 - tail])
    return Estimate(alpha / (alpha + beta), float(low), float(high), alpha, beta)


def met_for_the_mix(k: float, n: int, expected: float, peers: Peers) -> float:
    """k put right for the mix of categories: as far above the peers' share as k is above what the mix let expect."""
    return min(max(n * peers.share + (k - expected), 0.0), float(n))


@dataclass(frozen=True)
class Limits:
    """The funnel at one n: 80 % and 95 % limits around the peers' share."""

    inner: tuple[float, float]
    outer: tuple[float, float]


def dispersion(counts: Sequence[tuple[float, int]], m: float) -> float:
    """φ: how much more than chance the group differs, at least 1; extremes are winsorised before they are squared."""
    chance = m * (1 - m)
    counted = [(k / n - m) / sqrt(chance / n) for k, n in counts if n > 0] if chance else []
    if not counted:
        return 1.0
    scores = sorted(counted)
    cut = int(len(scores) * WINSORISED)
    low, high = scores[cut], scores[len(scores) - 1 - cut]
    return max(1.0, sum(min(max(z, low), high) ** 2 for z in scores) / len(scores))


def limits(n: int, m: float, phi: float = 1.0) -> Limits:
    """Where a share of n items lies by chance alone; of nothing, anywhere."""
    if n <= 0:
        return Limits((0.0, 1.0), (0.0, 1.0))
    one = sqrt(phi * m * (1 - m) / n)
    inner, outer = ((max(m - z * one, 0.0), min(m + z * one, 1.0)) for z in (INNER, OUTER))
    return Limits(inner, outer)


def tiers(bands: Sequence[tuple[float, float]]) -> list[int]:
    """In which tier each band lies, 1 the best: bands that overlap, one by one, share it."""
    order = sorted(range(len(bands)), key=lambda at: (-bands[at][1], -bands[at][0]))
    found = [0] * len(bands)
    tier, floor = 0, None
    for at in order:
        low, high = bands[at]
        if floor is None or high < floor:
            tier, floor = tier + 1, low
        floor = min(floor, low)
        found[at] = tier
    return found
