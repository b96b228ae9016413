"""Months whose truth is known: what a rule makes of them, against what is so (product.md C.2).

Grids are drawn with a true share of satisfied people, unevenly many ratings each; some are good (85 % and more), some
are bad. The product's rule is not written again here: it is `weighing.py` with a scheme of one indicator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from assessment.models import Dimension, Indicator, PeerGroup
from assessment.reasons import Grade, Sort
from assessment.weighing import Counted, Scales, weigh_by

GRIDS: Final = 59
LINE: Final = 0.85
# Ratings a grid over the window: one month, three, six, twelve of eight.
SIZES: Final = (8, 24, 48, 96)
MONTHS: Final = 3
# Busy grids have several times the ratings of quiet ones: a lognormal spread of the mean.
UNEVEN: Final = 0.5
Draw = Callable[[np.random.Generator], np.ndarray]


PEERS: Final = PeerGroup(pk=1, code="all")
OF_ALL: Final = Indicator(
    pk=1, code="satisfied", measure="satisfied", sort=Sort.RATE, weight=100, zero_at=0, full_at=1
)  # fmt: skip
# Points below 85 are a share below 85 %: the lowest band's line is the one that the doubt speaks of.
SCALES: Final = Scales(
    rows=((Dimension(pk=1, code="all", weight=100), (OF_ALL,)),),
    bands={Grade.TOP: 95, Grade.MIDDLE: 100 * LINE, Grade.BOTTOM: 0}, least=5, line=LINE, certainty=0.6,
    judged_by="satisfied", bonus_cap=0,
)  # fmt: skip


def beta_truth(dice: np.random.Generator) -> np.ndarray:
    """True shares from the family that the estimate assumes: mean 0.90, as many as twenty ratings know."""
    return dice.beta(18, 2, GRIDS)


def logit_normal_truth(dice: np.random.Generator) -> np.ndarray:
    """True shares from another family with about the same mean and spread."""
    return 1 / (1 + np.exp(-dice.normal(2.35, 0.78, GRIDS)))


TRUTHS: Final[dict[str, Draw]] = {"beta": beta_truth, "logit-normal": logit_normal_truth}


@dataclass
class Verdicts:
    """Of all simulated grids: how doubtful each looked to a rule, whether it was marked, and whether it was bad."""

    scores: list[float] = field(default_factory=list)
    marked: list[bool] = field(default_factory=list)
    bad: list[bool] = field(default_factory=list)

    def add(self, scores: Sequence[float], marked: Sequence[bool], bad: Sequence[bool]) -> None:
        self.scores.extend(scores)
        self.marked.extend(marked)
        self.bad.extend(bad)

    def wrongly(self) -> float:
        """The share of good grids that were marked."""
        return _share([marked for marked, bad in zip(self.marked, self.bad, strict=True) if not bad])

    def found(self) -> float:
        """The share of bad grids that were marked."""
        return _share([marked for marked, bad in zip(self.marked, self.bad, strict=True) if bad])

    def found_at(self, wrongly: float) -> float:
        """The share of bad grids found where the cut is set so that so many good ones are wrongly marked."""
        scores, bad = np.array(self.scores), np.array(self.bad)
        good = np.sort(scores[~bad])[::-1]
        cut = good[min(round(wrongly * len(good)), len(good) - 1)]
        return float((scores[bad] > cut).mean())


@dataclass(frozen=True)
class Outcome:
    """One row of the table: a truth and a size, and what three rules made of it."""

    truth: str
    ratings: int
    raw: Verdicts
    doubt: Verdicts
    product: Verdicts


def simulate(*, seed: int, rounds: int) -> Iterator[Outcome]:
    """Each truth at each size, with the same seed the same figures."""
    for truth, draw in TRUTHS.items():
        for size in SIZES:
            dice = np.random.default_rng([seed, size, len(truth)])
            outcome = Outcome(truth, size, Verdicts(), Verdicts(), Verdicts())
            for _ in range(rounds):
                _one(outcome, draw, dice)
            yield outcome


def _one(outcome: Outcome, draw: Draw, dice: np.random.Generator) -> None:
    """One city: its truth, its months of ratings, and who is marked by which rule."""
    true = draw(dice)
    bad = [bool(share < LINE) for share in true]
    counted = _months(true, outcome.ratings, dice)
    rows = [counted[OF_ALL.pk, grid] for grid in range(GRIDS)]
    raw = [1 - row.window_k / row.window_n if row.window_n else 0.0 for row in rows]
    outcome.raw.add(raw, [score > 1 - LINE for score in raw], bad)
    cards = weigh_by(SCALES, [Grid(at) for at in range(GRIDS)], counted)
    doubts = [card.doubt or 0.0 for card in cards]
    outcome.doubt.add(doubts, [doubt >= SCALES.certainty for doubt in doubts], bad)
    outcome.product.add(doubts, [card.grade == Grade.BOTTOM for card in cards], bad)


def _months(true: np.ndarray, ratings: int, dice: np.random.Generator) -> dict[tuple[int, int], Counted]:
    """Three months of ratings, the last of them the one that is graded; eight a grid are one month alone."""
    months = MONTHS if ratings > SIZES[0] else 1
    load = dice.lognormal(0, UNEVEN, GRIDS)
    many = np.maximum(1, dice.poisson(load / load.mean() * ratings / months, (months, GRIDS)))
    met = dice.binomial(many, true)
    found = {}
    for grid in range(GRIDS):
        k, n = [int(value) for value in met[:, grid]], [int(value) for value in many[:, grid]]
        before = (k[-2], n[-2]) if months > 1 else (0, 0)
        found[OF_ALL.pk, grid] = Counted(k[-1], n[-1], *before, window_k=sum(k), window_n=sum(n))
    return found


@dataclass(frozen=True)
class Grid:
    """One who is assessed here: a number."""

    subject: int
    group: PeerGroup = field(default_factory=lambda: PEERS)


def _share(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else 0.0
