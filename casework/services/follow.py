"""Open cases follow what changes under them: a calendar published later, an area that moved.

Set by set, resumable and idempotent: each clock knows the version of the calendar it was reckoned with.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict

from django.db import connection, transaction
from django.db.models import F, Prefetch, Value
from django.db.models.functions import Concat, Substr

from casework import ladder
from casework.actors import SYSTEM
from casework.calendar import Unit, WorkingCalendar
from casework.models import CalendarVersion, Case, Deadline, Rung
from casework.models.case import Lamp
from casework.moment import now
from casework.services.calendars import calendar_of
from casework.services.events import Entry, record_many
from grids.models import City

BATCH = 1_000

_WAITING = """
select c.id from casework_case c where exists (
    select 1 from casework_deadline d where d.case_id = c.id and d.ended_at is null and d.calendar_version < %(version)s)
and c.city_id = %(city)s and c.closed_at is null order by c.id limit %(batch)s for update skip locked
"""
_MOVE_CLOCKS = """
update casework_deadline d set due_at = n.due_at, calendar_version = %(version)s
from jsonb_to_recordset(%(rows)s::jsonb) as n(id bigint, due_at timestamptz) where d.id = n.id
"""
_MOVE_RUNGS = """
update casework_rung r set at = n.at
from jsonb_to_recordset(%(rows)s::jsonb) as n(id bigint, at timestamptz) where r.id = n.id
"""
_MOVE_FACES = """
update casework_case c set due_at = d.due_at, due_from = d.started_at, due_clock = d.clock from (
    select distinct on (case_id) case_id, due_at, started_at, clock from casework_deadline
    where case_id = any(%(cases)s) and state = 'running' order by case_id, due_at, id
) d where c.id = d.case_id
"""


def move_clocks_of_changed_calendars() -> int:
    """Moves the open clocks of every city whose calendar has changed; returns how many ends moved."""
    changed = CalendarVersion.objects.exclude(followed=F("version")).select_related("city")
    return sum(_follow(row.city, row.version) for row in changed)


def _follow(city: City, version: int) -> int:
    moved = 0
    while True:
        seen, here = _move_batch(city, version)
        moved += here
        if not seen:
            break
    if not Deadline.objects.open().filter(case__city=city, calendar_version__lt=version).exists():
        CalendarVersion.objects.filter(city=city, followed__lt=version).update(followed=version)
    return moved


@transaction.atomic
def _move_batch(city: City, version: int) -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, {"city": city.pk, "version": version, "batch": BATCH})
        cases = [row[0] for row in cursor.fetchall()]
    if not cases:
        return 0, 0
    calendar = calendar_of(city)
    unfired = Prefetch("rungs", Rung.objects.filter(fired_at=None).select_related("rule"))
    clocks = list(
        Deadline.objects.open().filter(case__in=cases).prefetch_related("pauses", unfired).order_by("case_id", "pk")
    )
    moves = [(clock, _new_end(clock, calendar)) for clock in clocks]
    _write_moves(moves, calendar, cases)
    told = [(clock, end) for clock, end in moves if end != clock.due_at]
    _tell(told)
    return len(cases), len(told)


def _new_end(clock: Deadline, calendar: WorkingCalendar) -> dt.datetime:
    """Its end by the calendar of now; a paused clock keeps its own, and so does one that is late."""
    if clock.missed_at is not None:
        return clock.due_at
    pauses = [(pause.since, pause.until) for pause in clock.pauses.all()]
    return calendar.due(clock.started_at, clock.amount, Unit(clock.unit), pauses) or clock.due_at


def _write_moves(moves: list[tuple[Deadline, dt.datetime]], calendar: WorkingCalendar, cases: list[int]) -> None:
    ends = [{"id": clock.pk, "due_at": end.isoformat()} for clock, end in moves]
    rungs = [
        {"id": rung.pk, "at": at.isoformat()}
        for clock, _end in moves
        for rung, at in _new_rungs(clock, calendar)
        if at != rung.at
    ]
    with connection.cursor() as cursor:
        cursor.execute(_MOVE_CLOCKS, {"rows": json.dumps(ends), "version": calendar.version})
        cursor.execute(_MOVE_RUNGS, {"rows": json.dumps(rungs)})
        cursor.execute(_MOVE_FACES, {"cases": cases})


def _new_rungs(clock: Deadline, calendar: WorkingCalendar) -> list[tuple[Rung, dt.datetime]]:
    pauses = [(pause.since, pause.until) for pause in clock.pauses.all()]
    allowance = ladder.Allowance(clock.started_at, clock.amount, Unit(clock.unit), pauses)
    found = []
    for rung in clock.rungs.all():
        moment = ladder.parse_moment(rung.rule.moment)
        at = ladder.moment_of(moment, allowance, calendar, quiet=rung.lamp < Lamp.RED)
        found.append((rung, at or rung.at))
    return found


def _tell(told: list[tuple[Deadline, dt.datetime]]) -> None:
    """One event a clock; several clocks of one case go into the chain one after the other."""
    of_case: dict[int, list[Entry]] = defaultdict(list)
    at = now()
    for clock, end in told:
        facts = {"clock": clock.clock, "was": clock.due_at.isoformat(), "due_at": end.isoformat()}
        of_case[clock.case_id].append(Entry(clock.case_id, "deadline_moved", at, SYSTEM, facts=facts))
    while any(of_case.values()):
        record_many(entries.pop(0) for entries in of_case.values() if entries)


def follow_area(*, old_path: str, new_path: str) -> int:
    """Open cases of an area that moved are the new parent's to see; closed ones stay where they were settled."""
    cases = Case.objects.open().filter(area_path__startswith=old_path)
    return cases.update(area_path=Concat(Value(new_path), Substr(F("area_path"), len(old_path) + 1)))


