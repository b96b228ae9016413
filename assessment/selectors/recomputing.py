"""The same figure again: what is stored, counted anew from what happened, as it was known when the board was scored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isclose

from assessment.models import Assessment, ScoreCard, ScoreLine
from assessment.reasons import Sort
from assessment.selectors.subjects import Subject, subjects_on
from assessment.selectors.tally import Span, tally_of
from assessment.weighing import Counted, Line, Weighed, keys, weigh

EXACT = 1e-9


@dataclass(frozen=True)
class Recomputed:
    """One line again: what was counted, the points it makes, and whether that is what stands on the card."""

    line: ScoreLine
    counted: Counted
    points: float
    agrees: bool


def span_of_assessment(assessment: Assessment) -> Span:
    """What a board looks at. A corrected edition knows no more than the first did, but for the appeals."""
    first = assessment
    while first.corrects is not None:
        first = first.corrects
    if first.scored_at is None or assessment.scored_at is None:
        raise ValueError("a board that was not scored has nothing to recompute")
    scheme = assessment.scheme
    return Span(
        scheme.city, assessment.since, assessment.until, scheme.window_months, first.scored_at, assessment.scored_at
    )  # fmt: skip


def recompute(line: ScoreLine) -> Recomputed:
    """One line of a card, counted and weighed anew with the whole of its board."""
    return next(one for one in recompute_card(line.card) if one.line.pk == line.pk)


def agrees(line: ScoreLine) -> bool:
    """Whether a line's stored figures are what comes out again."""
    return recompute(line).agrees


def recompute_card(card: ScoreCard) -> list[Recomputed]:
    """All lines of a card anew: its peers are counted along, because a share is drawn to theirs."""
    weighed = _weighed(card.assessment)[card.subject]
    by_indicator = {line.indicator.pk: line for line in weighed.lines}
    return [
        _compared(line, by_indicator[line.indicator_id])
        for line in card.lines.select_related("indicator__dimension").order_by("pk")
    ]


def recompute_board(assessment: Assessment) -> list[Recomputed]:
    """Every line of a board anew."""
    weighed = _weighed(assessment)
    return [
        _compared(line, again)
        for card in assessment.cards.prefetch_related("lines__indicator")
        for again in weighed[card.subject].lines
        for line in card.lines.all()
        if line.indicator_id == again.indicator.pk
    ]


def _weighed(assessment: Assessment) -> Mapping[int, Weighed[Subject]]:
    cards = assessment.cards.select_related(
        "group", "person", "area__parent", "department__area", "team__area"
    )  # fmt: skip
    subjects: Sequence[Subject] = subjects_on(cards)
    counted = tally_of(assessment.scheme, subjects, span_of_assessment(assessment))
    return {one.subject.subject: one for one in weigh(assessment.scheme, subjects, counted)}


def _compared(stored: ScoreLine, again: Line) -> Recomputed:
    counted = again.counted
    same = (
        (stored.n, stored.window_n) == (counted.n, counted.window_n)
        and _alike(stored.k, counted.k)
        and _alike(stored.window_k, counted.window_k)
        and _alike(stored.points, again.points)
        and _same_keys(stored.items, counted.items)
        and _same_keys(stored.against, counted.against)
        and _same_keys(stored.exempt, counted.exempt)
    )
    # What is only shown may be shared out by households, which are counted anew each year.
    if stored.indicator.sort != Sort.STATISTIC and stored.expected is not None:
        same = same and _alike(stored.expected, counted.expected or 0.0)
    return Recomputed(stored, counted, again.points, same)


def _same_keys(stored: list[int], array: str) -> bool:
    return sorted(stored) == sorted(keys(array))


def _alike(one: float, other: float) -> bool:
    return isclose(one, other, rel_tol=EXACT, abs_tol=EXACT)
