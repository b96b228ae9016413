"""More time (延期) and parking (挂账): a department asks, its head endorses, the centre decides."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.actors import SYSTEM, Actor
from casework.models import Deadline
from casework.moment import now
from casework.refusals import NotFound, NotNow
from casework.services import clocks, doors
from grids.selectors import desk_of
from workorders.lifecycle import ASSIST, CONTACT, DECIDE, HANDLE, REVIEW
from workorders.models import Application, WorkOrder
from workorders.services.parts import drop, lead_of, start
from workorders.statuses import PARKED

# Rules.md 13.2 rows 32 and 33.
MOST_EXTENSIONS = 2
LONGEST_PARKING = dt.timedelta(days=365)


@transaction.atomic
def ask_longer(order: WorkOrder, *, by: User, reason: str, words: str) -> WorkOrder:
    """延期申请: one original limit more, at most twice, and only before the deadline."""
    order = doors.lock(order)
    _refuse_late(order, _("The deadline has passed; more time can be asked for before it only."))
    granted = order.applications.filter(kind=Application.Kind.LONGER, state=Application.State.GRANTED).count()
    if granted >= MOST_EXTENSIONS:
        raise NotNow(_("More time was granted twice already; it cannot be asked for again."))
    return _ask(order, "ask_longer", by=by, kind=Application.Kind.LONGER, reason=reason, words=words)


@transaction.atomic
def ask_parking(order: WorkOrder, *, by: User, reason: str, words: str, measures: str, until: dt.date) -> WorkOrder:
    """挂账申请: why it cannot be done now, what is done meanwhile, and until when; a year at most."""
    if not measures.strip():
        raise ValidationError({"measures": _("Say what is done meanwhile.")})
    today = now().astimezone(order.city.zone).date()
    if not today < until <= today + LONGEST_PARKING:
        raise ValidationError({"until": _("The day must lie ahead, and within twelve months.")})
    fields = {"measures": measures.strip(), "until": until}
    return _ask(order, "ask_parking", by=by, kind=Application.Kind.PARKING, reason=reason, words=words, **fields)


def _ask(order: WorkOrder, step: str, *, by: User, reason: str, words: str, **fields: Any) -> WorkOrder:
    if reason not in Application.Reason.values:
        raise ValidationError({"reason": _("Choose a reason.")})
    if not words.strip():
        raise ValidationError({"words": _("Say why, in a sentence the citizen may read.")})
    order = doors.take_step(order, step, by=by, note=words.strip(), facts={"reason": str(reason)})
    if order.applications.filter(decided_at=None).exists():
        raise NotNow(_("An application of this order is waiting already."))
    Application.objects.create(
        order=order, department=lead_of(order), reason=reason, words=words.strip(), by=by, at=now(), **fields
    )
    start(order, DECIDE, desk_of(order.area))
    return order


@transaction.atomic
def endorse(order: WorkOrder, *, by: User, note: str = "") -> WorkOrder:
    """The department's head stands behind the application; without it the centre does not decide."""
    order = doors.take_step(order, "endorse", by=by, note=note)
    waiting = _waiting(order, Application.State.ASKED)
    if waiting.by_id == by.pk:
        raise NotNow(_("Whoever asks cannot endorse it himself."))
    waiting.state, waiting.endorsed_by, waiting.endorsed_at = Application.State.ENDORSED, by, now()
    waiting.save(update_fields=["state", "endorsed_by", "endorsed_at"])
    return order


@transaction.atomic
def lengthen(order: WorkOrder, *, by: Actor, answer: str) -> WorkOrder:
    """Grants one original limit more; the citizen reads the reason on the order."""
    order = doors.take_step(order, "lengthen", by=by, note=answer.strip())
    waiting = _waiting(order, Application.State.ENDORSED, kind=Application.Kind.LONGER)
    clock = _handling(order)
    if clock is None:
        raise NotNow(_("No handling clock of this order is running."))
    clocks.extend_clock(clock, by_amount=clock.limit.amount if clock.limit else clock.amount)
    _decide(waiting, Application.State.GRANTED, by=by, answer=answer)
    return order


