"""The funnel of a peer group: each share over how much stands behind it, and what chance alone would make of it.

Within the bands a difference is mostly chance; the arithmetic is `fairness.py`, the drawing is made here once for all
pages: points and lines in the units of the picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import Final

from assessment.fairness import Limits, dispersion, limits, peers_of
from assessment.models import PeerGroup, ScoreCard
from assessment.reasons import Grade
from assessment.selectors.boards import Sight

WIDTH: Final = 458
HEIGHT: Final = 190
LEFT, TOP, RIGHT = 40, 8, 450
STEPS: Final = 50
# Round numbers for the marks of the lower axis.
QUARTERS: Final = [first * 10**zeros for zeros in range(7) for first in (1, 2, 3, 4, 5)]
INSIDE, NEAR, OUT = "inside", "near", "out"


@dataclass(frozen=True)
class Dot:
    """One of the group in the funnel: n items, the share, where it is drawn, and on which side of which limit."""

    card: ScoreCard
    name: str
    met: float
    n: int
    share: float
    x: float
    y: float
    where: str
    above: bool
    limits: Limits

    @property
    def bottom(self) -> bool:
        return self.card.grade == Grade.BOTTOM


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: where, and what it says."""

    at: float
    value: float


@dataclass(frozen=True)
class Funnel:
    """What is drawn, and the same as numbers."""

    group: PeerGroup
    dots: list[Dot]
    mean: float
    mean_y: float
    outer: str
    inner: str
    shares: list[Tick]
    sizes: list[Tick]

    @property
    def out(self) -> list[Dot]:
        return [dot for dot in self.dots if dot.where == OUT]


@dataclass(frozen=True)
class Frame:
    """The shares and sizes a funnel is drawn between."""

    low: float
    high: float
    most: int

    def x(self, n: float) -> float:
        return round(LEFT + (RIGHT - LEFT) * n / self.most, 1)

    def y(self, share: float) -> float:
        held = min(max(share, self.low), self.high)
        return round(HEIGHT - (HEIGHT - TOP) * (held - self.low) / (self.high - self.low), 1)


def funnel_of(sight: Sight, group: PeerGroup) -> Funnel | None:
    """The funnel of a group by the share its board is judged by, of the cards the reader sees; None without any."""
    read = ("person", "area", "department", "team")
    found = sight.cards().filter(group=group, sample__gt=0).select_related(*read)
    cards = list(found.order_by("sample", "subject"))
    counts = [(float(card.met), card.sample) for card in cards]
    peers = peers_of(counts)
    if peers is None or not sight.board.scheme.judged_by:
        return None
    phi = dispersion(counts, peers.share)
    frame = _frame(cards)
    dots = [_dot(card, frame, limits(card.sample, peers.share, phi)) for card in cards]
    return Funnel(
        group, dots, peers.share, frame.y(peers.share), _band(frame, peers.share, phi, outer=True),
        _band(frame, peers.share, phi, outer=False), _shares(frame), _sizes(frame),
    )  # fmt: skip


def _dot(card: ScoreCard, frame: Frame, at: Limits) -> Dot:
    share = card.met / card.sample
    near, far = (not low <= share <= high for low, high in (at.inner, at.outer))
    where = OUT if far else NEAR if near else INSIDE
    x, y = frame.x(card.sample), frame.y(share)
    return Dot(card, str(card.who), card.met, card.sample, share, x, y, where, share > sum(at.inner) / 2, at)


def _frame(cards: list[ScoreCard]) -> Frame:
    lowest = min(card.met / card.sample for card in cards)
    low = max(0.0, min(floor(lowest * 10) / 10, 0.6))
    most = max(card.sample for card in cards)
    quarter = next(each for each in QUARTERS if 4 * each >= most * 1.05)
    return Frame(round(low, 1), 1.0, 4 * quarter)


def _band(frame: Frame, mean: float, phi: float, *, outer: bool) -> str:
    """The outline of a band: along the upper limit, and back along the lower."""
    first = max(frame.most / 100, 1.0)
    sizes = sorted({round(first + (frame.most - first) * step / STEPS) for step in range(STEPS + 1)})
    found = [(n, limits(n, mean, phi)) for n in sizes]
    upper = [(n, (at.outer if outer else at.inner)[1]) for n, at in found]
    lower = [(n, (at.outer if outer else at.inner)[0]) for n, at in reversed(found)]
    return " ".join(f"{frame.x(n)},{frame.y(share)}" for n, share in upper + lower)


def _shares(frame: Frame) -> list[Tick]:
    tenths = range(round(frame.low * 10), 11)
    every = 2 if len(tenths) > 6 else 1
    return [Tick(frame.y(tenth / 10), tenth / 10) for tenth in tenths if (10 - tenth) % every == 0]


def _sizes(frame: Frame) -> list[Tick]:
    return [Tick(frame.x(frame.most * quarter / 4), frame.most * quarter / 4) for quarter in range(5)]
