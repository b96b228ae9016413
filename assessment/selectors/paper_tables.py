"""The tables of a bulletin: each group by bands, what the points are made of, every line, units in order with ties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessment.document import Cell, Figure, Section, Table
from assessment.fairness import tiers
from assessment.models import Assessment, Dimension, Indicator, PeerGroup, ScoreCard
from assessment.reasons import Grade, Sort
from assessment.selectors.paper_forms import NOTHING, band, counted, met, points, share

ORDER: Final = (Grade.TOP, Grade.MIDDLE, Grade.BOTTOM, Grade.NONE)
# More lines than that no paper carries: they stand in the sheet.
ON_PAPER: Final = 120


@dataclass(frozen=True)
class Line:
    """The figures of one line of a card."""

    spared: int
    k: float
    n: int
    window_k: float
    window_n: int
    estimate: float | None
    low: float | None
    high: float | None
    small: bool
    points: float


@dataclass(frozen=True)
class Board:
    """A board as its papers read it: its cards, their lines by indicator, whether persons are named."""

    board: Assessment
    cards: list[ScoreCard]
    lines: dict[int, dict[int, Line]]
    named: bool

    @cached_property
    def dimensions(self) -> list[Dimension]:
        return list(self.board.scheme.dimensions.prefetch_related("indicators"))

    @cached_property
    def indicators(self) -> list[Indicator]:
        return [indicator for dimension in self.dimensions for indicator in dimension.indicators.all() if indicator.on]

    @cached_property
    def judged(self) -> Indicator | None:
        """The indicator by whose share the lowest band must be proved."""
        code = self.board.scheme.judged_by
        return next((each for each in self.indicators if each.code == code), None) if code else None

    @cached_property
    def bands(self) -> dict[str, str]:
        return {each.grade: each.title for each in self.board.scheme.bands.all()}

    def band_of(self, grade: str) -> str:
        """What the city calls a grade; who is in no band had too few matters, or nothing at all."""
        return pgettext("grade", "too few") if grade == Grade.NONE else self.bands.get(grade, grade)

    @cached_property
    def groups(self) -> list[tuple[PeerGroup, list[ScoreCard]]]:
        """The peer groups, each with its cards by band; within a band in the order of their codes."""
        found: dict[int, list[ScoreCard]] = defaultdict(list)
        for card in self.cards:
            found[card.group_id].append(card)
        named = {card.group_id: card.group for card in self.cards}
        return [(named[key], sorted(cards, key=lambda card: ORDER.index(card.grade))) for key, cards in found.items()]

    def line(self, card: ScoreCard, indicator: Indicator) -> Line | None:
        return self.lines.get(card.pk, {}).get(indicator.pk)

    def who(self, card: ScoreCard) -> str:
        """Whose card it is; before it is published, no person's name."""
        return str(card.who) if self.named or not card.person_id else NOTHING

    def of_dimension(self, card: ScoreCard, dimension: Dimension) -> float:
        """The points of all its lines."""
        lines = (self.line(card, each) for each in dimension.indicators.all())
        return sum(line.points for line in lines if line)


def whose(data: Board) -> tuple[str, ...]:
    """The columns that say whose line it is."""
    if data.board.scheme.subject == "worker":
        return (_("Community"), _("Grid"), pgettext("person", "Name"))
    return (_("Unit"),)


def who_cells(data: Board, card: ScoreCard) -> tuple[str, ...]:
    """Whose line it is: a worker by community, grid and name."""
    if data.board.scheme.subject != "worker":
        return (data.who(card),)
    above = card.area.parent.title if card.area and card.area.parent else NOTHING
    return (above, card.area.title if card.area else NOTHING, data.who(card))


# --- by group ---------------------------------------------------------------------------------------------------------
def group_parts(data: Board) -> tuple[Section, ...]:
    """Each peer group apart, its table by bands."""
    return tuple(Section(group.title, tables=(_bands_table(data, group, cards),)) for group, cards in data.groups)


def _bands_table(data: Board, group: PeerGroup, cards: Sequence[ScoreCard]) -> Table:
    columns: tuple[str, ...] = (*whose(data), _("Band"), pgettext("paper", "Points"))
    widths: tuple[int, ...] = (6,) * len(whose(data)) + (4, 4)
    if data.judged:
        columns += (pgettext("paper", "Met"), pgettext("paper", "Of"), _("Estimate"), _("80 % band"))
        widths += (3, 4, 4, 7)
    lines = tuple((*who_cells(data, card), *_result(data, card)) for card in cards)
    return Table(_("%(group)s: results") % {"group": group.title}, columns, lines, widths=widths)


def _result(data: Board, card: ScoreCard) -> tuple[Cell, ...]:
    result: tuple[Cell, ...] = (data.band_of(card.grade), points(card.points))
    if data.judged is None:
        return result
    line = data.line(card, data.judged)
    behind = (met(card.met), counted(card.sample, line.spared if line else 0))
    if card.grade == Grade.NONE:
        return (*result, *behind, NOTHING, NOTHING)
    return (*result, *behind, share(card.estimate), band(card.low, card.high))


# --- what the points are made of --------------------------------------------------------------------------------------
def dimension_tables(data: Board) -> tuple[Table, ...]:
    """For each group, the points of each dimension and their sum."""
    columns = (*whose(data), *(each.title for each in data.dimensions), pgettext("paper", "Points"))
    return tuple(
        Table(
            _("%(group)s: points by dimension") % {"group": group.title}, columns,
            tuple(
                (*who_cells(data, card), *(Figure(data.of_dimension(card, each), 2) for each in data.dimensions),
                 points(card.points))
                for card in cards
            ),
        )
        for group, cards in data.groups
    )  # fmt: skip


