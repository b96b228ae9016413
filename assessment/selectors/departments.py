"""A board of units as a table: each group's units, part by part, and where each total comes from.

Units that had nothing to do stand apart; the five best and the five weakest of a group are named, without ranks, and
whoever is level with the fifth with them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Sum

from assessment.models import Band, Dimension, PeerGroup, ScoreCard, ScoreLine
from assessment.reasons import Grade, Sort
from assessment.selectors.boards import Sight
from assessment.selectors.cards import own_keys
from assessment.selectors.listed import judged_title
from assessment.selectors.red_black import red_black


@dataclass
class Row:
    """One unit."""

    card: ScoreCard
    band: Band | None
    # What each dimension is called, and its points.
    parts: list[tuple[str, float | None]]
    own: bool = False


@dataclass
class Group:
    """A peer group's table."""

    group: PeerGroup
    rows: list[Row] = field(default_factory=list)
    # Too little stood behind them, or nothing at all.
    few: list[Row] = field(default_factory=list)
    none: list[Row] = field(default_factory=list)
    # 红榜 and 黑榜: the best and the last, level ones together (`red_black.py`).
    best: list[Row] = field(default_factory=list)
    last: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class Table:
    """All groups of a board, under the same parts."""

    dimensions: list[Dimension]
    groups: list[Group]
    # What the share is called by which the lowest band is judged; empty where points alone decide.
    judged: str

    @property
    def has_gaps(self) -> bool:
        """Whether a part of somebody's has nothing to weigh by: his other parts then weigh the more."""
        return any(points is None for group in self.groups for row in group.rows for _title, points in row.parts)

    @property
    def count(self) -> int:
        return sum(len(group.rows) + len(group.few) + len(group.none) for group in self.groups)


def table_of(sight: Sight) -> Table:
    """The table of a board's units, by group and then by code, in five questions."""
    scheme = sight.board.scheme
    dimensions = [each for each in scheme.dimensions.all() if each.weight]
    bands = {band.grade: band for band in scheme.bands.all()}
    read = ("area", "department__area", "team__area", "person", "assessment")
    cards = sight.cards().select_related(*read).order_by("department__code", "team__code", "area__code", "subject")
    points = _points(sight)
    own = own_keys(sight.user)
    groups = {group.pk: Group(group) for group in scheme.groups.all()}
    for card in cards:
        parts = [(each.title, points[card.pk].get(each.pk)) for each in dimensions]
        row = Row(card, bands.get(card.grade), parts, own=card.department_id in own)
        _place(groups[card.group_id], row).append(row)
    for group in groups.values():
        _name_ends(group)
    shown = [group for group in groups.values() if group.rows or group.few or group.none]
    return Table(dimensions, shown, judged_title(sight))


def _name_ends(group: Group) -> None:
    rows = {row.card.pk: row for row in group.rows}
    best, last = red_black([row.card for row in group.rows])
    group.best, group.last = [rows[card.pk] for card in best], [rows[card.pk] for card in last]


def _place(group: Group, row: Row) -> list[Row]:
    """In which of a group's lists a unit stands."""
    if row.card.points is None or (row.card.grade == Grade.NONE and not row.card.sample):
        return group.none
    return group.few if row.card.grade == Grade.NONE else group.rows


def _points(sight: Sight) -> dict[int, dict[int, float]]:
    """Of each card, the points of each dimension; one without anything to weigh by is missing."""
    lines = ScoreLine.objects.filter(card__in=sight.cards().values("pk")).exclude(indicator__sort=Sort.STATISTIC)
    lines = lines.exclude(indicator__sort=Sort.RATE, peers=None).exclude(indicator__sort=Sort.ENTERED, n=0)
    found: dict[int, dict[int, float]] = defaultdict(dict)
    for row in lines.values("card", "indicator__dimension").annotate(points=Sum("points")):
        found[row["card"]][row["indicator__dimension"]] = row["points"]
    return found
