"""Many cases at once, set by set: parents, children, events and clocks. For imports and for volume; `doors` for one.

Whoever calls this says what has happened already; nothing is checked against the lifecycle.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from django.db import connection, models, transaction
from django.db.models import sql

from casework.actors import Actor
from casework.models import Case, Deadline, LadderRule, Rung, TimeLimit
from casework.models.case import Lamp
from casework.services.doors import take_numbers
from casework.services.events import Entry, record_many
from grids.models import Area, Department, Rulebook


@dataclass(frozen=True)
class Told:
    """One event of a case that is not numbered yet."""

    verb: str
    at: dt.datetime
    actor: Actor
    before: str = ""
    after: str = ""
    note: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Climbed:
    """One rung: when it was due, and when it fired, if it did."""

    rule: LadderRule
    at: dt.datetime
    fired_at: dt.datetime | None


@dataclass(frozen=True)
class Ran:
    """One clock as it ran, or still runs."""

    clock: str
    holder: Area | Department
    limit: TimeLimit
    started_at: dt.datetime
    due_at: dt.datetime
    ended_at: dt.datetime | None
    missed: bool
    rungs: Sequence[Climbed]

    @property
    def state(self) -> str:
        if self.ended_at is None:
            return Deadline.State.RUNNING
        return Deadline.State.LATE if self.missed else Deadline.State.MET


@dataclass(frozen=True)
class NewCase:
    """An unsaved case with its status and its moments, and all that belongs to it."""

    case: Case
    area: Area
    told: Sequence[Told]
    clocks: Sequence[Ran]


@transaction.atomic
def open_cases(new: Sequence[NewCase], *, rulebook: Rulebook, calendar_version: int) -> list[Case]:
    """Inserts many cases of one kind and city with their whole past, in the order in which they opened."""
    if not new:
        return []
    _number(new, rulebook)
    cases = [each.case for each in new]
    models.QuerySet[Case](Case).bulk_create([_parent(case) for case in cases])
    keys = dict(Case.objects.filter(number__in=[case.number for case in cases]).values_list("number", "pk"))
    for case in cases:
        case.pk = case.id = keys[case.number]
    _insert_children(cases)
    _insert_clocks(new, calendar_version)
    for wave in zip_longest(*(each.told for each in new)):
        entries = [(each.case, told) for each, told in zip(new, wave, strict=True) if told]
        record_many(_entry(case, told) for case, told in entries)
    return cases


def _number(new: Sequence[NewCase], rulebook: Rulebook) -> None:
    of_day: dict[dt.date, list[NewCase]] = defaultdict(list)
    for each in new:
        case, city = each.case, each.area.city
        case.city, case.area, case.area_path, case.rulebook = city, each.area, each.area.path, rulebook
        of_day[case.opened_at.astimezone(city.zone).date()].append(each)
        _face(each)
    for several in of_day.values():
        case, city = several[0].case, several[0].area.city
        numbers = take_numbers(city, case.lifecycle.prefix, case.opened_at, many=len(several))
        for each, number in zip(several, numbers, strict=True):
            each.case.number = number


def _face(each: NewCase) -> None:
    """What `clocks.refresh_face` would write for these clocks."""
    running = [clock for clock in each.clocks if clock.ended_at is None]
    soonest = min(running, key=lambda clock: clock.due_at, default=None)
    fired = [rung.rule for clock in running for rung in clock.rungs if rung.fired_at]
    loudest = max(fired, key=lambda rule: (rule.lamp, rule.place), default=None)
    case = each.case
    case.lamp, case.rung = (loudest.lamp, loudest.name) if loudest else (Lamp.NONE, "")
    if soonest:
        case.due_at, case.due_from, case.due_clock = soonest.due_at, soonest.started_at, soonest.clock


def _parent(case: Case) -> Case:
    return Case(**{column.attname: getattr(case, column.attname) for column in Case._meta.concrete_fields})


def _insert_children(cases: list[Case]) -> None:
    """Django refuses to bulk-create a child table; its rows are plain rows all the same."""
    meta = type(cases[0])._meta
    for case in cases:
        case.case_ptr_id = case.pk  # type: ignore[attr-defined]
    query = sql.InsertQuery(type(cases[0]))
    query.insert_values(meta.local_concrete_fields, list[models.Model](cases))
    query.get_compiler(connection=connection).execute_sql()


def _insert_clocks(new: Sequence[NewCase], calendar_version: int) -> None:
    pairs = [(each.case, clock) for each in new for clock in each.clocks]
    deadlines = Deadline.objects.bulk_create(_deadline(case, clock, calendar_version) for case, clock in pairs)
    Rung.objects.bulk_create(
        Rung(
            deadline=deadline, case_id=case.pk, rule=rung.rule, name=rung.rule.name, lamp=rung.rule.lamp, at=rung.at,
            fired_at=rung.fired_at,
            live=rung.fired_at is None and clock.ended_at is None and rung.rule.switched_off_at is None,
        )
        for deadline, (case, clock) in zip(deadlines, pairs, strict=True)
        for rung in clock.rungs
    )  # fmt: skip


def _deadline(case: Case, clock: Ran, calendar_version: int) -> Deadline:
    holder = {"department": clock.holder} if isinstance(clock.holder, Department) else {"area": clock.holder}
    return Deadline(
        case_id=case.pk, clock=clock.clock, limit=clock.limit, amount=clock.limit.amount, unit=clock.limit.unit,
        started_at=clock.started_at, due_at=clock.due_at, ended_at=clock.ended_at, state=clock.state,
        missed_at=clock.due_at if clock.missed else None, calendar_version=calendar_version, **holder,
    )  # fmt: skip


def _entry(case: Case, told: Told) -> Entry:
    return Entry(case.pk, told.verb, told.at, told.actor, told.before, told.after, told.note, told.facts)
