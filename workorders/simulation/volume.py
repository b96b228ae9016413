"""Writes the same lives set by set, for volume: what `lived` gets from the services is reckoned here from the plan.

A test holds the two equal, order by order (`tests/workorders/test_simulation.py`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from casework import ladder
from casework.actors import SYSTEM
from casework.answers import verb_of
from casework.calendar import Unit
from casework.models import Case, LadderRule, TimeLimit
from casework.models.case import Lamp
from casework.services.bulk import Climbed, NewCase, Ran, Told, open_cases
from grids.models import Area, Department
from workorders.lifecycle import ACCEPT, CLOSE, DISPATCH, HANDLE, REPORTED, SIGN, VERIFY, WORK_ORDER
from workorders.models import Photo, Reporter, WorkOrder
from workorders.services.reporting import title_of
from workorders.simulation import pictures
from workorders.simulation.beside import with_clues, write_beside
from workorders.simulation.cast import Stage
from workorders.simulation.line import Taken, steps_of
from workorders.simulation.lived import REFUSAL, REFUSAL_WORDS, tick_after
from workorders.simulation.plan import Plan

BATCH = 1_000
# What each step does to the clocks, as `services/orders.py` does it: which stops, which start, and who holds them.
STOPS = {
    "accept": ACCEPT, "refuse": ACCEPT, "dispatch": DISPATCH, "sign_for": SIGN, "finish": HANDLE, "verify": VERIFY,
    "close": CLOSE,
}  # fmt: skip
STARTS = {
    "report": ((ACCEPT, "desk"),),
    "accept": ((DISPATCH, "desk"),),
    "dispatch": ((SIGN, "department"), (HANDLE, "department")),
    "finish": ((VERIFY, "area"),),
    "verify": ((CLOSE, "desk"),),
}


def live_all(plans: Sequence[Plan], stage: Stage, until: dt.datetime, progress: Callable[[int, int], None]) -> int:
    """Writes all lives; returns how many."""
    writer = _Writer(stage, until)
    for start in range(0, len(plans), BATCH):
        writer.write(plans[start : start + BATCH])
        progress(min(start + BATCH, len(plans)), len(plans))
    return len(plans)


class _Writer:
    """One run: what it asks of the city again and again is asked once."""

    def __init__(self, stage: Stage, until: dt.datetime):
        self.stage, self.until = stage, until
        rules = LadderRule.objects.filter(rulebook=stage.rulebook)
        self.rules: dict[str, list[LadderRule]] = {}
        for rule in rules:
            self.rules.setdefault(rule.clock, []).append(rule)

    def write(self, plans: Sequence[Plan]) -> None:
        new = [self._new(plan) for plan in plans]
        version = self.stage.calendar.version
        made = open_cases(new, rulebook=self.stage.rulebook, calendar_version=version)
        workers = [self.stage.workers[plan.worker].user for plan in plans]
        Reporter.objects.bulk_create(
            Reporter(order_id=order.pk, name=user.name, phone=user.phone)
            for order, user in zip(made, workers, strict=True)
        )
        write_beside(made, new, [self.stage.workers[plan.worker] for plan in plans])
        Photo.objects.bulk_create(
            photo for order, plan, each in zip(made, plans, new, strict=True) for photo in _photos(order, plan, each)
        )

    def _new(self, plan: Plan) -> NewCase:
        taken = steps_of(plan, self.stage, self.until)
        area = self.stage.workers[plan.worker].area
        clocks = list(self._clocks(plan, area, taken))
        told = [*self._steps_told(plan, taken), *_rungs_told(clocks)]
        order = self._order(plan, taken)
        told.sort(key=lambda entry: entry[0])
        history = [entry for _key, entry in told]
        whole = with_clues(history, satisfied=bool(order.satisfied), solved=bool(order.solved))
        return NewCase(order, area, whole, clocks)

    def _order(self, plan: Plan, taken: list[Taken]) -> WorkOrder:
        lng, lat = self.stage.point(plan)
        steps = {step.step: step.at for step in taken}
        category = self.stage.categories[plan.kind.category]
        order = WorkOrder(
            kind=WORK_ORDER.kind, title=title_of(plan.words), category=category, condition=plan.kind.condition,
            words=plan.words, place=plan.place, reported_by=self.stage.workers[plan.worker].user,
            first_asked=self.stage.workers[plan.worker].user,
            lng=lng, lat=lat, given_lng=lng, given_lat=lat, opened_at=taken[0].at, status=_status(taken),
            closed_at=steps.get("close") or steps.get("refuse"),
            department=self.stage.handler(plan.kind.category) if "dispatch" in steps else None,
        )  # fmt: skip
        if "finish" in steps:
            order.result = plan.kind.done
        if "refuse" in steps:
            order.refusal_reason, order.refusal_words = REFUSAL, REFUSAL_WORDS
        if "rate" in steps:
            order.stars = plan.stars
            order.solved = order.satisfied = (plan.stars or 5) >= 3
        return order

    def _clocks(self, plan: Plan, area: Area, taken: list[Taken]) -> Iterator[Ran]:
        stopped = {STOPS[step.step]: step.at for step in taken if step.step in STOPS}
        holders = {
            "desk": self.stage.desk(area), "area": area, "department": self.stage.handler(plan.kind.category),
        }  # fmt: skip
        for step in taken:
            for clock, holder in STARTS.get(step.step, ()):
                limit = self.stage.limit(clock, plan)
                if limit is not None and holders[holder] is not None:
                    yield self._ran(clock, holders[holder], limit, step.at, stopped.get(clock))

    def _ran(self, clock: str, holder: Any, limit: TimeLimit, started: dt.datetime, ended: dt.datetime | None) -> Ran:
        calendar, unit = self.stage.calendar, Unit(limit.unit)
        due = calendar.add(started, limit.amount, unit)
        seen_until = min(ended or self.until, self.until)
        rungs = []
        for rule in self._rules_for(clock, limit.amount, unit):
            allowance = ladder.Allowance(started, limit.amount, unit)
            at = ladder.moment_of(ladder.parse_moment(rule.moment), allowance, calendar, quiet=rule.lamp < Lamp.RED)
            tick = tick_after(at or due)
            fires = tick <= seen_until and rule.switched_off_at is None
            rungs.append(Climbed(rule, at or due, tick if fires else None))
        missed = any(rung.fired_at and rung.rule.name == "due" for rung in rungs) or bool(ended and ended > due)
        return Ran(clock, holder, limit, started, due, ended, missed, rungs)

    def _rules_for(self, clock: str, amount: float, unit: Unit) -> list[LadderRule]:
        length = LadderRule.Applies.LONG if ladder.is_long(amount, unit) else LadderRule.Applies.SHORT
        return [rule for rule in self.rules.get(clock, []) if rule.applies in (LadderRule.Applies.ANY, length)]

    def _steps_told(self, plan: Plan, taken: list[Taken]) -> Iterator[tuple[tuple, Told]]:
        before = ""
        for step in taken:
            done = WORK_ORDER.by_name.get(step.step)
            after = (done.to or before) if done else REPORTED
            verb = done.past if done else WORK_ORDER.opened
            told = Told(verb, step.at, self._actor(plan, step.step), before, after, facts=self._facts(plan, step.step))
            yield (step.at, 1, step.at, 0), told
            before = after

    def _actor(self, plan: Plan, step: str):
        if step in ("report", "verify", "rate"):
            return self.stage.workers[plan.worker].user
        if step in ("sign_for", "finish"):
            return self.stage.officer(plan.kind.category)
        return self.stage.dispatcher(self.stage.workers[plan.worker].area)

    def _facts(self, plan: Plan, step: str) -> dict:
        handler = self.stage.handler(plan.kind.category)
        content = (plan.stars or 5) >= 3
        facts: dict[str, dict] = {
            "report": {"source": "patrol", "category": plan.kind.category, "photos": 1},
            "refuse": {"reason": REFUSAL},
            "dispatch": {"department": handler.pk, "department_name": handler.name, **PLAIN_DISPATCH},
            "finish": {"photos": 1},
            "rate": {"stars": plan.stars, "solved": content, "satisfied": content},
        }
        return facts.get(step, {})


# Lived dispatches name no assistants and follow the catalogue.
PLAIN_DISPATCH: Final = {"assistants": [], "joint": False, "rule": None, "by_rule": None}


def _status(taken: list[Taken]) -> str:
    status = REPORTED
    for step in taken[1:]:
        status = WORK_ORDER.by_name[step.step].to or status
    return status


def _rungs_told(clocks: list[Ran]) -> Iterator[tuple[tuple, Told]]:
    """The sweep's events, in its order: by tick, then by the moment each rung was due."""
    for clock in clocks:
        place: dict[str, int | None] = {"department": None, "area": None}
        place["department" if isinstance(clock.holder, Department) else "area"] = clock.holder.pk
        for rung in clock.rungs:
            if rung.fired_at:
                facts = {
                    "clock": clock.clock, "rung": rung.rule.name, "due_at": clock.due_at.isoformat(), **place,
                    "tells": rung.rule.tells,
                }  # fmt: skip
                key = (rung.fired_at, 0, rung.at, rung.rule.place)
                yield key, Told(verb_of(rung.rule.name), rung.fired_at, SYSTEM, facts=facts)


def _photos(order: Case, plan: Plan, each: NewCase) -> Iterator[Photo]:
    """The same pictures as when lived; in volume all orders of a kind share one file."""
    at = {told.verb: told for told in each.told}
    shown = [(Photo.Moment.BEFORE, pictures.before(plan.kind), at["reported"])]
    if "finished" in at:
        shown.append((Photo.Moment.AFTER, pictures.after(plan.kind), at["finished"]))
    for moment, picture, told in shown:
        digest, path = _kept(picture)
        yield Photo(
            order_id=order.pk, moment=moment, file=path, width=pictures.SIZE[0], height=pictures.SIZE[1],
            sha256=digest, added_by_id=told.actor.pk, added_at=told.at,
        )  # fmt: skip


@cache
def _kept(picture: bytes) -> tuple[str, str]:
    digest = hashlib.sha256(picture).hexdigest()
    path = f"photos/simulated/{digest}.jpg"
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(picture))
    return digest, path
