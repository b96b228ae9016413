"""Clocks begin, stop, pause, resume and grow; nothing else writes a deadline, a rung, or the face of a case.

Every function is called with the case's row held (`doors.lock`, `doors.take_step`). All moments of a clock are one
pure function of its start, allowance, pauses and the calendar (`ladder.py`), so a rebuild equals what grew step by
step. What lists show is written by `faces.py`.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from casework import ladder
from casework.calendar import Unit, WorkingCalendar
from casework.models import Case, Deadline, LadderRule, Pause, Rung, TimeLimit
from casework.models.case import Lamp
from casework.moment import now
from casework.refusals import NotNow
from casework.selectors import calendar_of
from casework.services.faces import refresh_face
from grids.models import Area, Department

Holder = Department | Area | User


@dataclass(frozen=True)
class First:
    """The clock with which a case begins, and the rungs that its stage may have."""

    clock: str
    holder: Holder
    limit: TimeLimit
    rules: list[LadderRule]


@dataclass(frozen=True)
class Start:
    """A clock that is to begin: whose, of which stage, with which limit; `until` as for `start_clock`."""

    clock: str
    holder: Holder
    limit: TimeLimit
    until: dt.datetime | None = None


class Waiting(Protocol):
    """An unfired rung, as much of it as its moment depends on."""

    @property
    def rule(self) -> LadderRule: ...
    @property
    def lamp(self) -> int: ...
    @property
    def at(self) -> dt.datetime: ...


def start_clock(
    case: Case, clock: str, holder: Holder, limit: TimeLimit, *, at: dt.datetime | None = None, share: float = 1,
    until: dt.datetime | None = None, rules: list[LadderRule] | None = None,
) -> Deadline:  # fmt: skip
    """Begins a clock for one holder and stage, with its whole ladder. An open one of the same kind goes on instead.

    `share`: how much of the limit this holder gets (assisting departments: rules.md 13.2 row 37). `until`: a moment
    that was set instead of the limit's length, day and night counted (a whistle's meeting). `rules`: the stage's
    ladder, where it has been read with the limit.
    """
    held = {_column(holder): holder}
    running: Deadline | None = case.deadlines.open().filter(clock=clock, **held).first()
    if running:
        return running
    deadline = _new(case, Start(clock, holder, limit, until), at or now(), share)
    calendar = _reckon(deadline)
    _write(deadline, ladder_of(case, clock) if rules is None else rules, calendar)
    refresh_face(case)
    return deadline


def start_clocks(case: Case, starts: Sequence[Start]) -> list[Deadline]:
    """Begins several clocks of a case at once, in four statements however many; none of them may be running yet."""
    deadlines = [_new(case, start, now()) for start in starts]
    calendar = calendar_of(case.city)
    for deadline in deadlines:
        _reckon(deadline)
    Deadline.objects.bulk_create(deadlines)
    rules = list(LadderRule.objects.filter(rulebook=case.rulebook_id, clock__in={start.clock for start in starts}))
    Rung.objects.bulk_create(
        Rung(deadline=deadline, case=case, rule=rule, name=rule.name, lamp=rule.lamp, at=at, live=live)
        for deadline in deadlines
        for rule, at, live in _rungs(deadline, [rule for rule in rules if rule.clock == deadline.clock], calendar)
    )
    refresh_face(case)
    return deadlines


def _new(case: Case, start: Start, at: dt.datetime, share: float = 1) -> Deadline:
    """A clock that is not reckoned yet."""
    amount, unit = start.limit.amount * share, start.limit.unit
    if start.until is not None:
        amount, unit = max(dt.timedelta(0), start.until - at) / dt.timedelta(hours=1), Unit.URGENT_HOUR.value
    held = {_column(start.holder): start.holder}
    return Deadline(case=case, clock=start.clock, limit=start.limit, amount=amount, unit=unit, started_at=at,
                    due_at=at, **held)  # fmt: skip


def begin_with(case: Case, first: First) -> Callable[[], None]:
    """Reckons the clock with which a case is about to be opened, and shows it on the case's face.

    What is answered writes the clock, to be called once the case has a row.
    """
    limit, held = first.limit, {_column(first.holder): first.holder}
    deadline = Deadline(clock=first.clock, limit=limit, amount=limit.amount, unit=limit.unit, **held)
    deadline.case, deadline.started_at = case, case.opened_at
    calendar = _reckon(deadline)
    case.due_at, case.due_from, case.due_clock = deadline.due_at, deadline.started_at, deadline.clock

    def write() -> None:
        deadline.case_id = case.pk
        _write(deadline, first.rules, calendar)

    return write


def stop_clock(case: Case, clock: str, holder: Holder | None = None, *, at: dt.datetime | None = None) -> None:
    """Ends the open clocks of a stage (of one holder if named): met, or late for ever."""
    clocks = case.deadlines.open().filter(clock=clock)
    if holder is not None:
        clocks = clocks.filter(**{_column(holder): holder})
    moment = at or now()
    for deadline in clocks:
        _end(deadline, Deadline.State.LATE if ran_out(deadline, moment) else Deadline.State.MET, moment)
    refresh_face(case)


def drop_clocks(
    case: Case, *, clock: str | None = None, holder: Holder | None = None, at: dt.datetime | None = None
) -> None:
    """Ends open clocks (of one stage, of one holder if named) that nobody asks for any more; late ones stay late."""
    moment = at or now()
    held = {_column(holder): holder} if holder is not None else {}
    for deadline in _open(case, clock).filter(**held):
        _end(deadline, Deadline.State.LATE if ran_out(deadline, moment) else Deadline.State.DROPPED, moment)
    refresh_face(case)


def pause_clocks(case: Case, *, reason: str, clock: str | None = None, at: dt.datetime | None = None) -> None:
    """Stops time for the open clocks (of one stage if named); the working time left is kept."""
    moment = at or now()
    for deadline in _open(case, clock).filter(state=Deadline.State.RUNNING):
        ran_out(deadline, moment)
        Pause.objects.create(deadline=deadline, since=moment, reason=reason)
        deadline.state = Deadline.State.PAUSED
        deadline.save(update_fields=["state", "missed_at"])
        # What was due before the pause still fires: pausing pardons nothing.
        deadline.rungs.filter(live=True, at__gt=moment).update(live=False)
    refresh_face(case)


def resume_clocks(case: Case, *, clock: str | None = None, at: dt.datetime | None = None) -> None:
    """Lets time go on for the paused clocks with what they had left."""
    moment = at or now()
    calendar = calendar_of(case.city)
    for deadline in _open(case, clock).filter(state=Deadline.State.PAUSED):
        ran_out(deadline, moment)
        deadline.pauses.filter(until=None).update(until=moment)
        deadline.state = Deadline.State.RUNNING
        recompute(deadline, calendar)
    refresh_face(case)


def extend_clock(deadline: Deadline, *, by_amount: float) -> Deadline:
    """Adds time, in the clock's own unit, to a clock that is still open and not yet late; paused ones keep standing."""
    deadline.refresh_from_db()
    if not deadline.is_open:
        raise NotNow(_("This clock has ended; it cannot be extended."))
    if ran_out(deadline, now()):
        raise NotNow(_("This clock is late already; red is final."))
    deadline.amount += by_amount
    recompute(deadline, calendar_of(deadline.case.city))
    refresh_face(deadline.case)
    return deadline


