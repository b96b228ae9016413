"""One order with all that its page shows, in a fixed number of questions. Lists are `queue.py`."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from casework.calendar import Unit
from casework.lifecycle import Step
from casework.models import Deadline
from casework.refusals import NotFound
from casework.selectors import CountedDay, available_steps, counted_days, paused_for
from grids.models import Area, Department
from workorders.lifecycle import ACCEPT, CLOSE, DISPATCH, HANDLE, SIGN, VERIFY, WORK_ORDER
from workorders.models import Photo, WorkOrder

# The seven stages of the straight line: words, the statuses that mean "now", the clock that times it.
STAGES: tuple[tuple[str | Promise, str, str], ...] = (
    (pgettext_lazy("stage", "Report"), "", ""),
    (pgettext_lazy("stage", "Accept"), "reported", ACCEPT),
    (pgettext_lazy("stage", "Dispatch"), "accepted", DISPATCH),
    (pgettext_lazy("stage", "Sign for"), "dispatched", SIGN),
    (pgettext_lazy("stage", "Handle"), "handling", HANDLE),
    (pgettext_lazy("stage", "Verify"), "finished", VERIFY),
    (pgettext_lazy("stage", "Close and rate"), "verified", CLOSE),
)
WAITING_FOR = {
    "reported": gettext_lazy("The desk of %(desk)s accepts it, or says why not."),
    "accepted": gettext_lazy("The desk of %(desk)s dispatches it."),
    "dispatched": gettext_lazy("%(department)s signs for it."),
    "handling": gettext_lazy("%(department)s handles it and shows the place afterwards."),
    "finished": gettext_lazy("Somebody of %(area)s goes and sees whether it is done."),
    "verified": gettext_lazy("The desk of %(desk)s closes it."),
    "closed": gettext_lazy("Whoever reported it may rate it."),
}


def visible_order(user: User, number: str) -> WorkOrder:
    """The order of that number if the person may see it; else there is none."""
    orders = WorkOrder.objects.visible_to(user).select_related(
        "area__level", "area__parent__parent", "area__city", "city", "department", "rulebook", "reported_by",
        "category__parent__parent", "category__handler",
    )  # fmt: skip
    clocks = Deadline.objects.select_related("department", "area", "limit").prefetch_related("pauses", "rungs")
    whole = orders.prefetch_related(Prefetch("deadlines", clocks), "photos")
    order: WorkOrder | None = whole.filter(number=number).first()
    if order is None:
        raise NotFound(_("There is no order %(number)s, or it is not yours to see.") % {"number": number})
    return order


def visible_photo(user: User, key: str) -> Photo:
    """A photo of an order that the person may see."""
    photo = Photo.objects.filter(key=key, order__in=WorkOrder.objects.visible_to(user)).first()
    if photo is None:
        raise NotFound(_("There is no such photo, or it is not yours to see."))
    return photo


@dataclass(frozen=True)
class Stage:
    """One of the seven stages of an order, and how far it is."""

    name: str | Promise
    state: str
    clock: Deadline | None


def stages_of(order: WorkOrder) -> list[Stage]:
    """How far an order has come; a refused one has only two stages."""
    clocks = {clock.clock: clock for clock in order.deadlines.all()}
    if order.status in WORK_ORDER.void:
        return [Stage(STAGES[0][0], "done", None), Stage(order.status_label, "done", clocks.get(ACCEPT))]
    here = _place_of(order)
    return [
        Stage(name, "done" if place < here else "now" if place == here else "", clocks.get(clock))
        for place, (name, _status, clock) in enumerate(STAGES)
    ]


def _place_of(order: WorkOrder) -> int:
    statuses = [status for _name, status, _clock in STAGES]
    return statuses.index(order.status) if order.status in statuses else len(STAGES)


def waits_for(order: WorkOrder, desk: Area) -> str:
    """Who is expected to do something now, in one sentence; empty when nobody is."""
    words = WAITING_FOR.get(order.status)
    return str(words) % {"desk": desk, "department": order.department, "area": order.area} if words else ""


def steps_for(order: WorkOrder, user: User) -> list[Step]:
    """What the person may do now, the main action first."""
    return sorted(available_steps(order, user), key=lambda step: not step.main)


def departments_for(order: WorkOrder) -> list[Department]:
    """To whom the order can be dispatched."""
    return list(Department.objects.standing().serving(order.area).order_by("area__level__rank", "code"))


@dataclass(frozen=True)
class Why:
    """Why a clock ends when it does: its limit, the days counted, what was left out."""

    clock: Deadline
    days: list[CountedDay]
    # Each holiday by name, with how many of its days fell in between.
    skipped: list[tuple[str, int]]
    made_up: list[CountedDay]
    paused: dt.timedelta
    continuous: bool


def why_of(order: WorkOrder) -> Why | None:
    """The explanation of the clock that matters most: the open one that ends last, else the one of handling."""
    clocks = list(order.deadlines.all())
    still = [clock for clock in clocks if clock.ended_at is None] or [c for c in clocks if c.clock == HANDLE]
    clock = max(still, key=lambda clock: clock.due_at, default=None)
    if clock is None:
        return None
    continuous = Unit(clock.unit).continuous
    days = [] if continuous else counted_days(clock)
    skipped = Counter(day.name for day in days if not day.works and day.name)
    return Why(
        clock=clock, days=days if len(days) > 1 else [], skipped=list(skipped.items()),
        made_up=[day for day in days if day.make_up], paused=paused_for(clock), continuous=continuous,
    )  # fmt: skip
