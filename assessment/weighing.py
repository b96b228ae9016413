"""From counts to points, bands and grades: pure arithmetic on a scheme's data, the same for a month and for a what-if.

What is counted: `selectors/tally.py`. How a share is estimated: `fairness.py`. Product.md C.3 has the reasons.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

from assessment.fairness import Estimate, Peers, estimate, met_for_the_mix, peers_of, tiers
from assessment.models import Dimension, Indicator, Scheme
from assessment.reasons import Grade, Sort

NOTHING: Final = "{}"
# Points are compared to this many decimals: 69.99999999 is 70.
DECIMALS: Final = 6


@dataclass(frozen=True)
class Counted:
    """What a measure found for one subject: k of n in the month, in the month before, and over the whole window.

    `items`, `against`, `exempt`: keys as PostgreSQL writes an array; `keys` reads them.
    """

    k: float = 0
    n: int = 0
    before_k: float = 0
    before_n: int = 0
    window_k: float = 0
    window_n: int = 0
    # Of the window, by the peers' shares of the same categories; None where the mix is not looked at.
    expected: float | None = None
    items: str = NOTHING
    against: str = NOTHING
    exempt: str = NOTHING
    # The points that an appeal which was upheld lets an entered mark have instead.
    granted: float | None = None


def keys(array: str) -> list[int]:
    """The keys of an array as PostgreSQL writes it."""
    return [int(key) for key in array.strip("{}").split(",") if key]


@dataclass(frozen=True)
class Scales:
    """What of a scheme is weighed by: its rows that are on with their dimensions, its bands, what proves a grade."""

    rows: tuple[tuple[Dimension, tuple[Indicator, ...]], ...]
    bands: Mapping[str, float]
    least: int
    line: float
    certainty: float
    judged_by: str
    bonus_cap: float


def scales_of(scheme: Scheme) -> Scales:
    """A scheme as it is weighed by; read once for all subjects."""
    rows = []
    for dimension in scheme.dimensions.prefetch_related("indicators"):
        on = [indicator for indicator in dimension.indicators.all() if indicator.on]
        rows.append((dimension, tuple(sorted(on, key=lambda one: one.place))))
    bands = {band.grade: band.least for band in scheme.bands.all()}
    return Scales(
        tuple(rows), bands, scheme.least, scheme.line, scheme.certainty, scheme.judged_by, scheme.bonus_cap
    )  # fmt: skip


@dataclass
class Line:
    """One row of a card: what was counted, the estimate with its band, and the points it makes."""

    indicator: Indicator
    counted: Counted
    peers: Peers | None = None
    estimate: Estimate | None = None
    # Too few to say anything: the peers' share stands in its place.
    small: bool = False
    # Whether there is anything to weigh; rows without weigh nothing, and the others the more.
    has_data: bool = False
    points: float = 0.0

    @property
    def good(self) -> float | None:
        """The share that is better the higher it is, as points are made of it."""
        if self.peers is None or self.estimate is None:
            return None
        share = self.peers.share if self.small else self.estimate.share
        return share if self.indicator.up else 1 - share


Who = TypeVar("Who", bound=Any)


@dataclass
class Weighed(Generic[Who]):
    """One subject's card before it is written: lines, points, grade, and the share by which the grade is judged."""

    subject: Who
    lines: list[Line] = field(default_factory=list)
    points: float | None = None
    grade: str = Grade.NONE
    watched: bool = False
    sample: int = 0
    met: float = 0
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    doubt: float | None = None
    tier: int | None = None


Counts = Mapping[tuple[int, int], Counted]


def weigh(scheme: Scheme, subjects: Sequence[Who], counted: Counts) -> list[Weighed[Who]]:
    """Cards of all subjects of one board, in the order in which they came."""
    return weigh_by(scales_of(scheme), subjects, counted)


def weigh_by(scales: Scales, subjects: Sequence[Who], counted: Counts) -> list[Weighed[Who]]:
    """The same by scales that were read before. A subject is anything with `subject` and `group`."""
    cards = [Weighed(subject) for subject in subjects]
    of_group: dict[int, list[Weighed[Who]]] = defaultdict(list)
    for card in cards:
        of_group[card.subject.group.pk].append(card)
    for peers in of_group.values():
        _fill(scales, peers, counted)
        for card in peers:
            _add_up(scales, card)
            _judge(scales, card)
        _set_tiers(scales, peers)
    return cards


def _fill(scales: Scales, cards: Sequence[Weighed[Any]], counted: Counts) -> None:
    """The lines of one peer group, an indicator at a time: what a share is drawn to are its peers."""
    for _dimension, indicators in scales.rows:
        for indicator in indicators:
            lines = [Line(indicator, counted.get((indicator.pk, card.subject.subject), Counted())) for card in cards]
            if indicator.sort in (Sort.RATE, Sort.STATISTIC):
                _estimate(lines, scales.least)
            for card, line in zip(cards, lines, strict=True):
                line.has_data = _has_data(line)
                card.lines.append(line)


def _estimate(lines: Sequence[Line], least: int) -> None:
    """Bands of a share, drawn to the peers'; a mixed one first put right for the mix of its categories."""
    peers = peers_of([(line.counted.window_k, line.counted.window_n) for line in lines])
    if peers is None:
        return
    met = [_met(line, peers) for line in lines]
    if any(line.indicator.mixed for line in lines):
        again = peers_of([(k, line.counted.window_n) for k, line in zip(met, lines, strict=True)])
        peers = again or peers
    for k, line in zip(met, lines, strict=True):
        line.peers, line.small = peers, line.counted.window_n < least
        line.estimate = estimate(k, line.counted.window_n, peers)


