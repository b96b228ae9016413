"""Clocks begin, stop, pause, resume and grow; nothing else writes a deadline, a rung, or the face of a case.

Every function is called with the case's row held (`doors.lock`, `doors.take_step`). All moments of a clock are one
pure function of its start, allowance, pauses and the calendar (`_reckon`), so a rebuild equals what grew step by step.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.models import User
from casework import ladder
from casework.calendar import Unit, WorkingCalendar
from casework.models import Case, Deadline, LadderRule, Pause, Rung, TimeLimit
from casework.models.case import Lamp
from casework.moment import now
from casework.refusals import NotNow
from casework.services.calendars import calendar_of
from grids.models import Area, Department

Holder = Department | Area | User


def start_clock(case: Case, clock: str, holder: Holder, limit: TimeLimit, *, at: dt.datetime | None = None) -> Deadline:
    """Begins a clock for one holder and stage, with its whole ladder. An open one of the same kind goes on instead."""
    held = {_column(holder): holder}
    running = case.deadlines.open().filter(clock=clock, **held).first()
    if running:
        return running
    deadline = Deadline(case=case, clock=clock, limit=limit, amount=limit.amount, unit=limit.unit, **held)
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
        _end(deadline, Deadline.State.LATE if _ran_out(deadline, moment) else Deadline.State.MET, moment)
    refresh_face(case)


def drop_clocks(case: Case, *, at: dt.datetime | None = None) -> None:
    """Ends every open clock of a case that is over: nobody is asked for anything any more."""
    moment = at or now()
    for deadline in case.deadlines.open():
        _end(deadline, Deadline.State.LATE if _ran_out(deadline, moment) else Deadline.State.DROPPED, moment)
    refresh_face(case)


def pause_clocks(case: Case, *, reason: str, clock: str | None = None, at: dt.datetime | None = None) -> None:
    """Stops time for the open clocks (of one stage if named); the working time left is kept."""
    moment = at or now()
    for deadline in _open(case, clock).filter(state=Deadline.State.RUNNING):
        Pause.objects.create(deadline=deadline, since=moment, reason=reason)
        deadline.state = Deadline.State.PAUSED
        deadline.save(update_fields=["state"])
        # What was due before the pause still fires: pausing pardons nothing.
        deadline.rungs.filter(live=True, at__gt=moment).update(live=False)
    refresh_face(case)


def resume_clocks(case: Case, *, clock: str | None = None, at: dt.datetime | None = None) -> None:
    """Lets time go on for the paused clocks with what they had left."""
    moment = at or now()
    calendar = calendar_of(case.city)
    for deadline in _open(case, clock).filter(state=Deadline.State.PAUSED):
        deadline.pauses.filter(until=None).update(until=moment)
        deadline.state = Deadline.State.RUNNING
        recompute(deadline, calendar)
    refresh_face(case)


def extend_clock(deadline: Deadline, *, by_amount: float) -> Deadline:
    """Adds time, in the clock's own unit, to a clock that is still open and not yet late."""
    if not deadline.is_open:
        raise NotNow(_("This clock has ended; it cannot be extended."))
    if _ran_out(deadline, now()):
        raise NotNow(_("This clock is late already; red is final."))
    deadline.amount += by_amount
    recompute(deadline, calendar_of(deadline.case.city))
    refresh_face(deadline.case)
    return deadline


def recompute(deadline: Deadline, calendar: WorkingCalendar) -> bool:
    """Reckons an open clock afresh: its end and its unfired rungs. Says whether its end moved."""
    before = deadline.due_at
    reckoned = _reckon(deadline, calendar)
    if reckoned is not None:
        deadline.due_at = reckoned
    deadline.save(update_fields=["due_at", "state", "amount"])
    for rung in deadline.rungs.filter(fired_at=None).select_related("rule"):
        at = ladder.moment_of(*_ask(rung.rule, deadline), calendar, quiet=rung.lamp < Lamp.RED)
        rung.live = deadline.state == Deadline.State.RUNNING and rung.rule.switched_off_at is None and at is not None
        rung.at = at or rung.at
        rung.save(update_fields=["at", "live"])
    return deadline.due_at != before


