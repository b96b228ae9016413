"""What of a worker's list goes along where there is no signal: no more than the list itself shows, and the forms."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import User
from casework.lifecycle import Step
from casework.selectors import available_steps
from patrols.selectors.ground import own_post
from workorders.models import WorkOrder
from workorders.selectors.branches import Branches
from workorders.selectors.orders import fits
from workorders.selectors.queue import Asker, tasks_of
from workorders.services import replaying

MOST_KEPT = 30
# None of the steps on the spot asks for what branches an order has.
BARE = Branches(parts=[], objections=[], applications=[], presses=[], clues=[], checks=[], ratings=[], joined=[])


@dataclass(frozen=True)
class KeptTask:
    """One task with what may be done to it on the spot, as of which of its events."""

    order: WorkOrder
    seen: int
    steps: list[Step]


def kept_tasks(user: User) -> list[KeptTask]:
    """The worker's own tasks, the soonest first, as many as a phone has use for in a day."""
    post = own_post(user)
    if post is None:
        return []
    found = tasks_of(Asker(user, post.role.city), most=MOST_KEPT)
    # A list's rows know only what a list shows; whose steps are open is told by whole ones.
    rows = WorkOrder._base_manager.select_related("area", "reporter").defer("area__boundary")
    whole = rows.in_bulk([order.pk for order in found])
    return [KeptTask(order, whole[order.pk].event_count, _offline_steps(whole[order.pk], user)) for order in found]


def _offline_steps(order: WorkOrder, user: User) -> list[Step]:
    """What this person may do to it now that can be done without a signal, the main action first."""
    here = [step for step in available_steps(order, user, {}) if step.name in replaying.ON_THE_SPOT]
    fitting = [step for step in here if fits(order, step.name, BARE)]
    return sorted(fitting, key=lambda step: not step.main)
