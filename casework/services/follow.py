"""Open cases follow what changes under them: a calendar published later, an area that moved.

Set by set, resumable and idempotent: each clock knows the version of the calendar it was reckoned with.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

from casework import ladder
from casework.actors import SYSTEM
from casework.calendar import WorkingCalendar
from casework.models import CalendarVersion, Case, Deadline, LadderRule, Rung
from casework.moment import now
from casework.selectors import calendar_of
from casework.services.batches import plan_by_key
from casework.services.clocks import allowance_of, ran_out, reckon_rung
from casework.services.events import Entry, record_many
from casework.services.faces import refresh_faces
from grids.models import Area, City

BATCH = 1_000

_WAITING = """
select distinct d.case_id from casework_deadline d join casework_case c on c.id = d.case_id
where d.ended_at is null and d.calendar_version < %s and c.city_id = %s order by d.case_id
"""
_MOVE_CLOCKS = """
update casework_deadline d set due_at = n.due_at, missed_at = n.missed_at, calendar_version = %(version)s
from unnest(%(ids)s::bigint[], %(ends)s::timestamptz[], %(missed)s::timestamptz[]) as n(id, due_at, missed_at)
where d.id = n.id
"""
_MOVE_RUNGS = """
update casework_rung r set at = n.at, live = n.live
from unnest(%(ids)s::bigint[], %(moments)s::timestamptz[], %(live)s::boolean[]) as n(id, at, live) where r.id = n.id
"""


def move_clocks_of_changed_calendars() -> int:
    """Moves the open clocks of every city whose calendar has changed; returns how many ends moved."""
    changed = CalendarVersion.objects.exclude(followed=F("version")).select_related("city")
    return sum(_follow(row.city, row.version) for row in changed)


def _follow(city: City, version: int) -> int:
    """Each waiting case is looked at once; one that somebody holds just now waits for the next beat."""
    waiting = _waiting(city, version)
    moved = sum(_move_batch(city, waiting[first : first + BATCH]) for first in range(0, len(waiting), BATCH))
    if not _waiting(city, version):
        CalendarVersion.objects.filter(city=city, followed__lt=version).update(followed=version)
    return moved


def _waiting(city: City, version: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [version, city.pk])
        return [case for (case,) in cursor.fetchall()]


@transaction.atomic
def _move_batch(city: City, cases: list[int]) -> int:
    plan_by_key()
    free = Case.objects.filter(pk__in=cases).order_by("pk").select_for_update(skip_locked=True)
    held = list(free.values_list("pk", flat=True))
    calendar = calendar_of(city)
    clocks = list(
        Deadline.objects.open().filter(case__in=held, calendar_version__lt=calendar.version)
        .prefetch_related("pauses").order_by("case_id", "pk")
    )  # fmt: skip
    rungs = _unfired(clocks)
    moves = [_new_moments(clock, rungs[clock.pk], calendar) for clock in clocks]
    _write_moves(moves, calendar.version)
    refresh_faces(sorted({move.clock.case_id for move in moves}))
    told = [move for move in moves if move.due_at != move.clock.due_at]
    _tell(told)
    return len(told)


class _Rung(NamedTuple):
    """As much of a rung as `reckon_rung` asks for: there may be many thousands of them."""

    pk: int
    rule: LadderRule
    lamp: int
    at: dt.datetime
    live: bool


def _unfired(clocks: list[Deadline]) -> dict[int, list[_Rung]]:
    """The unfired rungs of each clock."""
    found = Rung.objects.filter(deadline__in=[clock.pk for clock in clocks], fired_at=None)
    rows = list(found.values_list("deadline_id", "rule_id", "pk", "lamp", "at", "live"))
    rules = LadderRule.objects.in_bulk({row[1] for row in rows})
    of_clock: dict[int, list[_Rung]] = defaultdict(list)
    for clock, rule, pk, lamp, at, live in rows:
        of_clock[clock].append(_Rung(pk, rules[rule], lamp, at, live))
    return of_clock


@dataclass(frozen=True)
class _Move:
    """Where a clock's end and unfired rungs stand by the calendar of now."""

    clock: Deadline
    due_at: dt.datetime
    rungs: list[tuple[_Rung, dt.datetime, bool]]


def _new_moments(clock: Deadline, unfired: list[_Rung], calendar: WorkingCalendar) -> _Move:
    """A paused clock keeps its end until it is resumed, a late one for ever; what is due already stays due."""
    moment = now()
    ran_out(clock, moment)
    allowance = allowance_of(clock)
    waiting = [rung for rung in unfired if not (rung.live and rung.at <= moment)]
    rungs = [(rung, *reckon_rung(rung, allowance, calendar)) for rung in waiting]
    return _Move(clock, ladder.end_of(allowance, calendar) or clock.due_at, rungs)


def _write_moves(moves: list[_Move], version: int) -> None:
    clocks: dict[str, Any] = {
        "ids": [move.clock.pk for move in moves],
        "ends": [move.due_at for move in moves],
        "missed": [move.clock.missed_at for move in moves],
        "version": version,
    }
    moved = [
        (rung.pk, at, live) for move in moves for rung, at, live in move.rungs if (at, live) != (rung.at, rung.live)
    ]
    rungs: dict[str, Any] = {
        "ids": [pk for pk, _at, _live in moved],
        "moments": [at for _pk, at, _live in moved],
        "live": [live for _pk, _at, live in moved],
    }
    with connection.cursor() as cursor:
        cursor.execute(_MOVE_CLOCKS, clocks)
        cursor.execute(_MOVE_RUNGS, rungs)


def _tell(told: list[_Move]) -> None:
    """One event a clock; several clocks of one case go into the chain one after the other."""
    of_case: dict[int, list[Entry]] = defaultdict(list)
    at = now()
    for move in told:
        clock = move.clock
        facts = {"clock": clock.clock, "was": clock.due_at.isoformat(), "due_at": move.due_at.isoformat()}
        of_case[clock.case_id].append(Entry(clock.case_id, "deadline_moved", at, SYSTEM, facts=facts))
    while any(of_case.values()):
        record_many(entries.pop(0) for entries in of_case.values() if entries)


def follow_area(area: Area, *, into: Area, old_path: str, new_path: str) -> int:
    """Open cases of an area that moved or ended are the new parent's to see; closed ones stay where they were."""
    cases = Case.objects.open()
    cases.filter(area=area).update(area=into)
    below = cases.filter(area_path__startswith=old_path)
    return below.update(area_path=Concat(Value(new_path), Substr(F("area_path"), len(old_path) + 1)))
