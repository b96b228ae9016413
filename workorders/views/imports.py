"""Sheets of orders: handed in, looked at with a verdict per row, confirmed; the background task does the work."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casework.refusals import NotFound, NotYours
from grids import jurisdiction, sheets
from workorders.forms.imports import ColumnsForm, SheetForm
from workorders.models import ImportBatch
from workorders.selectors import batches as found
from workorders.services import batches

SHEETS = {
    "csv": (sheets.as_csv, "text/csv; charset=utf-8"),
    "xlsx": (sheets.as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request):
    """The person's own sheets, and a form for the next."""
    city = _city(request.user)
    said = (request.POST, request.FILES) if request.method == "POST" else ()
    form = SheetForm(*said, city=city)
    batch = _hand_in(form, request.user, city) if said else None
    if batch:
        return redirect("import_batch", key=batch.key)
    context = {"form": form, "batches": found.batches_of(request.user), "city": city}
    return render(request, "workorders/imports.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_safe
def import_batch(request, key):
    """One sheet: how far it is, its rows with their verdicts, what can be done now."""
    batch = found.batch_of(request.user, key)
    part = "#state" if request.GET.get("part") == "state" else ""
    return render(request, f"workorders/import.html{part}", _page(request, batch))


@require_POST
def import_columns(request, key):
    """Says which column means what; the sheet is judged anew."""
    batch = found.batch_of(request.user, key)
    form = ColumnsForm(request.POST, batch=batch)
    if form.is_valid() and _choose(batch, form, request.user):
        return redirect("import_batch", key=key)
    return render(request, "workorders/import.html", _page(request, batch) | {"columns_form": form}, status=422)


@require_POST
def import_confirm(request, key):
    """Has the new rows imported."""
    batches.confirm(found.batch_of(request.user, key), by=request.user)
    return redirect("import_batch", key=key)


@never_cache
@require_safe
def import_errors(request, key, ending):
    """The wrong rows as a sheet, to be mended and handed in again."""
    batch = found.batch_of(request.user, key)
    if ending not in SHEETS:
        raise NotFound(_("There is no such sheet, or somebody else handed it in."))
    write, content_type = SHEETS[ending]
    response = HttpResponse(write(found.wrong_rows(batch)), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="errors-{batch.key.hex[:8]}.{ending}"'
    return response


def _city(user):
    area = jurisdiction.granted_areas(user, "import_in").select_related("city").order_by("path").first()
    if area is None:
        raise NotYours(_("Your post does not let you import."))
    return area.city


def _hand_in(form: SheetForm, user, city) -> ImportBatch | None:
    if not form.is_valid():
        return None
    file = form.cleaned_data["file"]
    try:
        return batches.hand_in(
            by=user, city=city, source=form.cleaned_data["source"], name=file.name, content=file.read()
        )
    except ValidationError as error:
        form.add_error(None, error.messages)
        return None


def _choose(batch: ImportBatch, form: ColumnsForm, user) -> ImportBatch | None:
    try:
        return batches.choose_columns(batch, by=user, columns=form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return None


def _page(request, batch: ImportBatch) -> dict:
    verdict, after = request.GET.get("verdict", ""), request.GET.get("after", "")
    rows, following = found.rows_of(batch, verdict, int(after) if after.isdecimal() and len(after) < 8 else 0)
    readable = batch.state == ImportBatch.State.READ
    return {
        "batch": batch, "face": found.face_of_batch(batch), "rows": rows, "next_line": following, "verdict": verdict,
        "columns_form": ColumnsForm(batch=batch) if readable else None,
    }  # fmt: skip
