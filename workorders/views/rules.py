"""The dispatch rules: those in force, for all to read; the draft, its conflicts and its dry run, for few to change."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casework.refusals import NotFound, NotYours
from grids import jurisdiction
from grids.models import Area, City
from grids.selectors import rulebook_in_force, today_in
from workorders.forms.rules import RuleForm, areas_to_offer, initial_of
from workorders.models import DispatchRule, DryRun, RuleEdition
from workorders.selectors import rules as found
from workorders.selectors.conflicts import conflicts_of
from workorders.services import dry_runs
from workorders.services import rules as services

INVALID = 422
# Lines of a dry run on one page.
MOST_LINES = 100
# What a press on a rule of the draft does.
CHANGES = {
    "up": lambda rule, by: services.move_rule(rule, by=by, way=services.UP),
    "down": lambda rule, by: services.move_rule(rule, by=by, way=services.DOWN),
    "delete": lambda rule, by: services.delete_rule(rule, by=by),
}


@require_safe
def rules(request, edition: int | None = None) -> HttpResponse:
    """The rules in force, or those of an edition before."""
    city = _city(request)
    shown = found.edition_of(city, edition)
    if edition and shown is None:
        raise NotFound(_("There is no such edition of the rules."))
    context = _listed(city, shown) | {
        "city": city, "shown": shown, "editions": found.editions_of(city), "draft": found.draft_of(city),
        "may_edit": _may_edit(request.user, city),
    }  # fmt: skip
    return render(request, "workorders/rules/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request) -> HttpResponse:
    """The draft with its conflicts and its dry run; posting begins one."""
    city = _city_to_edit(request)
    if request.method == "POST":
        services.begin_draft(city, by=request.user)
        return _to_draft(city)
    shown = found.draft_of(city)
    if shown is None:
        return redirect(f"{reverse('rules')}?city={city.slug}")
    template = "workorders/rules/draft.html" + ("#trial" if request.GET.get("part") == "trial" else "")
    return render(request, template, _listed(city, shown) | _trial(request, shown) | {"city": city, "shown": shown})


@require_http_methods(["GET", "HEAD", "POST"])
def rule(request, key: int | None = None) -> HttpResponse:
    """Adds a rule to the draft, or changes one."""
    city = _city_to_edit(request)
    edition = _draft(city)
    changed = _rule(edition, key) if key else None
    sent = [request.POST] if request.method == "POST" else []
    initial = initial_of(changed) if changed else {}
    form = RuleForm(*sent, city=city, rulebook=rulebook_in_force(city, today_in(city)), initial=initial)
    if sent and _saved(request, form, edition, changed):
        return _to_draft(city)
    context = {"city": city, "form": form, "rule": changed, "areas": areas_to_offer(city)}
    return render(request, "workorders/rules/rule.html", context, status=INVALID if sent else 200)


@require_POST
def change(request, key: int, change: str) -> HttpResponse:
    """Moves a rule of the draft up or down, or takes it out."""
    city = _city_to_edit(request)
    if change not in CHANGES:
        raise NotFound(_("There is no such change."))
    CHANGES[change](_rule(_draft(city), key), request.user)
    return _to_draft(city)


@require_POST
def publish(request) -> HttpResponse:
    """Puts the draft into force, as the person has read it."""
    city = _city_to_edit(request)
    said = request.POST.get("revision", "")
    edition = services.publish_draft(_draft(city), by=request.user, revision=int(said) if said.isdecimal() else -1)
    messages.success(request, _("Edition %(n)s of the rules is in force.") % {"n": edition.edition})
    return redirect(f"{reverse('rules')}?city={city.slug}")


@require_POST
def discard(request) -> HttpResponse:
    """Throws the draft away."""
    city = _city_to_edit(request)
    services.discard_draft(_draft(city), by=request.user)
    messages.success(request, _("The draft is thrown away; the rules in force stay."))
    return redirect(f"{reverse('rules')}?city={city.slug}")


@require_POST
def dry_run(request) -> HttpResponse:
    """Replays the last thirty days under the draft."""
    city = _city_to_edit(request)
    dry_runs.ask_dry_run(_draft(city), by=request.user)
    return redirect(f"{reverse('rules_draft')}?city={city.slug}#trial")


def _saved(request, form: RuleForm, edition: RuleEdition, changed: DispatchRule | None) -> bool:
    """Whether it is done; what is missing is said by the form."""
    if not form.is_valid():
        return False
    try:
        if changed:
            services.change_rule(changed, by=request.user, **form.said())
        else:
            services.add_rule(edition, by=request.user, **form.said())
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def _listed(city: City, edition: RuleEdition | None) -> dict[str, Any]:
    listed = found.rules_of(edition) if edition else []
    today = today_in(city)
    names = found.names_for(listed, rulebook_in_force(city, today))
    return {"lines": found.lines_of(listed, names), "conflicts": conflicts_of(listed, names, today)}


def _trial(request, edition: RuleEdition) -> dict[str, Any]:
    """The newest dry run: its counts, and one page of the orders that would have gone elsewhere."""
    run = found.last_run(edition)
    if run is None:
        return {"run": None}
    asked = request.GET.get("rule", "")
    place = int(asked) if asked.isdecimal() and len(asked) < 5 else None
    lines = found.lines_of_run(run, request.user, place=place, bare=asked == "none")
    return {
        "run": run, "stale": run.revision != edition.revision, "asked": asked, "run_counts": _counts(run),
        "run_lines": lines[:MOST_LINES], "run_total": lines.count(),
    }  # fmt: skip


def _counts(run: DryRun) -> list[tuple[int, int, int]]:
    return [(int(place), fits, changes) for place, (fits, changes) in run.counts.items()]


def _draft(city: City) -> RuleEdition:
    shown = found.draft_of(city)
    if shown is None:
        raise NotFound(_("There is no draft of the rules. Begin one first."))
    return shown


def _rule(edition: RuleEdition, key: int) -> DispatchRule:
    rule = edition.rules.select_related("edition__city", "area", "lead").filter(pk=key).first()
    if rule is None:
        raise NotFound(_("This rule is no longer in the draft."))
    return rule


def _to_draft(city: City) -> HttpResponse:
    return redirect(f"{reverse('rules_draft')}?city={city.slug}")


def _city(request) -> City:
    """The city asked for if the reader holds a post there, else his first."""
    cities = list(jurisdiction.cities_of(request.user))
    asked = request.POST.get("city") or request.GET.get("city")
    if not cities:
        raise NotFound(_("You hold no post in any city here."))
    return next((city for city in cities if city.slug == asked), cities[0])


def _city_to_edit(request) -> City:
    city = _city(request)
    if not _may_edit(request.user, city):
        raise NotYours(_("Only those who look after the dispatch rules of %(city)s may change them.") % {"city": city})
    return city


def _may_edit(user: Any, city: City) -> bool:
    """The rules are the whole city's: the permission must hold on its top area."""
    top = Area.objects.filter(city=city, parent=None).standing(today_in(city)).first()
    return jurisdiction.may(user, "edit_rules_in", top)
