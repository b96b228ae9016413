"""What the command centre asks: how much is open and late where, which areas lie below, what lies where.

All of it through `visible_to`, so two readers of one map may see different colours. Lines are `sheets.py`'s.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet

from casework.models import Case
from casework.moment import now
from grids import jurisdiction
from grids.models import Area, City
from grids.selectors import today_in
from insight.sheets import Box
from workorders.models import WorkOrder

# Open cases per grid: 0, 1, 2, 3–4, 5 and more. Fixed, never quantiles of the moment: a colour must mean the same at
# nine in the morning and at nine in the evening.
CLASS_ENDS = (0.5, 1.5, 2.5, 4.5)
MOST_POINTS = 500


@dataclass(frozen=True)
class Tally:
    """Open cases of a place, and those of them whose time is over."""

    open: int = 0
    late: int = 0


NOTHING = Tally()


def late() -> Q:
    """Of open cases, those whose time is over, as the queue's own view has it: a count and its list are one.

    That they are open is asked before: asked once more here, each row would be read, where an index answers alone.
    """
    return Q(due_at__lte=now())


@dataclass(frozen=True)
class Sight:
    """What one reader sees of a city: tallies by area, and the paths he oversees (all of it, for a department)."""

    tallies: dict[int, Tally]
    paths: list[list[int]]
    everywhere: bool

    def of(self, path: list[int]) -> Tally | None:
        """An area's tally by its path; None where the reader oversees nothing, for then no figure would be true."""
        found = self.tallies.get(path[-1])
        if found or self.everywhere:
            return found or NOTHING
        overseen = any(top[-1] in path or path[-1] in top for top in self.paths)
        return NOTHING if overseen else None


def sight_of(user: jurisdiction.Person, city: City) -> Sight:
    """What the reader may see open in each area of the city, on every level."""
    paths = [_keys(path) for path in jurisdiction.paths_where(user, "see_cases_in")]
    whole = any(len(path) == 1 for path in paths)
    everywhere = whole or jurisdiction.departments_where(user, "see_cases_in").filter(city=city).exists()
    return Sight(tallies(user, city), paths, everywhere)


def tallies(user: jurisdiction.Person, city: City) -> dict[int, Tally]:
    """How many open cases the reader may see in each area of the city, by the area's key. One question."""
    cases = Case.objects.visible_to(user).of_city(city).open()
    rows = cases.values_list("area_path").annotate(here=Count("pk"), over=Count("pk", filter=late()))
    found: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for path, here, over in rows:
        for key in _keys(path):
            found[key][0] += here
            found[key][1] += over
    return {key: Tally(*sums) for key, sums in found.items()}


def _keys(path: str) -> list[int]:
    return [int(key) for key in path.split("/") if key]


def class_of(tally: Tally, grids: int = 1) -> int:
    """The colour class, 0 to 4, of a place that holds so many grids; one with anything open is never 0."""
    per_grid = tally.open / max(grids, 1)
    found = sum(per_grid >= end for end in CLASS_ENDS)
    return max(found, 1) if tally.open else 0


def home_of(user: jurisdiction.Person, city: City) -> Area | None:
    """Where the reader's map opens: the one area he oversees, or the whole city; None where a city has no areas."""
    standing = Area.objects.filter(city=city).standing(today_in(city)).select_related("level", "city")
    paths = jurisdiction.paths_where(user, "see_cases_in")
    mine = list(standing.filter(path__in=paths)[:2])
    return mine[0] if len(mine) == 1 else standing.order_by("level__rank", "code").first()


def areas_below(area: Area, rank: int) -> QuerySet[Area]:
    """The standing areas of a level inside an area."""
    standing = Area.objects.filter(city=area.city_id).standing(today_in(area.city))
    return standing.within(area).on_level(rank).defer("boundary").order_by("code")


def areas_named(city: City, words: str, *, most: int) -> QuerySet[Area]:
    """The standing areas whose name holds these words, or whose code begins with them; higher levels first."""
    named = Q(name__icontains=words) | Q(name_en__icontains=words) | Q(code__startswith=words)
    standing = Area.objects.filter(named, city=city).standing(today_in(city))
    light = standing.defer("boundary", "parent__boundary").select_related("parent")
    return light.order_by("level__rank", "code")[:most]


def open_cases(user: jurisdiction.Person, area: Area, *, most: int) -> QuerySet[Case]:
    """The open cases of an area that the reader may see, those with the least time left first."""
    cases = Case.objects.visible_to(user).of_city(area.city).open().filter(area_path__startswith=area.path)
    cases = cases.select_related("area", "department", "city").defer("area__boundary")
    cases = cases.prefetch_related("deadlines__pauses", "deadlines__rungs")
    return cases.order_by(F("due_at").asc(nulls_last=True), "pk")[:most]


def open_points(user: jurisdiction.Person, city: City, box: Box) -> QuerySet[WorkOrder]:
    """The open orders inside a box that the reader may see, those with the least time left first."""
    west, south, east, north = box
    inside = WorkOrder.objects.visible_to(user).of_city(city).open()
    inside = inside.filter(lng__range=(west, east), lat__range=(south, north))
    return inside.order_by(F("due_at").asc(nulls_last=True), "pk")
