"""Which rules and words are in force, which desk accepts, which functional group takes a matter."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db.models import Max, QuerySet
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.models import Area, City, Definition, Department, GroupMatter, Net, Panel, Rulebook
from grids.once import once


def rulebook_in_force(city: City, on: dt.date) -> Rulebook:
    """The newest rulebook of the city that is in force on a day."""
    books = Rulebook.objects.filter(city=city, effective_from__lte=on).order_by("-effective_from", "-version")
    book = once(("rulebook", city.pk, on), books.first)
    if book is None:
        raise ValidationError(_("%(city)s has no rulebook in force on %(day)s.") % {"city": city, "day": on})
    return book


def areas_above(area: Area) -> list[Area]:
    """The area with all that hold it, the topmost first."""
    return once(("above", area.pk, area.path), lambda: list(Area.objects.above(area).select_related("level")))


def desk_of(area: Area) -> Area:
    """The area whose desk accepts and dispatches what is reported here; the city's own where no level does."""
    return desk_among(areas_above(area)) or area


def desk_among(line: list[Area]) -> Area | None:
    """The same among the areas that hold one another, the topmost first."""
    return next((area for area in reversed(line) if area.level.accepts), line[0] if line else None)


def today_in(city: City) -> dt.date:
    """The city's own date, wherever the server stands."""
    return timezone.now().astimezone(city.zone).date()


def groups_for(category: str, rulebook: Rulebook, area: Area) -> list[Department]:
    """The functional groups that take a matter of this category here, the one named most exactly first (归口归类)."""
    # A group may be given a whole class: "0603" takes "060301" too.
    wider = [category[:length] for length in range(1, len(category) + 1)]
    serving = Department.objects.standing().serving(area)
    taken = serving.filter(matters__rulebook=rulebook, matters__category__in=wider)
    return list(taken.annotate(exactness=Max(Length("matters__category"))).order_by("-exactness", "code"))


def matters_of(groups: list[Department], rulebook: Rulebook) -> dict[int, list[str]]:
    """The categories each of these groups takes, by the group's key; one question for all of them."""
    found: dict[int, list[str]] = {group.pk: [] for group in groups}
    rows = GroupMatter.objects.filter(rulebook=rulebook, group__in=groups).order_by("category")
    for group, category in rows.values_list("group_id", "category"):
        found[group].append(category)
    return found


def panels_of(rulebook: Rulebook) -> QuerySet[Panel]:
    """The headings under which this city shows a grid."""
    return Panel.objects.filter(rulebook=rulebook)


def definitions_of(rulebook: Rulebook) -> QuerySet[Definition]:
    """What the city means by its words."""
    return Definition.objects.filter(rulebook=rulebook)


def nets_of(city: City) -> QuerySet[Net]:
    """The specialised nets that run over this city's grids."""
    return Net.objects.filter(city=city, in_use=True)
