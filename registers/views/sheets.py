"""Sheets of people and homes: handed in, looked at with a verdict per row, confirmed."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from grids import jurisdiction, sheets
from grids.views.changing import UNPROCESSABLE, done
from registers.forms import SheetForm
from registers.models import RegisterBatch
from registers.selectors import sheets as found
from registers.selectors.sight import KEEPS
from registers.services import sheets as services
from registers.views.frame import key_in, require_registers

WRITERS = {
    "csv": (sheets.as_csv, "text/csv; charset=utf-8"),
    "xlsx": (sheets.as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request):
    """The person's own sheets, and a form for the next."""
    require_registers(request.user, KEEPS)
    area = jurisdiction.granted_areas(request.user, KEEPS).select_related("city").order_by("path")[0]
    form = SheetForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    made: list[RegisterBatch] = []
    if form.is_bound and done(form, lambda: made.append(_handed_in(form, request.user, area.city))):
        return redirect("register_import", made[0].key)
    context = {"form": form, "batches": found.batches_of(request.user), "city": area.city}
    return render(request, "registers/imports.html", context, status=UNPROCESSABLE if form.is_bound else 200)


@never_cache
@require_safe
def batch(request, key):
    """One sheet: its rows with their verdicts, what can be done now."""
    return _page(request, found.batch_of(request.user, key))


@require_POST
def confirm(request, key):
    """Takes in what is new or changed."""
    sheet = found.batch_of(request.user, key)
    form = SheetForm(data={})
    form.fields.clear()
    if done(form, lambda: services.confirm(sheet, by=request.user)):
        return redirect("register_import", key)
    return _page(request, sheet, form)


@never_cache
@require_safe
def errors(request, key, ending):
    """The wrong rows as a sheet, to be mended and handed in again."""
    sheet = found.batch_of(request.user, key)
    return _file(f"errors-{sheet.key.hex[:8]}", ending, found.wrong_rows(sheet))


@never_cache
@require_safe
def empty(request, ending):
    """A sheet with our headings and no row."""
    require_registers(request.user, KEEPS)
    return _file("registers", ending, found.empty_sheet())


def _handed_in(form: SheetForm, user, city) -> RegisterBatch:
    return services.hand_in(by=user, city=city, content=form.cleaned_data["file"].read())


def _page(request, sheet: RegisterBatch, form: SheetForm | None = None):
    verdict = request.GET.get("verdict", "")
    rows, following = found.lines_of(sheet, verdict, key_in(request.GET.get("after", "")[:8]))
    counts = found.counts_of(sheet)
    context = {
        "batch": sheet, "rows": rows, "following": following, "verdict": verdict, "counts": counts, "form": form,
        "to_take": counts["new"] + counts["changed"], "bad": counts["wrong"] + counts["double"],
        "verdicts": [(code, label, counts[code]) for code, label in found.Verdict.choices],
    }  # fmt: skip
    return render(request, "registers/import.html", context, status=UNPROCESSABLE if form else 200)


def _file(name: str, ending, rows):
    if ending not in WRITERS:
        raise Http404
    write, content_type = WRITERS[ending]
    response = HttpResponse(write(rows), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    return response
