"""The care kinds of the rulebook in force."""

from __future__ import annotations

from grids.models import City
from grids.once import once
from grids.selectors import rulebook_in_force, today_in
from registers.models import CareKind


def kinds_of(city: City) -> dict[str, CareKind]:
    """The care kinds of the city today, by code, in their order."""
    book = rulebook_in_force(city, today_in(city))
    return once(("care kinds", book.pk), lambda: {kind.code: kind for kind in CareKind.objects.filter(rulebook=book)})


def kinds_about_people(city: City) -> list[CareKind]:
    """Those that a person may be given."""
    return [kind for kind in kinds_of(city).values() if kind.about == CareKind.About.PERSON]
