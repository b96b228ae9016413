"""On which ground a person may keep the records beside the boards: moral boards, targets, steps, allowances."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import User
from grids import jurisdiction
from grids.models import Area, City
from patrols.selectors.points import today_in

MOST = 600


def grounds_to(user: User, permission: str, city: City) -> QuerySet[Area]:
    """The standing areas above the grids in which the person may, from the top downwards."""
    areas = Area.objects.standing(today_in(city)).filter(city=city, level__base=False)
    keys = jurisdiction.areas_where(user, permission).values("pk")
    return areas.filter(pk__in=keys).select_related("level", "city").defer("boundary").order_by("path")


def below(paths: list[str], column: str = "area__path") -> Q:
    """Rows whose area lies under one of these paths; of none, no row."""
    found = Q(pk__in=[])
    for path in paths:
        found |= Q(**{f"{column}__startswith": path})
    return found
