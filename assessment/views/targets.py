"""年度目标: the plans, one of them with its units and checks, the year's score, rewards, the sheet."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessment.forms.targets import PlanForm, RewardForm, TargetCheckForm
from assessment.selectors import targets as select
from assessment.services import targets as services
from assessment.services.printing import printed
from assessment.views.office import file, page
from casework.refusals import NotFound, NotYours
from grids import jurisdiction
from patrols.forms.asked import NothingForm
from patrols.selectors.points import city_of
from patrols.views.desk import INVALID, done, sent


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def targets(request):
    """The plans; the street makes one here."""
    city, user = city_of(request.user), request.user
    makes = jurisdiction.may_somewhere(user, select.MAKES, city)
    form = PlanForm(sent(request), user=user, city=city) if makes else None
    if request.method == "POST":
        if form is None:
            raise NotYours(_("Your posts do not let you make plans of targets."))
        made = done(request, form, lambda said: services.make_plan(by=user, **said), _("The plan is made."))
        if made:
            return redirect("target_plan", key=made.key)
    context = {"plans": select.plans_seen(user, city), "form": form}
    return page(request, city, "targets", context, INVALID if form and form.is_bound else 200)


@never_cache
@require_safe
def target_plan(request, key):
    """One plan: every unit in every target, and what was found."""
    return _show(request, select.plan_seen_by(request.user, key))


def _show(request, plan, status=200, bound=None):
    """`bound`: a unit's key, a step and its form with what was wrong."""
    user, stand = request.user, select.stand_of(plan, request.user)
    units: list[Any] = [row.unit for row in stand.units]
    for unit in units:
        unit.acts = _acts(user, plan, unit)
        if bound and bound[0] == unit.pk:
            unit.acts[bound[1]] = bound[2]
    scores = plan.scored_at is None and jurisdiction.may(user, select.MAKES, plan.area)
    return page(request, plan.city, "target_plan", {"plan": plan, "stand": stand, "scores": scores}, status)


def _acts(user, plan, unit) -> dict[str, Any]:
    acts: dict[str, Any] = {}
    if select.may_check(user, plan) and not jurisdiction.may(user, "handle_in", unit.department):
        acts["check"] = TargetCheckForm(plan=plan, auto_id=f"check{unit.pk}_%s")
    if plan.scored_at and not unit.reward and jurisdiction.may(user, select.REWARDS, plan.area):
        acts["reward"] = RewardForm(auto_id=f"reward{unit.pk}_%s")
    return acts


@require_POST
def score_targets(request, key):
    """The year is scored, for all units at once."""
    plan = select.plan_seen_by(request.user, key)
    done(request, NothingForm({}), lambda _said: services.score_year(plan, by=request.user), _("The year is scored."))
    return redirect("target_plan", key=plan.key)


@require_POST
def target_step(request, key, unit, step):
    """A check of a unit, or what follows for it."""
    plan = select.plan_seen_by(request.user, key)
    found = select.unit_of(plan, unit)
    if step == "check":
        form: Any = TargetCheckForm(request.POST, request.FILES, plan=plan, auto_id=f"check{unit}_%s")
        service: Any = services.record_check
    elif step == "reward":
        form, service = RewardForm(request.POST, auto_id=f"reward{unit}_%s"), services.reward_unit
    else:
        raise NotFound(_("There is no such thing to do here."))
    if done(request, form, lambda said: service(found, by=request.user, **said), _("Done.")):
        return redirect("target_plan", key=plan.key)
    return _show(request, plan, INVALID, (found.pk, step, form))


@never_cache
@require_safe
def target_photo(request, key):
    """The photo of a check."""
    return FileResponse(select.check_seen_by(request.user, key).photo.open("rb"), content_type="image/jpeg")


@never_cache
@require_safe
def target_sheet(request, key, form):
    """The plan with its checks, scores and rewards as a file."""
    plan = select.plan_seen_by(request.user, key)
    return file(printed(select.sheet_of(plan, request.user), form), f"targets-{plan.year}-{plan.pk}.{form}")
