"""What the desk's forms of patrols have in common: a service's refusal stands at its field, days and reasons."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from workorders.forms.fields import sentence

YEARS = range(2000, 2100)


class Asked(forms.Form):
    """A form that shows a service's sentences where they were asked; `said` are the service's own arguments."""

    def refuse(self, error: ValidationError) -> None:
        told = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: [error]}
        for name, errors in told.items():
            self.add_error(name if name in self.fields else None, ValidationError(errors))

    def said(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class Day(forms.DateField):
    """A day of a year that the calendar can reckon with."""

    def __init__(self, **kwargs: Any):
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(widget=widget, **kwargs)

    def to_python(self, value: Any) -> dt.date | None:
        day: dt.date | None = super().to_python(value)
        if day is not None and day.year not in YEARS:
            raise ValidationError(_("This day lies too far away."))
        return day


def degrees(label: Any, most: int, mark: str) -> forms.FloatField:
    """Longitude or latitude, as the map or the phone fills it in."""
    widget = forms.NumberInput(attrs={"step": "any", "inputmode": "decimal", mark: ""})
    return forms.FloatField(label=label, min_value=-most, max_value=most, widget=widget)


class BecauseForm(Asked):
    """Something ends, and why."""

    because = sentence(_("Why it ends"), rows=2, most=300)


class NothingForm(Asked):
    """A press of a button, and nothing more to say."""
