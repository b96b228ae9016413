"""How often each street whistles: too seldom or too often (rules.md 13.3 row 66), month by month for a year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import connection

from grids.models import Area, City, Rulebook
from whistle.selectors.facts import STREET_OF_BLOWN
from whistle.selectors.sight import Period, Sight, today_in

MONTHS: Final = 12
# Rules.md 13.3 row 66, whistles per street and month; the bounds are this product's choice.
FEWEST: Final = 0.2
MOST: Final = 5


@dataclass(frozen=True)
class Rate:
    """One street: what it blew in each month, and what that is a month."""

    street: Area
    counts: list[int]
    # How many of the months shown the city has been working with the system.
    months: int

    @property
    def total(self) -> int:
        return sum(self.counts)

    @property
    def mean(self) -> float:
        return self.total / self.months

    @property
    def few(self) -> bool:
        return self.mean < FEWEST

    @property
    def many(self) -> bool:
        return self.mean > MOST


@dataclass(frozen=True)
class Monitor:
    """The last twelve months, this one the last, and each street's rate in them."""

    months: list[Period]
    rates: list[Rate]
    # Whistles of all streets in each month.
    sums: list[int]

    @property
    def few(self) -> list[Rate]:
        return [rate for rate in self.rates if rate.few]

    @property
    def many(self) -> list[Rate]:
        return [rate for rate in self.rates if rate.many]


def monitor_of(sight: Sight) -> Monitor:
    """The rates of the streets that the reader sees; what grew louder by itself nobody blew, and does not count."""
    today = today_in(sight.city)
    months = [Period(sight.city, today.year, today.month)]
    while len(months) < MONTHS:
        months.insert(0, months[0].beside(-1))
    counts = _counts(sight, months)
    lived = _lived(sight.city, months)
    rates = [
        Rate(street, [counts.get((street.pk, f"{m.year}-{m.month:02d}"), 0) for m in months], lived)
        for street in _streets(sight, {street for street, _month in counts})
    ]
    return Monitor(months, rates, [sum(column) for column in zip(*(rate.counts for rate in rates), strict=True)])


_COUNTS: Final = f"""
with blown as (
    select w.caller_id as caller, to_char(w.blown_at at time zone %(zone)s, 'YYYY-MM') as month
    from whistle_whistle w join casework_case c on c.id = w.case_ptr_id
    where c.city_id = %(city)s and w.blown_at >= %(since)s and w.blown_at < %(until)s
      and w.blown_by_id is not null and c.area_path like any (%(paths)s)
), street as ({STREET_OF_BLOWN})
select street.street, month, count(*) from blown join street using (caller) group by 1, 2
"""  # noqa: S608


def _counts(sight: Sight, months: Sequence[Period]) -> dict[tuple[int, str], int]:
    values = {**sight.values, "since": months[0].since, "until": months[-1].until, "zone": sight.city.time_zone}
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, values)
        return {(street, month): count for street, month, count in cursor.fetchall()}


def _streets(sight: Sight, blew: set[int]) -> list[Area]:
    """Every street that stands in the reader's ground, those without a whistle too; and those that are no more."""
    standing = Area.objects.standing(today_in(sight.city)).filter(city=sight.city, level__accepts=True)
    lowest = standing.order_by("-level__rank").values_list("level__rank", flat=True).first()
    inside = [area for area in standing.filter(level__rank=lowest).defer("boundary") if _inside(area, sight.paths)]
    gone = Area.objects.filter(pk__in=blew - {area.pk for area in inside}).defer("boundary")
    return sorted([*inside, *gone], key=lambda area: area.code)


def _inside(area: Area, paths: Sequence[str]) -> bool:
    return any(area.path.startswith(path) for path in paths)


def _lived(city: City, months: Sequence[Period]) -> int:
    """How many of these months the city has had its rules: a street is not quiet while nobody could whistle."""
    began: dt.date | None = (
        Rulebook.objects.filter(city=city).order_by("effective_from").values_list("effective_from", flat=True).first()
    )
    lived = [month for month in months if began is None or month.until.date() > began]
    return max(1, len(lived))
