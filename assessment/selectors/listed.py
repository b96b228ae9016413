"""The rows of one board: by peer group and grade, within a grade by community and grid, never by rank.

Each grade of each group shows its first rows; a long one goes on as a list of its own, page by page by key.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil, floor
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import Coalesce, RowNumber

from assessment.models import Band, Indicator, PeerGroup, ScoreCard, ScoreLine
from assessment.reasons import Grade
from assessment.selectors.boards import Sight

# So many rows of a grade are seen at once, so many more open under them, and a page of the whole list has so many.
OPEN, FOLDED, PAGE = 12, 28, 100
ORDER = (Grade.TOP, Grade.MIDDLE, Grade.BOTTOM, Grade.NONE)
# The drawing of a band: its width, and how far its ends keep from the edge.
WIDTH, EDGE = 300, 10


@dataclass(frozen=True)
class Scale:
    """The shares that a board's bands are drawn between, in whole tenths."""

    low: float = 0.6
    high: float = 1.0

    def x(self, share: float) -> float:
        """Where a share lies in the drawing."""
        held = min(max(share, self.low), self.high)
        return round(EDGE + (WIDTH - 2 * EDGE) * (held - self.low) / (self.high - self.low), 1)


@dataclass
class Row:
    """One line of a board."""

    card: ScoreCard
    exempt: int = 0
    # The peers' share of the judged indicator; None where none is judged.
    peers: float | None = None

    @property
    def shown(self) -> bool:
        """Whether there is a band to draw."""
        return self.card.estimate is not None and self.card.grade != Grade.NONE


@dataclass
class Tier:
    """One grade of a group: its band, its rows, and where the rest of them is."""

    grade: str
    band: Band | None
    count: int
    rows: list[Row] = field(default_factory=list)
    # From how many points the band above begins.
    below: float | None = None

    @property
    def open(self) -> list[Row]:
        return self.rows[:OPEN]

    @property
    def folded(self) -> list[Row]:
        return self.rows[OPEN:]

    @property
    def beyond(self) -> int:
        return self.count - len(self.rows)


@dataclass
class Section:
    """A peer group on the board."""

    group: PeerGroup
    tiers: list[Tier]
    peers: float | None = None

    @property
    def count(self) -> int:
        return sum(tier.count for tier in self.tiers)


@dataclass(frozen=True)
class Listing:
    """All that a board's page shows of its cards."""

    sections: list[Section]
    scale: Scale
    judged: str

    @property
    def count(self) -> int:
        return sum(section.count for section in self.sections)

    @property
    def first(self) -> ScoreCard | None:
        """The card that stands first on the page."""
        rows = (row for section in self.sections for tier in section.tiers for row in tier.rows)
        return next((row.card for row in rows), None)


def listing_of(sight: Sight) -> Listing:
    """The board's sections, in six questions however many cards there are."""
    cards, scheme = sight.cards(), sight.board.scheme
    counts = {(group, grade): n for group, grade, n in cards.values_list("group", "grade").annotate(n=Count("pk"))}
    rows = rows_of(sight, _first_rows(cards))
    bands = {band.grade: band for band in scheme.bands.all()}
    sections = [
        _section(group, bands, counts, rows)
        for group in scheme.groups.all()
        if any(key[0] == group.pk for key in counts)
    ]
    return Listing(sections, scale_of(rows), judged_title(sight))


def _section(
    group: PeerGroup, bands: dict[str, Band], counts: dict[tuple[int, str], int], rows: Sequence[Row]
) -> Section:
    mine: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.card.group_id == group.pk:
            mine[row.card.grade].append(row)
    tiers = [
        Tier(grade, bands.get(grade), counts[group.pk, grade], mine[grade], below=_above(grade, bands))
        for grade in ORDER
        if (group.pk, grade) in counts
    ]
    peers = next((row.peers for each in mine.values() for row in each if row.peers is not None), None)
    return Section(group, tiers, peers)


def _above(grade: str, bands: dict[str, Band]) -> float | None:
    """From how many points the next better band begins."""
    better = {Grade.MIDDLE: Grade.TOP, Grade.BOTTOM: Grade.MIDDLE}.get(Grade(grade))
    return bands[better].least if better in bands else None


@dataclass(frozen=True)
class Part:
    """One page of the whole list of a grade of a group."""

    tier: Tier
    section: Section
    scale: Scale
    judged: str
    after: str = ""
    before: str = ""


