"""What all papers of the assessment share: the words of the form, months, how counts and shares stand in a table."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from assessment.document import Document, Figure, Section
from assessment.models import Scheme

# What stands where there is nothing to say.
NOTHING = "—"


def paper_of(*, number: str, date: dt.date, edition: int = 1, sections: tuple[Section, ...], **said: Any) -> Document:
    """A paper with the few words of the form itself, in the reader's language."""
    day = date_format(date, _("j F Y"))
    editions = _("edition %(edition)s") % {"edition": edition}
    form = {
        "number": pgettext("paper", "No. %(number)s, %(edition)s") % {"number": number, "edition": editions},
        "colon": pgettext("label", ": "),
        "in_the_sheet": _("(too long for paper: in the sheet, XLSX)"),
        "foot": f"{number} · {editions} · {day} · " + _("data %(digest)s") % {"digest": "{digest}"},
    }
    return Document(
        number=number, edition=edition, date=day, sections=sections, language=get_language() or "en", form=form, **said
    )


def span_of(since: dt.date, scheme: Scheme) -> str:
    """The month, or the year, that a board is about."""
    if scheme.span == Scheme.Span.YEAR:
        return _("%(year)s") % {"year": since.year}
    return month_of(since)


def month_of(day: dt.date) -> str:
    """A month with its year, as the language writes it."""
    return date_format(day, "YEAR_MONTH_FORMAT")


def day_of(at: dt.datetime | dt.date | None) -> str:
    """A day in a column, alike in every language."""
    if at is None:
        return NOTHING
    return f"{localtime(at):%Y-%m-%d}" if isinstance(at, dt.datetime) else at.isoformat()


def counted(n: int, exempt: int) -> str:
    """`18(2)`: eighteen, of which two are exempt; the share leaves those out."""
    return f"{n + exempt}({exempt})" if exempt else str(n)


def met(k: float) -> str:
    """How many were met; put right for the mix of categories it may be no whole number."""
    return f"{round(k, 1):g}"


def share(value: float | None) -> Figure | str:
    """A share in a column."""
    return NOTHING if value is None else Figure(value, 1, percent=True)


def band(low: float | None, high: float | None) -> str:
    """The 80 % band of a share."""
    if low is None or high is None:
        return NOTHING
    return f"{low * 100:.1f}–{Figure(high, 1, percent=True).shown}"


def points(value: float | None) -> Figure | str:
    """Points in a column."""
    return NOTHING if value is None else Figure(value, 2)


def listed(words: list[str]) -> str:
    """Several things as one part of a sentence."""
    return pgettext("list", ", ").join(words)