def recompute(deadline: Deadline, calendar: WorkingCalendar) -> None:
    """Reckons an open clock afresh: its end and its unfired rungs. What is due already stays due."""
    moment, allowance = now(), allowance_of(deadline)
    deadline.due_at = ladder.end_of(allowance, calendar) or deadline.due_at
    deadline.calendar_version = calendar.version
    deadline.save(update_fields=["due_at", "state", "amount", "missed_at", "calendar_version"])
    for rung in deadline.rungs.filter(fired_at=None).select_related("rule"):
        if not (rung.live and rung.at <= moment):
            rung.at, rung.live = reckon_rung(rung, allowance, calendar)
            rung.save(update_fields=["at", "live"])


def allowance_of(deadline: Deadline) -> ladder.Allowance:
    """What the pure reckoning needs to know of a clock."""
    pauses = [(pause.since, pause.until) for pause in deadline.pauses.all()]
    return ladder.Allowance(
        deadline.started_at, deadline.amount, Unit(deadline.unit), pauses, missed_at=deadline.missed_at
    )


def reckon_rung(rung: Waiting, allowance: ladder.Allowance, calendar: WorkingCalendar) -> tuple[dt.datetime, bool]:
    """When an unfired rung is due, and whether it may fire: not while a pause stands before it, nor switched off."""
    at = ladder.moment_of(ladder.parse_moment(rung.rule.moment), allowance, calendar, quiet=rung.lamp < Lamp.RED)
    return at or rung.at, at is not None and rung.rule.switched_off_at is None


