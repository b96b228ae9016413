"""One year of a city's working calendar as a page shows it: twelve months of days, and what is listed beside the week.

How time passes is `calendar.py`; changes are `services/calendars.py`.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass

from casework.calendar import DayKind
from casework.models import CalendarDay, CalendarVersion, Deadline
from grids.models import City
from grids.selectors import today_in

FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True)
class YearDay:
    """A day of the page: worked or not, and why where the plain week would have it wrong."""

    day: dt.date
    works: bool
    listed: CalendarDay | None
    today: bool


@dataclass(frozen=True)
class Month:
    """A month in weeks that begin on Monday; None stands for days of its neighbours."""

    first: dt.date
    weeks: list[list[YearDay | None]]


@dataclass(frozen=True)
class Run:
    """Days one after the other that are listed alike: a holiday of a week is one line."""

    days: list[CalendarDay]

    @property
    def first(self) -> CalendarDay:
        return self.days[0]

    @property
    def last(self) -> CalendarDay:
        return self.days[-1]


@dataclass(frozen=True)
class Following:
    """How far the open clocks have followed the calendar's last change."""

    open: int
    behind: int


def listed_days(city: City, year: int) -> list[CalendarDay]:
    """The holidays and make-up days of a year, by date."""
    return list(CalendarDay.objects.filter(city=city, day__year=year))


def runs_of(listed: list[CalendarDay]) -> list[Run]:
    """The listed days in runs, by date."""
    runs: list[Run] = []
    for row in listed:
        before = runs[-1].last if runs else None
        if before and _alike(before, row):
            runs[-1].days.append(row)
        else:
            runs.append(Run([row]))
    return runs


def _alike(before: CalendarDay, row: CalendarDay) -> bool:
    adjoins = row.day - before.day == dt.timedelta(days=1)
    return adjoins and (before.kind, before.name, before.source) == (row.kind, row.name, row.source)


def months_of(city: City, year: int, listed: list[CalendarDay]) -> list[Month]:
    """The twelve months of a year."""
    rows = {row.day: row for row in listed}
    today = today_in(city)
    weeks = calendar.Calendar(firstweekday=calendar.MONDAY)

    def cell(day: dt.date, month: int) -> YearDay | None:
        row = rows.get(day)
        works = row.kind == DayKind.WORK if row else day.weekday() < calendar.SATURDAY
        return YearDay(day, works, row, day == today) if day.month == month else None

    return [
        Month(
            dt.date(year, month, 1),
            [[cell(day, month) for day in week] for week in weeks.monthdatescalendar(year, month)],
        )
        for month in range(1, 13)
    ]


def clocks_following(city: City) -> Following:
    """The open clocks of the city, and those that the calendar's last change has not reached yet."""
    clocks = Deadline.objects.open().filter(case__city=city)
    version = CalendarVersion.objects.filter(city=city).first()
    if version is None or version.followed >= version.version:
        return Following(clocks.count(), 0)
    return Following(clocks.count(), clocks.filter(calendar_version__lt=version.version).count())
