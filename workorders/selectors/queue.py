"""The desk's lists: one view's page with its groups, filters and counts. Which views there are: `desks.py`.

Every list begins with `visible_to`; counts and lists share their filters, so a count is always its own list's length.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Count,
    DateTimeField,
    F,
    Func,
    IntegerField,
    Prefetch,
    Q,
    QuerySet,
    Value,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from casework.models import Case, CaseQuerySet, Deadline, Pause, Rung
from casework.models.case import Lamp
from casework.moment import now
from grids import jurisdiction
from grids.models import Area
from workorders.lifecycle import CALL_BACK, WORK_ORDER
from workorders.models import Category, OpenOrder, SavedView, WorkOrder
from workorders.selectors.desks import BY_CODE, SOON, VIEWS, Asker, View, views_for
from workorders.selectors.paging import BY_DUE, Page, page_of
from workorders.selectors.search import Sought, search, sought
from workorders.selectors.waiting import clues

__all__ = [
    "BY_CODE", "SOON", "VIEWS", "Asker", "Filters", "Group", "Queue", "View", "areas_to_choose", "counts",
    "number_sought", "queue", "reports_of", "saved_counts", "sought", "tasks_of",
]  # fmt: skip


# What no words narrow; what is found by words that stand nearly everywhere.
ANYTHING, MANY = Sought(Q(), many=False), Sought(Q(), many=True)


def counts(asker: Asker, views: Sequence[View] | None = None) -> dict[str, int]:
    """How many orders each view of the person's rail holds: one query for the open ones, one for what lies beyond."""
    wanted = [view for view in (views_for(asker) if views is None else views) if view.counted]
    orders = _cases(asker)
    found = _aggregate(orders.open(), asker, [view for view in wanted if not view.beyond])
    beyond = [view for view in wanted if view.beyond]
    if beyond:
        calls = Q(closed_at__isnull=False, due_at__isnull=False, due_clock=CALL_BACK)
        kept = Case.objects.of_city(asker.city).filter(calls).values("pk")
        with_clues = Case.objects.of_city(asker.city).filter(clues()).values("pk")
        found |= _aggregate(orders.filter(pk__in=kept.union(with_clues)), asker, beyond)
    return found


def _aggregate(orders: QuerySet[Case], asker: Asker, views: Sequence[View]) -> dict[str, int]:
    return orders.aggregate(**{view.code: Count("pk", filter=view.holds(asker)) for view in views}) if views else {}


def saved_counts(asker: Asker, saved: Sequence[SavedView]) -> dict[int, int]:
    """How many orders each of a person's own views holds, in one query besides one for each that asks for words.

    Lists that are not counted have no number here either, nor has a word that stands in thousands of orders. Each view
    is counted by itself within the one query, so that each finds its own index: passed over together, all would read
    every open order.
    """
    asked = {kept.pk: QueryDict(kept.query) for kept in saved}
    codes = {query.get("area", "") for query in asked.values()} - {""}
    areas = {area.code: area for area in Area.objects.filter(city=asker.city, code__in=codes)} if codes else {}
    lists = {key: _counted_list(asker, query, areas) for key, query in asked.items()}
    sizes = [
        found.order_by().annotate(view_key=Value(key)).values("view_key").annotate(size=Count("pk"))
        for key, found in lists.items() if found is not None
    ]  # fmt: skip
    counted = {row["view_key"]: row["size"] for row in sizes[0].union(*sizes[1:], all=True)} if sizes else {}
    return {key: counted.get(key, 0) for key, found in lists.items() if found is not None}


def _counted_list(asker: Asker, query: QueryDict, areas: dict[str, Area]) -> QuerySet[Case] | None:
    """What a kept view holds, if it is counted."""
    view = BY_CODE.get(query.get("view", ""), BY_CODE["all"])
    filters = Filters(
        areas.get(query.get("area", "")), query.get("source", ""), query.get("category", ""), query.get("q", ""),
        query.get("family", ""),
    )  # fmt: skip
    words = _words(asker, view, filters) if view.of_open else MANY
    return None if words.many else _list(asker, view, filters, words)


@dataclass(frozen=True)
class Filters:
    """What narrows a view: an area, where it came from, a class of the catalogue, a family of work, words."""

    area: Area | None = None
    source: str = ""
    category: str = ""
    words: str = ""
    family: str = ""

    def of_case(self) -> Q:
        """What it leaves, as far as a case's own row tells."""
        return Q(area_path__startswith=self.area.path) if self.area else Q()

    def of_order(self) -> Q:
        """What it leaves by what only work orders have."""
        left = Q(source=self.source) if self.source else Q()
        return left & Q(category__in=self._categories()) if self.category or self.family else left

    def _categories(self) -> list[int]:
        """The catalogue's rows that are meant, of every rulebook: named one by one, they are looked up in an index."""
        meant = Category.objects.filter(code__startswith=self.category)
        meant = meant.filter(family=self.family) if self.family else meant
        return list(meant.order_by("pk").values_list("pk", flat=True))


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
    words = _words(asker, view, filters)
    cases = _list(asker, view, filters, words)
    page = page_of(cases.only("pk", view.order.moment), view.order, after=after, before=before)
    page = replace(page, rows=_orders_of(page.rows))
    if view.order is not BY_DUE:
        return Queue(view, page, [Group("", "", None, list(page.rows))] if page.rows else [], None)
    sizes = {} if words.many else _sizes(asker, cases)
    return Queue(view, page, _groups(asker, page.rows, sizes), None if words.many else sum(sizes.values()))


