"""Problem orders (问题工单): sent round three times without a lead, or redone three times; looked at one level up."""

from __future__ import annotations

from django.db import transaction

from casework.actors import SYSTEM, Actor
from casework.services import doors
from workorders.models import Press, WorkOrder
from workorders.selectors.offices import office_above
from workorders.services.supervision import give_press

# Rules.md 2.2 and 13.2 row 45.
TOO_OFTEN = 3


def note_transfer(order: WorkOrder) -> WorkOrder:
    """One more change of hands without a lead (退回、收回、转办); the row is held."""
    order.transfers += 1
    order.save(update_fields=["transfers"])
    return _if_too_often(order)


def note_rework(order: WorkOrder) -> WorkOrder:
    """One more round of handling."""
    order.reworks += 1
    order.save(update_fields=["reworks"])
    return _if_too_often(order)


def _if_too_often(order: WorkOrder) -> WorkOrder:
    if order.problem or (order.transfers < TOO_OFTEN and order.reworks < TOO_OFTEN):
        return order
    return become_problem(order)


@transaction.atomic
def become_problem(order: WorkOrder, *, by: Actor = SYSTEM) -> WorkOrder:
    """问题工单: on record, and before the supervision office one level up (提级督办)."""
    facts = {"transfers": order.transfers, "reworks": order.reworks}
    order = doors.take_step(order, "become_problem", by=by, facts=facts, problem=True)
    if not order.presses.filter(level=Press.Level.ORDINARY, lifted_at=None).exists():
        give_press(
            order, Press.Level.ORDINARY, by=by, reason="problem", office=office_above(order),
            reply_wanted=order.department_id is not None,
        )  # fmt: skip
    return order
