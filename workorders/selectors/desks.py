"""The views of the desk, one set a role: what each holds, and in whose rail it stands. The lists are `queue.py`.

A view stands in the rail of whoever's permissions make sense of it; several posts show several sets together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from casework.models import Part
from casework.models.case import Lamp
from casework.moment import now
from grids import jurisdiction
from grids.models import City
from workorders import statuses
from workorders.lifecycle import CALL_BACK
from workorders.models import Application, Press, WorkOrder
from workorders.selectors.paging import BY_DUE, NEWEST, Order
from workorders.selectors.waiting import (
    OPEN,
    Places,
    applied,
    awaiting_reply,
    clues,
    on_ground,
    parts_of,
    waiting_for,
)

SOON = dt.timedelta(hours=2)


@dataclass
class Asker:
    """Who looks at the desk, of which city, at which moment."""

    user: User
    city: City
    at: dt.datetime = field(default_factory=now)

    @cached_property
    def places(self) -> Places:
        return jurisdiction.places_of(self.user)

    @cached_property
    def waiting(self) -> Q:
        return waiting_for(self.places)

    @cached_property
    def midnight(self) -> dt.datetime:
        """The end of the city's day."""
        local = self.at.astimezone(self.city.zone)
        return (local + dt.timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)

    def departments(self, permission: str = "handle_in") -> list[int]:
        """Keys of the departments for which the person may."""
        return list(self.places.get(permission, ((), ()))[1])

    def ground(self, permission: str) -> Q:
        """Orders on the grounds where the person may."""
        return on_ground(self.places.get(permission, ((), ()))[0])

    def may(self, *permissions: str) -> bool:
        """Whether the person may any of these anywhere."""
        return any(permission in self.places for permission in permissions)


@dataclass(frozen=True)
class View:
    """One view of the desk: a name in the rail, a filter, an order."""

    code: str
    label: str | Promise
    icon: str
    holds: Callable[[Asker], Q]
    # Who has use for it; without any, everybody.
    needs: tuple[str, ...] = ()
    # Meant for who works for a department.
    of_department: bool = False
    tone: str = ""
    remark: str | Promise = ""
    order: Order = BY_DUE
    # Counted in the rail. The closed ones are not: nobody works through them, and they are ever more.
    counted: bool = True
    # Holds closed orders too, so that it is counted apart from the open ones.
    beyond: bool = False
    in_rail: bool = True

    @property
    def of_open(self) -> bool:
        """Whether it holds open orders alone."""
        return self.counted and not self.beyond

    def fits(self, asker: Asker) -> bool:
        """Whether it stands in this person's rail."""
        if not self.in_rail or (self.needs and not asker.may(*self.needs)):
            return False
        return not self.of_department or any(asker.departments(permission) for permission in self.needs)


def _at_status(*wanted: str) -> Callable[[Asker], Q]:
    return lambda asker: OPEN & Q(status__in=wanted)


def _pressed(least: int = Press.Level.ORDINARY) -> Q:
    """Orders over which a press of this level or above stands."""
    return Q(pk__in=Press.objects.filter(lifted_at=None, level__gte=least).values("order"))


def _ours(role: str) -> Callable[[Asker], Q]:
    return lambda asker: OPEN & parts_of(asker.departments(), role)


def claimable(asker: Asker) -> Q:
    """What lies in the pool and was offered to a department of the asker's."""
    return _ours(Part.Role.OFFERED)(asker) & Q(status=statuses.POOLED)  # a held one comes back when it is let go


def _problem(asker: Asker) -> Q:
    return OPEN & Q(pk__in=WorkOrder._base_manager.filter(problem=True).values("pk"))


def _key_matters(asker: Asker) -> Q:
    tagged = WorkOrder._base_manager.exclude(tags=[]).filter(tags__contains=[WorkOrder.Tag.KEY])
    return OPEN & Q(pk__in=tagged.values("pk"))


def _to_call(asker: Asker) -> Q:
    return ~OPEN & Q(due_at__isnull=False, status=statuses.CLOSED, due_clock=CALL_BACK) & asker.ground("close_in")


def _handed_to_me(asker: Asker) -> Q:
    mine = WorkOrder._base_manager.filter(officer=asker.user)
    return OPEN & Q(status__in=statuses.IN_HAND, pk__in=mine.values("pk"))


DEPARTMENT = ("handle_in", "endorse_in")
LOOKS_ON = ("press_in", "log_visits_in")

