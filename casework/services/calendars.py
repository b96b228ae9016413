"""Changes of the working calendar. It is read by `selectors.calendar_of`; open clocks follow by `follow.py`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from casework.models import CalendarDay, CalendarVersion
from grids.models import City
from grids.once import forget


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
    forget()
    _row, made = CalendarVersion.objects.get_or_create(city=city)
    if not made:
        CalendarVersion.objects.filter(city=city).update(version=F("version") + 1)
