"""In the department's hands: first contact, plan, progress, who does it, and the parts of those who assist."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.actors import Actor
from casework.jurisdiction import departments_taking
from casework.models import Part
from casework.moment import now
from casework.refusals import NotNow
from casework.services import clocks, doors
from grids.models import Department
from workorders.lifecycle import ASSIST, CONTACT
from workorders.models import Photo, WorkOrder
from workorders.selectors.orders import colleagues_of
from workorders.services.parts import named
from workorders.services.photos import add_photos


@transaction.atomic
def contact(order: WorkOrder, *, by: Actor, note: str) -> WorkOrder:
    """首次联系: the citizen has been reached; what was agreed (rules.md 13.2 row 21)."""
    if not note.strip():
        raise ValidationError({"note": _("Say what was agreed.")})
    order = doors.lock(order)
    order = doors.take_step(order, "contact", by=by, note=note.strip(), contacted_at=order.contacted_at or now())
    clocks.stop_clock(order, CONTACT)
    return order


@transaction.atomic
def plan(order: WorkOrder, *, by: Actor, words: str, day: dt.date | None = None) -> WorkOrder:
    """What the department means to do, and by which day."""
    if not words.strip():
        raise ValidationError({"words": _("Say what you are going to do.")})
    facts = {"day": day.isoformat() if day else None}
    return doors.take_step(order, "plan", by=by, note=words.strip(), facts=facts, plan=words.strip(), planned_for=day)


@transaction.atomic
def progress(order: WorkOrder, *, by: Actor, note: str, pictures: list[bytes] | None = None) -> WorkOrder:
    """How far it is, with pictures where there is something to see."""
    if not note.strip():
        raise ValidationError({"note": _("Say how far it is.")})
    facts = {"photos": len(pictures or [])}
    order = doors.take_step(order, "progress", by=by, note=note.strip(), facts=facts)
    person = by if isinstance(by, User) else None
    add_photos(order, pictures=pictures or [], moment=Photo.Moment.DURING, by=person)
    return order


@transaction.atomic
def hand_to(order: WorkOrder, *, by: Actor, officer: User, note: str = "") -> WorkOrder:
    """交办到人: one colleague of the department has it in hand."""
    order = doors.lock(order)
    if not colleagues_of(order).filter(pk=officer.pk).exists():
        raise ValidationError({"officer": _("%(name)s does not work for this department.") % {"name": officer}})
    order = doors.take_step(order, "hand_to", by=by, note=note, facts={"officer": officer.pk}, officer=officer)
    order.parts.present().filter(role=Part.Role.LEAD).update(officer=officer)
    return order


@transaction.atomic
def take_back(order: WorkOrder, *, by: Actor, note: str = "") -> WorkOrder:
    """The department takes it back from the colleague."""
    order = doors.lock(order)
    if order.officer_id is None:
        raise NotNow(_("Nobody in the department has it in hand."))
    order = doors.take_step(order, "take_back", by=by, note=note, officer=None)
    order.parts.present().filter(role=Part.Role.LEAD).update(officer=None)
    return order


@transaction.atomic
def sign_assist(order: WorkOrder, *, by: Actor, note: str = "") -> WorkOrder:
    """协办签收: an assisting department has its part in hand."""
    order = doors.lock(order)
    part = _own_part(order, "sign_assist", by)
    order = doors.take_step(order, "sign_assist", by=by, note=note, facts=named(part.department))
    part.signed_at = part.signed_at or now()
    part.save(update_fields=["signed_at"])
    return order


@transaction.atomic
def assist(order: WorkOrder, *, by: Actor, note: str) -> WorkOrder:
    """协办完成: an assisting department tells the lead what it did; its own clock is met, or late."""
    if not note.strip():
        raise ValidationError({"note": _("Say what was done.")})
    order = doors.lock(order)
    part = _own_part(order, "assist", by)
    order = doors.take_step(order, "assist", by=by, note=note.strip(), facts=named(part.department))
    clocks.stop_clock(order, ASSIST, part.department)
    _end(part, Part.Outcome.DONE, note)
    return order


@transaction.atomic
def release(order: WorkOrder, *, by: Actor, department: Department, reason: str) -> WorkOrder:
    """The lead goes on without one who assists, and says why."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it goes on without them.")})
    order = doors.lock(order)
    part = order.parts.present().filter(role=Part.Role.ASSIST, department=department).first()
    if part is None:
        raise ValidationError({"department": _("%(name)s does not assist here.") % {"name": department}})
    order = doors.take_step(order, "release", by=by, note=reason.strip(), facts=named(department))
    clocks.drop_clocks(order, clock=ASSIST, holder=department)
    _end(part, Part.Outcome.RELEASED, reason)
    return order


def _own_part(order: WorkOrder, step: str, by: Actor) -> Part:
    """The part of the department this person works for; the door has refused whoever has none."""
    row = doors.allowed_step(order, step, by)
    departments = departments_taking(by, row, order)
    parts = order.parts.present().filter(role=Part.Role.ASSIST, department__in=departments)
    found: Part = parts.order_by("signed_at", "pk")[0]
    return found


def _end(part: Part, outcome: str, words: str) -> None:
    part.until, part.outcome, part.words = now(), outcome, words.strip()[:500]
    part.save(update_fields=["until", "outcome", "words"])
