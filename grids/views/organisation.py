"""The organisation: the tree, who answers for an area, what is short of staff, and the changes an organiser makes."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import User
from grids import forms, jurisdiction, selectors
from grids.models import Area
from grids.selectors.sketch import sketch_of
from grids.services import areas, posts, visits
from grids.views.changing import Change, answer

SHORT_LIST = 12
LONG_LIST = 100


@require_safe
def organisation(request: HttpRequest) -> HttpResponse:
    """The top of the person's city; of several, a choice."""
    tops = list(
        Area.objects.standing().filter(city__in=jurisdiction.cities_of(request.user), parent=None).order_by("city")
    )
    if len(tops) == 1:
        return redirect("area", tops[0].code)
    return render(request, "grids/organisation.html", {"tops": tops})


@require_safe
def area(request: HttpRequest, code: str) -> HttpResponse:
    """One area: what lies in it, who answers for it, what it lacks, what it was."""
    place = _seen(request, code)
    context = {**_head(request, place), **_staff(place), **_bodies(place)}
    context |= _children(request, place)
    context["answer"] = selectors.who_answers(place)
    context["visits"], context["visited"] = selectors.visits_to(place, most=5), selectors.visits_told(place)
    context["history"] = selectors.area_history(place)
    context["sketch"] = sketch_of(place)
    return render(request, "grids/area.html", context)


@require_safe
def gaps(request: HttpRequest, code: str) -> HttpResponse:
    """Everything an area and what lies in it is short of: workers, and Party bodies on grids."""
    place = _seen(request, code)
    found = selectors.staffing_gaps(place, _rulebook(place))
    cover = selectors.party_cover(place)
    context = {"gaps": found[:LONG_LIST], "more": max(len(found) - LONG_LIST, 0), "count": len(found)}
    context |= {"cover": cover, "without": cover.without[:LONG_LIST]}
    context["more_without"] = max(len(cover.without) - LONG_LIST, 0)
    return render(request, "grids/gaps.html", {**_head(request, place), **context})


def change_area(request: HttpRequest, code: str, change: str) -> HttpResponse:
    """An organiser renames, moves or merges an area, or appoints; a leader's visit is logged."""
    place, asked = _seen(request, code), CHANGES.get(change)
    if asked is None or place.valid_to is not None:
        raise Http404
    jurisdiction.require(request.user, asked.permission, place)
    form = asked.form(request.POST or None, place=place, **_first_words(request, change))
    crumbs = [*crumbs_to(place), {"label": asked.heading}]
    return answer(
        request, asked, form, lambda: asked.act(place, form.cleaned_data, request.user),
        reverse("area", args=[code]), place=place, crumbs=crumbs,
    )  # fmt: skip


def crumbs_to(place: Area, *, last: bool = False) -> list[dict[str, Any]]:
    """The way down to an area; with `last` the area is the page itself."""
    way = Area.objects.above(place).select_related("level")
    crumbs = [{"label": step.title, "url": reverse("area", args=[step.code])} for step in way]
    if last:
        crumbs[-1]["url"] = ""
    return crumbs


def _seen(request: HttpRequest, code: str) -> Area:
    place = selectors.area_seen_by(request.user, code)
    if place is None:
        raise Http404
    return place


def _rulebook(place: Area):
    return selectors.rulebook_in_force(place.city, selectors.today_in(place.city))


def _head(request: HttpRequest, place: Area) -> dict[str, Any]:
    may = jurisdiction.permissions_at(request.user, place)
    return {
        "area": place,
        "crumbs": crumbs_to(place, last=True),
        "counts": selectors.counts_within(place),
        "may": {name: name in may for name in ("reorganise_in", "appoint_in", "log_visits_in", "unmask_in")},
    }


def _children(request: HttpRequest, place: Area) -> dict[str, Any]:
    """One page of what lies in it; a key leads on, and one link back to the beginning."""
    after = request.GET.get("after", "")
    children = selectors.children_of(place, after=after)
    following = f"?after={children.following}" if children.following else ""
    return {"children": children, "next_url": following, "first_url": request.path if after else ""}


def _staff(place: Area) -> dict[str, Any]:
    rulebook = _rulebook(place)
    if place.level.base:
        return {"staffing": selectors.staffing_of(place, rulebook), "panels": selectors.panels_of(rulebook)}
    found = selectors.staffing_gaps(place, rulebook)
    return {
        "staffing": selectors.staffing_of(place, rulebook),
        "gaps": found[:SHORT_LIST],
        "gap_count": len(found),
        "cover": selectors.party_cover(place),
        "definitions": selectors.definitions_of(rulebook) if place.parent is None else [],
    }


def _bodies(place: Area) -> dict[str, Any]:
    """Departments with what the groups take, nets, and working groups."""
    departments = selectors.departments_of(place)
    matters = selectors.matters_of(departments, _rulebook(place))
    return {
        "departments": [(department, matters[department.pk]) for department in departments],
        "nets": selectors.nets_of(place.city),
        "working_groups": selectors.working_groups_of(place),
    }


def _first_words(request: HttpRequest, change: str) -> dict[str, Any]:
    """A leader mostly logs his own visit."""
    return {"initial": {"leader": request.user.get_username()}} if change == "visits" else {}


def _merge(place: Area, said: dict[str, Any], by: User) -> Area:
    jurisdiction.require(by, "reorganise_in", said["into"])
    return areas.merge([place], **said)


def _move(place: Area, said: dict[str, Any], by: User) -> Area:
    jurisdiction.require(by, "reorganise_in", said["under"])
    return areas.move(place, **said)


CHANGES = {
    "rename": Change(
        form=forms.RenameForm,
        permission="reorganise_in",
        heading=_("Rename"),
        button=_("Rename"),
        done=_("The new name is in force."),
        act=lambda place, said, by: areas.rename(place, **said),
    ),
    "move": Change(
        form=forms.MoveForm,
        permission="reorganise_in",
        heading=_("Move under another parent"),
        button=_("Move"),
        done=_("It lies under its new parent now; open cases went along."),
        act=_move,
        warning=_("All below it moves along. Open cases follow, closed ones stay where they were settled."),
    ),
    "merge": Change(
        form=forms.MergeForm,
        permission="reorganise_in",
        heading=_("Merge into a neighbour"),
        button=pgettext_lazy("area", "Merge"),
        done=_("The two are one now."),
        act=_merge,
        warning=_(
            "This area ends, and its code is never used again. Posts, bodies and open cases go on in the neighbour."
        ),
    ),
    "appoint": Change(
        form=forms.AppointForm,
        permission="appoint_in",
        heading=_("Appoint"),
        button=_("Appoint"),
        done=_("The appointment is in force."),
        act=lambda place, said, by: posts.appoint(area=place, **said),
    ),
    "visits": Change(
        form=forms.VisitForm,
        permission="log_visits_in",
        heading=_("Log a visit"),
        button=_("Log the visit"),
        done=_("The visit is logged."),
        act=lambda place, said, by: visits.log(by=by, area=place, **said),
    ),
}
