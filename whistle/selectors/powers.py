"""How the streets use the powers the city gave them: how often each, and the log behind the counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from casework.moment import now
from grids import jurisdiction
from grids.models import Area, City
from grids.selectors import rulebook_in_force
from whistle.models import PowerUse, StreetPower

SHOWN = 50


@dataclass(frozen=True)
class Log:
    """The powers with how often each was used, the latest uses, and the key from which the earlier ones begin."""

    counts: Sequence[StreetPower]
    uses: Sequence[PowerUse]
    earlier: int | None


def powers_of(city: City) -> QuerySet[StreetPower]:
    """The powers of the rulebook in force; none where the city gives none."""
    book = rulebook_in_force(city, now().astimezone(city.zone).date())
    return StreetPower.objects.filter(rulebook=book).order_by("place")


def log_of(user: User, city: City, *, before: int | None = None) -> Log:
    """What this person may see of the log: the uses on the ground that he oversees."""
    seen = Q(pk__in=())
    for path in jurisdiction.paths_where(user, "see_cases_in"):
        seen |= Q(area__path__startswith=path)
    uses = PowerUse.objects.filter(seen, area__city=city).select_related("power", "area", "whistle", "by")
    counted = dict(uses.order_by().values_list("power__code").annotate(times=Count("pk")))
    counts = list(powers_of(city))
    for power in counts:
        power.times = counted.get(power.code, 0)  # type: ignore[attr-defined]
    page = list((uses.filter(pk__lt=before) if before else uses).order_by("-pk")[: SHOWN + 1])
    return Log(counts, page[:SHOWN], page[SHOWN - 1].pk if len(page) > SHOWN else None)


def streets_for(user: User, city: City) -> QuerySet[Area]:
    """The areas for which this person may enter a use: those on which he may blow."""
    return jurisdiction.granted_areas(user, "blow_in").filter(city=city).order_by("path")
