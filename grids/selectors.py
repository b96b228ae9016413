"""Questions about the ground: which rules are in force, which desk accepts, who answers, what is short of staff."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from grids.models import Area, City, Rulebook


def rulebook_in_force(city: City, on: dt.date) -> Rulebook:
    """The newest rulebook of the city that is in force on a day."""
    book = Rulebook.objects.filter(city=city, effective_from__lte=on).order_by("-effective_from", "-version").first()
    if book is None:
        raise ValidationError(_("%(city)s has no rulebook in force on %(day)s.") % {"city": city, "day": on})
    return book


def desk_of(area: Area) -> Area:
    """The area whose desk accepts and dispatches what is reported here; the city's own where no level does."""
    above = Area.objects.above(area).select_related("level")
    return above.filter(level__accepts=True).last() or above.first() or area
