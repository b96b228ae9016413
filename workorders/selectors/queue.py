"""The desk's lists: saved views, filters, groups and counts. What one order's page needs is `orders.py`.

Every list begins with `visible_to`; counts and lists share their filters, so a count is always its own list's length.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from casework.models import Case, Deadline
from casework.moment import now
from grids import jurisdiction
from grids.models import Area, City
from workorders.lifecycle import FINISHED, REPORTED, WORK_ORDER
from workorders.models import WorkOrder
from workorders.selectors.paging import BY_DUE, NEWEST, Order, Page, page_of

SOON = dt.timedelta(hours=2)


@dataclass
class Asker:
    """Who looks at the desk, of which city, at which moment."""

    user: User
    city: City
    at: dt.datetime = field(default_factory=now)

    @cached_property
    def waiting(self) -> Q:
        return waiting_for(self.user)

    @cached_property
    def midnight(self) -> dt.datetime:
        """The end of the city's day."""
        local = self.at.astimezone(self.city.zone)
        return (local + dt.timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)


@dataclass(frozen=True)
class View:
    """One saved view of the desk: a name in the rail, a filter, an order."""

    code: str
    label: str | Promise
    icon: str
    holds: Callable[[Asker], Q]
    tone: str = ""
    remark: str | Promise = ""
    order: Order = BY_DUE
    # Counted in the rail. The closed ones are not: nobody works through them, and they are ever more.
    counted: bool = True
    in_rail: bool = True


OPEN = Q(closed_at=None)

VIEWS = (
    View("new", _("New reports"), "inbox", lambda asker: OPEN & Q(status=REPORTED)),
    View("mine", pgettext_lazy("view", "Mine"), "me", lambda asker: OPEN & asker.waiting),
    View(
        "due_soon", pgettext_lazy("view", "Due soon"), "clock",
        lambda asker: OPEN & Q(due_at__gt=asker.at, due_at__lte=asker.at + SOON), tone="near", remark=_("< 2 hours"),
    ),
    View("late", pgettext_lazy("view", "Late"), "late", lambda asker: OPEN & Q(due_at__lte=asker.at), tone="late"),
    View("to_verify", _("To verify"), "verify", lambda asker: OPEN & Q(status=FINISHED)),
    View("open", _("All open"), "list", lambda asker: OPEN),
    View("closed", pgettext_lazy("view", "Closed"), "check", lambda asker: ~OPEN, order=NEWEST, counted=False),
    View("all", _("All orders"), "search", lambda asker: Q(), order=NEWEST, counted=False, in_rail=False),
)  # fmt: skip
BY_CODE = {view.code: view for view in VIEWS}


def waiting_for(user: User) -> Q:
    """What waits for a step that this person may take: on his ground, or for his department."""
    places = jurisdiction.places_of(user)
    waits = Q(pk__in=[])
    for step in WORK_ORDER.steps:
        paths, departments = places.get(step.permission or "", ((), ()))
        where = Q(department__in=departments) if departments else Q(pk__in=[])
        for path in paths:
            where |= Q(area_path__startswith=path)
        if paths or departments:
            waits |= Q(status__in=step.from_) & where
    return waits


def counts(asker: Asker) -> dict[str, int]:
    """How many orders each view holds, all in one query."""
    orders = Case.objects.visible_to(asker.user).of_city(asker.city).open().filter(kind=WORK_ORDER.kind)
    wanted = {view.code: Count("pk", filter=view.holds(asker)) for view in VIEWS if view.counted}
    return orders.aggregate(**wanted)


@dataclass(frozen=True)
class Filters:
    """What narrows a view: an area, where it came from, a class of the catalogue, words."""

    area: Area | None = None
    source: str = ""
    category: str = ""
    words: str = ""

    def narrow(self, orders: QuerySet[WorkOrder]) -> QuerySet[WorkOrder]:
        if self.area:
            orders = orders.filter(area_path__startswith=self.area.path)
        if self.source:
            orders = orders.filter(source=self.source)
        if self.category:
            orders = orders.filter(category__code__startswith=self.category)
        if self.words:
            orders = orders.filter(says(self.words))
        return orders


def says(words: str) -> Q:
    """Number, title, description or place contain each of the words."""
    found = Q()
    for word in words.split()[:6]:
        named = Q(number__icontains=word) | Q(title__icontains=word)
        found &= named | Q(words__icontains=word) | Q(place__icontains=word)
    return found