def lines_table(data: Board) -> tuple[Table, ...]:
    """Every line of every card: k of n, estimate, band, points."""
    columns = (
        *whose(data), _("Indicator"), "k", "n", _("k of the window"), _("n of the window"), _("Estimate"),
        _("80 % band"), pgettext("paper", "Points"),
    )  # fmt: skip
    lines = tuple(
        (*who_cells(data, card), each.title, *_figures(line, each))
        for _group, cards in data.groups
        for card in cards
        for each in data.indicators
        if (line := data.line(card, each)) is not None
    )
    widths = (4,) * len(whose(data)) + (5, 2, 3, 3, 3, 4, 6, 3)
    table = Table(_("Every line of the cards"), columns, lines, sheet_only=len(lines) > ON_PAPER, widths=widths)
    return (table,) if lines else ()


def _figures(line: Line, indicator: Indicator) -> tuple[Cell, ...]:
    shares: tuple[Cell, ...] = (share(line.estimate), band(line.low, line.high))
    if line.small:
        shares = (pgettext("grade", "too few"), NOTHING)
    gained: Cell = NOTHING if indicator.sort == Sort.STATISTIC else Figure(line.points, 2)
    of_window = (met(line.window_k), str(line.window_n))
    return (met(line.k), counted(line.n, line.spared), *of_window, *shares, gained)


# --- units in order ---------------------------------------------------------------------------------------------------
def place_tables(data: Board) -> tuple[Table, ...]:
    """综合排名: of each group the combined order and the order in each weighed line; a tier is one place."""
    return tuple(table for group, cards in data.groups for table in _places_of(data, group, cards))


def _places_of(data: Board, group: PeerGroup, cards: Sequence[ScoreCard]) -> list[Table]:
    graded = [card for card in cards if card.grade != Grade.NONE and card.points is not None]
    if not graded:
        return []
    heading = _("%(group)s: combined order") % {"group": group.title}
    found = [_order_table(data, heading, graded, [_tier(card) for card in graded], [card.points for card in graded])]
    for each in data.dimensions:
        if each.weight > 0:
            gained = [data.of_dimension(card, each) for card in graded]
            heading = _("%(group)s: order in “%(line)s”") % {"group": group.title, "line": each.title}
            found.append(_order_table(data, heading, graded, _dimension_tiers(data, each, graded, gained), gained))
    return found


def _tier(card: ScoreCard) -> tuple[int, float, float]:
    """The smaller the better: the band, the tier within it; where there are no tiers, the points."""
    return ORDER.index(Grade(card.grade)), card.tier or 0, 0 if card.tier else -(card.points or 0)


def _dimension_tiers(
    data: Board, dimension: Dimension, cards: Sequence[ScoreCard], gained: Sequence[float]
) -> list[int]:
    """A line that is one share: by bands that do not overlap; else by points to two places."""
    rates = [each for each in dimension.indicators.all() if each.on and each.weight]
    if len(rates) == 1 and rates[0].sort == Sort.RATE:
        lines = [data.line(card, rates[0]) for card in cards]
        bands = [
            (line.low, line.high) if rates[0].up else (1 - line.high, 1 - line.low)
            for line in lines
            if line and line.low is not None and line.high is not None
        ]
        if len(bands) == len(cards):
            return tiers(bands)
    order = sorted({round(each, 2) for each in gained}, reverse=True)
    return [order.index(round(each, 2)) for each in gained]


def _order_table(
    data: Board, heading: str, cards: Sequence[ScoreCard], keys: Sequence[Any], gained: Sequence[float | None]
) -> Table:
    """The place is one more than how many stand before; within a place by code."""
    rows = sorted(zip(keys, cards, gained, strict=True), key=lambda row: row[0])
    lines = tuple(
        (str(1 + sum(key < mine for key in keys)), data.who(card), data.band_of(card.grade), points(got))
        for mine, card, got in rows
    )
    columns = (pgettext("paper", "Place"), _("Unit"), _("Band"), pgettext("paper", "Points"))
    return Table(heading, columns, lines, widths=(2, 6, 4, 4))


# --- workers: who leads -----------------------------------------------------------------------------------------------
def leading_tables(data: Board) -> tuple[Table, ...]:
    """Of each weighed line the first tier of each group; none where all share it, or there is nothing to tell by."""
    found = []
    for group, cards in data.groups:
        graded = [card for card in cards if card.grade != Grade.NONE and card.points is not None]
        for each in data.dimensions:
            gained = [data.of_dimension(card, each) for card in graded]
            first = _first(data, each, graded, gained) if each.weight > 0 else []
            if 0 < len(first) < len(graded):
                heading = _("%(group)s: leading in “%(line)s”") % {"group": group.title, "line": each.title}
                lines = tuple((*who_cells(data, card), points(got)) for card, got in first)
                found.append(Table(heading, (*whose(data), pgettext("paper", "Points")), lines))
    return tuple(found)


def _first(
    data: Board, dimension: Dimension, cards: Sequence[ScoreCard], gained: Sequence[float]
) -> list[tuple[ScoreCard, float]]:
    keys = _dimension_tiers(data, dimension, cards, gained)
    return [(card, got) for card, got, key in zip(cards, gained, keys, strict=True) if key == min(keys)]
