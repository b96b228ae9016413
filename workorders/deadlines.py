"""What a work order does when a clock runs out: presses and cards, an unclaimed order goes to the centre."""

from __future__ import annotations

from casework.answers import MISSED, when
from casework.models import Deadline, Rung
from casework.services import doors
from workorders.lifecycle import CLAIM, CLOCKS, HANDLE
from workorders.models import Application, WorkOrder
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
    # Of the thousands that one morning is late for, few have either: the order is read for these alone.
    if Application.objects.filter(order=rung.case_id, decided_at=None).exists():
        drop_application(_order_of(rung))
    missed = Deadline.objects.filter(case=rung.case_id, clock=HANDLE, missed_at__isnull=False)
    if missed.exclude(pk=rung.deadline_id).exists():
        press_by_rule(_order_of(rung), "red_card", rung.deadline.department)
