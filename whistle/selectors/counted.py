"""What stands behind a figure of the boards: exactly the whistles, clocks or work orders that it counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.models import Case, Deadline
from casework.refusals import NotFound
from grids.models import Area, Department
from whistle.models import Whistle
from whistle.selectors.facts import OF_DEPARTMENT, OF_STREET, STAGES, rows
from whistle.selectors.sight import Period, Sight
from workorders.lifecycle import WORK_ORDER
from workorders.models import WorkOrder
from workorders.selectors.paging import NEWEST, Order, Page, page_of

BY_BLOWN = Order("blown_at", newest_first=True)
BY_START = Order("started_at", newest_first=True)
# A clock that says something: it has ended, or it is late already.
DECIDED = Q(state__in=[Deadline.State.MET, Deadline.State.LATE]) | Q(ended_at=None, missed_at__isnull=False)

NAMES: Final[dict[str, str | Promise]] = {
    "called": gettext_lazy("called"),
    "sign_met": gettext_lazy("signed in in time"),
    "sign_late": gettext_lazy("signed in late or not at all"),
    "contact_met": gettext_lazy("made contact in time"),
    "contact_late": gettext_lazy("made contact late or not at all"),
    "arrive_met": gettext_lazy("reported in in time"),
    "arrive_late": gettext_lazy("reported in late or not at all"),
    "settle_met": gettext_lazy("settled in time"),
    "settle_late": gettext_lazy("settled late or not at all"),
    "rated": gettext_lazy("rated"),
    "rated_facts": gettext_lazy("rated by the system's facts"),
    "order_clocks_met": gettext_lazy("clocks of work orders met in time"),
    "order_clocks_late": gettext_lazy("clocks of work orders missed"),
    "satisfied": gettext_lazy("citizens satisfied"),
    "unsatisfied": gettext_lazy("citizens not satisfied"),
    "whistles": gettext_lazy("whistles blown, those that grew louder too"),
    "blown": gettext_lazy("whistles blown by people"),
    "grown": gettext_lazy("louder whistles that went out by themselves"),
    "improper": gettext_lazy("whistles ruled improper"),
    "rated_in_time": gettext_lazy("rated by the street in time"),
    "rated_by_facts": gettext_lazy("not rated in time: the system's facts stand"),
    "settled": gettext_lazy("whistles settled"),
    "running": gettext_lazy("whistles still running"),
    "went_on": gettext_lazy("whistles that went on as a louder one"),
    "void": gettext_lazy("whistles withdrawn or called off"),
    "reports": gettext_lazy("reports"),
    "reports_closed": gettext_lazy("reports closed"),
}


@dataclass(frozen=True)
class Asked:
    """Which figure of which period, of which department and street."""

    figure: str
    period: Period
    department: Department | None = None
    street: Area | None = None

    @property
    def name(self) -> str:
        return str(NAMES[self.figure])


@dataclass(frozen=True)
class Counted:
    """A page of what a figure counted, and how many there are in all; `kind` says what the rows are."""

    kind: str
    count: int
    page: Page


def asked_for(sight: Sight, period: Period, *, figure: str, department: str, street: str) -> Asked:
    """Which figure an address names; nothing is there where it names none, or one that the reader's boards lack."""
    if figure not in NAMES:
        raise NotFound(_("There is no such figure."))
    found = Asked(figure, period, _department(sight, department), _street(sight, street))
    of_department = figure in OF_DEPARTMENT or figure in _ORDERS_OF_DEPARTMENT or figure in _CLOCKS
    if of_department is not (found.department is not None):
        raise NotFound(_("There is no such figure."))
    if found.department is None and sight.departments is not None:
        raise NotFound(_("There is no such figure."))
    if figure not in OF_DEPARTMENT and figure not in OF_STREET and not sight.whole:
        raise NotFound(_("There is no such figure."))
    return found


