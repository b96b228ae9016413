"""One card, opened: what moved it, dimension by dimension, and the arithmetic of each line in words with its numbers.

What stands behind a line are its items (`items.py`); that a line reckoned anew gives the same is `recomputing.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.measures import all_measures
from assessment.models import Appeal, Band, Dimension, Indicator, ScoreCard, ScoreLine
from assessment.reasons import Item, Sort
from assessment.selectors.advice import advice_for
from assessment.selectors.boards import MONTHS, Sight, mine, standing
from casework.refusals import NotFound
from grids import jurisdiction

# Less than this does not show in a figure with one decimal.
SHOWS = 0.05
# Rows that make up the hundred; the others add, take away, or are only shown.
WEIGHING = (Sort.RATE, Sort.ENTERED)


@dataclass
class Line:
    """A line of a card as it is read."""

    line: ScoreLine
    # What it could bring here: its weight, and its part of what lines without data leave over.
    full: float
    appeals: list[Appeal] = field(default_factory=list)

    @property
    def indicator(self) -> Indicator:
        return self.line.indicator

    @property
    def sort(self) -> Sort:
        return Sort(self.indicator.sort)

    @property
    def dead(self) -> bool:
        """Nothing to go by, of nobody in the group: it weighs nothing."""
        return self.indicator.sort in WEIGHING and not weighs(self.line)

    @property
    def lost(self) -> float:
        """What it cost: of a share or mark what is missing to the full, of a deduction its points."""
        if self.sort == Sort.EACH:
            return max(0.0, -self.line.points)
        return 0.0 if self.dead or self.sort == Sort.STATISTIC else max(0.0, self.full - self.line.points)

    @property
    def gained(self) -> float:
        return max(0.0, self.line.points) if self.sort == Sort.EACH else 0.0

    @property
    def costs(self) -> bool:
        return self.lost >= SHOWS

    @property
    def exempt(self) -> int:
        return len(self.line.exempt)

    @property
    def behind(self) -> int:
        """How many items its link leads to: what cost points, or all where that cannot be told apart."""
        return len(self.line.against) if self.line.against else len(self.line.items)

    @property
    def which(self) -> str:
        return "against" if self.line.against else "items"

    @property
    def item(self) -> str:
        """What its items are."""
        measure = all_measures().get(self.indicator.measure)
        return measure.item if measure else Item.ENTRY

    @property
    def advice(self) -> str:
        """What can be done about it, where it cost something."""
        return advice_for(self.item, self.indicator.measure, against=bool(self.line.against)) if self.costs else ""


@dataclass
class Part:
    """A dimension of a card."""

    dimension: Dimension
    lines: list[Line]

    @property
    def live(self) -> list[Line]:
        return [line for line in self.lines if line.full > 0]

    @property
    def full(self) -> float:
        """So many points could be had."""
        return sum(line.full for line in self.lines)

    @property
    def got(self) -> float:
        return sum(line.line.points for line in self.lines if line.sort != Sort.STATISTIC)

    @property
    def share(self) -> float:
        return round(min(max(100 * self.got / self.full, 0), 100), 1) if self.full else 0.0

    @property
    def dead(self) -> list[Line]:
        """The lines that weigh nothing here, so that the others weigh more."""
        return [line for line in self.lines if line.dead]

    @property
    def costly(self) -> list[Line]:
        return sorted((line for line in self.lines if line.costs), key=lambda line: -line.lost)

    @property
    def clean(self) -> list[Line]:
        """The lines that cost nothing and are not statistics."""
        return [line for line in self.lines if not line.costs and not line.dead and line.sort != Sort.STATISTIC]


@dataclass
class Opened:
    """A card as its page shows it."""

    card: ScoreCard
    sight: Sight
    band: Band | None
    # Dimensions that weigh; those of bonus and deduction; and those whose rows are only shown.
    parts: list[Part]
    beside: list[Part]
    statistics: list[Part]
    own: bool = False
    # Whether the reader may appeal against its lines, as long as there is time.
    may_appeal: bool = False

    @property
    def watches(self) -> bool:
        return self.sight.watches_over(self.card)

    @property
    def costly(self) -> list[Line]:
        """All that cost points, the dearest first."""
        found = [line for part in (*self.parts, *self.beside) for line in part.costly]
        return sorted(found, key=lambda line: -line.lost)

    @property
    def judged(self) -> Line | None:
        """The line by whose share the lowest band is judged."""
        code = self.sight.board.scheme.judged_by
        lines = (line for part in self.parts for line in part.lines)
        return next((line for line in lines if code and line.indicator.code == code), None)


def card_seen(sight: Sight, key: int) -> ScoreCard:
    """A card of the board by its key; refused as unknown to who does not see it."""
    card = _read(sight, key)
    if card is None:
        raise NotFound(_("There is no such card on this board, or it is not yours to see."))
    return card


def _read(sight: Sight, key: int) -> ScoreCard | None:
    cards = ScoreCard.objects.filter(assessment=sight.board, pk=key).filter(
        Q(pk__in=sight.cards().values("pk")) | (mine(sight.user) if sight.board.is_out else Q(pk__in=[]))
    )
    read = ("person", "area__city", "department__area", "team__area", "group", "assessment__area")
    return cards.select_related(*read).first()


def own_keys(user: User) -> frozenset[int]:
    """The keys of the departments a person works for."""
    return frozenset(jurisdiction.department_keys_where(user, "see_cases_in"))


def is_own(user: User, card: ScoreCard) -> bool:
    """Whether a card is the person's own, or that of a department he works for."""
    return card.person_id == user.pk if card.person_id else card.department_id in own_keys(user)


