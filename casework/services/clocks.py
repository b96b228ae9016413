"""Clocks begin, stop, pause, resume and grow; nothing else writes a deadline, a rung, or the face of a case.

Every function is called with the case's row held (`doors.lock`, `doors.take_step`). All moments of a clock are one
pure function of its start, allowance, pauses and the calendar (`ladder.py`), so a rebuild equals what grew step by
step. What lists show is written by `faces.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Protocol

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


class Waiting(Protocol):
    """An unfired rung, as much of it as its moment depends on."""

    @property
    def rule(self) -> LadderRule: ...
    @property
    def lamp(self) -> int: ...
    @property
    def at(self) -> dt.datetime: ...


def start_clock(
    case: Case, clock: str, holder: Holder, limit: TimeLimit, *, at: dt.datetime | None = None, share: float = 1
) -> Deadline:
    """Begins a clock for one holder and stage, with its whole ladder. An open one of the same kind goes on instead.

    `share`: how much of the limit this holder gets (assisting departments: rules.md 13.2 row 37).
    """
    held = {_column(holder): holder}
    running: Deadline | None = case.deadlines.open().filter(clock=clock, **held).first()
    if running:
        return running
    deadline = Deadline(case=case, clock=clock, limit=limit, amount=limit.amount * share, unit=limit.unit, **held)
    deadline.started_at = deadline.due_at = at or now()
    calendar = calendar_of(case.city)
    due = calendar.due(deadline.started_at, deadline.amount, Unit(deadline.unit))
    deadline.due_at = due or deadline.started_at
    deadline.calendar_version = calendar.version
    deadline.save()
    Rung.objects.bulk_create(_rungs(deadline, case, calendar))
    refresh_face(case)
    return deadline


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


def _rungs(deadline: Deadline, case: Case, calendar: WorkingCalendar) -> Iterable[Rung]:
    allowance = ladder.Allowance(deadline.started_at, deadline.amount, Unit(deadline.unit))
    for rule in ladder_for(case, deadline.clock, deadline.amount, Unit(deadline.unit)):
        rung = Rung(
            deadline=deadline, case_id=case.pk, rule=rule, name=rule.name, lamp=rule.lamp, at=deadline.due_at
        )  # fmt: skip
        rung.at, rung.live = reckon_rung(rung, allowance, calendar)
        yield rung


def ladder_for(case: Case, clock: str, amount: float, unit: Unit) -> list[LadderRule]:
    """The rungs that the case's rulebook gives a clock of this length."""
    length = LadderRule.Applies.LONG if ladder.is_long(amount, unit) else LadderRule.Applies.SHORT
    rules = LadderRule.objects.filter(rulebook=case.rulebook_id, clock=clock)
    return list(rules.filter(applies__in=[LadderRule.Applies.ANY, length]))


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
