"""Whose is it? Sent back with a reason, ruled by the centre, and in the end somebody is named to carry it (兜底)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.actors import SYSTEM, Actor
from casework.calendar import Unit
from casework.models import Part
from casework.moment import now
from casework.refusals import NotNow
from casework.selectors import calendar_of, limit_for
from casework.services import clocks, doors
from grids.models import Department
from grids.selectors import desk_of
from workorders.lifecycle import CLAIM, DISPATCH, HANDLE, RETURN, RULE, SIGN
from workorders.models import Objection, WorkOrder
from workorders.services.applications import drop_application
from workorders.services.orders import check_units
from workorders.services.parts import (
    begin_handling,
    drop,
    end_parts,
    lead,
    lead_of,
    named,
    start,
    take_from_department,
)  # fmt: skip
from workorders.services.problems import note_transfer
from workorders.statuses import RULING


@transaction.atomic
def send_back(
    order: WorkOrder, *, by: Actor, reason: str, basis: str, words: str = "", suggested: Department | None = None
) -> WorkOrder:
    """退回: with a coded reason, the legal basis and who should have it; inside its limit and once a unit.

    The handling clock goes on until the centre has ruled: first-receiver duty still holds (rules.md 2.2).
    """
    if reason not in Objection.Reason.values or reason in (Objection.Reason.BOUNDARY, Objection.Reason.UNCLAIMED):
        raise ValidationError({"reason": _("Choose a reason.")})
    if not basis.strip():
        raise ValidationError({"basis": _("Name the rule or the duty list that says so.")})
    order = doors.lock(order)
    doors.allowed_step(order, "send_back", by)
    _refuse_return(order)
    facts = {"reason": str(reason), "suggested": suggested.name if suggested else ""}
    order = doors.take_step(order, "send_back", by=by, note=words.strip(), facts=facts)
    _object(order, by=by, department=order.department, reason=reason, basis=basis.strip(), words=words.strip(),
            suggested=suggested)  # fmt: skip
    clocks.stop_clock(order, SIGN)
    drop_application(order)
    return order


def _refuse_return(order: WorkOrder) -> None:
    if order.ruled:
        raise NotNow(_("The centre has ruled on this order; it cannot be sent back any more."))
    if order.objections.filter(department=order.department_id).exists():
        raise NotNow(_("A unit may send an order back once."))
    latest = return_until(order)
    if latest is not None and now() > latest:
        day = latest.astimezone(order.city.zone)
        raise NotNow(_("It could be sent back until %(day)s.") % {"day": f"{day:%Y-%m-%d %H:%M}"})


def return_until(order: WorkOrder) -> dt.datetime | None:
    """Until when the present lead may send the order back; None: there is no limit, or nobody leads."""
    part = order.parts.present().filter(role=Part.Role.LEAD).first()
    limit = limit_for(order.rulebook, RETURN, subject=order.category.code, condition=order.condition)
    if part is None or limit is None:
        return None
    return calendar_of(order.city).due(part.since, limit.amount, Unit(limit.unit))


@transaction.atomic
def question(
    order: WorkOrder, *, by: Actor, words: str, suggested: Department | None = None, basis: str = ""
) -> WorkOrder:
    """权属待定: the desk asks whose it is: a boundary matter that several could own, or none (mechanism 1-32)."""
    if not words.strip():
        raise ValidationError({"words": _("Say between whom it lies.")})
    order = doors.take_step(order, "question", by=by, note=words.strip(), facts={"reason": "boundary"})
    clocks.stop_clock(order, DISPATCH)
    _object(order, by=by, reason=Objection.Reason.BOUNDARY, words=words.strip(), suggested=suggested, basis=basis)
    return order


@transaction.atomic
def refer(order: WorkOrder, *, by: Actor = SYSTEM) -> WorkOrder:
    """Nobody claimed it in time: the centre must name somebody (product.md D, 4)."""
    order = doors.take_step(order, "refer", by=by, facts={"reason": "unclaimed"})
    end_parts(order, Part.Outcome.LAPSED)
    drop(order, CLAIM)
    _object(order, by=by, reason=Objection.Reason.UNCLAIMED)
    return order


def _object(order: WorkOrder, *, by: Actor, **fields: Any) -> None:
    Objection.objects.create(order=order, by=by if isinstance(by, User) else None, at=now(), **fields)
    start(order, RULE, desk_of(order.area))


@transaction.atomic
def uphold(order: WorkOrder, *, by: Actor, decision: str) -> WorkOrder:
    """The unit keeps it: ruled, so it may not be sent back again (rules.md 2.2, L5 Art. 22)."""
    _decided(decision)
    order = doors.lock(order)
    if order.status == RULING:
        lead_of(order)
    order = doors.take_step(order, "uphold", by=by, note=decision.strip(), facts=named(order.department), ruled=True)
    _rule(order, by=by, ruling=Objection.Ruling.UPHELD, decision=decision, named=order.department)
    order.parts.present().filter(role=Part.Role.LEAD, signed_at=None).update(signed_at=now())
    start(order, HANDLE, lead_of(order))
    return order


@transaction.atomic
def grant(order: WorkOrder, *, by: Actor, decision: str) -> WorkOrder:
    """The return is granted: the desk dispatches it again."""
    _decided(decision)
    order = doors.lock(order)
    facts = named(order.department)
    changes = {"department": None, "officer": None, "joint": False, "rule": None}
    order = doors.take_step(order, "grant", by=by, note=decision.strip(), facts=facts, **changes)
    _rule(order, by=by, ruling=Objection.Ruling.GRANTED, decision=decision)
    take_from_department(order, Part.Outcome.RETURNED)
    start(order, DISPATCH, desk_of(order.area))
    return note_transfer(order) if facts else order


@transaction.atomic
def name_owner(order: WorkOrder, *, by: Actor, department: Department, decision: str, basis: str = "") -> WorkOrder:
    """指定兜底: the centre names who carries it to the end, as a decision on record (mechanism 0-18)."""
    _decided(decision)
    order = doors.lock(order)
    check_units(order, [department])
    facts = named(department) | {"basis": basis.strip()}
    changes = {"department": department, "officer": None, "ruled": True, "rule": None}
    was = order.department_id
    order = doors.take_step(order, "name_owner", by=by, note=decision.strip(), facts=facts, **changes)
    _rule(order, by=by, ruling=Objection.Ruling.NAMED, decision=decision, named=department, basis=basis)
    clocks.stop_clock(order, DISPATCH)
    take_from_department(order, Part.Outcome.RETURNED)
    lead(order, department)
    begin_handling(order, department)
    return note_transfer(order) if was and was != department.pk else order


def _rule(order: WorkOrder, *, by: Actor, ruling: str, decision: str, named: Department | None = None,
          basis: str = "") -> None:  # fmt: skip
    """Writes the ruling onto what was asked; a decision without a question before it is a record of its own."""
    person = by if isinstance(by, User) else None
    written = {"ruling": ruling, "decision": decision.strip(), "named": named, "ruled_by": person, "ruled_at": now()}
    if not order.objections.filter(ruled_at=None).update(**written):
        Objection.objects.create(
            order=order, reason=Objection.Reason.BOUNDARY, basis=basis.strip(), by=person, at=now(), **written
        )
    clocks.stop_clock(order, RULE)


def _decided(decision: str) -> None:
    if not decision.strip():
        raise ValidationError({"decision": _("Give the ruling in a sentence.")})
