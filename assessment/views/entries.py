"""录入: the sheets of marks that wait for the assessment team, one line of a sheet as a form, the papers behind."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from assessment.forms.entries import MarkForm, mark_forms
from assessment.selectors import entries as found
from assessment.selectors.entries import Line, Sheet
from assessment.services.entering import enter_marks
from assessment.views.whereabouts import city_of
from casework.refusals import NotFound

INVALID = 422
TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg"}


@never_cache
@require_safe
def entries(request):
    """What is to be entered: each board's month with its lines and how far they are."""
    city, area = city_of(request), request.GET.get("area", "")
    sheets = found.sheets_for(request.user, city, area=area)
    context = {"city": city, "sheets": sheets, "areas": found.areas_for(request.user, city), "area": area}
    return render(request, "assessment/entries.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def entry_line(request, code: str, area: str, month: str, indicator: str):
    """One line of a sheet: a row for each who is assessed."""
    city = city_of(request)
    sheet = found.sheet_at(request.user, city, code, area, _day(month))
    line = next((each for each in sheet.lines if each.indicator.code == indicator), None)
    if line is None:
        raise NotFound(_("This scheme has no such entered line."))
    sent = request.method == "POST"
    forms = mark_forms(line.rows, *((request.POST, request.FILES) if sent else ()))
    refused = _entered(request, sheet, line, forms) if sent else []
    if sent and refused is None:
        return redirect(f"{request.path}?city={city.slug}")
    context = {"city": city, "sheet": sheet, "line": line, "forms": forms, "refused": refused}
    return render(request, "assessment/entry_line.html", context, status=INVALID if sent else 200)


@require_safe
@cache_control(private=True, max_age=3600)
def entry_evidence(request, key):
    """The paper behind a mark; it is saved, never run."""
    entry = found.visible_entry(request.user, key)
    ending = str(entry.evidence.name).rpartition(".")[2]
    name = f"{entry.since:%Y%m}-{entry.pk}.{ending}"
    response = FileResponse(entry.evidence.open("rb"), as_attachment=True, filename=name, content_type=TYPES[ending])
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _entered(request, sheet: Sheet, line: Line, forms: list[MarkForm]) -> list[str] | None:
    """None once the marks are entered, else what is wrong with the whole; with a row, the row says it."""
    checked = [form.is_valid() for form in forms]  # each: all that is wrong is told at once
    if not all(checked):
        return [_("Nothing was entered yet. Please look at the rows that are marked.")]
    marks = [mark for form in forms if (mark := form.mark()) is not None]
    try:
        entered = enter_marks(sheet, line, by=request.user, marks=marks)
    except ValidationError as error:
        return error.messages
    messages.success(
        request, ngettext("%(n)s mark entered.", "%(n)s marks entered.", len(entered)) % {"n": len(entered)}
    )
    return None


def _day(text: str) -> dt.date:
    """The first day of the month of an address like 2026-10."""
    try:
        return dt.datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007  (a day of the calendar, no moment)
    except ValueError:
        raise NotFound(_("There is no such month.")) from None
