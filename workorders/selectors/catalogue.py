"""What can be reported today: the items of the rulebook in force, by class and group."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Q, QuerySet

from casework.moment import now
from grids.models import City, Rulebook
from grids.selectors import rulebook_in_force
from workorders.models import Category

FREQUENT = 6
LOOK_BACK = dt.timedelta(days=30)


def rulebook_today(city: City) -> Rulebook:
    """The rulebook of the city's today."""
    return rulebook_in_force(city, now().astimezone(city.zone).date())


def items_today(city: City) -> QuerySet[Category]:
    """The items that may be reported now; classes and groups only hold them, ended items are left out."""
    today = now().astimezone(city.zone).date()
    items = Category.objects.filter(rulebook=rulebook_today(city), items=None)
    return items.filter(Q(valid_until=None) | Q(valid_until__gte=today)).select_related("parent__parent")


def classes_today(city: City) -> QuerySet[Category]:
    """The major classes, for narrowing a list."""
    return Category.objects.filter(rulebook=rulebook_today(city), parent=None)


def grouped(items: QuerySet[Category]) -> list[tuple[str, list[tuple[int, str]]]]:
    """Items under the names of their class and group, as a choice field takes them."""
    groups: dict[str, list[tuple[int, str]]] = {}
    for item in items:
        groups.setdefault(_heading(item), []).append((item.pk, item.title))
    return list(groups.items())


def items_by_heading(city: City) -> list[tuple[str, list[Category]]]:
    """The items themselves under their headings, with who handles them: for a page that says so at a tap."""
    groups: dict[str, list[Category]] = {}
    for item in items_today(city).select_related("handler"):
        groups.setdefault(_heading(item), []).append(item)
    return list(groups.items())


def _heading(item: Category) -> str:
    above = item.parent
    if above is None:
        return item.title
    return f"{above.parent.title} · {above.title}" if above.parent else above.title


def frequent_items(city: City) -> list[Category]:
    """What this city has reported most in the last month: the first to offer."""
    recent = Q(orders__opened_at__gte=now() - LOOK_BACK)
    counted = items_today(city).annotate(reports=Count("orders", filter=recent)).filter(reports__gt=0)
    return list(counted.order_by("-reports", "code")[:FREQUENT])
