"""Matters (事项): several reports on one thing. Joined by people alone, and always to be taken apart again."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from casework.actors import SYSTEM, Actor
from casework.refusals import NotNow
from casework.services import clocks, doors
from grids.selectors import desk_of
from workorders.lifecycle import ACCEPT, DISPATCH
from workorders.models import WorkOrder
from workorders.services.parts import ask_call_back, drop, start
from workorders.statuses import JOINED


@transaction.atomic
def join(order: WorkOrder, *, by: Actor, lead: WorkOrder, note: str = "") -> WorkOrder:
    """Joins a report to the order that carries its matter; it keeps number, progress, notice and rating of its own."""
    order = hold(order, lead)
    lead.refresh_from_db()
    _refuse_unfit_lead(order, lead)
    facts = {"lead": lead.number}
    order = doors.take_step(order, "join", by=by, note=note, facts=facts, joined_to=lead)
    clocks.stop_clock(order, ACCEPT)
    drop(order, DISPATCH)
    WorkOrder.objects.filter(joined_to=order).update(joined_to=lead)
    return order


def _refuse_unfit_lead(order: WorkOrder, lead: WorkOrder) -> None:
    if lead.pk == order.pk:
        raise ValidationError({"lead": _("An order cannot be joined to itself.")})
    if lead.city_id != order.city_id or not lead.is_open:
        raise ValidationError({"lead": _("%(number)s is not an open order of this city.") % {"number": lead.number}})
    if lead.status == JOINED:
        sentence = _("%(number)s goes with %(lead)s itself; join to that one.")
        raise ValidationError({"lead": sentence % {"number": lead.number, "lead": _lead_number(lead)}})


def _lead_number(order: WorkOrder) -> str:
    return order.joined_to.number if order.joined_to else ""


@transaction.atomic
def part(order: WorkOrder, *, by: Actor, note: str = "") -> WorkOrder:
    """Takes a report out of its matter: it is an accepted order of its own again, to be dispatched."""
    order = doors.lock(order)
    number = _lead_number(order)
    order = doors.take_step(order, "part", by=by, note=note, facts={"lead": number}, joined_to=None)
    start(order, DISPATCH, desk_of(order.area))
    return order


@transaction.atomic
def close_along(order: WorkOrder, *, by: Actor = SYSTEM, result: str = "") -> WorkOrder:
    """Closed because its matter is; its own reporter is asked how it went."""
    order = doors.take_step(order, "close_along", by=by, facts={"lead": _lead_number(order)}, result=result)
    ask_call_back(order)
    return order


def hold(order: WorkOrder, *others: WorkOrder) -> WorkOrder:
    """The order read afresh with its row held, and those of `others` and of all that goes with it.

    Always in the order of their keys: two who take steps of one matter cannot wait for one another.
    """
    rows = {order.pk, *(other.pk for other in others), *_joined_to(order)}
    doors.lock_all(rows)
    if not _joined_to(order) <= rows:  # to hold them now would be out of turn
        raise NotNow(_("Another order has just been joined to %(number)s. Try again.") % {"number": order.number})
    return doors.lock(order)


def _joined_to(order: WorkOrder) -> set[int]:
    return set(WorkOrder.objects.filter(joined_to=order).values_list("pk", flat=True))


def followers_of(order: WorkOrder) -> list[WorkOrder]:
    """The open orders that go with this one."""
    return list(WorkOrder.objects.filter(joined_to=order, status=JOINED).order_by("pk"))


def close_followers(order: WorkOrder) -> None:
    """What goes with an order closes with it."""
    for follower in followers_of(order):
        close_along(follower, result=order.result)


def part_followers(order: WorkOrder) -> None:
    """An order that ends without having been handled carries nobody: what went with it stands alone again."""
    for follower in followers_of(order):
        part(follower, by=SYSTEM)
