"""What another system or a sheet says of an order, as plain texts by field; made into what a report needs, or refused.

`Drafter` asks the city once for what every row needs; `services/reporting.py` opens one, `services/batches.py` many.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids import geo
from grids.models import Area, City
from grids.sheets import ROUNDED
from workorders.models import Category, Source, WorkOrder
from workorders.models.details import DETAILS, EXTERNAL
from workorders.selectors.catalogue import items_today
from workorders.services.details import details_for
from workorders.services.reporting import Told

# What a sheet or a client may say, besides the details of its source.
FIELDS: Final = {
    "external_no": gettext_lazy("Number at the source"),
    "words": gettext_lazy("Description"),
    "category": gettext_lazy("Category"),
    "place": gettext_lazy("Address"),
    "area": gettext_lazy("Area code"),
    "lng": gettext_lazy("Longitude"),
    "lat": gettext_lazy("Latitude"),
    "datum": gettext_lazy("Datum"),
    "reporter_name": gettext_lazy("Reporter's name"),
    "reporter_phone": gettext_lazy("Reporter's phone"),
    "nature": gettext_lazy("What is wanted"),
}
NEEDED: Final = ("external_no", "words", "category")
LONGEST: Final = {"words": 2000, "place": 200, "reporter_name": 60, "reporter_phone": 20, "external_no": 60}


@dataclass(frozen=True)
class Draft:
    """One order as it was told, whole and checked; `area` only where it was named instead of a point."""

    category: Category
    words: str
    place: str
    point: tuple[float, float, str]
    area: Area | None
    told: Told

    @property
    def external_no(self) -> str:
        return str(self.told.details[EXTERNAL])


class Drafter:
    """Reads drafts for one source of one city."""

    def __init__(self, city: City, source: Source):
        self.city, self.source = city, source
        self.categories: dict[str, Category] = {}
        for item in items_today(city):
            for name in (item.code, item.name, item.name_en.lower()):
                self.categories.setdefault(name, item)
        self.centres: dict[str, tuple[float, float]] = {}
        self.natures = {str(code): code for code in WorkOrder.Nature.values}

    @cached_property
    def areas(self) -> dict[str, Area]:
        """All standing areas of the city by code: read once, by whoever has many rows."""
        return {area.code: area for area in self._standing().defer("boundary")}

    def area(self, code: str) -> Area | None:
        """One standing area; a single order does not read all of them."""
        if "areas" in self.__dict__:
            return self.areas.get(code)
        return self._standing().filter(code=code).first() if code else None

    def _standing(self) -> QuerySet[Area]:
        return Area.objects.filter(city=self.city).standing().select_related("level", "city")

    def fields(self) -> dict[str, Any]:
        """The fields that this source takes, with their words."""
        details = {name: DETAILS[name].label for name in self.source.asks if name != EXTERNAL}
        return {**FIELDS, **details}

    def draft(self, said: Mapping[str, str]) -> Draft:
        """One order of what was said; every field that is wrong is named with its reason."""
        wrong = {name: _("is missing") for name in NEEDED if not said.get(name, "").strip()}
        wrong |= {
            name: _("is longer than %(most)s signs") % {"most": most}
            for name, most in LONGEST.items() if len(said.get(name, "")) > most
        }  # fmt: skip
        wrong |= {name: _("holds a character that no text holds") for name, text in said.items() if "\x00" in text}
        if said.get("external_no", "").startswith(ROUNDED):
            wrong["external_no"] = _("was rounded by the spreadsheet; format this column as text")
        category = self._category(said, wrong)
        area, point = self._place(said, wrong)
        told = self._told(said, wrong)
        if wrong or category is None or point is None:
            raise ValidationError({name: [str(reason)] for name, reason in wrong.items()})
        return Draft(category, said["words"].strip(), said.get("place", "").strip(), point, area, told)

    def _category(self, said: Mapping[str, str], wrong: dict[str, Any]) -> Category | None:
        name = said.get("category", "").strip()
        found = self.categories.get(name) or self.categories.get(name.lower())
        if found is None and name:
            wrong.setdefault("category", _("“%(name)s” is not in the catalogue") % {"name": name[:40]})
        return found

    def _place(
        self, said: Mapping[str, str], wrong: dict[str, Any]
    ) -> tuple[Area | None, tuple[float, float, str] | None]:
        """The point that was given, or the area that was named with its centre."""
        lng, lat, code = (said.get(name, "").strip() for name in ("lng", "lat", "area"))
        if lng or lat:
            return None, _point(lng, lat, said.get("datum", "").strip() or "wgs84", wrong)
        area = self.area(code)
        if area is None:
            words = _("“%(code)s” is no area of this city") if code else _("or longitude and latitude are missing")
            wrong["area"] = words % {"code": code[:24]}
            return None, None
        return area, (*self._centre(area), "wgs84")

    def _centre(self, area: Area) -> tuple[float, float]:
        """A point within the area; of one without a line, within the next above that has one."""
        if area.code not in self.centres:
            lines = Area.objects.above(area).exclude(boundary=None)
            line = area.boundary or next((above.boundary for above in lines.reverse()), None)
            self.centres[area.code] = geo.inner_point(line) if line else (self.city.map_lng, self.city.map_lat)
        return self.centres[area.code]

    def _told(self, said: Mapping[str, str], wrong: dict[str, Any]) -> Told:
        nature = said.get("nature", "").strip() or WorkOrder.Nature.HELP
        if nature not in self.natures:
            labels = {str(label): code for code, label in WorkOrder.Nature.choices}
            if nature not in labels:
                wrong["nature"] = _("“%(nature)s” is not known") % {"nature": nature[:40]}
            nature = labels.get(nature, nature)
        given = {name: said[name] for name in DETAILS if said.get(name, "").strip()}
        details: dict[str, Any] = {}
        try:
            details = details_for(self.source, given)
        except ValidationError as error:
            wrong |= {name: wrong.get(name) or " ".join(words) for name, words in error.message_dict.items()}
        reporter = {name: said.get(f"reporter_{name}", "").strip() for name in ("name", "phone")}
        return Told(self.source.code, reporter, details, nature)


def _point(lng: str, lat: str, datum: str, wrong: dict[str, Any]) -> tuple[float, float, str] | None:
    try:
        point = (float(lng), float(lat), datum)
        geo.to_wgs84(*point)
    except ValueError:
        wrong["lng"] = _("longitude and latitude must be numbers")
    except ValidationError as error:
        wrong["lng"] = " ".join(error.messages)
    else:
        return point
    return None


def digest_of(said: Mapping[str, str]) -> str:
    """What was said, as a hash that does not depend on the order of its fields."""
    kept = json.dumps({name: text.strip() for name, text in said.items() if text.strip()}, sort_keys=True)
    return salted_hmac("gridwhistle.incoming", kept, algorithm="sha256").hexdigest()
