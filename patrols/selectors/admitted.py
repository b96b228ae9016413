"""What may be put upon grid workers today: the published catalogue and what is admitted beside it (rules 6.3).

A checklist's line of an item that is on neither falls away from the rounds by itself: `lines_of` leaves it out.
"""

from __future__ import annotations

import datetime as dt
from copy import copy
from dataclasses import dataclass

from casework.moment import now
from grids.models import Area, City
from grids.selectors import rulebook_in_force
from patrols.models import Admission, Checklist, ChecklistItem
from workorders.models import Category


@dataclass(frozen=True)
class Admitted:
    """The items of one day: those of the catalogue with their names, those admitted and those taken off, by ground."""

    day: dt.date
    names: dict[str, str]
    let_in: tuple[tuple[str, str], ...]
    taken_off: tuple[tuple[str, str], ...]

    def admits(self, code: str, path: str) -> bool:
        """Whether this item may be put upon the workers of an area, told by its path."""
        if any(code == let and path.startswith(ground) for let, ground in self.let_in):
            return True
        off = any(code == taken and path.startswith(ground) for taken, ground in self.taken_off)
        return code in self.names and not off and not code.startswith(TEMPORARY)

    def somewhere(self, code: str, path: str) -> bool:
        """Whether it may be anywhere on this ground: what a unit's list may name at all."""
        if any(code == let and (path.startswith(ground) or ground.startswith(path)) for let, ground in self.let_in):
            return True
        return self.admits(code, path)

    def name_of(self, code: str) -> str:
        """What the item is called; its code where nobody knows it any more."""
        return self.names.get(code, code)


# The codes of the catalogue are figures, so none of its items can ever bear such a code.
TEMPORARY = "T"


def admitted_on(city: City, day: dt.date) -> Admitted:
    """What may be put upon the city's grid workers on a day; three questions, whatever the number of items."""
    book = rulebook_in_force(city, day)
    names = {item.code: item.title for item in catalogue_of(city, day)}
    rows = Admission.objects.filter(city=city, admitted=True).select_related("area").order_by("asked_at", "pk")
    let_in, taken_off = [], []
    for row in rows:
        if row.state_on(day) == Admission.State.ADMITTED:
            if row.sort == Admission.Sort.TEMPORARY or row.code in names:
                let_in.append((row.code, row.area.path))
            names.setdefault(row.code, row.name)
        elif row.sort == Admission.Sort.TEMPORARY:
            names.setdefault(row.code, row.name)
        elif row.ended_at and row.ended_at >= book.published_at:
            # Off the list until the list is published anew and names it again.
            taken_off.append((row.code, row.area.path))
    return Admitted(day, names, tuple(let_in), tuple(taken_off))


def admitted_today(city: City) -> Admitted:
    """The same for the city's today."""
    return admitted_on(city, now().astimezone(city.zone).date())


def catalogue_of(city: City, day: dt.date) -> list[Category]:
    """The items of the published catalogue: the lowest entries of the rulebook in force, ended ones left out."""
    items = Category.objects.filter(rulebook=rulebook_in_force(city, day), items=None)
    return [item for item in items.order_by("code") if item.valid_until is None or item.valid_until >= day]


def lines_of(checklist: Checklist | None, area: Area, admitted: Admitted) -> list[ChecklistItem]:
    """The lines by which a point of this area is looked at today; empty where it has no list."""
    if checklist is None:
        return []
    return [line for line in checklist.items.all() if admitted.admits(line.item, area.path)]


def narrowed(checklist: Checklist, area: Area, admitted: Admitted) -> Checklist:
    """The list as one looks by it today: wherever its `items` are read, they are those that may still be asked."""
    whole, lines = checklist.items.all(), lines_of(checklist, area, admitted)
    if len(lines) == len(whole):
        return checklist
    kept = ChecklistItem.objects.filter(checklist=checklist)
    kept._result_cache = lines
    left = copy(checklist)
    left._prefetched_objects_cache = {"items": kept}  # type: ignore[attr-defined]
    return left
