"""The working calendar as the database has it, and what its changes do to open clocks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from casework.calendar import DayKind, Hours, WorkingCalendar
from casework.models import CalendarDay, CalendarVersion, WorkingHours
from grids.models import City

_calendars: dict[int, WorkingCalendar] = {}


def calendar_of(city: City) -> WorkingCalendar:
    """The city's calendar; read once a process and again whenever its version has moved on."""
    version = CalendarVersion.objects.filter(city=city).values_list("version", flat=True).first() or 0
    known = _calendars.get(city.pk)
    if known is None or known.version != version:
        _calendars[city.pk] = known = read_calendar(city, version)
    return known


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