def refresh_face(case: Case) -> None:
    """Writes what lists show of the open clocks: the soonest end, its stage, and the highest rung fired."""
    clocks = list(case.deadlines.open())
    running = [deadline for deadline in clocks if deadline.state == Deadline.State.RUNNING]
    soonest = min(running, key=lambda deadline: deadline.due_at, default=None)
    loudest = (
        Rung.objects.filter(deadline__in=clocks, fired_at__isnull=False).order_by("-lamp", "-rule__place").first()
        if clocks
        else None
    )
    case.lamp, case.rung = (loudest.lamp, loudest.name) if loudest else (Lamp.NONE, "")
    case.due_at, case.due_from = (soonest.due_at, soonest.started_at) if soonest else (None, None)
    case.paused = bool(clocks) and not running
    case.due_clock = soonest.clock if soonest else (clocks[0].clock if clocks else "")
    case.save(update_fields=["lamp", "rung", "due_at", "due_from", "due_clock", "paused"])


def _rungs(deadline: Deadline, case: Case, calendar: WorkingCalendar) -> Iterable[Rung]:
    for rule in ladder_for(case, deadline.clock, deadline.amount, Unit(deadline.unit)):
        at = ladder.moment_of(*_ask(rule, deadline, pauses=()), calendar, quiet=rule.lamp < Lamp.RED)
        if at is not None:
            yield Rung(
                deadline=deadline, case_id=case.pk, rule=rule, name=rule.name, lamp=rule.lamp, at=at,
                live=rule.switched_off_at is None,
            )  # fmt: skip


def ladder_for(case: Case, clock: str, amount: float, unit: Unit) -> list[LadderRule]:
    """The rungs that the case's rulebook gives a clock of this length."""
    length = LadderRule.Applies.LONG if ladder.is_long(amount, unit) else LadderRule.Applies.SHORT
    rules = LadderRule.objects.filter(rulebook=case.rulebook_id, clock=clock)
    return list(rules.filter(applies__in=[LadderRule.Applies.ANY, length]))


def _ask(rule: LadderRule, deadline: Deadline, pauses=None) -> tuple[ladder.RungMoment, ladder.Allowance]:
    stood = [(pause.since, pause.until) for pause in deadline.pauses.all()] if pauses is None else pauses
    allowance = ladder.Allowance(deadline.started_at, deadline.amount, Unit(deadline.unit), stood)
    return ladder.parse_moment(rule.moment), allowance


def _reckon(deadline: Deadline, calendar: WorkingCalendar) -> dt.datetime | None:
    pauses = [(pause.since, pause.until) for pause in deadline.pauses.all()]
    return calendar.due(deadline.started_at, deadline.amount, Unit(deadline.unit), pauses)


def _ran_out(deadline: Deadline, moment: dt.datetime) -> bool:
    """Whether its time was over by a moment, whether or not a sweep has come by since; notes it for ever."""
    stood = deadline.pauses.filter(until=None).values_list("since", flat=True).first()
    if deadline.missed_at is None and (stood or moment) > deadline.due_at:
        deadline.missed_at = deadline.due_at
    return deadline.missed_at is not None


def _end(deadline: Deadline, state: str, moment: dt.datetime) -> None:
    deadline.pauses.filter(until=None).update(until=moment)
    deadline.state, deadline.ended_at = state, moment
    deadline.save(update_fields=["state", "ended_at", "missed_at"])
    deadline.rungs.filter(live=True).update(live=False)


def _open(case: Case, clock: str | None):
    clocks = case.deadlines.open()
    return clocks.filter(clock=clock) if clock else clocks


def _column(holder: Holder) -> str:
    if isinstance(holder, Department):
        return "department"
    return "area" if isinstance(holder, Area) else "person"
