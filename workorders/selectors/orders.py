"""One order with all that its page shows, in a fixed number of questions. Lists are `queue.py`."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from casework import jurisdiction
from casework.calendar import Unit
from casework.lifecycle import Step
from casework.models import Deadline, Part
from casework.refusals import NotFound
from casework.selectors import CountedDay, available_steps, counted_days, paused_for
from casework.whole import Whole
from grids.models import Area, Department, Post
from grids.once import once
from grids.selectors import desk_of
from workorders.lifecycle import ACCEPT, CLOSE, DISPATCH, HANDLE, SIGN, VERIFY, WORK_ORDER
from workorders.models import Application, Photo, Press, WorkOrder
from workorders.selectors.branches import Branches, branches_of
from workorders.selectors.whole import whole_of

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
# The statuses of branches lie at a stage of the line.
AT_STAGE = {
    "checking": "reported", "kept": "reported", "pooled": "accepted", "ruling": "dispatched", "held": "dispatched",
    "parked": "handling", "joined": "accepted", "whistled": "handling",
}  # fmt: skip
WAITING_FOR = {
    "checking": gettext_lazy("Somebody of %(area)s goes and sees what is there."),
    "kept": gettext_lazy("%(area)s settles it itself, or passes it up."),
    "pooled": gettext_lazy("One of the departments to which it was offered claims it."),
    "held": gettext_lazy("%(department)s has claimed it and signs for it in time."),
    "ruling": gettext_lazy("The desk of %(desk)s rules whose it is."),
    "parked": gettext_lazy("It stands still until its day, and is looked at every month."),
    "whistled": gettext_lazy("A whistle runs for it; afterwards it goes on where it stood, with the time it had."),
    "joined": gettext_lazy("It goes with another order and is closed with it."),
    "reported": gettext_lazy("The desk of %(desk)s accepts it, or says why not."),
    "accepted": gettext_lazy("The desk of %(desk)s dispatches it."),
    "dispatched": gettext_lazy("%(department)s signs for it."),
    "handling": gettext_lazy("%(department)s handles it and shows the place afterwards."),
    "finished": gettext_lazy("Somebody of %(area)s goes and sees whether it is done."),
    "verified": gettext_lazy("The desk of %(desk)s closes it."),
    "closed": gettext_lazy("Whoever reported it may rate it."),
}


def visible_order(user: User, number: str) -> WorkOrder:
    """The order of that number with what belongs to it, if the person may see it; else there is none."""
    return visible_whole(user, number)[0]


def visible_whole(user: User, number: str) -> tuple[WorkOrder, Whole]:
    """The same, and what was read along: its branches' lists, the posts and the people that have to do with it."""
    order: WorkOrder | None = WorkOrder.objects.visible_to(user).filter(number=number).first()
    if order is None:
        raise NotFound(_("There is no order %(number)s, or it is not yours to see.") % {"number": number})
    return order, whole_of(order)


def several_visible(user: User, numbers: list[str]) -> list[WorkOrder]:
    """Those of the numbers that the person may see, as they were named."""
    orders = WorkOrder.objects.visible_to(user).select_related("area", "city", "department", "rulebook", "category")
    found = {order.number: order for order in orders.filter(number__in=numbers)}
    return [found[number] for number in dict.fromkeys(numbers) if number in found]


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
    at = AT_STAGE.get(order.status, order.status)
    return statuses.index(at) if at in statuses else len(STAGES)


def waits_for(order: WorkOrder, desk: Area) -> str:
    """Who is expected to do something now, in one sentence; empty when nobody is."""
    words = WAITING_FOR.get(order.status)
    return str(words) % {"desk": desk, "department": order.department, "area": order.area} if words else ""


def steps_for(order: WorkOrder, user: User, branches: Branches | None = None) -> list[Step]:
    """What the person may do now and has reason to do, the main action first."""
    known = branches or branches_of(order)
    fitting = [step for step in available_steps(order, user, known.present_parts) if fits(order, step.name, known)]
    return sorted(fitting, key=lambda step: not step.main)


def departments_for(order: WorkOrder) -> list[Department]:
    """To whom the order can be dispatched."""
    serving = Department.objects.standing().serving(order.area).order_by("area__level__rank", "code")
    return once(("serving", order.area_id), lambda: list(serving))


def sees_clues(order: WorkOrder, user: User) -> bool:
    """Clues are for who presses and who decides; to others the history says that there is one, not what it holds."""
    return jurisdiction.may(user, "press_in", order) or jurisdiction.may(user, "decide_clues_in", order)


def colleagues_of(order: WorkOrder) -> QuerySet[User]:
    """Who works for the department that leads."""
    posts = Post.objects.held().filter(department=order.department_id, role__permissions__contains=["handle_in"])
    return User.objects.filter(pk__in=posts.values("user")).order_by("pk")


def assisting(order: WorkOrder) -> list[Department]:
    """The departments that assist and have not said yet that they are done."""
    parts = order.parts.present().filter(role=Part.Role.ASSIST).select_related("department")
    return [part.department for part in parts]


def order_of_number(beside: WorkOrder, number: str) -> WorkOrder:
    """Another order of the same desk by its number: a matter does not reach across streets."""
    desk = desk_of(beside.area)
    orders = WorkOrder.objects.of_city(beside.city).filter(area_path__startswith=desk.path)
    found: WorkOrder | None = orders.filter(number=number.strip().upper()).first()
    if found is None:
        raise NotFound(_("There is no order %(number)s, or it is not yours to see.") % {"number": number})
    return found


def fits(order: WorkOrder, step: str, branches: Branches) -> bool:
    """Whether a step that the lifecycle allows has anything to act on; the services refuse it in any case."""
    asked = branches.application or {"kind": "", "state": ""}
    standing = branches.standing_presses
    objected = any(row["key"] == order.department_id for row in branches.objections)
    conditions = {
        "uphold": order.department_id is not None,
        "grant": order.department_id is not None,
        "hold_on": not order.held_longer,
        "contact": order.contacted_at is None and bool(order.reporter_row and order.reporter_row.is_citizen),
        "take_back": order.officer_id is not None,
        "release": any(row["until"] is None for row in branches.assisting),
        "send_back": not order.ruled and not objected,
        "ask_longer": not asked["kind"],
        "ask_parking": not asked["kind"],
        "endorse": asked["state"] == Application.State.ASKED,
        "lengthen": (asked["kind"], asked["state"]) == (Application.Kind.LONGER, Application.State.ENDORSED),
        "park": (asked["kind"], asked["state"]) == (Application.Kind.PARKING, Application.State.ENDORSED),
        "decline": bool(asked["kind"]),
        "answer_press": any(row["reply_wanted"] and not row["replied_at"] for row in standing),
        "press": all(row["level"] < Press.Level.RED for row in standing),
        "lift_press": bool(standing),
        "decide_clue": bool(branches.waiting_clues),
        "redo": order.department_id is not None,
    }
    return bool(conditions.get(step, True))


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
