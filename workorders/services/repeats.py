"""The same person with nothing new (rules 13.2 row 40, L1 Art. 11(3)): told how far it is, and no case is opened."""

from __future__ import annotations

import math

from django.db import connection
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from casework.refusals import NotNow
from grids.geo import METRES_A_DEGREE, metres_between
from grids.models import City
from workorders.models import Reporter, WorkOrder

NEAR_METRES = 50


class Repeated(NotNow):
    """The caller's matter is open already."""

    code = "repeated"


def refuse_repeat(order: WorkOrder, reporter: Reporter, city: City) -> None:
    """Refuses a report that a caller has already made about the same thing at the same place, while that is open."""
    if not reporter.phone_key:
        return
    one_at_a_time(reporter.phone_key)
    found = same_open_matter(order, reporter.phone_key, city)
    if found is not None:
        raise Repeated(progress_of(found))


def one_at_a_time(key: str) -> None:
    """Reports of one key come one after the other until they are committed: the second of two at once sees the first.

    There is no row yet that could be held, hence PostgreSQL's lock on a number.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def same_open_matter(order: WorkOrder, key: str, city: City) -> WorkOrder | None:
    """The open order of the same caller, category and place, the newest first."""
    north = NEAR_METRES / METRES_A_DEGREE
    east = north / max(math.cos(math.radians(order.lat)), 0.01)
    mine = WorkOrder.objects.of_city(city).open().filter(
        reporter__phone_key=key, category__code=order.category.code,
        lng__range=(order.lng - east, order.lng + east), lat__range=(order.lat - north, order.lat + north),
    )  # fmt: skip
    found: list[WorkOrder] = list(mine.select_related("department", "area").order_by("-pk"))
    here = (order.lng, order.lat)
    return next((other for other in found if metres_between(here, (other.lng, other.lat)) <= NEAR_METRES), None)


def progress_of(order: WorkOrder) -> str:
    """How far an order is, in a sentence that may be read out to the caller."""
    words = {"number": order.number, "status": order.status_label, "who": order.department or order.area}
    if order.due_at is None:
        return _("This was reported before and is open as %(number)s: “%(status)s”, with %(who)s.") % words
    words["due"] = formats.date_format(timezone.localtime(order.due_at, order.city.zone), _("j M H:i"))
    return _("This was reported before and is open as %(number)s: “%(status)s”, with %(who)s, due %(due)s.") % words
