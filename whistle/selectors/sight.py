"""For whom and for when a board counts: the reader's ground or departments, and a year or a month of the city."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from casework.moment import now
from casework.refusals import NotYours
from grids import jurisdiction
from grids.models import Area, City

FIRST_YEAR, LAST_YEAR = 2000, 2100


def today_in(city: City) -> dt.date:
    """The city's own date, by the house's clock."""
    return now().astimezone(city.zone).date()


@dataclass(frozen=True)
class Period:
    """A year of the city, or one month of it, in the city's own days."""

    city: City
    year: int
    month: int | None = None

    @property
    def since(self) -> dt.datetime:
        return dt.datetime(self.year, self.month or 1, 1, tzinfo=self.city.zone)

    @property
    def until(self) -> dt.datetime:
        following = self.beside(1)
        return following.since

    def beside(self, step: int) -> Period:
        """The year or month after this one, or before it."""
        if self.month is None:
            return Period(self.city, self.year + step)
        months = self.year * 12 + self.month - 1 + step
        return Period(self.city, months // 12, months % 12 + 1)

    @property
    def words(self) -> str:
        """The period as a heading names it."""
        day = dt.date(self.year, self.month or 1, 1)
        return date_format(day, _("Y") if self.month is None else _("F Y"))

    @property
    def query(self) -> str:
        """The period as an address names it."""
        return f"year={self.year}" if self.month is None else f"month={self.year}-{self.month:02d}"

    @property
    def ahead(self) -> bool:
        """Whether it has not begun yet."""
        return self.since.date() > today_in(self.city)


def year_of(city: City, text: str) -> Period:
    """The year that an address names; this year where it names none."""
    year = int(text) if text.isdecimal() and len(text) == 4 else 0
    return Period(city, year if FIRST_YEAR <= year < LAST_YEAR else today_in(city).year)


def month_of(city: City, text: str) -> Period:
    """The month that an address names (2019-04); this month where it names none."""
    year, _hyphen, month = text.partition("-")
    today = today_in(city)
    if not (year.isdecimal() and len(year) == 4 and month.isdecimal() and len(month) == 2):
        return Period(city, today.year, today.month)
    if not (FIRST_YEAR <= int(year) < LAST_YEAR and 1 <= int(month) <= 12):
        return Period(city, today.year, today.month)
    return Period(city, int(year), int(month))


@dataclass(frozen=True)
class Sight:
    """What of a city's whistles a reader's boards count: his ground, or the departments he works for."""

    city: City
    top: Area
    paths: tuple[str, ...]
    # Only these departments' rows, over the whole city; None: every department.
    departments: tuple[int, ...] | None = None

    @property
    def whole(self) -> bool:
        """Whether every whistle of the rows shown is counted: else there is no year's total to be had."""
        return self.top.path in self.paths

    @property
    def values(self) -> dict[str, Any]:
        """The same for a statement."""
        return {
            "city": self.city.pk, "top": self.top.pk, "paths": [f"{path}%" for path in self.paths],
            "departments": list(self.departments) if self.departments is not None else None,
        }  # fmt: skip


def city_of(user: User) -> City:
    """The city in which the reader holds his post; refused to who holds none."""
    city = jurisdiction.cities_of(user).first()
    if city is None:
        raise NotYours(_("You hold no post in any city."))
    return city


def sight_of(user: User, city: City) -> Sight:
    """What this reader's boards count; refused to who sees no cases at all."""
    top = Area.objects.filter(city=city, parent=None).order_by("pk").first()
    if top is None:
        raise NotYours(_("Your post does not show you the whistles of this city."))
    paths = tuple(path for path in jurisdiction.paths_where(user, "see_cases_in") if path.startswith(top.path))
    if paths:
        return Sight(city, top, paths)
    departments = jurisdiction.department_keys_where(user, "see_cases_in")
    if not departments:
        raise NotYours(_("Your post does not show you the whistles of this city."))
    return Sight(city, top, (top.path,), tuple(departments))


def ground(user: User, permission: str, city: City) -> tuple[str, ...]:
    """The ground of a city on which somebody holds a permission; refused to who holds it nowhere there."""
    if not jurisdiction.may_somewhere(user, permission, city):
        raise NotYours(_("Your post does not give access to this board."))
    return tuple(jurisdiction.paths_where(user, permission))