@dataclass(frozen=True)
class Group:
    """Rows that fall due together, under one heading."""

    label: str | Promise
    tone: str
    count: int | None
    rows: list[WorkOrder]


@dataclass(frozen=True)
class Queue:
    """One view as the desk shows it."""

    view: View
    page: Page
    groups: list[Group]
    total: int | None


def queue(asker: Asker, view: View, filters: Filters, *, after: str = "", before: str = "") -> Queue:
    """One page of a view, grouped by when its orders fall due."""
    orders = filters.narrow(WorkOrder.objects.visible_to(asker.user).of_city(asker.city).filter(view.holds(asker)))
    page = page_of(_with_faces(orders), view.order, after=after, before=before)
    if view.order is not BY_DUE:
        return Queue(view, page, [Group("", "", None, list(page.rows))] if page.rows else [], None)
    sizes = orders.aggregate(**{name: Count("pk", filter=holds(asker)) for name, _l, _t, holds in SPANS})
    return Queue(view, page, _groups(asker, page.rows, sizes), sum(sizes.values()))


SPANS: tuple[tuple[str, str | Promise, str, Callable[[Asker], Q]], ...] = (
    ("late", pgettext_lazy("group", "Late"), "late", lambda asker: Q(due_at__lte=asker.at)),
    (
        "soon", _("Due within 2 hours"), "near",
        lambda asker: Q(due_at__gt=asker.at, due_at__lte=asker.at + SOON),
    ),
    ("today", _("Due today"), "", lambda asker: Q(due_at__gt=asker.at + SOON, due_at__lt=asker.midnight)),
    (
        "later", _("Tomorrow and later"), "",
        lambda asker: Q(due_at__gt=asker.at + SOON, due_at__gte=asker.midnight),
    ),
    ("none", _("No clock running"), "", lambda asker: Q(due_at=None)),
)  # fmt: skip


def _groups(asker: Asker, rows: Iterable[WorkOrder], sizes: dict[str, int]) -> list[Group]:
    sorted_in: dict[str, list[WorkOrder]] = {name: [] for name, *_rest in SPANS}
    for order in rows:
        sorted_in[_span_of(asker, order)].append(order)
    return [Group(label, tone, sizes[name], sorted_in[name]) for name, label, tone, _holds in SPANS if sorted_in[name]]


def _span_of(asker: Asker, order: WorkOrder) -> str:
    if order.due_at is None:
        return "none"
    if order.due_at <= asker.at:
        return "late"
    if order.due_at <= asker.at + SOON:
        return "soon"
    return "today" if order.due_at < asker.midnight else "later"


def _with_faces(orders: QuerySet[WorkOrder]) -> QuerySet[WorkOrder]:
    """All that a row shows, in a fixed number of queries."""
    clocks = Deadline.objects.open().select_related("department", "area").prefetch_related("pauses", "rungs")
    return orders.select_related("area__parent", "category", "department", "city").prefetch_related(
        Prefetch("deadlines", clocks)
    )


def reports_of(user: User, *, most: int = 10) -> list[WorkOrder]:
    """The last orders that a person reported himself, newest first."""
    mine = WorkOrder.objects.visible_to(user).filter(reported_by=user)
    return list(_with_faces(mine).order_by("-id")[:most])


def tasks_of(asker: Asker, *, most: int = 20) -> list[WorkOrder]:
    """What waits for this person, the soonest first."""
    orders = WorkOrder.objects.visible_to(asker.user).of_city(asker.city).filter(BY_CODE["mine"].holds(asker))
    return list(_with_faces(orders).order_by(*BY_DUE.columns(backwards=False))[:most])


def areas_to_choose(asker: Asker) -> QuerySet[Area]:
    """The areas by which the person's list can be narrowed: one level below the tops of what he oversees."""
    tops = jurisdiction.granted_areas(asker.user, "see_cases_in").filter(city=asker.city)
    if not tops.exists():
        tops = Area.objects.filter(city=asker.city, parent=None)
    return Area.objects.filter(parent__in=tops, level__base=False).standing().order_by("code")


def number_sought(user: User, words: str) -> Any:
    """The one visible order whose number was typed in full, if it was."""
    text = words.strip().upper()
    return WorkOrder.objects.visible_to(user).filter(number=text).values_list("number", flat=True).first()
