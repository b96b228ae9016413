"""What a work order does when a clock runs out: presses and cards, an unclaimed order goes to the centre."""

from __future__ import annotations

from casework.answers import MISSED, when
from casework.models import Rung
from casework.services import doors
from workorders.lifecycle import CLAIM, CLOCKS, HANDLE
from workorders.models import WorkOrder
from workorders.services.applications import drop_application
from workorders.services.rulings import refer
from workorders.services.supervision import LEVELS, press_by_rule
from workorders.statuses import POOLED


def _order_of(rung: Rung) -> WorkOrder:
    return doors.lock(WorkOrder.objects.get(pk=rung.case_id))


def press_given(rung: Rung) -> None:
    """A rung of the ladder that presses: the supervision office has it on its desk from now on."""
    press_by_rule(_order_of(rung), rung.name, rung.deadline.department)


for _clock in CLOCKS:
    for _rung in LEVELS:
        when(_clock, _rung)(press_given)


@when(CLAIM, MISSED)
def nobody_claimed(rung: Rung) -> None:
    """24 hours in the pool and nobody came: the centre names somebody (product.md D, 4)."""
    order = _order_of(rung)
    if order.status == POOLED:
        refer(order)


@when(HANDLE, MISSED)
def too_late_for_more_time(rung: Rung) -> None:
    """More time is granted before the deadline only; and whoever is late a second time goes straight to red."""
    order = _order_of(rung)
    drop_application(order)
    late_before = order.deadlines.filter(clock=HANDLE, missed_at__isnull=False).exclude(pk=rung.deadline_id)
    if late_before.exists():
        press_by_rule(order, "red_card", rung.deadline.department)
