"""Calls for help at the centre: the strip on every desk page, the page of calls, taking one, ending one."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from grids import jurisdiction
from patrols.forms.help import EndForm
from patrols.models import Alarm
from patrols.selectors import alarms as found
from patrols.services import alarms as services

INVALID = 422


@never_cache
@require_safe
def strip(request):
    """What every desk page asks again each few seconds; nothing for who watches nowhere."""
    return render(request, "patrols/alarm_strip.html", {"alarms": found.strip_of(request.user)})


@never_cache
@require_safe
def alarms(request):
    """The calls that stand with whom to reach on each level, and those that are over."""
    template = "patrols/alarms.html#standing" if "part" in request.GET else "patrols/alarms.html"
    return render(request, template, _page(request))


@require_POST
def take(request, key):
    """Somebody sees to it."""
    alarm = services.take(found.alarm_seen_by(request.user, key), by=request.user)
    messages.success(request, _("You see to the call of %(name)s now.") % {"name": alarm.worker})
    return redirect("alarms")


@require_POST
def end(request, key):
    """It is over, and how it went is said."""
    alarm = found.alarm_seen_by(request.user, key)
    form = EndForm(request.POST)
    try:
        services.end(alarm, by=request.user, note=form.data.get("note", "") if form.is_valid() else "")
    except ValidationError as error:
        form.full_clean()
        if not form.errors:
            form.add_error("note", error.messages)
        return render(request, "patrols/alarms.html", _page(request, alarm, form), status=INVALID)
    messages.success(request, _("The call of %(name)s is ended.") % {"name": alarm.worker})
    return redirect("alarms")


def _page(request, sent: Alarm | None = None, form: EndForm | None = None) -> dict:
    may = jurisdiction.permissions_of(request.user)
    if found.WATCH not in may:
        raise PermissionDenied(_("Calls for help here are seen to by those who watch the patrols of this area."))
    standing = [
        {
            "alarm": alarm, "levels": found.contacts_of(alarm.area), "waits": found.unanswered_for(alarm),
            "too_long": (found.unanswered_for(alarm) or found.TOO_LONG) > found.TOO_LONG,
            "whole": jurisdiction.may(request.user, "unmask_in", alarm.area),
            "form": form if sent and sent.pk == alarm.pk and form else EndForm(auto_id=f"end-{alarm.pk}-%s"),
        }
        for alarm in found.standing(request.user)
    ]  # fmt: skip
    return {"standing": standing, "ended": found.ended(request.user)}