def _department(sight: Sight, code: str) -> Department | None:
    if not code:
        return None
    known = Department.objects.filter(city=sight.city, area=sight.top, code=code)
    if sight.departments is not None:
        known = known.filter(pk__in=sight.departments)
    found = known.first()
    if found is None:
        raise NotFound(_("There is no such department on this board."))
    return found


def _street(sight: Sight, code: str) -> Area | None:
    if not code:
        return None
    found = Area.objects.filter(city=sight.city, code=code).select_related("level").first()
    if found is None:
        raise NotFound(_("There is no such area on this board."))
    return found


def counted(sight: Sight, asked: Asked, *, after: str = "", before: str = "") -> Counted:
    """One page of what a figure counted, newest first."""
    if asked.figure in OF_DEPARTMENT or asked.figure in OF_STREET:
        return _whistles(sight, asked, after, before)
    if asked.figure in _CLOCKS:
        clocks = _CLOCKS[asked.figure](_clocks(asked)).select_related("case")
        return Counted("clocks", clocks.count(), page_of(clocks, BY_START, after=after, before=before))
    orders = _orders(sight, asked)
    return Counted("orders", orders.count(), page_of(orders, NEWEST, after=after, before=before))


def _whistles(sight: Sight, asked: Asked, after: str, before: str) -> Counted:
    facts = {row["whistle"]: row for row in _facts(sight, asked)}
    whistles = Whistle.objects.filter(pk__in=facts).select_related("caller", "sort")
    page = page_of(whistles, BY_BLOWN, after=after, before=before)
    for whistle in page.rows:
        whistle.fact = facts[whistle.pk]
        whistle.stages = [(name, facts[whistle.pk].get(name)) for name in STAGES]
    return Counted("whistles", len(facts), page)


def _facts(sight: Sight, asked: Asked) -> list[dict[str, Any]]:
    more = {
        "department": asked.department.pk if asked.department else None,
        "street": asked.street.pk if asked.street else None,
    }
    of_street = "and (%(street)s::bigint is null or street.street = %(street)s)"
    # Figures come from the tables of `facts.py`; what an address says is only ever a value.
    if asked.figure in OF_STREET:
        condition = OF_STREET[asked.figure]
        statement = f"select blown.whistle from blown join street using (caller) where ({condition}) {of_street}"  # noqa: S608
    else:
        statement = f"""
            select whistle, sign, contact, arrive, settle, points::float8 as points, source from facts street
            where department = %(department)s and ({OF_DEPARTMENT[asked.figure]}) {of_street}
        """  # noqa: S608
    return rows(statement, sight, asked.period, **more)


def _clocks(asked: Asked) -> QuerySet[Deadline]:
    """The clocks of a department's work orders that began in the period, as `selectors/year.py` counts them."""
    began = Q(started_at__gte=asked.period.since, started_at__lt=asked.period.until)
    return Deadline.objects.filter(DECIDED, began, department=asked.department, clock__startswith="workorders.")


_CLOCKS: Final[dict[str, Callable[[QuerySet[Deadline]], QuerySet[Deadline]]]] = {
    "order_clocks_met": lambda clocks: clocks.filter(state=Deadline.State.MET),
    "order_clocks_late": lambda clocks: clocks.exclude(state=Deadline.State.MET),
}
_ORDERS_OF_DEPARTMENT: Final = {"satisfied": True, "unsatisfied": False}


def _orders(sight: Sight, asked: Asked) -> QuerySet[Any]:
    opened = Q(opened_at__gte=asked.period.since, opened_at__lt=asked.period.until)
    if asked.figure in _ORDERS_OF_DEPARTMENT:
        said = _ORDERS_OF_DEPARTMENT[asked.figure]
        return WorkOrder.objects.filter(opened, department=asked.department, satisfied=said)
    reports = Case.objects.filter(opened, city=sight.city, kind=WORK_ORDER.kind)
    return reports.filter(closed_at__isnull=False) if asked.figure == "reports_closed" else reports
