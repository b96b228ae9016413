"""The worker's own call for help and his records of help given; and the list of those records at the desk."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from grids import jurisdiction
from patrols.forms.help import AlarmForm, HelpForm
from patrols.selectors import alarms
from patrols.selectors import help as found
from patrols.selectors.ground import own_area
from patrols.services import alarms as calling
from patrols.services import helping

INVALID = 422


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sos(request):
    """The worker's call for help: one button, what becomes of it, and whom he can reach himself."""
    form = AlarmForm(request.POST or None, initial={"key": uuid.uuid4()})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        calling.raise_alarm(by=request.user, key=said["key"], at=said["at"], spot=said["spot"])
        return redirect("field_sos")
    area = own_area(request.user)
    levels = alarms.contacts_of(area, but=request.user) if area else []
    context = {"form": form, "alarm": alarms.last_of(request.user), "levels": levels}
    template = "patrols/sos.html#state" if "part" in request.GET else "patrols/sos.html"
    return render(request, template, context, status=INVALID if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def give(request):
    """The short record of help given, and the worker's own ones below it."""
    form = HelpForm(request.POST or None, request.FILES or None, initial={"key": uuid.uuid4()})
    if request.method == "POST" and form.is_valid() and _kept(request, form):
        messages.success(request, _("Recorded. Thank you for stopping."))
        return redirect("field_help")
    context = {"form": form, "records": found.own(request.user)}
    return render(request, "patrols/help.html", context, status=INVALID if form.errors else 200)


@never_cache
@require_safe
def given(request):
    """What was recorded on the ground that a desk watches or plans, with counts by kind."""
    if jurisdiction.permissions_of(request.user).isdisjoint(found.READS):
        raise PermissionDenied(_("These records are read by those who watch or plan the patrols of an area."))
    records = found.read_by(request.user)
    context = {"records": records[: found.MOST], "counts": found.counted(records)}
    return render(request, "patrols/help_given.html", context)


@require_safe
@cache_control(private=True, max_age=3600)
def help_photo(request, key):
    """The photo of a record, to who made it or reads the records of that ground; never run as a page."""
    record = found.record_seen_by(request.user, key)
    if record is None or not record.photo:
        raise Http404
    response = FileResponse(record.photo.open("rb"), as_attachment=True, content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _kept(request, form: HelpForm) -> bool:
    said = dict(form.cleaned_data)
    photo = said.pop("photo")
    try:
        record, _new = helping.record(by=request.user, **said)
        if photo:
            helping.add_photo(record, by=request.user, sent=photo)
    except ValidationError as error:
        form.add_error(None, ValidationError(error.messages))
        return False
    return True
