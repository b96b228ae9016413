"""What of a board's cards a person may see, and how far a board's month has come; which boards is the models' affair.

Published, a board's cards are for all who work on its ground; before that for those who look, confirm or watch over
it, and of a board that reaches beyond their ground only their own people's. One board's rows are `listed.py`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from assessment.lifecycle import SHOW
from assessment.models import Appeal, Assessment, ScoreCard
from assessment.models.sight import workplaces
from assessment.selectors.months import appeals_until, visible_month
from assessment.statuses import DISCARDED, UPHELD
from casework.calendar import Unit, WorkingCalendar
from casework.models import Deadline
from casework.moment import now
from casework.spans import span_words
from grids import jurisdiction
from grids.models import Area, City

# Who sees the cards of a board before it is published.
LOOKERS = ("look_at_scores_in", "confirm_scores_in", "see_scores_in")
# Who sees whom the board leaves in doubt, and who needs help.
WATCH = "see_scores_in"
# So many boards on one page of the list, so many months of a trend.
LISTED, MONTHS = 60, 6


@dataclass(frozen=True)
class Sight:
    """What one reader sees of one board."""

    user: User
    board: Assessment
    # Published, and he works on its ground.
    public: bool
    # Where he looks, confirms or watches, and where he watches; path prefixes.
    looks: tuple[str, ...]
    watches: tuple[str, ...]

    def cards(self) -> QuerySet[ScoreCard]:
        """The cards of the board that the reader sees; his own always, once it is published."""
        cards = ScoreCard.objects.filter(assessment=self.board)
        if self.public or self._holds(self.looks):
            return cards
        own = mine(self.user) if self.board.is_out else Q(pk__in=[])
        return cards.filter(own | within(self.looks))

    def watched(self) -> QuerySet[ScoreCard]:
        """The cards of those over whom the reader watches."""
        cards = ScoreCard.objects.filter(assessment=self.board)
        return cards if self.watches_all else cards.filter(within(self.watches))

    def watches_over(self, card: ScoreCard) -> bool:
        """Whether doubt and 关注 of this card are his business."""
        return self.watches_all or any(place_of(card).path.startswith(path) for path in self.watches)

    @cached_property
    def watches_all(self) -> bool:
        return self._holds(self.watches)

    def _holds(self, paths: tuple[str, ...]) -> bool:
        """Whether the whole board lies on this ground."""
        return any(self.board.area_path.startswith(path) for path in paths)


def mine(user: User) -> Q:
    """Cards of a person and of the departments he works for."""
    departments = jurisdiction.department_keys_where(user, "see_cases_in")
    return Q(person=user) | Q(department__in=departments)


def within(paths: tuple[str, ...]) -> Q:
    """Cards whose person, area, department or group has its place under one of these paths."""
    found = Q(pk__in=[])
    for path in paths:
        found |= Q(area__path__startswith=path) | Q(department__area__path__startswith=path)
        found |= Q(team__area__path__startswith=path)
    return found


def place_of(card: ScoreCard) -> Area:
    """Where the assessed have their place: a worker's grid, the area itself, a department's or group's area."""
    if card.area:
        return card.area
    unit = card.department or card.team
    return unit.area if unit else card.assessment.area


def boards_seen_by(user: User, city: City, before: dt.date | None = None) -> list[Assessment]:
    """The boards of a city that the person may open, of months before a day; the newest first, all editions."""
    boards = Assessment.objects.visible_to(user).filter(city=city).exclude(status=DISCARDED)
    boards = boards.filter(since__lt=before) if before else boards
    found = boards.select_related("scheme", "area__level").annotate(people=Count("cards"))
    return list(found.order_by("-since", "scheme__code", "area__code", "-edition")[: LISTED + 1])


def standing(cards: QuerySet[ScoreCard]) -> QuerySet[ScoreCard]:
    """Published cards that no later published edition corrects."""
    later = Q(assessment__corrected=None) | Q(assessment__corrected__published_at=None)
    return cards.filter(later, assessment__published_at__isnull=False)


def own_cards(user: User) -> QuerySet[ScoreCard]:
    """The published cards of a person and of the departments he works for, the newest month first."""
    read = (
        "assessment__scheme",
        "assessment__area__level",
        "person",
        "area",
        "department__area",
        "team__area",
        "group",
    )
    cards = standing(ScoreCard.objects.filter(mine(user))).select_related(*read)
    return cards.order_by("-assessment__since", "-person", "assessment__scheme__code", "pk")


def board_seen_by(user: User, number: str) -> Sight:
    """A board with what the reader may see of it; refused as unknown to who may see nothing of it."""
    return sight_of(user, visible_month(user, number))


def sight_of(user: User, board: Assessment) -> Sight:
    """What a reader sees of a board that is his to open."""
    public = board.is_out and board.scheme.published and _works_there(user, board)
    looks = {path for permission in LOOKERS for path in _reaching(user, permission, board)}
    return Sight(user, board, public, tuple(sorted(looks)), _reaching(user, WATCH, board))


def _reaching(user: User, permission: str, board: Assessment) -> tuple[str, ...]:
    """The grounds of a permission that hold the board, or lie within it."""
    paths = jurisdiction.paths_where(user, permission)
    return tuple(path for path in paths if _touches(path, board.area_path))


def _works_there(user: User, board: Assessment) -> bool:
    return any(_touches(path, board.area_path) for path in workplaces(user))


def _touches(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


@dataclass(frozen=True)
class Stand:
    """How far a board's month has come: its dates, what is left for appeals, the appeals, the edition after it."""

    shown_until: dt.datetime | None = None
    appeals_until: dt.datetime | None = None
    # Working time left for an appeal, in words; empty when it is over.
    left: str = ""
    received: int = 0
    in_review: int = 0
    # What the edition that this one corrects had upheld.
    corrections: int = 0
    newer: Assessment | None = None


def stand_of(board: Assessment, calendar: WorkingCalendar) -> Stand:
    """The dates and the appeals of a board's month, in four questions."""
    shown = Deadline.objects.filter(case=board, clock=SHOW).order_by("-pk").first()
    until = appeals_until(board)
    left = calendar.elapsed(Unit.WORK_DAY, now(), until) if until and board.closed_at is None else 0.0
    family = Q(line__card__assessment__scheme__code=board.scheme.code, line__card__assessment__since=board.since)
    appeals = Appeal.objects.filter(family, city=board.city, line__card__assessment__area=board.area)
    counted = appeals.aggregate(
        received=Count("pk"), in_review=Count("pk", filter=Q(closed_at=None)),
        corrections=Count("pk", filter=Q(status=UPHELD, line__card__assessment=board.corrects_id)),
    )  # fmt: skip
    return Stand(
        shown_until=shown.due_at if shown else None, appeals_until=until,
        left=span_words(left, Unit.WORK_DAY, up=True) if left else "",
        newer=Assessment.objects.filter(corrects=board, published_at__isnull=False).first(), **counted,
    )  # fmt: skip
