"""The supervisor's month: how grades are spread, how that moved, who needs help and why, what is to be looked at again.

Only of those over whom the reader watches; none of it is on a board that others see.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Avg, Count, Q, QuerySet
from django.utils.translation import gettext as _

from assessment.lifecycle import LOOK
from assessment.models import Appeal, Assessment, Band, PeerGroup, Remark, ScoreCard
from assessment.reasons import Grade
from assessment.selectors.boards import MONTHS, Sight, within
from assessment.selectors.cards import Line, all_opened
from assessment.selectors.listed import ORDER
from assessment.selectors.months import marks_missing
from assessment.selectors.resampled import drawn_for
from assessment.statuses import DISCARDED, ENTERING
from casework.models import Case, Deadline
from casework.refusals import NotYours

# So many of a list are shown; the others are counted.
SHOWN: Final = 20
REASONS: Final = 3


@dataclass(frozen=True)
class Share:
    """How many of a group or month stand in a grade."""

    grade: str
    count: int
    of: int
    band: Band | None = None
    # Where its piece of the bar begins and how long it is, of a hundred.
    x: float = 0.0

    @property
    def percent(self) -> float:
        return round(100 * self.count / self.of, 1) if self.of else 0.0


@dataclass(frozen=True)
class Spread:
    """The grades of a peer group, and how many of them are watched."""

    group: PeerGroup
    shares: list[Share]
    watched: int
    mean: float | None

    @property
    def of(self) -> int:
        return sum(share.count for share in self.shares)


@dataclass(frozen=True)
class Month:
    """One month of the trend."""

    board: Assessment
    shares: list[Share]
    mean: float | None

    @property
    def of(self) -> int:
        return sum(share.count for share in self.shares)


@dataclass(frozen=True)
class Needing:
    """Somebody who needs help: in the lowest band, or watched; and what cost most."""

    card: ScoreCard
    band: Band | None
    lines: list[Line]


@dataclass(frozen=True)
class Progress:
    """How far the month's own work has come: marks entered, communities that looked, the street's word."""

    entering: bool
    missing: int
    looks: list[Deadline]
    remarks: list[Remark]

    @property
    def looked(self) -> int:
        return sum(1 for clock in self.looks if clock.ended_at)


@dataclass(frozen=True)
class Sample:
    """What is to be looked at again: how many were drawn, the first the reader sees, how many he does not."""

    of: int
    cases: list[Case]
    hidden: int
    more: int


@dataclass(frozen=True)
class Supervised:
    """The whole page."""

    spreads: list[Spread]
    trend: list[Month]
    needing: list[Needing]
    more: int
    appeals: list[Appeal]
    progress: Progress
    sample: Sample


def supervised(sight: Sight) -> Supervised:
    """The supervisor's month of a board, in so many questions whatever its size; refused to who watches over none."""
    if not sight.watches:
        raise NotYours(_("Your post does not let you see all scores of this board."))
    needing = sight.watched().filter(Q(watched=True) | Q(grade=Grade.BOTTOM))
    appeals = Appeal.objects.visible_to(sight.user).filter(line__card__assessment=sight.board, closed_at=None)
    return Supervised(
        spreads=spreads_of(sight), trend=trend_of(sight), needing=_needing(sight, needing),
        more=max(needing.count() - SHOWN, 0),
        appeals=list(appeals.select_related("line__indicator", "reported_by").order_by("due_at", "pk")[:SHOWN]),
        progress=progress_of(sight.board), sample=sample_of(sight),
    )  # fmt: skip


def spreads_of(sight: Sight) -> list[Spread]:
    """How the grades of each peer group are spread."""
    rows = (
        sight.watched()
        .values("group", "grade")
        .annotate(n=Count("pk"), w=Count("pk", filter=Q(watched=True)), mean=Avg("points"), with_points=Count("points"))
    )
    of: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        of[row["group"]].append({**row})
    bands = {band.grade: band for band in sight.board.scheme.bands.all()}
    groups = [group for group in sight.board.scheme.groups.all() if group.pk in of]
    return [_spread(group, of[group.pk], bands) for group in groups]


def _spread(group: PeerGroup, rows: list[dict[str, Any]], bands: dict[str, Band]) -> Spread:
    shares = _shares({row["grade"]: row["n"] for row in rows}, bands)
    return Spread(group, shares, sum(row["w"] for row in rows), _mean(rows))


def _mean(rows: list[dict[str, Any]]) -> float | None:
    """The mean of the points over several grades."""
    counted = sum(row["with_points"] for row in rows)
    return sum((row["mean"] or 0) * row["with_points"] for row in rows) / counted if counted else None


def _shares(counts: dict[str, int], bands: dict[str, Band]) -> list[Share]:
    of, found, x = sum(counts.values()), [], 0.0
    for grade in ORDER:
        if counts.get(grade):
            found.append(Share(grade, counts[grade], of, bands.get(grade), round(x, 2)))
            x += 100 * counts[grade] / of
    return found


def trend_of(sight: Sight) -> list[Month]:
    """The last months of the same board, the last edition of each, this one the last."""
    board = sight.board
    past = Assessment.objects.filter(
        city=board.city_id, area=board.area_id, scheme__code=board.scheme.code, since__lt=board.since,
    )  # fmt: skip
    latest = past.exclude(status=DISCARDED).order_by("-since", "-edition").distinct("since")[: MONTHS - 1]
    boards = [*reversed(list(latest.select_related("scheme"))), board]
    cards = ScoreCard.objects.filter(assessment__in=boards)
    cards = cards if sight.watches_all else cards.filter(within(sight.watches))
    of: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in cards.values("assessment", "grade").annotate(
        n=Count("pk"), mean=Avg("points"), with_points=Count("points")
    ):
        of[row["assessment"]].append({**row})
    bands: dict[int, dict[str, Band]] = defaultdict(dict)
    for band in Band.objects.filter(scheme__in={each.scheme_id for each in boards}):
        bands[band.scheme_id][band.grade] = band
    return [
        Month(each, _shares({row["grade"]: row["n"] for row in of[each.pk]}, bands[each.scheme_id]), _mean(of[each.pk]))
        for each in boards
    ]


def _needing(sight: Sight, cards: QuerySet[ScoreCard]) -> list[Needing]:
    """The first of those who need help, those in the lowest band before those in doubt; with what cost them most."""
    read = ("person", "area", "department__area", "team__area", "group", "assessment__area")
    first = list(cards.select_related(*read).order_by("watched", "-doubt", "area__code", "subject")[:SHOWN])
    return [Needing(each.card, each.band, each.costly[:REASONS]) for each in all_opened(sight, first)]


def progress_of(board: Assessment) -> Progress:
    """What the month still waits for."""
    entering = board.status == ENTERING
    return Progress(
        entering=entering, missing=marks_missing(board) if entering else 0,
        looks=list(board.deadlines.filter(clock=LOOK).select_related("area").order_by("area__code", "pk")),
        remarks=list(board.remarks.select_related("area", "by").order_by("area__code")),
    )  # fmt: skip


def sample_of(sight: Sight) -> Sample:
    """One in twenty of the reports that counted on the board, by nobody's choice; those the reader sees by name."""
    drawn = drawn_for(sight.board)
    seen = set(
        Case.objects.visible_to(sight.user).filter(pk__in=[case.pk for case in drawn]).values_list("pk", flat=True)
    )
    cases = [case for case in drawn if case.pk in seen]
    return Sample(len(drawn), cases[:SHOWN], len(drawn) - len(cases), max(len(cases) - SHOWN, 0))
