"""What a person must say to change the working calendar: one day, or a paste of many lines."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.calendar import DayKind
from casework.models import CalendarDay
from casework.year import FIRST_YEAR, LAST_YEAR

NAME_LENGTH = 40
MOST_LINES = 400
# What clerks write on a wall calendar counts as well.
KINDS = {"off": DayKind.OFF, "休": DayKind.OFF, "work": DayKind.WORK, "班": DayKind.WORK}


def check_year(day: dt.date) -> None:
    """A slip like 2207 would lie unseen for two hundred years."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        limits = {"day": day.isoformat(), "first": FIRST_YEAR, "last": LAST_YEAR}
        raise ValidationError(_("%(day)s does not lie between %(first)s and %(last)s.") % limits)


class DayForm(forms.Form):
    """One day that the plain week would have wrong."""

    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput({"type": "date"}), validators=[check_year])
    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=CalendarDay.Kind.choices)
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=NAME_LENGTH, help_text=gettext_lazy("The holiday it belongs to.")
    )

    def days(self) -> dict[dt.date, tuple[str, str]]:
        found = self.cleaned_data
        return {found["day"]: (found["kind"], found["name"].strip())}


class RemoveForm(forms.Form):
    """A listed day that becomes an ordinary one again."""

    day = forms.DateField()


class PasteForm(forms.Form):
    """Many days at once: all of them, or none."""

    lines = forms.CharField(
        label=gettext_lazy("One day a line"),
        max_length=20_000,
        widget=forms.Textarea({"rows": 8, "placeholder": "2027-01-01 off 元旦\n2027-02-13 work 春节调休"}),
        help_text=gettext_lazy("Date, “off” or “work” (休 or 班), name. A day that is listed already is changed."),
    )

    def clean_lines(self) -> dict[dt.date, tuple[str, str]]:
        found: dict[dt.date, tuple[str, str]] = {}
        wrong = []
        for number, line in enumerate(self.cleaned_data["lines"].splitlines(), 1):
            try:
                _read_line(line.split(maxsplit=2), found)
            except ValidationError as error:
                wrong.append(_("Line %(number)s: %(why)s") % {"number": number, "why": error.messages[0]})
        if len(found) > MOST_LINES:
            wrong.append(_("At most %(most)s days at once.") % {"most": MOST_LINES})
        if wrong:
            raise ValidationError(wrong)
        return found

    def days(self) -> dict[dt.date, tuple[str, str]]:
        return self.cleaned_data["lines"]


def _read_line(parts: list[str], found: dict[dt.date, tuple[str, str]]) -> None:
    """Adds one line to what was found; empty ones are left out."""
    if not parts:
        return
    if len(parts) < 3:
        raise ValidationError(_("write a date, “off” or “work”, and a name, with spaces between them."))
    written, kind, name = parts
    day = _date(written)
    if kind.lower() not in KINDS:
        raise ValidationError(_("“%(kind)s” is neither “off” nor “work”.") % {"kind": kind})
    if day in found:
        raise ValidationError(_("%(day)s stands here twice.") % {"day": written})
    if len(name) > NAME_LENGTH:
        raise ValidationError(_("the name is longer than %(most)s signs.") % {"most": NAME_LENGTH})
    found[day] = (KINDS[kind.lower()].value, name.strip())


def _date(written: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(written)
    except ValueError:
        raise ValidationError(_("“%(text)s” is not a date like 2027-01-31.") % {"text": written}) from None
    check_year(day)
    return day
