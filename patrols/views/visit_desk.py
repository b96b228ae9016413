"""Visits at the desk: how many are due in each grid, and what workers propose for the registers."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from grids import jurisdiction
from grids.views.changing import UNPROCESSABLE, done
from patrols.forms.visits import DecideForm
from patrols.selectors import visits as found
from patrols.services import proposing
from patrols.views.desk import page
from registers.selectors.sight import KEEPS

PLANS = "plan_patrols_in"


@never_cache
@require_safe
def overview(request):
    """Visits overdue and due within a week, by grid: counts alone."""
    if PLANS not in jurisdiction.permissions_of(request.user):
        raise PermissionDenied(_("Your posts do not let you plan patrols."))
    people, homes = found.overview(request.user)
    context = {"people": people, "homes": homes, "late": sum(row.late for row in people)}
    city = jurisdiction.granted_areas(request.user, PLANS).select_related("city").order_by("path")[0].city
    return page(request, city, "visits_overview", context)


@never_cache
@require_safe
def proposals(request):
    """What workers propose to change in the registers one keeps."""
    if KEEPS not in jurisdiction.permissions_of(request.user):
        raise PermissionDenied(_("Your posts do not let you keep registers."))
    return render(request, "patrols/proposals.html", {"rows": found.proposals_for(request.user)})


@never_cache
@require_POST
def proposal(request, key):
    """One proposal beside what the register says; opening it is a look."""
    visit = found.proposal_seen_by(request.user, key)
    rows = proposing.compare(visit, by=request.user)
    return render(request, "patrols/proposal.html", {"visit": visit, "rows": rows})


@require_POST
def decide(request, key):
    """Takes a proposal into the register, or declines it."""
    visit = found.proposal_seen_by(request.user, key)
    form = DecideForm(request.POST)
    accept = request.POST.get("accept") == "yes"
    if done(form, lambda: proposing.decide(visit, by=request.user, accept=accept)):
        messages.success(request, _("The register has been changed.") if accept else _("The proposal was declined."))
        return redirect("visit_proposals")
    context = {"rows": found.proposals_for(request.user), "form": form}
    return render(request, "patrols/proposals.html", context, status=UNPROCESSABLE)
