"""The supervision offices over an order: the nearest one presses, the one above it looks at problem orders."""

from __future__ import annotations

from grids.models import Department
from workorders.models import WorkOrder


def offices_over(order: WorkOrder) -> list[Department]:
    """The standing supervision offices whose ground holds the order, the nearest first."""
    offices = Department.objects.standing().filter(kind=Department.Kind.SUPERVISION, area__in=order.area.path_keys)
    return list(offices.order_by("-area__level__rank", "code"))


def office_of(order: WorkOrder) -> Department | None:
    """The supervision office nearest to the order."""
    return next(iter(offices_over(order)), None)


def office_above(order: WorkOrder) -> Department | None:
    """The office one level above the one nearest to the order; the nearest where there is none above."""
    offices = offices_over(order)
    above = (office for office in offices if office.area_id != offices[0].area_id)
    return next(above, offices[0] if offices else None)
