"""Fields that several forms of a whistle share: a moment on the city's clocks, a day, a place on the map."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids.geo import DATUMS

TYPED = "%Y-%m-%dT%H:%M"
# No matter of a city's lies outside; beyond, reckoning with days runs over the edge of the calendar.
YEARS = range(2000, 2100)


def _within(value: Any) -> Any:
    if value is not None and value.year not in YEARS:
        raise ValidationError(_("This day lies too far away."))
    return value


class Moment(forms.DateTimeField):
    """A day and an hour as the clocks of the city show them, whatever zone the house runs in."""

    zone: dt.tzinfo | None = None

    def __init__(self, **kwargs: Any):
        widget = forms.DateTimeInput(format=TYPED, attrs={"type": "datetime-local"})
        super().__init__(widget=widget, **kwargs)

    def to_python(self, value: Any) -> dt.datetime | None:
        with timezone.override(self.zone):
            moment: dt.datetime | None = _within(super().to_python(value))
        return moment

    def prepare_value(self, value: Any) -> Any:
        with timezone.override(self.zone):
            return super().prepare_value(value)


class Day(forms.DateField):
    """A day."""

    def __init__(self, **kwargs: Any):
        super().__init__(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **kwargs)

    def to_python(self, value: Any) -> dt.date | None:
        day: dt.date | None = _within(super().to_python(value))
        return day


class Money(forms.DecimalField):
    """Yuan and fen."""

    def __init__(self, **kwargs: Any):
        widget = forms.NumberInput(attrs={"inputmode": "decimal"})
        super().__init__(required=False, min_value=0, max_digits=14, decimal_places=2, widget=widget, **kwargs)


def set_zone(form: forms.Form, zone: dt.tzinfo) -> None:
    """Every moment of the form is one on the clocks of this zone."""
    for field in form.fields.values():
        if isinstance(field, Moment):
            field.zone = zone


def longitude(**kwargs: Any) -> forms.FloatField:
    """Degrees east, as the phone's position or the map fills it in."""
    return _degrees(_("Longitude"), 180, "data-lng", **kwargs)


def latitude(**kwargs: Any) -> forms.FloatField:
    """Degrees north."""
    return _degrees(_("Latitude"), 90, "data-lat", **kwargs)


def _degrees(label: Any, most: int, mark: str, **kwargs: Any) -> forms.FloatField:
    widget = forms.NumberInput(attrs={"step": "any", "inputmode": "decimal", mark: ""})
    return forms.FloatField(label=label, min_value=-most, max_value=most, widget=widget, **kwargs)


class Datum(forms.ChoiceField):
    """In which datum a point is given; a phone's own unless said otherwise."""

    def __init__(self, **kwargs: Any):
        choices = [(name, name) for name in DATUMS]
        super().__init__(choices=choices, required=False, initial="wgs84", widget=forms.HiddenInput, **kwargs)

    def clean(self, value: Any) -> str:
        return str(super().clean(value) or "wgs84")
