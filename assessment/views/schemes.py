"""The schemes: all with their versions, one as a table to read, a draft to change, what it would have changed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessment.forms.schemes import DraftForms, TrustForm
from assessment.models import Indicator, Scheme
from assessment.selectors import schemes as found
from assessment.selectors.entries import trusted_with, who_may_enter
from assessment.selectors.what_if import boards_for, what_if
from assessment.services import entering
from assessment.services import schemes as services
from assessment.views.whereabouts import city_of, city_to_edit
from casework.refusals import NotFound
from grids.models import City

INVALID = 422
# What a press on a version does, and what is said of it then.
STEPS = {
    "draft": (services.begin_draft, lambda: _("Here is the draft. What is in force stays as it is.")),
    "discard": (services.discard_draft, lambda: _("The draft is thrown away; what is in force stays.")),
    "announce": (services.announce, lambda: _("It is announced: everybody who works here can read it.")),
    "take_back": (services.take_back, lambda: _("The announcement is taken back; it is a draft again.")),
    "activate": (services.activate, lambda: _("It is in force from the day that stands beside it.")),
}


@never_cache
@require_safe
def schemes(request) -> HttpResponse:
    """All schemes of the city with their versions; drafts only for those who change them."""
    city = city_of(request)
    may_edit = services.may_edit(request.user, city)
    listed = found.listed(city, drafts=may_edit)
    return render(request, "assessment/schemes.html", {"city": city, "listed": listed, "may_edit": may_edit})


@never_cache
@require_safe
def scheme(request, code: str, version: int) -> HttpResponse:
    """One version as a table: weights, formulas, bases, what is off and why."""
    city = city_of(request)
    return render(request, "assessment/scheme.html", _shown(request, city, _version(request, city, code, version)))


@require_POST
def scheme_step(request, code: str, version: int, step: str) -> HttpResponse:
    """Drafts from a version, announces it, puts it into force …"""
    city = city_to_edit(request)
    if step not in STEPS:
        raise NotFound(_("There is no such step."))
    shown = _version(request, city, code, version)
    take, words = STEPS[step]
    try:
        after = take(shown, by=request.user)
    except ValidationError as error:
        context = _shown(request, city, shown) | {"refused": error.messages}
        return render(request, "assessment/scheme.html", context, status=INVALID)
    messages.success(request, words())
    return _to(after or found.newest_but_drafts(city, code), city)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def scheme_edit(request, code: str, version: int) -> HttpResponse:
    """Everything that a draft says, on one page."""
    city = city_to_edit(request)
    draft = _version(request, city, code, version)
    if draft.state != Scheme.State.DRAFT:
        raise NotFound(_("Only a draft is changed. Draft the next version from this one."))
    forms = DraftForms(found.plan_of(draft), request.POST if request.method == "POST" else None)
    if forms.sent and _saved(request, forms, draft):
        return _to(draft, city)
    context = {"city": city, "scheme": draft, "forms": forms}
    return render(request, "assessment/draft.html", context, status=INVALID if forms.sent else 200)


@never_cache
@require_safe
def scheme_what_if(request, code: str, version: int) -> HttpResponse:
    """Last month by a draft and by what was in force: who moves. Nothing is written."""
    city = city_to_edit(request)
    draft = _version(request, city, code, version)
    areas = boards_for(request.user, draft)
    asked = request.GET.get("area", "")
    area = next((each for each in areas if each.code == asked), areas[0] if areas else None)
    trial = what_if(draft, area) if area else None
    context = {"city": city, "scheme": draft, "areas": areas, "area": area, "trial": trial}
    return render(request, "assessment/what_if.html", context)


@require_POST
def entrust_line(request, code: str, indicator: str) -> HttpResponse:
    """Entrusts an entered line to somebody of the team, or takes it from him."""
    city = city_to_edit(request)
    shown = found.newest_but_drafts(city, code)
    known = Indicator.objects.filter(dimension__scheme=shown, code=indicator, sort=Indicator.Sort.ENTERED)
    form = TrustForm(request.POST, people=_team(city, shown, indicator))
    if shown is None or not known.exists() or not form.is_valid():
        raise NotFound(_("There is no such line, or nobody of that name in the assessment team."))
    change = entering.withdraw_trust if "withdraw" in request.POST else entering.entrust
    change(shown, indicator, by=request.user, user=form.cleaned_data["user"])
    messages.success(request, _("Noted who enters this line."))
    return _to(shown, city)


def _team(city: City, shown: Scheme | None, indicator: str) -> Any:
    """Who may be entrusted with a line, and who is entrusted with it though he may no longer."""
    entrusted = trusted_with(shown).get(indicator, []) if shown else []
    people = who_may_enter(city)
    return people | people.model.objects.filter(pk__in=[user.pk for user in entrusted])


def _saved(request, forms: DraftForms, draft: Scheme) -> bool:
    """Whether the draft says it now; what could not be carried out the forms then say."""
    if not forms.is_valid():
        return False
    try:
        services.change_draft(draft, by=request.user, plan=forms.plan())
    except services.Unsound as error:
        forms.refuse(error.flaws)
        return False
    messages.success(request, _("The draft is saved."))
    return True


def _shown(request, city: City, shown: Scheme) -> dict[str, Any]:
    may_edit = services.may_edit(request.user, city)
    return {
        "city": city, "scheme": shown, "may_edit": may_edit, "table": found.table_of(shown),
        "versions": found.versions_seen(city, shown.code, drafts=may_edit),
        "trusted": trusted_with(shown), "team": who_may_enter(city) if may_edit else None,
        "used": found.is_used(shown), "ready": services.announced_until(shown),
    }  # fmt: skip


def _version(request, city: City, code: str, version: int) -> Scheme:
    """A version that the reader may see: drafts only those who change them."""
    drafts = services.may_edit(request.user, city)
    shown = found.versions_seen(city, code, drafts=drafts).filter(version=version).first()
    if shown is None:
        raise NotFound(_("There is no such version of a scheme."))
    return shown


def _to(shown: Scheme | None, city: City) -> HttpResponse:
    address = ["scheme", shown.code, shown.version] if shown else ["schemes"]
    response = redirect(*address)
    response["Location"] += f"?city={city.slug}"
    return response