VIEWS: tuple[View, ...] = (
    View("new", _("New reports"), "inbox", _at_status(statuses.REPORTED), ("accept_in",)),
    View("mine", pgettext_lazy("view", "Mine"), "me", lambda asker: asker.waiting),
    View("pool", _("Claim pool"), "list", claimable, DEPARTMENT, of_department=True),
    View("handed", _("Handed to me"), "me", _handed_to_me, DEPARTMENT, of_department=True),
    View("assisting", _("We assist"), "list", _ours(Part.Role.ASSIST), DEPARTMENT, of_department=True),
    View("to_dispatch", _("To dispatch"), "send", _at_status(statuses.ACCEPTED), ("dispatch_in",)),
    View("to_settle", _("To settle"), "check", _at_status(statuses.KEPT), ("keep_in",)),
    View("to_check", _("To check on site"), "eye", _at_status(statuses.CHECKING), ("verify_in",)),
    View(
        "due_soon", pgettext_lazy("view", "Due soon"), "clock",
        lambda asker: OPEN & Q(due_at__gt=asker.at, due_at__lte=asker.at + SOON), tone="near", remark=_("< 2 hours"),
    ),
    View("late", pgettext_lazy("view", "Late"), "late", lambda asker: OPEN & Q(due_at__lte=asker.at), tone="late"),
    View("red", _("Red lamp"), "warning", lambda asker: OPEN & Q(lamp=Lamp.RED), ("log_visits_in",), tone="late"),
    View("to_rule", _("To rule on"), "undo", _at_status(statuses.RULING), ("rule_in", "dispatch_in")),
    View(
        "returned", _("Sent back by us"), "undo",
        lambda asker: OPEN & Q(status=statuses.RULING, department__in=asker.departments()),
        ("handle_in",), of_department=True,
    ),
    View(
        "to_decide", _("Applications to decide"), "clock",
        lambda asker: OPEN & Q(status=statuses.HANDLING) & applied(Application.State.ENDORSED)
        & asker.ground("rule_in"), ("rule_in",),
    ),
    View(
        "to_endorse", _("Applications to endorse"), "clock",
        lambda asker: OPEN & Q(status=statuses.HANDLING)
        & applied(Application.State.ASKED, asker.departments("endorse_in")),
        ("endorse_in",), of_department=True,
    ),
    View(
        "to_answer", _("Supervision to answer"), "warning",
        lambda asker: OPEN & awaiting_reply(asker.departments()), ("handle_in",), of_department=True, tone="late",
    ),
    View("to_verify", _("To verify"), "verify", _at_status(statuses.FINISHED), ("verify_in",)),
    View("to_close", _("To close"), "check", _at_status(statuses.VERIFIED), ("close_in",)),
    View("to_call", _("To call back"), "phone", _to_call, ("close_in",), beyond=True),
    View("parked", pgettext_lazy("view", "Parked"), "clock", _at_status(statuses.PARKED), ("rule_in", *DEPARTMENT)),
    View("whistled", _("Whistle running"), "whistle", _at_status(statuses.WHISTLED), ("host_in", *DEPARTMENT),
         tone="whistle"),
    View("pressed", _("Under supervision"), "warning", lambda asker: OPEN & _pressed(), LOOKS_ON),
    View("unanswered", _("Awaiting a reply"), "clock", lambda asker: OPEN & awaiting_reply(), ("press_in",)),
    View("cards", _("Yellow and red cards"), "warning", lambda asker: OPEN & _pressed(Press.Level.YELLOW), LOOKS_ON,
         tone="late"),
    View("problem", _("Problem orders"), "flag", _problem, ("rule_in", "dispatch_in", *LOOKS_ON)),
    View("key", _("Key matters"), "star", _key_matters, LOOKS_ON),
    View("clues", _("Clues to decide"), "doc", lambda asker: clues(), ("decide_clues_in", "press_in"), beyond=True),
    View("clues_decided", _("Clues decided"), "check", lambda asker: clues(decided=True),
         ("decide_clues_in", "press_in"), order=NEWEST, counted=False),
    View("taken", _("What I took down"), "edit", lambda asker: OPEN & Q(reported_by=asker.user),
         ("import_in", "report_in")),
    View("open", _("All open"), "list", lambda asker: OPEN),
    View("closed", pgettext_lazy("view", "Closed"), "check", lambda asker: ~OPEN, order=NEWEST, counted=False),
    View("all", _("All orders"), "search", lambda asker: Q(), order=NEWEST, counted=False, in_rail=False),
)  # fmt: skip
BY_CODE = {view.code: view for view in VIEWS}


def views_for(asker: Asker) -> list[View]:
    """The views of this person's rail."""
    return [view for view in VIEWS if view.fits(asker)]


def first_view(asker: Asker) -> View:
    """Where a person begins: what waits for him; who only decides clues, at those; who only took down, at that."""
    if not asker.may("see_cases_in"):
        return BY_CODE["taken"]
    return BY_CODE["clues"] if set(asker.places) <= {"see_cases_in", "decide_clues_in"} else BY_CODE["mine"]
