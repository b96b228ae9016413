"""Risk and hazard points as units name them: the list with its form, one of them, and what is done to it."""

from __future__ import annotations

from typing import Any

from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casework.refusals import NotFound, NotYours
from grids import jurisdiction
from grids.models import Area
from patrols.forms.asked import Asked, BecauseForm
from patrols.forms.points import KeyPointForm, RiskForm
from patrols.selectors import points as select
from patrols.selectors.plans import units_of
from patrols.services import points as services
from patrols.services.risks import NAMES, end_risk, name_risk
from patrols.views.desk import INVALID, beside, done, keys, page, sent, wanted
from workorders.selectors.places import drawing_of, lines_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def risks(request):
    """The list; who names risks for a unit does it here."""
    city, user = select.city_of(request.user), request.user
    form = RiskForm(sent(request), city=city, user=user) if units_of(user, city).exists() else None
    if request.method == "POST":
        if form is None:
            raise NotYours(_("Your posts do not let you name risks for a unit."))
        made = done(request, form, lambda said: name_risk(by=user, **said), _("Named. It can be made a key point now."))
        if made:
            return redirect("patrol_risk", key=made.key)
    return _list(request, city, form)


def _list(request, city, form):
    asked = wanted(request, city)
    found = select.risks_listed(request.user, city, asked, **keys(request))
    top = Area.objects.filter(city=city, parent=None).select_related("city", "parent")
    context = {
        "rows": found.rows, "asked": asked, "form": form, "areas": select.areas_to_choose(request.user, city),
        "lines": lines_of(top) if form else "[]",
    }  # fmt: skip
    return page(
        request, city, "risks", {**context, **beside(request, found)}, INVALID if form and form.is_bound else 200
    )


@never_cache
@require_safe
def risk(request, key):
    """One risk: where, why, who named it, whether it is gone to."""
    return _show(request, select.risk_seen_by(request.user, key))


def _show(request, found, status=200, **bound):
    user, city, key_point = request.user, found.city, select.key_point_of(found)
    forms: dict[str, Asked] = {}
    if found.ended_at is None and jurisdiction.may(user, NAMES, found.department):
        forms["end"] = BecauseForm(auto_id="end_%s")
    if found.ended_at is None and key_point is None and jurisdiction.may(user, services.PLANS, found.area):
        forms["key_point"] = KeyPointForm(city=city, user=user)
    drawing = drawing_of(found)
    context = {"risk": found, "point": key_point, "forms": {**forms, **bound}, "drawing": drawing}
    return page(request, city, "risk", context, status)


STEPS: dict[str, tuple[Any, Any, Any]] = {
    "end": (
        lambda request, found: BecauseForm(request.POST, auto_id="end_%s"), end_risk, gettext_lazy("This has ended."),
    ),
    "key_point": (
        lambda request, found: KeyPointForm(request.POST, city=found.city, user=request.user),
        services.make_key_point, gettext_lazy("It is a key point now, and comes on the rounds."),
    ),
}  # fmt: skip


@require_POST
def step(request, key, step):
    """Ends a risk, or makes it a key point."""
    found = select.risk_seen_by(request.user, key)
    if step not in STEPS:
        raise NotFound(_("There is no such thing to do here."))
    place, permission = (found.department, NAMES) if step == "end" else (found.area, services.PLANS)
    jurisdiction.require(request.user, permission, place)
    form_of, service, said = STEPS[step]
    form = form_of(request, found)
    made = done(request, form, lambda told: service(found, by=request.user, **told), str(said))
    return redirect("patrol_risk", key=found.key) if made else _show(request, found, INVALID, **{step: form})
