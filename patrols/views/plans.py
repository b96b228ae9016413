"""Checklists with their editions, key times, and entry control: what may be asked of grid workers at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casework.refusals import NotFound, NotYours
from grids import jurisdiction
from patrols.forms.asked import BecauseForm, NothingForm
from patrols.forms.plans import AdmitForm, ApplyForm, ChecklistForm, EditionForm, KeyTimeForm, RefuseForm
from patrols.selectors import plans as select
from patrols.selectors.admitted import admitted_today, catalogue_of
from patrols.selectors.points import city_of, kinds_of, today_in
from patrols.services import admissions as entry
from patrols.services import checklists as lists
from patrols.services import key_times as times
from patrols.services.points import PLANS
from patrols.services.risks import NAMES
from patrols.views.desk import INVALID, beside, done, keys, page, sent


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def checklists(request):
    """The lists in force; who names risks for a unit writes its lists here."""
    city, user = city_of(request.user), request.user
    form = ChecklistForm(sent(request), city=city, user=user) if select.units_of(user, city).exists() else None
    if request.method == "POST":
        if form is None:
            raise NotYours(_("Your posts do not let you write checklists for a unit."))
        made = done(request, form, lambda said: lists.write_checklist(by=user, **said), _("The list is in force."))
        if made:
            return redirect("checklist", key=made.pk)
    found = select.checklists_listed(user, city, **keys(request))
    context = {"rows": found.rows, "form": form, "items": _items(city) if form else []} | beside(request, found)
    return page(request, city, "checklists", context, _status(form))


def _items(city):
    """The catalogue and what is admitted beside it, for who writes a list."""
    day, admitted = today_in(city), admitted_today(city)
    codes = sorted({item.code for item in catalogue_of(city, day)} | {code for code, _ground in admitted.let_in})
    return [(code, admitted.name_of(code)) for code in codes]


def _status(form) -> int:
    return INVALID if form is not None and form.is_bound else 200


@never_cache
@require_safe
def checklist(request, key):
    """One edition: its lines, what has fallen away, the other editions."""
    city = city_of(request.user)
    return _show_list(request, city, select.checklist_seen_by(request.user, city, key))


def _show_list(request, city, found, status=200, form=None):
    writes = found.until is None and jurisdiction.may(request.user, NAMES, found.department)
    context = {
        "list": found, "lines": select.lines_told(found, admitted_today(city)), "editions": select.editions_of(found),
        "form": (form or EditionForm.of(found)) if writes else None, "items": _items(city) if writes else [],
        "used": found.points.filter(ended_at=None).count(),
    }  # fmt: skip
    return page(request, city, "checklist", context, status)


LIST_STEPS: dict[str, tuple[Any, Any, Any]] = {
    "replace": (EditionForm, lists.replace_checklist, gettext_lazy("The new edition is in force.")),
    "end": (NothingForm, lists.end_checklist, gettext_lazy("Nothing more is looked at by this list.")),
}


@require_POST
def checklist_step(request, key, step):
    """The next edition of a list, or its end."""
    city = city_of(request.user)
    found = select.checklist_seen_by(request.user, city, key)
    if step not in LIST_STEPS:
        raise NotFound(_("There is no such thing to do here."))
    jurisdiction.require(request.user, NAMES, found.department)
    form_of, service, said = LIST_STEPS[step]
    form = form_of(request.POST)
    made = done(request, form, lambda told: service(found, by=request.user, **told), str(said))
    return redirect("checklist", key=made.pk) if made else _show_list(request, city, found, INVALID, form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def key_times(request):
    """The city's key times and the desks' own; who plans patrols sets one here."""
    city, user = city_of(request.user), request.user
    plans = jurisdiction.may_somewhere(user, PLANS, city)
    form = KeyTimeForm(sent(request), city=city, user=user) if plans else None
    if request.method == "POST":
        if form is None:
            raise NotYours(_("Your posts do not let you plan patrols."))
        if done(request, form, lambda said: times.set_key_time(by=user, **said), _("The key time is set.")):
            return redirect("key_times")
    return _show_times(request, city, form)


def _show_times(request, city, form):
    found, today = select.key_times_listed(request.user, city, **keys(request)), today_in(city)
    for row in found.rows:
        row.city = city
        row.next_day = select.next_day_of(row, today) if row.ended_at is None else None
        row.ends = row.rulebook_id is None and jurisdiction.may(request.user, PLANS, row.area) and not row.ended_at
    context = {"rows": found.rows, "form": form, "kinds": kinds_of(city), "today": today}
    return page(request, city, "key_times", {**context, **beside(request, found)}, _status(form))


@require_POST
def end_key_time(request, key):
    """The days are ordinary ones again."""
    city = city_of(request.user)
    times.end_key_time(select.key_time_seen_by(request.user, city, key), by=request.user)
    messages.success(request, _("The key time has ended."))
    return redirect("key_times")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def admissions(request):
    """What departments apply to put upon grid workers, and what was decided."""
    city, user = city_of(request.user), request.user
    form = ApplyForm(sent(request), city=city, user=user) if select.units_of(user, city).exists() else None
    if request.method == "POST":
        if form is None:
            raise NotYours(_("Your posts do not let you apply for a unit."))
        if done(request, form, lambda said: entry.apply_for(by=user, **said), _("Applied; whoever may admit decides.")):
            return redirect("admissions")
    return _show_admissions(request, city, form, _status(form))


def _show_admissions(request, city, form=None, status=200, bound=None):
    found, today = select.admissions_listed(request.user, city, **keys(request)), today_in(city)
    for row in found.rows:
        row.state = row.state_on(today)
        row.acts = {act: _form_of(act, row) for act in select.acts_open(row, request.user)}
        if bound and bound[0] == row.pk:
            row.acts[bound[1]] = bound[2]
    return page(request, city, "admissions", {"rows": found.rows, "form": form, **beside(request, found)}, status)


def _form_of(act, row, data=None):
    auto_id = f"{act}{row.pk}_%s"
    if act == "admit":
        return AdmitForm(data, admission=row, auto_id=auto_id)
    return (RefuseForm if act == "refuse" else BecauseForm)(data, auto_id=auto_id)


ENTRY_STEPS: dict[str, Callable[..., Any]] = {"admit": entry.admit, "refuse": entry.refuse, "end": entry.end}


@require_POST
def admission_step(request, key, step):
    """Admits, refuses or ends."""
    city, user = city_of(request.user), request.user
    found = select.admission_seen_by(user, city, key)
    service = ENTRY_STEPS.get(step)
    if service is None:
        raise NotFound(_("There is no such thing to do here."))
    form = _form_of(step, found, request.POST)
    if done(request, form, lambda told: service(found, by=user, **told), _("Done.")):
        return redirect("admissions")
    return _show_admissions(request, city, None, INVALID, (found.pk, step, form))