def own_on(sight: Sight) -> ScoreCard | None:
    """The reader's own card on a board."""
    if not sight.board.is_out:
        return None
    found = ScoreCard.objects.filter(mine(sight.user), assessment=sight.board).order_by("pk").first()
    return _read(sight, found.pk) if found else None


def opened(sight: Sight, card: ScoreCard) -> Opened:
    """A card with its dimensions, lines and appeals."""
    return all_opened(sight, [card])[0]


def all_opened(sight: Sight, cards: Sequence[ScoreCard]) -> list[Opened]:
    """Cards of a board with their dimensions, lines and appeals, in three questions however many."""
    of: dict[int, list[ScoreLine]] = defaultdict(list)
    order = ("indicator__dimension__place", "indicator__place", "pk")
    lines = list(ScoreLine.objects.filter(card__in=cards).select_related("indicator__dimension").order_by(*order))
    for line in lines:
        of[line.card_id].append(line)
    appeals: dict[int, list[Appeal]] = defaultdict(list)
    for appeal in Appeal.objects.filter(line__in=lines).order_by("pk"):
        appeals[appeal.line_id].append(appeal)
    bands = {band.grade: band for band in sight.board.scheme.bands.all()}
    return [_opened(sight, card, _parts(of[card.pk], appeals), bands.get(card.grade)) for card in cards]


def _opened(sight: Sight, card: ScoreCard, parts: list[Part], band: Band | None) -> Opened:
    only_shown = [part for part in parts if all(line.sort == Sort.STATISTIC for line in part.lines)]
    weighing = [part for part in parts if part.dimension.weight and part not in only_shown]
    beside = [part for part in parts if part not in weighing and part not in only_shown]
    return Opened(card, sight, band, weighing, beside, only_shown, own=is_own(sight.user, card))


def _parts(lines: list[ScoreLine], appeals: dict[int, list[Appeal]]) -> list[Part]:
    by_dimension: dict[Dimension, list[ScoreLine]] = defaultdict(list)
    for line in lines:
        by_dimension[line.indicator.dimension].append(line)
    weights = [_weights(its) for its in by_dimension.values()]
    whole, had = sum(all_of for all_of, _live in weights), sum(all_of for all_of, live in weights if live)
    found = []
    for (dimension, its), (all_of, live) in zip(by_dimension.items(), weights, strict=True):
        grown = all_of / live * whole / had if live and had else 0.0
        full = [line.indicator.weight * grown if weighs(line) else 0.0 for line in its]
        found.append(
            Part(dimension, [Line(line, most, appeals[line.pk]) for line, most in zip(its, full, strict=True)])
        )
    return found


def _weights(lines: list[ScoreLine]) -> tuple[float, float]:
    """What the lines of a dimension weigh together, and what those with data do; the same as `weighing.py` has it."""
    weighing = [line for line in lines if line.indicator.sort in WEIGHING]
    return sum(line.indicator.weight for line in weighing), sum(
        line.indicator.weight for line in weighing if weighs(line)
    )


def weighs(line: ScoreLine) -> bool:
    """Whether a line has a weight and something to go by: a share of which somebody of the group has anything, or a
    mark that was entered."""
    if line.indicator.sort == Sort.RATE:
        return line.peers is not None
    return line.indicator.sort == Sort.ENTERED and line.n > 0


@dataclass(frozen=True)
class Past:
    """A month of somebody's, for the row of his months."""

    card: ScoreCard
    band: Band | None


def months_of(card: ScoreCard) -> list[Past]:
    """The published months of whom a card assesses, by the same scheme, this one and those before it; oldest first."""
    board = card.assessment
    cards = standing(ScoreCard.objects.filter(
        subject=card.subject, assessment__scheme__code=board.scheme.code, assessment__city=board.city_id,
        assessment__since__lt=board.since,
    ))  # fmt: skip
    past = list(cards.select_related("assessment").order_by("-assessment__since", "-pk")[: MONTHS - 1])
    shown = [*reversed(past), card]
    bands = Band.objects.filter(scheme__in={each.assessment.scheme_id for each in shown})
    named = {(band.scheme_id, band.grade): band for band in bands}
    return [Past(each, named.get((each.assessment.scheme_id, each.grade))) for each in shown]


def line_of(sight: Sight, card: ScoreCard, key: int) -> Line:
    """One line of a card, with what it weighs there."""
    for part in _parts(list(card.lines.select_related("indicator__dimension").order_by("pk")), defaultdict(list)):
        for line in part.lines:
            if line.line.pk == key:
                return line
    raise NotFound(_("There is no such line on this card."))
