"""What-if: last month once more by a draft and by the version in force, side by side. Nothing is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from accounts.models import User
from assessment.models import Band, Scheme
from assessment.reasons import Grade
from assessment.selectors.schemes import scheme_in_force
from assessment.selectors.subjects import Subject, subjects_of
from assessment.selectors.tally import tally
from assessment.weighing import Weighed, weigh
from casework.moment import now
from grids import jurisdiction
from grids.models import Area, City

# From the best to the worst; who is in no band stands outside.
ORDER = {Grade.TOP: 0, Grade.MIDDLE: 1, Grade.BOTTOM: 2}


@dataclass(frozen=True)
class Move:
    """One subject under both versions; either side is None where that version does not assess it."""

    who: Subject
    before: Weighed[Subject] | None
    after: Weighed[Subject] | None

    @property
    def name(self) -> str:
        """As boards call whom they assess."""
        row: Any = self.who.person or self.who.department or self.who.team or self.who.area
        return str(getattr(row, "title", "") or getattr(row, "name", ""))

    @property
    def ground(self) -> Area | None:
        """Of a person his grid, of all others the ground above them."""
        return self.who.area if self.who.person else self.who.home

    @property
    def moved(self) -> bool:
        """Whether its band is another."""
        return _grade(self.before) != _grade(self.after)

    @property
    def up(self) -> bool:
        """Whether it moves to a better band, or into one at all."""
        return ORDER.get(Grade(_grade(self.after)), 3) < ORDER.get(Grade(_grade(self.before)), 3)

    @property
    def gain(self) -> float | None:
        """Points more or less; None where one side has none."""
        before, after = (side.points if side else None for side in (self.before, self.after))
        return None if before is None or after is None else after - before


@dataclass(frozen=True)
class Trial:
    """Last month by a draft: of which board and days, by which version till now, and what becomes of each."""

    draft: Scheme
    standing: Scheme | None
    area: Area
    since: dt.date
    until: dt.date
    moves: Sequence[Move]

    @property
    def movers(self) -> list[Move]:
        return [move for move in self.moves if move.moved]

    @cached_property
    def bands_before(self) -> dict[str, Band]:
        return {band.grade: band for band in self.standing.bands.all()} if self.standing else {}

    @cached_property
    def bands_after(self) -> dict[str, Band]:
        return {band.grade: band for band in self.draft.bands.all()}

    @property
    def stays(self) -> list[Move]:
        return [move for move in self.moves if not move.moved]

    @property
    def counts(self) -> dict[str, int]:
        """How many go up, down, or stay."""
        up = sum(move.up for move in self.movers)
        return {"up": up, "down": len(self.movers) - up, "same": len(self.moves) - len(self.movers)}


def boards_for(user: User, draft: Scheme) -> list[Area]:
    """On which boards a draft may be tried: the areas of its board level in which the person edits schemes."""
    areas = Area.objects.filter(level=draft.board_level).standing(_today(draft.city))
    return [area for area in areas.order_by("path") if jurisdiction.may(user, "edit_schemes_in", area)]


def last_span(city: City, span: str) -> tuple[dt.date, dt.date]:
    """The month or the year that is over: its first day, and the first day no longer in it."""
    first = _today(city).replace(day=1)
    if span == Scheme.Span.YEAR:
        year = first.replace(month=1)
        return year.replace(year=year.year - 1), year
    return (first - dt.timedelta(days=1)).replace(day=1), first


def what_if(draft: Scheme, area: Area) -> Trial:
    """Who would move between the bands of this board, had the draft been in force last month."""
    since, until = last_span(draft.city, draft.span)
    standing = scheme_in_force(draft.city, draft.code, since)
    before = _weighed(standing, area, since, until) if standing else {}
    after = _weighed(draft, area, since, until)
    moves = [
        Move((after.get(key) or before[key]).subject, before.get(key), after.get(key)) for key in {*before, *after}
    ]
    return Trial(draft, standing, area, since, until, sorted(moves, key=_place))


def _weighed(scheme: Scheme, area: Area, since: dt.date, until: dt.date) -> dict[int, Weighed[Subject]]:
    subjects = subjects_of(scheme, area, since, until)
    cards = weigh(scheme, subjects, tally(scheme, area, since, until))
    return {card.subject.subject: card for card in cards}


def _place(move: Move) -> tuple[bool, bool, str, int]:
    """Who moves stands above, those who lose first; within that by ground, never by points."""
    area = move.who.area or move.who.home
    return (not move.moved, move.up, area.path if area else "", move.who.subject)


def _grade(side: Weighed[Subject] | None) -> str:
    return side.grade if side else Grade.NONE


def _today(city: City) -> dt.date:
    return now().astimezone(city.zone).date()
