"""Visits on the phone: who is due, one person or home from the mask to the record."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from grids import jurisdiction
from grids.views.changing import UNPROCESSABLE, done
from patrols.forms.visits import DoorForm, EventForm, VisitForm
from patrols.models import Visit
from patrols.selectors import visits as found
from patrols.services import visiting
from registers.selectors.sight import VISITS


@never_cache
@require_safe
def visits(request):
    """Whom the worker is to visit, masked, most overdue first."""
    if VISITS not in jurisdiction.permissions_of(request.user):
        raise PermissionDenied(_("Your posts do not let you visit people."))
    homes = request.GET.get("what") == "homes"
    rows = found.due_households(request.user) if homes else found.due(request.user)
    late = sum(row.state == "late" for row in rows)
    return render(request, "patrols/visits.html", {"rows": rows, "homes": homes, "late": late, "most": found.MOST})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def visit(request, key):
    """One person or home, masked; and the record of a visit to it."""
    target = found.target_seen_by(request.user, key)
    form = VisitForm(request.POST or None, initial={"key": uuid.uuid4()})
    kept: list[Visit] = []
    if request.method == "POST" and done(form, lambda: kept.append(_recorded(request.user, key, form))):
        return redirect("field_visited", kept[0].key)
    return _page(request, target, form=form)


@never_cache
@require_POST
def door(request, key):
    """I stand at the door: shows whom one visits, on this answer alone."""
    target = found.target_seen_by(request.user, key)
    form, opened = DoorForm(request.POST), {}
    if done(form, lambda: opened.update(visiting.open_door(request.user, key, **_where(form)))):
        return _page(request, target, opened=opened)
    return _page(request, target, door=form)


@require_POST
def event(request, key):
    """A fall, a hospital, a death in the family: the clock of the next visit starts anew."""
    target = found.target_seen_by(request.user, key)
    form = EventForm(request.POST)
    if done(form, lambda: visiting.tell_event(request.user, key, kind=form.cleaned_data["kind"])):
        messages.success(request, _("Noted. The next visit is due by its limit."))
        return redirect("field_visit", key)
    return _page(request, target, event=form)


@never_cache
@require_safe
def visited(request, key):
    """A visit that was recorded, and what can follow from it in one tap."""
    kept = found.own_visit(request.user, key)
    context = {
        "visit": kept,
        "found": visiting.found_of(kept),
        "signs": [Visit.Sign(sign).label for sign in kept.signs],
    }
    return render(request, "patrols/visited.html", context)


@require_POST
def visit_order(request, key):
    """Opens the follow-up order, once."""
    kept = found.own_visit(request.user, key)
    try:
        visiting.follow_up(kept, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("field_visited", key)


def _recorded(user, key, form: VisitForm) -> Visit:
    kept, _new = visiting.record(by=user, target=key, **form.said())
    return kept


def _where(form: DoorForm) -> dict:
    return {"spot": form.cleaned_data["spot"], "away": form.cleaned_data["away"]}


def _page(request, target: found.Target, *, opened: dict | None = None, **forms) -> HttpResponse:
    form = forms.get("form") or VisitForm(initial={"key": uuid.uuid4()})
    bad = any(each.is_bound and each.errors for each in forms.values())
    context = {
        "target": target, "opened": opened, "form": form, "door": forms.get("door") or DoorForm(),
        "event": forms.get("event") or EventForm(),
    }  # fmt: skip
    return render(request, "patrols/visit.html", context, status=UNPROCESSABLE if bad else 200)
