"""红黑榜 of units: the first five and the last five of each peer group, ties together, and nobody by mere chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessment.document import Section, Table
from assessment.models import PeerGroup, ScoreCard
from assessment.reasons import Grade
from assessment.selectors.paper_forms import points
from assessment.selectors.paper_tables import Board

# rules.md 5.2 (W28): top five and bottom five; of a small group never more than half.
MOST: Final = 5


def red_black(cards: Sequence[ScoreCard]) -> tuple[list[ScoreCard], list[ScoreCard]]:
    """The best and the last of one group. Who ties with the fifth stands beside him; who shares a tier with the other
    list stands in neither, for they differ by no more than chance."""
    graded = [card for card in cards if card.grade != Grade.NONE and card.points is not None]
    size = min(MOST, len(graded) // 2)
    if not size:
        return [], []
    order = sorted((card.points or 0.0) for card in graded)
    last, first = order[size - 1], order[-size]
    best = [card for card in graded if (card.points or 0.0) >= first]
    worst = [card for card in graded if (card.points or 0.0) <= last]
    shared = {_tier(card) for card in best} & {_tier(card) for card in worst}
    return tuple([card for card in side if _tier(card) not in shared] for side in (best, worst))  # type: ignore[return-value]


def _tier(card: ScoreCard) -> tuple[str, float]:
    return card.grade, float(card.tier) if card.tier else card.points or 0.0


def red_black_parts(data: Board) -> tuple[Section, ...]:
    """The lists as parts of a bulletin; a group in which nobody stands apart is not named."""
    found = []
    for group, cards in data.groups:
        red, black = red_black(cards)
        tables = [
            _table(data, heading % {"group": group.title}, side)
            for heading, side in ((_("%(group)s: red list"), red), (_("%(group)s: black list"), black))
            if side
        ]
        if tables:
            found.append(_part(group, tables))
    return tuple(found)


def _part(group: PeerGroup, tables: list[Table]) -> Section:
    words = _("Without ranks, in the order of their codes; who shares a tier with the other list stands in neither.")
    return Section(group.title, (words,), tuple(tables))


def _table(data: Board, heading: str, cards: Sequence[ScoreCard]) -> Table:
    columns = (_("Unit"), _("Band"), pgettext("paper", "Points"))
    return Table(
        heading, columns, tuple((data.who(card), data.band_of(card.grade), points(card.points)) for card in cards)
    )
