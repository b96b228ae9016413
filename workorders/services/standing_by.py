"""An order waits while a whistle runs for it, its clocks stopped; afterwards it goes on where it stood.

The whistle's app calls these; nobody else may take these steps.
"""

from __future__ import annotations

from django.db import transaction

from casework.actors import SYSTEM, Actor
from casework.services import clocks, doors
from workorders.models import WorkOrder
from workorders.statuses import ACCEPTED, DISPATCHED, HANDLING, WHISTLED


@transaction.atomic
def stand_by(order: WorkOrder, *, by: Actor = SYSTEM, whistle: str = "") -> WorkOrder:
    """The order waits: every clock of it stands still, with the time it has left. `whistle`: its number."""
    order = doors.take_step(order, "stand_by", by=by, facts={"whistle": whistle})
    clocks.pause_clocks(order, reason="whistle")
    return order


def go_on(order: WorkOrder, *, whistle: str = "", result: str = "") -> WorkOrder:
    """The whistle is over: the order stands where it stood, with the time it had. None that waits, nothing happens."""
    order = doors.lock(order)
    if order.status != WHISTLED:
        return order
    stood = order.events.filter(verb="stood_by").latest("seq").before
    ways = {ACCEPTED: dispatch_on, DISPATCHED: sign_on, HANDLING: handle_on}
    return ways[stood](order, whistle=whistle, result=result)


def dispatch_on(order: WorkOrder, *, by: Actor = SYSTEM, whistle: str = "", result: str = "") -> WorkOrder:
    """Back to the desk that dispatches."""
    return _back(order, "dispatch_on", by=by, whistle=whistle, result=result)


def sign_on(order: WorkOrder, *, by: Actor = SYSTEM, whistle: str = "", result: str = "") -> WorkOrder:
    """Back to the department that has to sign for it."""
    return _back(order, "sign_on", by=by, whistle=whistle, result=result)


def handle_on(order: WorkOrder, *, by: Actor = SYSTEM, whistle: str = "", result: str = "") -> WorkOrder:
    """Back to the department that handles it."""
    return _back(order, "handle_on", by=by, whistle=whistle, result=result)


@transaction.atomic
def _back(order: WorkOrder, step: str, *, by: Actor, whistle: str, result: str) -> WorkOrder:
    order = doors.take_step(order, step, by=by, note=result, facts={"whistle": whistle})
    clocks.resume_clocks(order)
    return order