def part_of(sight: Sight, *, group: str, grade: str, after: str = "", before: str = "") -> Part | None:
    """A page of a grade's whole list; None where the group or the grade is not on this board."""
    scheme = sight.board.scheme
    peers = scheme.groups.filter(code=group).first()
    cards = sight.cards().filter(group=peers, grade=grade) if peers else ScoreCard.objects.none()
    count = cards.count()
    if not peers or not count:
        return None
    found, backwards = _page(cards, after, before)
    rows, more = found[:PAGE], len(found) > PAGE
    rows = rows[::-1] if backwards else rows
    read = rows_of(sight, rows)
    bands = {band.grade: band for band in scheme.bands.all()}
    tier = Tier(grade, bands.get(grade), count, read, below=_above(grade, bands))
    ends = (_key(rows[0]), _key(rows[-1])) if rows else ("", "")
    return Part(
        tier, Section(peers, [tier], read[0].peers if read else None), scale_of(read), judged_title(sight),
        before=ends[0] if (more if backwards else after) else "", after=ends[1] if (more or backwards) else "",
    )  # fmt: skip


def _page(cards: QuerySet[ScoreCard], after: str, before: str) -> tuple[list[ScoreCard], bool]:
    """The cards after a key, or those before it from the end; a key that is none is the beginning."""
    backwards = bool(before and not after)
    home, _gap, subject = (after or before).rpartition("_")
    placed: QuerySet[Any] = _placed(cards)
    if subject.isdecimal() and len(subject) < 19:
        side = "lt" if backwards else "gt"
        beyond = Q(**{f"home__{side}": home}) | Q(home=home, **{f"subject__{side}": int(subject)})
        placed = placed.filter(beyond)
    else:
        backwards = False
    order = ("-home", "-subject") if backwards else ("home", "subject")
    return list(placed.order_by(*order)[: PAGE + 1]), backwards


def _key(card: ScoreCard) -> str:
    return f"{card.home}_{card.subject}"  # type: ignore[attr-defined]


def _placed(cards: QuerySet[ScoreCard]) -> QuerySet[Any]:
    """Cards with the code they are listed by: an area's holds its community's, so communities stay together."""
    home = Coalesce("area__code", "department__code", "team__code")
    read = ("person", "area", "department__area", "team__area", "assessment")
    return cards.annotate(home=home).select_related(*read)


def _first_rows(cards: QuerySet[ScoreCard]) -> list[ScoreCard]:
    """The first rows of every grade of every group."""
    place = Window(RowNumber(), partition_by=[F("group"), F("grade")], order_by=[F("home").asc(), F("subject").asc()])
    return list(_placed(cards).annotate(place=place).filter(place__lte=OPEN + FOLDED).order_by("home", "subject"))


def rows_of(sight: Sight, cards: Iterable[ScoreCard]) -> list[Row]:
    """Cards as rows, each with its peers' share and how many of its items are exempt."""
    cards = list(cards)
    lines: dict[int, dict[str, Any]] = {}
    if sight.board.scheme.judged_by:
        judged = ScoreLine.objects.filter(card__in=cards, indicator__code=sight.board.scheme.judged_by)
        lines = {line["card"]: {**line} for line in judged.values("card", "peers", "exempt")}
    return [_row(card, lines.get(card.pk)) for card in cards]


def _row(card: ScoreCard, line: dict[str, Any] | None) -> Row:
    return Row(card, len(line["exempt"]) if line else 0, line["peers"] if line else None)


def scale_of(rows: Iterable[Row]) -> Scale:
    """The tenths between which all bands of a page lie; never so narrow that a small difference looks large."""
    shown = [row.card for row in rows if row.shown]
    if not shown:
        return Scale()
    low = floor(min(card.low if card.low is not None else card.estimate or 0 for card in shown) * 10) / 10
    high = ceil(max(card.high if card.high is not None else card.estimate or 0 for card in shown) * 10) / 10
    low = min(low, high - 0.4)
    return Scale(round(low, 1), round(high, 1)) if low >= 0 else Scale(0.0, max(round(high, 1), 0.4))


def judged_title(sight: Sight) -> str:
    """What the indicator is called by whose share the lowest band is judged; empty where points alone decide."""
    scheme = sight.board.scheme
    if not scheme.judged_by:
        return ""
    found = Indicator.objects.filter(dimension__scheme=scheme, code=scheme.judged_by).first()
    return found.title if found else ""
