"""What is said of risks and key points: where, of which kind, how heavy, how often. Shape alone."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from grids.models import Area, City, Department
from patrols.forms.asked import Asked, degrees
from patrols.models import Checklist, PatrolPoint, RiskPoint
from patrols.selectors.plans import checklists_to_choose, units_of
from patrols.selectors.points import kinds_of
from patrols.services.points import BOUNDS
from workorders.forms.fields import sentence


def offer(form: forms.Form, field: str, rows: Any) -> None:
    """Which rows a field offers."""
    cast("forms.ModelChoiceField", form.fields[field]).queryset = rows


def figure(label: Any, name: str, help_text: Any = "") -> forms.IntegerField:
    least, most = BOUNDS[name]
    return forms.IntegerField(label=label, required=False, min_value=least, max_value=most, help_text=help_text)


class RiskForm(Asked):
    """A unit names a risk or hazard point."""

    department = forms.ModelChoiceField(label=_("For which unit"), queryset=Department.objects.none(), empty_label=None)
    sort = forms.ChoiceField(label=pgettext_lazy("risk", "What it is"), choices=RiskPoint.Sort.choices)
    level = forms.TypedChoiceField(
        label=pgettext_lazy("risk", "Level"),
        choices=RiskPoint.Level.choices,
        coerce=int,
        initial=RiskPoint.Level.ORDINARY,
    )
    name = forms.CharField(label=_("Name of the place"), max_length=80)
    reason = sentence(_("Why it is one"), rows=2, most=300)
    lng = degrees(_("Longitude"), 180, "data-lng")
    lat = degrees(_("Latitude"), 90, "data-lat")

    def __init__(self, *args: Any, city: City, user: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        offer(self, "department", units_of(user, city))


class KeyPointForm(Asked):
    """A risk becomes a key point."""

    kind = forms.ChoiceField(label=_("Kind"))
    weight = figure(_("Weight"), "weight", _("Empty: that of its kind."))
    interval_days = figure(_("Every how many days"), "interval_days", _("Empty: as often as its kind."))
    checklist = forms.ModelChoiceField(
        label=_("Looked at by"), queryset=Checklist.objects.none(), required=False, empty_label=_("no list")
    )

    def __init__(self, *args: Any, city: City, user: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["kind"]).choices = kinds_of(city).titles.items()
        offer(self, "checklist", checklists_to_choose(user, city))


class PointForm(KeyPointForm):
    """A key point from nothing."""

    name = forms.CharField(label=_("Name of the place"), max_length=80)
    lng = degrees(_("Longitude"), 180, "data-lng")
    lat = degrees(_("Latitude"), 90, "data-lat")
    radius_metres = figure(_("Circle in metres"), "radius_metres", _("Empty: the city's usual one."))
    field_order = ["name", "kind", "weight", "interval_days", "checklist", "radius_metres", "lng", "lat"]


class ChangeForm(Asked):
    """Another name, weight, interval, circle, list or guard."""

    name = forms.CharField(label=_("Name of the place"), max_length=80)
    weight = forms.IntegerField(label=_("Weight"), min_value=BOUNDS["weight"][0], max_value=BOUNDS["weight"][1])
    interval_days = forms.IntegerField(
        label=_("Every how many days"), min_value=BOUNDS["interval_days"][0], max_value=BOUNDS["interval_days"][1]
    )
    radius_metres = figure(_("Circle in metres"), "radius_metres", _("Empty: the city's usual one."))
    checklist = forms.ModelChoiceField(
        label=_("Looked at by"), queryset=Checklist.objects.none(), required=False, empty_label=_("no list")
    )
    guard = forms.ModelChoiceField(
        label=_("Guard of this key unit"), queryset=User.objects.none(), required=False, empty_label=_("none"),
        help_text=_("He walks here every day, and nobody else is sent."),
    )  # fmt: skip

    def __init__(self, *args: Any, point: PatrolPoint, user: User, **kwargs: Any):
        figures = ("name", "weight", "interval_days", "radius_metres")
        told = {name: getattr(point, name) for name in figures}
        told |= {"checklist": point.checklist_id, "guard": point.guard_id}
        kwargs["initial"] = told
        super().__init__(*args, **kwargs)
        offer(self, "checklist", checklists_to_choose(user, point.city))
        offer(self, "guard", guards_of(point.area))


def guards_of(area: Area) -> Any:
    """Who goes on patrol in a grid and so may guard a unit there."""
    posts = area.posts.held().filter(role__permissions__contains=["patrol_in"])
    return User.objects.filter(pk__in=posts.values("user")).order_by("name", "pk")