def ran_out(deadline: Deadline, moment: dt.datetime) -> bool:
    """Whether its time was over by a moment, whether or not a sweep has come by since; notes it for ever."""
    stood = next((pause.since for pause in deadline.pauses.all() if pause.until is None), None)
    if deadline.missed_at is None and (stood or moment) >= deadline.due_at:
        deadline.missed_at = deadline.due_at
    return deadline.missed_at is not None


# A clock and its ladder at once: the rungs need its key.
_WRITE = """
with clock as (
    insert into casework_deadline (case_id, clock, department_id, area_id, person_id, state, limit_id, amount, unit,
        started_at, due_at, calendar_version)
    values (%(case_id)s, %(clock)s, %(department_id)s, %(area_id)s, %(person_id)s, %(state)s, %(limit_id)s, %(amount)s,
        %(unit)s, %(started_at)s, %(due_at)s, %(calendar_version)s)
    returning id, case_id
), ladder as (
    insert into casework_rung (deadline_id, case_id, rule_id, name, lamp, at, live)
    select clock.id, case_id, rule, name, lamp, at, live
    from clock, jsonb_to_recordset(%(rungs)s::jsonb)
    as told(rule bigint, name text, lamp smallint, at timestamptz, live boolean)
)
select id from clock
"""
_WRITTEN = (
    "case_id", "clock", "department_id", "area_id", "person_id", "state", "limit_id", "amount", "unit", "started_at",
    "due_at", "calendar_version",
)  # fmt: skip


def _reckon(deadline: Deadline) -> WorkingCalendar:
    """When a new clock ends, by the city's calendar of now, which is answered."""
    calendar = calendar_of(deadline.case.city)
    due = calendar.due(deadline.started_at, deadline.amount, Unit(deadline.unit))
    deadline.due_at = due or deadline.started_at
    deadline.calendar_version = calendar.version
    return calendar


def _write(deadline: Deadline, rules: Iterable[LadderRule], calendar: WorkingCalendar) -> None:
    """A reckoned clock with its ladder, in one statement."""
    rungs = json.dumps([
        {"rule": rule.pk, "name": rule.name, "lamp": rule.lamp, "at": at.isoformat(), "live": live}
        for rule, at, live in _rungs(deadline, rules, calendar)
    ])  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, {name: getattr(deadline, name) for name in _WRITTEN} | {"rungs": rungs})
        (deadline.pk,) = cursor.fetchone()
    deadline._state.adding, deadline._state.db = False, connection.alias


def _rungs(
    deadline: Deadline, rules: Iterable[LadderRule], calendar: WorkingCalendar
) -> Iterable[tuple[LadderRule, dt.datetime, bool]]:
    """The rungs of its stage that a clock of this length has: when each is due, and whether it may fire."""
    allowance = ladder.Allowance(deadline.started_at, deadline.amount, Unit(deadline.unit))
    for rule in fitting(rules, deadline.amount, Unit(deadline.unit)):
        at, live = reckon_rung(Rung(rule=rule, lamp=rule.lamp, at=deadline.due_at), allowance, calendar)
        yield rule, at, live


def ladder_of(case: Case, clock: str) -> list[LadderRule]:
    """All rungs that the case's rulebook has for a stage."""
    return list(LadderRule.objects.filter(rulebook=case.rulebook_id, clock=clock))


def fitting(rules: Iterable[LadderRule], amount: float, unit: Unit) -> list[LadderRule]:
    """Those of a stage's rungs that a clock of this length has."""
    length = LadderRule.Applies.LONG if ladder.is_long(amount, unit) else LadderRule.Applies.SHORT
    return [rule for rule in rules if rule.applies in (LadderRule.Applies.ANY, length)]


def ladder_for(case: Case, clock: str, amount: float, unit: Unit) -> list[LadderRule]:
    """The rungs that the case's rulebook gives a clock of this length."""
    return fitting(ladder_of(case, clock), amount, unit)


def _end(deadline: Deadline, state: str, moment: dt.datetime) -> None:
    deadline.pauses.filter(until=None).update(until=moment)
    deadline.state, deadline.ended_at = state, moment
    deadline.save(update_fields=["state", "ended_at", "missed_at"])
    deadline.rungs.filter(live=True).update(live=False)


def _open(case: Case, clock: str | None) -> QuerySet[Deadline]:
    clocks = case.deadlines.open()
    return clocks.filter(clock=clock) if clock else clocks


def _column(holder: Holder) -> str:
    if isinstance(holder, Department):
        return "department"
    return "area" if isinstance(holder, Area) else "person"
