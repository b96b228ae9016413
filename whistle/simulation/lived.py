"""Takes a plan through the real services under a moved clock; the real sweep comes by whenever a rung of it is due.

The sweep fires whatever else of the city is due by then, as it would: live the work orders up to the last moment first.
What each of those called does stands in `acts.py`.
"""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from django.db import transaction

from casework.models import Rung
from casework.moment import moved_to, now
from casework.services.sweep import sweep_deadlines
from whistle.lifecycle import REPLY
from whistle.models import Statement, Supervision, Whistle
from whistle.services.steps import SUPERVISION_STEPS
from whistle.simulation.cast import Stage
from whistle.simulation.plan import Plan
from whistle.statuses import FOLLOWED, LOUDER
from workorders.simulation.lived import tick_after

EXPLANATION = "车辆临时抽调，已更换带队人员并到场；今后由值班领导盯办。"
CONCLUSION = "已到场并办结，书面说明属实，予以提醒。"


@dataclass(order=True)
class Act:
    """Something that somebody will do at a moment, unless a louder whistle makes it idle."""

    at: dt.datetime
    turn: int
    do: Callable[[], object] = field(compare=False)
    # What supervision goes on with, however loud the matter has become.
    lasting: bool = field(compare=False, default=False)


class Life:
    """One matter on its way: its present whistle, those before it, and what people are going to do."""

    def __init__(self, plan: Plan, stage: Stage, until: dt.datetime, called: Callable[[Life], None]):
        self.plan, self.stage, self.until = plan, stage, until
        self.called = called
        self.whistle: Whistle
        self.known: set[int] = set()
        self._acts: list[Act] = []
        self._asked: set[int] = set()
        self._turns = 0

    def will(self, at: dt.datetime, do: Callable[[], object], *, lasting: bool = False) -> None:
        """Puts an act on the list; what should have been done already is done at once."""
        self._turns += 1
        heapq.heappush(self._acts, Act(max(at, now()), self._turns, do, lasting))

    def stands_as(self, whistle: Whistle) -> None:
        """From now on this is the matter's whistle."""
        self.whistle = whistle
        self.known.add(whistle.pk)

    def run(self) -> None:
        """Everything that happens by the last moment, in the order of time."""
        while True:
            # The sweep comes first, and may change what is going to be done.
            following = self._acts[0].at if self._acts else self.until
            if self._sweep(min(following, self.until)):
                continue
            if not self._acts or following > self.until:
                return
            act = heapq.heappop(self._acts)
            with moved_to(act.at):
                act.do()

    def _sweep(self, until: dt.datetime) -> bool:
        """Lets the sweep come by once, if something of this matter is due by then."""
        rungs = Rung.objects.filter(case__in=self.known, live=True).order_by("at")
        due = rungs.values_list("at", flat=True).first()
        tick = tick_after(due) if due else None
        if tick is None or tick > until:
            return False
        with moved_to(tick):
            sweep_deadlines()
            self._look(tick)
        return True

    def _look(self, at: dt.datetime) -> None:
        """What the sweep has made of it: a louder whistle, a supervised case."""
        self.whistle = Whistle.objects.get(pk=self.whistle.pk)
        if self.whistle.status == LOUDER:
            self._acts = [act for act in self._acts if act.lasting]
            heapq.heapify(self._acts)
            self.stands_as(Whistle.objects.get(previous=self.whistle))
            self.called(self)
        waiting = Statement.objects.filter(supervision__followed__in=self.known, answered_at=None)
        for statement in waiting.exclude(pk__in=self._asked).select_related("supervision"):
            self._asked.add(statement.pk)
            self.known.add(statement.supervision_id)
            self.will(self.stage.within(REPLY, at, 0.6), partial(self._explain, statement), lasting=True)

    def _explain(self, statement: Statement) -> None:
        officer = self.stage.officer_of(statement.department_id)
        SUPERVISION_STEPS["answer"](statement.supervision, by=officer, words=EXPLANATION)

    def conclude_after(self, at: dt.datetime) -> None:
        """The supervision office is done with its cases a working day after the matter is."""
        for case in Supervision.objects.filter(followed__in=self.known, status=FOLLOWED).order_by("pk"):
            self.will(self.stage.work_hours(at, 8), partial(self._conclude, case), lasting=True)

    def _conclude(self, case: Supervision) -> None:
        SUPERVISION_STEPS["conclude"](case, by=self.stage.supervisor, words=CONCLUSION)


@transaction.atomic
def live(
    plan: Plan, stage: Stage, until: dt.datetime, begin: Callable[[Life], None], called: Callable[[Life], None]
) -> Life:
    """Lives one whistle to its end, or to a moment; a life is whole or has not been."""
    life = Life(plan, stage, until, called)
    with moved_to(plan.at):
        begin(life)
    life.run()
    return life
