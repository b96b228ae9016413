"""The working calendar as the database has it, and what its changes do to open clocks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from casework.calendar import DayKind, Hours, WorkingCalendar
from casework.models import CalendarDay, CalendarVersion, WorkingHours
from grids.models import City

# Each with the mark of the row it was read under: the version alone comes again after a rollback, with other days.
_calendars: dict[int, tuple[tuple[int, int], WorkingCalendar]] = {}
_MARK = RawSQL("casework_calendarversion.xmin::text::bigint", ())


def calendar_of(city: City) -> WorkingCalendar:
    """The city's calendar; read once a process and again whenever its version has moved on."""
    mark = CalendarVersion.objects.filter(city=city).values_list("version", _MARK).first() or (0, 0)
    known = _calendars.get(city.pk)
    if known is None or known[0] != mark:
        _calendars[city.pk] = known = (mark, read_calendar(city, mark[0]))
    return known[1]


def read_calendar(city: City, version: int) -> WorkingCalendar:
    """The city's calendar straight from its rows."""
    hours = [
        Hours(row.since, row.until, tuple((start, end) for start, end in row.spans))
        for row in WorkingHours.objects.filter(city=city)
    ]
    days = {row.day: DayKind(row.kind) for row in CalendarDay.objects.filter(city=city)}
    return WorkingCalendar(city.zone, hours, days, version)


@transaction.atomic
def publish_days(*, city: City, days: Mapping[dt.date, tuple[str, str]], source: str) -> None:
    """Enters or changes days (kind and name each); open clocks follow within the next sweep."""
    for day, (kind, name) in days.items():
        if kind not in CalendarDay.Kind.values:
            raise ValidationError(_("A day is “off” or “work”, not “%(kind)s”.") % {"kind": kind})
        CalendarDay.objects.update_or_create(
            city=city, day=day, defaults={"kind": kind, "name": name, "source": source}
        )
    touch(city)


@transaction.atomic
def withdraw_days(*, city: City, days: Iterable[dt.date]) -> None:
    """Takes days out again; they become plain weekdays or weekends."""
    CalendarDay.objects.filter(city=city, day__in=list(days)).delete()
    touch(city)


def touch(city: City) -> None:
    """Marks the calendar as changed."""
    _row, made = CalendarVersion.objects.get_or_create(city=city)
    if not made:
        CalendarVersion.objects.filter(city=city).update(version=F("version") + 1)
