"""The duty roster of a desk: two weeks of A and B, and the form that gives a turn."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from grids import forms, jurisdiction, selectors
from grids.models import Area
from grids.services import duty as roster
from grids.views.changing import UNPROCESSABLE, done

# Whoever runs the desk arranges its turns; an organiser may too.
ARRANGES = ("dispatch_in", "appoint_in")


@require_safe
def duty(request: HttpRequest) -> HttpResponse:
    """The roster of the person's own desk, or of the first one there is."""
    desk = selectors.own_desk_of(request.user)
    if desk is None:
        return render(request, "grids/duty.html", {"desk": None})
    return redirect("duty_of", desk.code)


def duty_of(request: HttpRequest, code: str) -> HttpResponse:
    """The roster of one desk; who arranges it gives turns on the same page."""
    desks = list(selectors.desks_of(request.user))
    desk = next((desk for desk in desks if desk.code == code), None)
    if desk is None:
        raise Http404
    if request.method == "POST" and not _may_arrange(request, desk):
        jurisdiction.require(request.user, ARRANGES[0], desk)
    form = forms.TurnForm(request.POST or None, place=desk)
    if request.method == "POST" and done(form, lambda: roster.set_turn(desk, **form.said())):
        messages.success(request, _("The turn is on the roster."))
        return redirect("duty_of", code)
    turns = selectors.roster_of(desk, since=selectors.today_in(desk.city))
    context = {"desk": desk, "desks": desks, "form": form, "turns": turns, "may_arrange": _may_arrange(request, desk)}
    return render(request, "grids/duty.html", context, status=UNPROCESSABLE if form.is_bound else 200)


def _may_arrange(request: HttpRequest, desk: Area) -> bool:
    return not jurisdiction.permissions_at(request.user, desk).isdisjoint(ARRANGES)
