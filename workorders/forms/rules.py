"""What a person says to make or change a dispatch rule."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids.models import Area, City, Department, Rulebook
from workorders.models import Category, DispatchRule, Source

CLOCK = {"type": "time"}
DAY = {"type": "date"}


class RuleForm(forms.Form):
    """For which matters, where and when; who leads and assists then."""

    category = forms.ChoiceField(label=_("Matter"), required=False, help_text=_("A group stands for all its items."))
    area = forms.CharField(
        label=_("Area"), required=False, max_length=60, help_text=_("Code or name; empty for the whole city."),
        widget=forms.TextInput({"list": "rule-areas", "autocomplete": "off"}),
    )  # fmt: skip
    source = forms.ChoiceField(label=_("Source"), required=False)
    days = forms.ChoiceField(label=_("Days"), choices=DispatchRule.Days.choices)
    hour_from = forms.TimeField(label=_("From hour"), required=False, widget=forms.TimeInput(CLOCK, "%H:%M"))
    hour_until = forms.TimeField(
        label=_("Until hour"), required=False, widget=forms.TimeInput(CLOCK, "%H:%M"),
        help_text=_("The hour at which it is dispatched. May reach over midnight; both empty for the whole day."),
    )  # fmt: skip
    valid_from = forms.DateField(label=_("First day"), required=False, widget=forms.DateInput(DAY, "%Y-%m-%d"))
    valid_until = forms.DateField(label=_("Last day"), required=False, widget=forms.DateInput(DAY, "%Y-%m-%d"))
    lead = forms.ModelChoiceField(label=_("Leading department"), queryset=Department.objects.none())
    assistants = forms.ModelMultipleChoiceField(
        label=_("Assisting departments"), required=False, queryset=Department.objects.none(),
        widget=forms.SelectMultiple({"size": 8}),
    )  # fmt: skip
    joint = forms.BooleanField(
        label=_("Joint enforcement"), required=False,
        help_text=_("Several enforcers at once: the joint enforcement team leads, the others assist."),
    )  # fmt: skip
    words = forms.CharField(
        label=_("In words"),
        required=False,
        max_length=200,
        help_text=_("Printed on the order; empty: made of the rest."),
    )

    def __init__(self, *args: Any, city: City, rulebook: Rulebook, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.city = city
        self._choices("category", _("any matter"), categories_of(rulebook))
        sources = Source.objects.filter(rulebook=rulebook).order_by("pk")
        self._choices("source", _("any source"), [(row.code, row.title) for row in sources])
        standing = Department.objects.standing().filter(city=city).select_related("area__level")
        for name in ("lead", "assistants"):
            field = cast("forms.ModelChoiceField", self.fields[name])
            field.queryset = standing.order_by("area__level__rank", "area__code", "code")

    def _choices(self, name: str, nothing, rows: list[tuple[str, str]]) -> None:
        kept = self.initial.get(name, "")
        if kept and kept not in dict(rows):
            rows = [(kept, kept), *rows]
        cast("forms.ChoiceField", self.fields[name]).choices = [("", nothing), *rows]

    def clean_area(self) -> Area | None:
        said = self.cleaned_data["area"].strip()
        if not said:
            return None
        code, _space, _name = said.partition(" ")
        areas = Area.objects.standing().filter(city=self.city)
        found = list(areas.filter(code=code)[:2]) or list(areas.filter(name=said)[:2])
        if len(found) != 1:
            raise ValidationError(gettext("“%(said)s” is not one area of this city. Give its code.") % {"said": said})
        return found[0]

    def said(self) -> dict:
        return {**self.cleaned_data, "assistants": list(self.cleaned_data["assistants"])}


def initial_of(rule: DispatchRule) -> dict:
    """A rule as the form begins with it."""
    plain = ("category", "source", "days", "hour_from", "hour_until", "valid_from", "valid_until", "joint", "words")
    area = f"{rule.area.code} {rule.area.title}" if rule.area else ""
    return {
        **{name: getattr(rule, name) for name in plain}, "area": area, "lead": rule.lead_id,
        "assistants": [department.pk for department in rule.assistants.all()],
    }  # fmt: skip


def categories_of(rulebook: Rulebook) -> list[tuple[str, str]]:
    """The catalogue as choices, groups before their items and items set in."""
    rows = Category.objects.filter(rulebook=rulebook).order_by("code")
    return [(row.code, "\u3000" * (len(row.code) // 2 - 1) + f"{row.code} {row.title}") for row in rows]


def areas_to_offer(city: City) -> list[Area]:
    """The areas above the grids, for the list under the field; a grid is named by its code."""
    return list(Area.objects.standing().filter(city=city, level__base=False).order_by("path"))
