"""Consequences: the proposals that wait, one to make, one with its decision and what was done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from assessment.forms.proposals import PROPOSAL_FORMS, ProposeForm
from assessment.lifecycle import PROPOSAL
from assessment.selectors import proposals as asked
from assessment.selectors.months import day_in
from assessment.services.rewards import propose as propose_reward
from assessment.views.stepping import INVALID, open_forms, stepped
from casework.refusals import NotYours
from casework.selectors import calendar_of
from casework.templatetags.cases import tell
from grids import jurisdiction
from grids.models import City
from grids.selectors import rulebook_in_force
from whistle.forms import StepForm
from whistle.services import notices

PAGE = "assessment/proposal.html"


@never_cache
@require_safe
def proposals(request):
    """The proposals that the reader may see, newest first; by status if he likes."""
    city = jurisdiction.cities_of(request.user).first()
    if city is None:
        return render(request, "workorders/no_post.html")
    asked_for = request.GET.get("status", "")
    status = asked_for if asked_for in PROPOSAL.statuses else ""
    return render(request, "assessment/proposals.html", _list(request, city, status))


def _list(request, city: City, status: str) -> dict[str, Any]:
    asks = {name: request.GET.get(name, "") for name in ("after", "before")}
    page = asked.proposals_page(request.user, city, status=status, **asks)
    ways = [("previous", "before", page.before), ("next", "after", page.after)]
    beside = {f"{name}_url": at and f"?{urlencode({way: at, 'status': status})}" for name, way, at in ways}
    return beside | {
        "page": page, "status": status, "statuses": PROPOSAL.statuses, "waits": asked.to_decide(request.user, city),
        "may_propose": jurisdiction.may_somewhere(request.user, "see_scores_in", city), "city": city,
    }  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request):
    """Proposes something for a colleague; a heavy reward names its merit and grade, its sum is the city's."""
    city = jurisdiction.cities_of(request.user).first()
    if city is None or not jurisdiction.may_somewhere(request.user, "see_scores_in", city):
        raise NotYours(_("Only those who see all scores here may propose what follows from them."))
    form = ProposeForm(request.POST if request.method == "POST" else None, user=request.user, city=city)
    made = _made(form, request.user)
    if made is not None:
        messages.success(request, _("%(number)s is proposed; others decide.") % {"number": made.number})
        return redirect("proposal", number=made.number)
    context = {"form": form, "city": city, "rewards": _rewards(city)}
    return render(request, "assessment/proposal_new.html", context, status=INVALID if form.is_bound else 200)


def _rewards(city: City) -> list[Any]:
    return list(asked.rewards_of(rulebook_in_force(city, day_in(city))))


def _made(form: ProposeForm, user: User) -> Any:
    if not form.is_bound or not form.is_valid():
        return None
    try:
        return propose_reward(by=user, **form.said())
    except ValidationError as error:
        form.refuse(error)
        return None


@never_cache
@require_safe
def proposal(request, number: str):
    """The page of a proposal, with the steps that this person may take."""
    context = page_of(request.user, number)
    notices.read(request.user, context["proposal"].notices.all())
    return render(request, PAGE, context)


@require_POST
def step(request, number: str, step: str):
    """Takes one step of a proposal: people decide, and record what was done."""
    return stepped(request, asked.visible_proposal(request.user, number), step, PROPOSAL_FORMS, PAGE, page_of)


def page_of(user: User, number: str, bound: StepForm | None = None) -> dict[str, Any]:
    """All that the page of a proposal shows."""
    case = asked.visible_proposal(user, number)
    calendar = calendar_of(case.city)
    clocks = case.deadlines.select_related("area", "case__city").prefetch_related("pauses", "rungs")
    return {
        "proposal": case, "calendar": calendar, "told": tell(case, calendar=calendar), "clocks": list(clocks),
        "cards": asked.cards_behind(case), "steps": open_forms(case, user, PROPOSAL_FORMS, bound),
    }  # fmt: skip
