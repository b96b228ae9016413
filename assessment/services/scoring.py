"""Writes the cards of a board: counted, weighed and kept with the keys behind each figure; nothing is ever replaced."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection

from assessment.models import Assessment, ScoreCard, ScoreLine
from assessment.selectors.recomputing import span_of_assessment
from assessment.selectors.subjects import Subject, subjects_of
from assessment.selectors.tally import tally_of
from assessment.weighing import Line, Weighed, weigh

_LINES = (
    "card_id", "indicator_id", "k", "n", "window_k", "window_n", "expected", "peers", "pull", "estimate", "low", "high",
    "small", "points", "items", "against", "exempt",
)  # fmt: skip


def write_cards(assessment: Assessment) -> int:
    """Scores a board as of its `scored_at`: all cards with their lines; answers how many cards there are.

    Called with the assessment's row held. A board that has cards is left as it is.
    """
    if assessment.scored_at is None:
        raise ValueError("a board is scored as of a moment")
    if assessment.cards.exists():
        return assessment.cards.count()
    scheme = assessment.scheme
    subjects = subjects_of(scheme, assessment.area, assessment.since, assessment.until)
    weighed = weigh(scheme, subjects, tally_of(scheme, subjects, span_of_assessment(assessment)))
    cards = ScoreCard.objects.bulk_create([_card(assessment, one) for one in weighed], batch_size=1000)
    _copy(_row(card, line) for card, one in zip(cards, weighed, strict=True) for line in one.lines)
    return len(cards)


def _card(assessment: Assessment, weighed: Weighed[Subject]) -> ScoreCard:
    who = weighed.subject
    return ScoreCard(
        assessment=assessment, person=who.person, area=who.area, department=who.department, team=who.team,
        group=who.group, subject=who.subject, points=weighed.points, grade=weighed.grade, watched=weighed.watched,
        sample=weighed.sample, met=weighed.met, estimate=weighed.estimate, low=weighed.low, high=weighed.high,
        doubt=weighed.doubt, tier=weighed.tier,
    )  # fmt: skip


def _row(card: ScoreCard, line: Line) -> tuple[Any, ...]:
    counted, peers, estimate = line.counted, line.peers, line.estimate
    return (
        card.pk, line.indicator.pk, counted.k, counted.n, counted.window_k, counted.window_n, counted.expected,
        peers and peers.share, peers and peers.pull, estimate and estimate.share, estimate and estimate.low,
        estimate and estimate.high, line.small, line.points, counted.items, counted.against, counted.exempt,
    )  # fmt: skip


def _copy(rows: Iterable[tuple[Any, ...]]) -> None:
    """As many lines as cards times indicators, each with its keys: COPY takes them in one go."""
    sheet = io.StringIO("".join(_written(rows)))
    columns = ", ".join(f'"{name}"' for name in _LINES)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"copy {ScoreLine._meta.db_table} ({columns}) from stdin", sheet)


def _written(rows: Iterable[tuple[Any, ...]]) -> Iterator[str]:
    for row in rows:
        yield "\t".join("\\N" if value is None else str(value) for value in row) + "\n"
