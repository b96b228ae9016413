"""A department: its units and groups, who works there, what it was; and an organiser's changes."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from grids import forms, jurisdiction, selectors
from grids.models import Department
from grids.services import departments, posts
from grids.views.changing import Change, answer
from grids.views.organisation import crumbs_to


@require_safe
def department(request: HttpRequest, code: str) -> HttpResponse:
    """One department: units, groups, posts, matters, history."""
    place = _seen(request, code)
    rulebook = selectors.rulebook_in_force(place.city, selectors.today_in(place.city))
    may = jurisdiction.permissions_at(request.user, place.area)
    context = {
        "department": place,
        "crumbs": [*crumbs_to(place.area), {"label": place.title}],
        "units": place.units.standing().order_by("kind", "code"),
        "posts": selectors.posts_of(place),
        "matters": selectors.matters_of([place], rulebook)[place.pk],
        "history": place.spells.select_related("parent").order_by("-since", "-pk"),
        "may": {name: name in may for name in ("reorganise_in", "appoint_in", "unmask_in")},
    }
    return render(request, "grids/department.html", context)


def change_department(request: HttpRequest, code: str, change: str) -> HttpResponse:
    """An organiser renames a department, puts it under another body, or appoints there."""
    place, asked = _seen(request, code), CHANGES.get(change)
    if asked is None or place.valid_to is not None:
        raise Http404
    jurisdiction.require(request.user, asked.permission, place.area)
    form = asked.form(request.POST or None, place=place)
    back = reverse("department", args=[code])
    crumbs = [*crumbs_to(place.area), {"label": place.title, "url": back}, {"label": asked.heading}]
    return answer(
        request, asked, form, lambda: asked.act(place, form.cleaned_data, request.user), back,
        place=place, crumbs=crumbs,
    )  # fmt: skip


def _seen(request: HttpRequest, code: str) -> Department:
    place = selectors.department_seen_by(request.user, code)
    if place is None:
        raise Http404
    return place


CHANGES = {
    "rename": Change(
        forms.RenameForm, "reorganise_in", _("Rename"), _("Rename"), _("The new name is in force."),
        lambda place, said, by: departments.rename(place, **said),
    ),
    "place": Change(
        forms.PlaceForm, "reorganise_in", _("Put under another body"), _("Put there"),
        _("It belongs to its new superior body now."),
        lambda place, said, by: departments.place(place, area=place.area, **said),
    ),
    "appoint": Change(
        forms.AppointForm, "appoint_in", _("Appoint"), _("Appoint"), _("The appointment is in force."),
        lambda place, said, by: posts.appoint(department=place, **said),
    ),
}  # fmt: skip
