"""The claim pool (认领) and taking back: who gets an order when nobody was named, or the wrong one."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from casework.actors import SYSTEM, Actor
from casework.calendar import Unit
from casework.jurisdiction import departments_taking
from casework.models import Part
from casework.moment import now
from casework.refusals import NotNow, NotYours
from casework.selectors import calendar_of, limit_for
from casework.services import clocks, doors
from grids.models import Department
from grids.selectors import desk_of
from workorders.lifecycle import ASSIST, CLAIM, CONTACT, DISPATCH, HANDLE, HOLD, SIGN
from workorders.models import WorkOrder
from workorders.services.orders import check_units
from workorders.services.parts import begin_handling, drop, lead, named, names_of, start, take_from_department
from workorders.services.problems import note_transfer
from workorders.statuses import HELD


@transaction.atomic
def offer(order: WorkOrder, *, by: Actor, departments: list[Department], note: str = "") -> WorkOrder:
    """认领池: every department named may claim it; the first that does holds it."""
    if not departments:
        raise ValidationError({"departments": _("Name at least one department that may claim it.")})
    check_units(order, departments)
    facts = {"departments": names_of(departments)}
    order = doors.take_step(order, "offer", by=by, note=note, facts=facts)
    clocks.stop_clock(order, DISPATCH)
    at = now()
    Part.objects.bulk_create(
        Part(case=order, department=department, role=Part.Role.OFFERED, since=at) for department in departments
    )
    start(order, CLAIM, desk_of(order.area))
    return order


@transaction.atomic
def claim(order: WorkOrder, *, by: Actor, department: Department | None = None, note: str = "") -> WorkOrder:
    """认领: one department holds the order for a while; two claimants never both win, the row decides."""
    order = doors.lock(order)
    step = doors.allowed_step(order, "claim", by)
    mine = departments_taking(by, step, order)
    chosen = department or (mine[0] if mine else None)
    if chosen is None or chosen not in mine:
        raise NotYours(_("This order was not offered to your department."))
    facts = named(chosen)
    changes = {"department": chosen, "held_until": _held_until(order), "held_longer": False}
    order = doors.take_step(order, "claim", by=by, note=note, facts=facts, **changes)
    clocks.stop_clock(order, CLAIM)
    lead(order, chosen)
    begin_handling(order, chosen)
    return order


@transaction.atomic
def hold_on(order: WorkOrder, *, by: Actor, note: str = "") -> WorkOrder:
    """Holds a claim once more for as long again."""
    order = doors.lock(order)
    doors.allowed_step(order, "hold_on", by)
    if order.held_longer:
        raise NotNow(_("A claim can be held for longer once."))
    return doors.take_step(order, "hold_on", by=by, note=note, held_until=_held_until(order), held_longer=True)


@transaction.atomic
def let_go(order: WorkOrder, *, by: Actor, note: str = "") -> WorkOrder:
    """The holder gives its claim up; the others may claim again."""
    return _back_to_pool(order, "let_go", by=by, note=note)


@transaction.atomic
def lapse(order: WorkOrder, *, by: Actor = SYSTEM) -> WorkOrder:
    """A claim that was held too long without being signed for goes back by itself."""
    order = doors.lock(order)
    if order.held_until and order.held_until > now():  # held for longer, or by another, since it was looked for
        raise NotNow(_("This claim has not run out yet."))
    return _back_to_pool(order, "lapse", by=by)


def _back_to_pool(order: WorkOrder, step: str, *, by: Actor, note: str = "") -> WorkOrder:
    order = doors.lock(order)
    facts = named(order.department)
    order = doors.take_step(order, step, by=by, note=note, facts=facts, department=None, held_until=None)
    order.parts.present().filter(role=Part.Role.LEAD).update(until=now(), outcome=Part.Outcome.LAPSED)
    drop(order, SIGN, CONTACT, HANDLE, ASSIST)
    start(order, CLAIM, desk_of(order.area))
    return order


def release_holds() -> int:
    """Lets every claim lapse that is held beyond its time; safe to run twice, late, or beside itself."""
    due = WorkOrder.objects.filter(status=HELD, held_until__lte=now()).order_by("held_until")
    lapsed = 0
    for order in due[:1000]:
        try:
            lapse(order)
        except NotNow:
            continue  # signed for in between
        lapsed += 1
    return lapsed


def _held_until(order: WorkOrder) -> dt.datetime:
    limit = limit_for(order.rulebook, HOLD, subject=order.category.code, condition=order.condition)
    if limit is None:
        return now() + dt.timedelta(minutes=30)
    until = calendar_of(order.city).due(now(), limit.amount, Unit(limit.unit))
    return until or now()


@transaction.atomic
def recall(order: WorkOrder, *, by: Actor, reason: str) -> WorkOrder:
    """The desk takes an order back from where it lies, to dispatch it anew."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it is taken back.")})
    order = doors.lock(order)
    facts = named(order.department)
    changes = {"department": None, "held_until": None, "officer": None, "joint": False, "rule": None}
    order = doors.take_step(order, "recall", by=by, note=reason.strip(), facts=facts, **changes)
    take_from_department(order, Part.Outcome.RECALLED)
    drop(order, CLAIM)
    start(order, DISPATCH, desk_of(order.area))
    return note_transfer(order)