@transaction.atomic
def park(order: WorkOrder, *, by: Actor, answer: str = "") -> WorkOrder:
    """挂账: handling stands still until the day, and is looked at every month."""
    order = doors.lock(order)
    waiting = _waiting(order, Application.State.ENDORSED, kind=Application.Kind.PARKING)
    until = dt.datetime.combine(waiting.until or dt.date.max, dt.time(), order.city.zone)
    facts = {"until": waiting.until.isoformat() if waiting.until else None}
    order = doors.take_step(order, "park", by=by, note=answer.strip(), facts=facts, parked_until=until)
    for stage in (HANDLE, CONTACT, ASSIST):
        clocks.pause_clocks(order, clock=stage, reason="parked")
    _decide(waiting, Application.State.GRANTED, by=by, answer=answer)
    start(order, REVIEW, desk_of(order.area))
    return order


@transaction.atomic
def decline(order: WorkOrder, *, by: Actor, answer: str) -> WorkOrder:
    """Declined, with a reason; it does not use up a chance."""
    if not answer.strip():
        raise ValidationError({"answer": _("Say why not.")})
    order = doors.take_step(order, "decline", by=by, note=answer.strip())
    _decide(_waiting(order), Application.State.DECLINED, by=by, answer=answer)
    return order


@transaction.atomic
def review(order: WorkOrder, *, by: Actor, note: str) -> WorkOrder:
    """The monthly look at a parked order: does the reason still hold?"""
    if not note.strip():
        raise ValidationError({"note": _("Say whether the reason still holds.")})
    order = doors.take_step(order, "review", by=by, note=note.strip())
    clocks.stop_clock(order, REVIEW)
    start(order, REVIEW, desk_of(order.area))
    return order


@transaction.atomic
def resume(order: WorkOrder, *, by: Actor = SYSTEM, note: str = "") -> WorkOrder:
    """Taken up again, with the time that was left; by itself when the day has come."""
    order = doors.take_step(order, "resume", by=by, note=note, parked_until=None)
    drop(order, REVIEW)
    clocks.resume_clocks(order)
    return order


def resume_parked() -> int:
    """Takes up every parked order whose day has come; safe to run twice, late, or beside itself."""
    due = WorkOrder.objects.filter(status=PARKED, parked_until__lte=now()).order_by("parked_until")
    resumed = 0
    for order in due[:1000]:
        try:
            resume(order)
        except NotNow:
            continue  # taken up by hand in between
        resumed += 1
    return resumed


def drop_application(order: WorkOrder) -> None:
    """An application lapses when the order leaves the department's hands, or its deadline passes first."""
    if order.applications.filter(decided_at=None).update(state=Application.State.LAPSED, decided_at=now()):
        drop(order, DECIDE)


def _waiting(order: WorkOrder, *states: str, **which: Any) -> Application:
    found = order.applications.filter(decided_at=None, **which).first()
    if found is None:
        raise NotFound(_("No such application of this order is waiting."))
    if states and found.state not in states:
        raise NotNow(_("The application is “%(state)s” now.") % {"state": found.get_state_display()})
    return found


def _decide(waiting: Application, state: str, *, by: Actor, answer: str) -> None:
    waiting.state, waiting.answer, waiting.decided_at = state, answer.strip(), now()
    waiting.decided_by = by if isinstance(by, User) else None
    waiting.save(update_fields=["state", "answer", "decided_at", "decided_by"])
    clocks.stop_clock(waiting.order, DECIDE)


def _handling(order: WorkOrder) -> Deadline | None:
    found: Deadline | None = order.deadlines.open().filter(clock=HANDLE, department=order.department_id).first()
    return found


def _refuse_late(order: WorkOrder, sentence: str) -> None:
    clock = _handling(order)
    if clock is None or clocks.ran_out(clock, now()):
        raise NotNow(sentence)
