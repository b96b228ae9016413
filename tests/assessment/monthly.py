"""October of the village, from real orders to a board, and the people who have to do with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from assessment.lifecycle import APPEAL, CONFIRM, DECIDE, ENTER, LOOK, REVIEW, SHOW
from assessment.models import Appeal, Assessment, Scheme, ScoreCard, ScoreLine
from assessment.services import appeals, months
from casework.models import LadderRule, TimeLimit
from grids.models import Area, City
from grids.selectors import rulebook_in_force

DAYS = {ENTER: 2, LOOK: 2, CONFIRM: 2, SHOW: 5, APPEAL: 3, REVIEW: 5, DECIDE: 10}
OCTOBER, NOVEMBER = dt.date(2026, 10, 1), dt.date(2026, 11, 1)
# What the worker's reports are worth: those refused count against him.
REPORTS = {"实绩": {"valid_reports": {"weight": 100}}}
MARKS = {"党群": {"party": {"weight": 60, "sort": "entered"}}, "实绩": {"valid_reports": {"weight": 40}}}


def give_limits(city: City) -> None:
    """The lengths of the month's stages, where the city's own file does not give them yet."""
    book = rulebook_in_force(city, OCTOBER)
    for clock, days in DAYS.items():
        TimeLimit.objects.get_or_create(
            rulebook=book, clock=clock, subject="", condition="", defaults={"amount": days, "unit": "work_day"}
        )
        if clock != APPEAL and not LadderRule.objects.filter(rulebook=book, clock=clock).exists():
            LadderRule.objects.create(rulebook=book, clock=clock, name="due", moment="due", lamp=2, place=900)


@dataclass
class Month:
    """One board and what people do with it; each call goes through the real services."""

    scheme: Scheme
    street: Area
    clock: Any

    def opens(self, since: dt.date = OCTOBER, until: dt.date = NOVEMBER) -> Assessment:
        found = months.open_month(scheme=self.scheme, area=self.street, since=since, until=until)
        assert found is not None
        return found

    def published(self, by: User) -> Assessment:
        """Opened on the second of November, a Monday, and confirmed at once."""
        self.clock.set(2026, 11, 2, 9, 0)
        return months.publish(self.opens(), by=by)

    def card(self, board: Assessment, person: User) -> ScoreCard:
        return board.cards.get(person=person)

    def line(self, board: Assessment, person: User, code: str = "valid_reports") -> ScoreLine:
        return ScoreLine.objects.get(card=self.card(board, person), indicator__code=code)

    def appeal(self, board: Assessment, person: User, **said: Any) -> Appeal:
        """Against the first thing that counts against him."""
        line = self.line(board, person)
        fields = {"reason": "not_mine", "words": "已按要求重报。", "item": line.against[0] if line.against else None}
        return appeals.lodge(line, by=person, **(fields | said))


Made = Callable[..., Month]