def _met(line: Line, peers: Peers) -> float:
    counted = line.counted
    if not line.indicator.mixed or counted.expected is None:
        return counted.window_k
    return met_for_the_mix(counted.window_k, counted.window_n, counted.expected, peers)


def _has_data(line: Line) -> bool:
    if line.indicator.sort == Sort.RATE:
        return line.peers is not None
    return line.indicator.sort == Sort.ENTERED and line.counted.n > 0


def _add_up(scales: Scales, card: Weighed[Any]) -> None:
    """Points of a hundred: rows without data weigh nothing, and what is left of their dimension the more."""
    by_key = {line.indicator.pk: line for line in card.lines}
    rows = [(dimension, [by_key[one.pk] for one in indicators]) for dimension, indicators in scales.rows]
    parts = [_in_dimension(lines) for _dimension, lines in rows]
    whole = sum(weight for weight, _had in parts)
    had = sum(weight for weight, had in parts if had)
    if whole and not had:
        return
    left = scales.bonus_cap
    for (_dimension, lines), (weight, full) in zip(rows, parts, strict=True):
        for line in lines:
            if line.has_data:
                line.points = _weighed(line, weight / full * whole / had)
            elif line.indicator.sort == Sort.EACH:
                line.points = min(_counted(line), left)
                left -= max(line.points, 0)
    total = sum(line.points for line in card.lines)
    card.points = min(max(total, 0.0), whole + scales.bonus_cap) if whole else max(total, 0.0)


def _in_dimension(lines: Iterable[Line]) -> tuple[float, float]:
    """What the rows of a dimension weigh together, and what those with data do."""
    weighing = [line for line in lines if line.indicator.sort in (Sort.RATE, Sort.ENTERED)]
    return (
        sum(line.indicator.weight for line in weighing),
        sum(line.indicator.weight for line in weighing if line.has_data),
    )


def _weighed(line: Line, scaled: float) -> float:
    """Points of a row with a weight, `scaled` up for the rows without data; what an appeal granted stands."""
    indicator, counted = line.indicator, line.counted
    if counted.granted is not None:
        return counted.granted
    share = line.good if indicator.sort == Sort.RATE else counted.k
    return indicator.weight * scaled * _between(share or 0.0, indicator.zero_at, indicator.full_at)


def _between(share: float, zero_at: float, full_at: float) -> float:
    if full_at == zero_at:
        return 1.0 if share >= full_at else 0.0
    return min(max((share - zero_at) / (full_at - zero_at), 0.0), 1.0)


def _counted(line: Line) -> float:
    """So many points for each of the month, no further than the cap on either side of nought."""
    points, cap = line.indicator.each * line.counted.k, abs(line.indicator.cap)
    return min(max(points, -cap), cap) if cap else points


def _judge(scales: Scales, card: Weighed[Any]) -> None:
    """The grade by points; the lowest only where it is proved, else the middle one, and watched."""
    judged = next((line for line in card.lines if line.indicator.code == scales.judged_by), None)
    if judged is not None:
        _note_share(scales, card, judged)
    if card.points is None or (scales.judged_by and (judged is None or judged.small or judged.estimate is None)):
        return
    points = round(card.points, DECIMALS)
    if points >= scales.bands[Grade.TOP]:
        card.grade = Grade.TOP
    elif points >= scales.bands[Grade.MIDDLE] or not _is_proved(scales, card, judged):
        card.grade, card.watched = Grade.MIDDLE, points < scales.bands[Grade.MIDDLE]
    else:
        card.grade = Grade.BOTTOM


def _note_share(scales: Scales, card: Weighed[Any], line: Line) -> None:
    """k of n, the band and the doubt of the share by which the grade is judged."""
    card.sample, card.met = line.counted.window_n, line.counted.window_k
    if line.estimate is None:
        return
    card.estimate, card.low, card.high = line.estimate.share, line.estimate.low, line.estimate.high
    below = line.estimate.below(scales.line if line.indicator.up else 1 - scales.line)
    card.doubt = below if line.indicator.up else 1 - below


def _is_proved(scales: Scales, card: Weighed[Any], judged: Line | None) -> bool:
    """By the doubt over the window, or by two months running below the line with enough in each (product.md C.3)."""
    if judged is None:
        return True
    if card.doubt is not None and card.doubt >= scales.certainty:
        return True
    counted = judged.counted
    months = ((counted.k, counted.n), (counted.before_k, counted.before_n))
    return all(n >= scales.least and _good(judged, k / n) < scales.line for k, n in months)


def _good(line: Line, share: float) -> float:
    return share if line.indicator.up else 1 - share


def _set_tiers(scales: Scales, cards: Sequence[Weighed[Any]]) -> None:
    """Within each grade of a peer group: whose bands overlap shares a tier, so that no rank is made up."""
    for grade in (Grade.TOP, Grade.MIDDLE, Grade.BOTTOM):
        graded = [card for card in cards if card.grade == grade]
        for card, tier in zip(graded, tiers([_band(scales, card) for card in graded]), strict=True):
            card.tier = tier


def _band(scales: Scales, card: Weighed[Any]) -> tuple[float, float]:
    """Of the judged share; where the scheme judges by points alone there is no doubt to show: the points themselves."""
    if card.low is None or card.high is None:
        points = round(card.points or 0.0, DECIMALS)
        return (points, points)
    up = all(line.indicator.up for line in card.lines if line.indicator.code == scales.judged_by)
    return (card.low, card.high) if up else (1 - card.high, 1 - card.low)