def _words(asker: Asker, view: View, filters: Filters) -> Sought:
    """Where the words stand that narrow a list."""
    return search(asker.user, filters.words, open_only=view.of_open) if filters.words else ANYTHING


def _list(asker: Asker, view: View, filters: Filters, words: Sought) -> QuerySet[Case]:
    """All that a narrowed view holds, in no order yet: its pages and its count begin here."""
    cases = _cases(asker).filter(view.holds(asker), filters.of_case())
    if of_order := filters.of_order():
        orders: QuerySet[Any, Any] = OpenOrder.objects.all() if view.of_open else WorkOrder._base_manager.all()
        cases = cases.filter(pk__in=orders.filter(of_order).order_by().values("pk"))
    return cases.filter(words.holds)


def _sizes(asker: Asker, cases: QuerySet[Case]) -> dict[int, int]:
    """How many rows fall in each span, over all pages."""
    bounds = Value(_bounds(asker), output_field=ArrayField(DateTimeField()))
    span = Func(F("due_at"), bounds, function="width_bucket", output_field=IntegerField())
    counted = cases.order_by().values_list(Coalesce(span, UNDATED)).annotate(Count("pk"))
    return dict(counted)


def _cases(asker: Asker) -> CaseQuerySet[Case]:
    """The orders that the person sees, by the rows that all kinds of case share: few columns, and the indexes."""
    return Case.objects.visible_to(asker.user).of_city(asker.city).filter(kind=WORK_ORDER.kind)


def _orders_of(cases: Iterable[Case]) -> list[WorkOrder]:
    """The orders of chosen rows, in their order, with their faces: joined before, whole tables would be read."""
    keys = [case.pk for case in cases]
    found = _with_faces(WorkOrder._base_manager.all()).in_bulk(keys)
    _light(found.values())
    return [found[key] for key in keys if key in found]


# Label and tone of each span of time, as `_bounds` parts them; last what has no moment.
SPANS: tuple[tuple[str | Promise, str], ...] = (
    (pgettext_lazy("group", "Late"), "late"), (_("Due within 2 hours"), "near"), (_("Due today"), ""),
    (_("Tomorrow and later"), ""), (_("No clock running"), ""),
)  # fmt: skip
UNDATED = len(SPANS) - 1
# What is due at a moment itself is late at that moment, and due soon two hours before.
AFTER = dt.timedelta.resolution


def _bounds(asker: Asker) -> list[dt.datetime]:
    """Where the spans after the first begin: soon, today, later."""
    soon = asker.at + SOON + AFTER
    return [asker.at + AFTER, soon, max(soon, asker.midnight)]


def _groups(asker: Asker, rows: Iterable[WorkOrder], sizes: dict[int, int]) -> list[Group]:
    sorted_in: list[list[WorkOrder]] = [[] for _span in SPANS]
    bounds = _bounds(asker)
    for order in rows:
        sorted_in[UNDATED if order.due_at is None else bisect_right(bounds, order.due_at)].append(order)
    return [
        Group(label, tone, sizes.get(span), sorted_in[span])
        for span, (label, tone) in enumerate(SPANS) if sorted_in[span]
    ]  # fmt: skip


# The columns of a row (`templates/workorders/row.html`) and of its clock's face (`casework/templatetags/cases.py`).
ROW = (
    "kind", "number", "title", "status", "rulebook", "opened_at", "closed_at", "lamp", "due_at", "due_clock", "paused",
    "source", "problem", "joined_to", "area__name", "area__name_en", "category__name", "category__name_en",
    "department__name", "department__name_en",
)  # fmt: skip
CLOCK = ("case", "clock", "state", "amount", "unit", "due_at", "ended_at", "missed_at")


def _with_faces(orders: QuerySet[WorkOrder]) -> QuerySet[WorkOrder]:
    """The columns that a row shows, and its open clocks."""
    joined = orders.select_related("area", "category", "department").only(*ROW)
    return joined.prefetch_related(Prefetch("deadlines", Deadline.objects.open().only(*CLOCK)))


def _light(orders: Collection[WorkOrder]) -> None:
    """What the clocks' faces say besides: the pause a clock stands in, the lamps lit on one that is not late yet."""
    clocks, at = [clock for order in orders for clock in order.deadlines.all()], now()
    stood = [clock for clock in clocks if clock.state == Deadline.State.PAUSED]
    running = [clock for clock in clocks if clock.state == Deadline.State.RUNNING and clock.due_at > at]
    pauses = Pause.objects.filter(until=None).only("deadline", "since", "until")
    lamps = Rung.objects.filter(fired_at__isnull=False, lamp__gte=Lamp.YELLOW).only("deadline", "lamp", "fired_at")
    leads = WorkOrder._base_manager.only("number")
    prefetch_related_objects([order for order in orders if order.joined_to_id], Prefetch("joined_to", leads))
    prefetch_related_objects(stood, Prefetch("pauses", pauses))
    prefetch_related_objects(running, Prefetch("rungs", lamps))


def reports_of(user: User, *, most: int = 10) -> list[WorkOrder]:
    """The last orders that a person reported himself, newest first."""
    mine = WorkOrder.objects.visible_to(user).filter(reported_by=user)
    found = list(_with_faces(mine).order_by("-id")[:most])
    _light(found)
    return found


def tasks_of(asker: Asker, *, most: int = 20) -> list[WorkOrder]:
    """What waits for this person, the soonest first."""
    cases = _cases(asker).filter(BY_CODE["mine"].holds(asker)).only("pk")
    return _orders_of(cases.order_by(*BY_DUE.columns(backwards=False))[:most])


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
