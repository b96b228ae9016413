"""Key points: the list with its map, a new one, one with its history, and what is done to it."""

from __future__ import annotations

import json
from typing import Any

from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casework.moment import now
from casework.refusals import NotFound, NotYours
from grids import jurisdiction
from patrols.forms.asked import BecauseForm
from patrols.forms.points import ChangeForm, PointForm
from patrols.selectors import points as select
from patrols.selectors.admitted import admitted_today, lines_of
from patrols.services import points as services
from patrols.views.desk import INVALID, beside, done, keys, page, sent, wanted
from workorders.selectors.places import drawing_of
from workorders.selectors.places import lines_of as ground_lines

PLANS = services.PLANS


@never_cache
@require_safe
def points(request):
    """The list, what is overdue longest first."""
    city = select.city_of(request.user)
    asked, kinds = wanted(request, city), select.kinds_of(city)
    found = select.listed(request.user, city, asked, **keys(request))
    context = {
        "rows": found.rows, "asked": asked, "kinds": kinds, "areas": select.areas_to_choose(request.user, city),
        "at": now(), "plans": jurisdiction.may_somewhere(request.user, PLANS, city),
        "marks": _marks(found.rows), "lines": json.dumps(select.lines_around(found.rows)),
    }  # fmt: skip
    return page(request, city, "points", {**context, **beside(request, found)})


def _marks(rows) -> str:
    """The points of the page as the map draws them."""
    at = now()
    told = ("lng", "lat", "name")
    rows = [({name: getattr(row, name) for name in told}, row.seen_at and row.due_at <= at) for row in rows]
    return json.dumps([{**row, "late": bool(late)} for row, late in rows])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    """A key point where none was."""
    city = select.city_of(request.user)
    if not jurisdiction.may_somewhere(request.user, PLANS, city):
        raise NotYours(_("Your posts do not let you plan patrols."))
    form = PointForm(sent(request), city=city, user=request.user)
    if request.method == "POST":
        made = done(
            request, form, lambda said: services.set_point(by=request.user, city=city, **said), _("The point is set.")
        )
        if made:
            return redirect("patrol_point", key=made.key)
    ground = jurisdiction.granted_areas(request.user, PLANS).select_related("city", "parent")
    context = {"form": form, "lines": ground_lines(ground)}
    return page(request, city, "point_new", context, INVALID if form.is_bound else 200)


def _set(user, city, said):
    return services.set_point(by=user, city=city, **said)


@never_cache
@require_safe
def point(request, key):
    """One point: what it is, by which list it is looked at, who was there."""
    return _show(request, select.point_seen_by(request.user, key))


def _show(request, found, status=200, **bound):
    user, city = request.user, found.city
    plans = found.ended_at is None and jurisdiction.may(user, PLANS, found.area)
    forms = {"change": ChangeForm(point=found, user=user), "end": BecauseForm(auto_id="end_%s")} if plans else {}
    context = {
        "point": found, "kind": select.kinds_of(city).title(found.kind), "at": now(), "forms": {**forms, **bound},
        "history": _history(user, found),
        "lines": lines_of(found.checklist, found.area, admitted_today(city)),
        "drawing": drawing_of(found),
    }  # fmt: skip
    return page(request, city, "point", context, status)


def _history(user, found):
    """Who was there, each with what he found wrong."""
    rows = select.check_ins_at(user, found)
    wrong = select.findings_told(rows, found.checklist)
    return [(row, wrong.get(row.pk, [])) for row in rows]


# What is done to a point: the form that asks for it, the service, and what is said of it.
STEPS: dict[str, tuple[Any, Any, Any]] = {
    "change": (
        lambda request, found: ChangeForm(request.POST, point=found, user=request.user),
        services.change_point, gettext_lazy("The point was changed."),
    ),
    "end": (
        lambda request, found: BecauseForm(request.POST, auto_id="end_%s"),
        services.end_point, gettext_lazy("Nobody goes to this point any more."),
    ),
}  # fmt: skip


@require_POST
def step(request, key, step):
    """Changes a point or ends it."""
    found = select.point_seen_by(request.user, key)
    if step not in STEPS:
        raise NotFound(_("There is no such thing to do here."))
    jurisdiction.require(request.user, PLANS, found.area)
    form_of, service, said = STEPS[step]
    form = form_of(request, found)
    if done(request, form, lambda told: service(found, by=request.user, **told), str(said)) is None:
        return _show(request, select.point_seen_by(request.user, key), INVALID, **{step: form})
    return redirect("patrol_point", key=found.key)
