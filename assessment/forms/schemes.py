"""What the page of a draft asks: the scheme's own fields and four lists of rows, all sent in together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from assessment.measures import all_measures
from assessment.models import Band, Indicator
from assessment.plans import BAND, DIMENSION, GROUP, INDICATOR, SCHEME
from assessment.soundness import GROUNDS, Flaw

# What the page of a draft does not ask: no version changes it.
FIXED = {"code", "subject", "level", "board_level", "span"}
COLON = "："


class Number(forms.FloatField):
    """A number that is shown without noughts at its end."""

    def prepare_value(self, value: Any) -> Any:
        return f"{value:.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else value


def _number(label: Any, *, low: float | None = None, high: float | None = None, **more: Any) -> forms.FloatField:
    widget = forms.NumberInput(attrs={"step": "any"})
    return Number(label=label, min_value=low, max_value=high, widget=widget, required=False, **more)


def _words(label: Any, most: int, *, required: bool = False, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=required, **more)


class HeadForm(forms.Form):
    """The scheme's own fields."""

    name = _words(_("Name"), 60, required=True)
    name_en = _words(_("English name"), 120)
    basis = _words(_("Basis"), 300)
    judged_by = forms.ChoiceField(
        label=_("The lowest band is proved by"), required=False, help_text=_("Nothing chosen: by points alone."),
    )  # fmt: skip
    line = _number(_("Line below which it is proved"), low=0.01, high=0.99, help_text=_("a share, e.g. 0.85"))
    certainty = _number(_("Certainty that it needs"), low=0.5, high=0.99, help_text=_("a probability, e.g. 0.6"))
    least = forms.IntegerField(label=_("Fewest to judge by"), min_value=1, max_value=100)
    window_months = forms.IntegerField(label=_("Months looked at together"), min_value=1, max_value=12)
    bonus_cap = _number(_("Most that bonus rows add"), low=0, high=50)
    published = forms.BooleanField(label=_("The board is published to all who work there"), required=False)

    def __init__(self, *args: Any, plan: Mapping[str, Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        rates = [
            (row["code"], row["name"])
            for dimension in plan["dimensions"]
            for row in dimension["indicators"]
            if row["sort"] == Indicator.Sort.RATE
        ]
        self.fields["judged_by"].choices = [("", "—"), *rates]  # type: ignore[attr-defined]


class DimensionForm(forms.Form):
    code = _words(_("Code"), 20, required=True)
    name = _words(_("Name"), 40, required=True)
    name_en = _words(_("English name"), 80)
    weight = _number(_("Weight"), low=0, high=100)


class BandForm(forms.Form):
    grade = forms.ChoiceField(label=_("Band"), choices=Band.Grade.choices[:3])
    name = _words(_("Word"), 20, required=True)
    name_en = _words(_("English word"), 40)
    colour = forms.ChoiceField(label=_("Colour"), choices=Band.Colour.choices)
    least = _number(_("From how many points on"), low=0, high=100)


class GroupForm(forms.Form):
    code = _words(_("Code"), 20, required=True)
    name = _words(_("Name"), 60, required=True)
    name_en = _words(_("English name"), 120)
    holds = forms.CharField(
        label=_("Whom it takes"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Codes with spaces between them; empty takes all whom no other group takes."),
    )  # fmt: skip

    def clean_holds(self) -> list[str]:
        return str(self.cleaned_data["holds"]).split()


class IndicatorForm(forms.Form):
    """One row. Counting activity needs one of the notice's two grounds, and words of the city's own."""

    dimension = forms.ChoiceField(label=_("Dimension"))
    code = _words(_("Code"), 20, required=True)
    name = _words(_("Name"), 60, required=True)
    name_en = _words(_("English name"), 120)
    sort = forms.ChoiceField(label=_("How it counts"), choices=Indicator.Sort.choices)
    measure = forms.ChoiceField(label=_("Measure"), required=False)
    weight = _number(_("Weight"), low=0, high=100)
    up = forms.BooleanField(label=_("More is better"), required=False)
    zero_at = _number(_("No points up to the share"), low=0, high=1)
    full_at = _number(_("Full points from the share"), low=0, high=1)
    each = _number(_("Points for each"), low=-100, high=100)
    cap = _number(_("At most so many points"), low=0, high=100)
    most_of_a_kind = forms.IntegerField(
        label=_("At most so many of a kind count"), min_value=0, max_value=1000, required=False,
    )  # fmt: skip
    mixed = forms.BooleanField(label=_("Compared with what the mix of categories lets expect"), required=False)
    on = forms.BooleanField(label=pgettext_lazy("indicator", "Switched on"), required=False)
    ground = forms.ChoiceField(
        label=_("Ground by 国办函〔2026〕12号"), required=False,
        choices=[
            ("", _("none: it counts no activity")), ("安保", _("security (安保)")), ("应急", _("emergency (应急)")),
        ],
    )  # fmt: skip
    reason = _words(_("Why it is off, or why activity is counted"), 200)
    basis = _words(_("Basis"), 200)
    upper_code = _words(_("Code in the assessment from above"), 40)
    upper_name = _words(_("Indicator of the assessment from above"), 80)

    def __init__(self, *args: Any, subject: str, dimensions: list[tuple[str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        known = [(name, f"{row.title} · {name}") for name, row in all_measures().items() if row.counts_for(subject)]
        self.fields["measure"].choices = [("", "—"), *sorted(known)]  # type: ignore[attr-defined]
        self.fields["dimension"].choices = dimensions  # type: ignore[attr-defined]
        if not self.initial:  # the empty row: what its lists show first is no word of anybody's
            self.initial = {"dimension": dimensions[0][0] if dimensions else "", "sort": Indicator.Sort.RATE}

    def said(self) -> dict[str, Any]:
        """The row as a plan has it."""
        row = _filled(self.cleaned_data, INDICATOR)
        ground = self.cleaned_data.get("ground")
        if ground and not row["reason"].startswith(GROUNDS):
            row["reason"] = f"{ground}{COLON}{row['reason']}"
        return row


class DraftForms:
    """The page of a draft: five forms that are one; `plan` is what they say together."""

    def __init__(self, plan: Mapping[str, Any], data: Any = None):
        self.before, self.sent = plan, data is not None
        self.head = HeadForm(data, prefix="head", plan=plan, initial={name: plan[name] for name in SCHEME})
        self.dimensions = _rows(DimensionForm, data, "dimensions", plan["dimensions"])
        # A dimension that is new on this page can be chosen as soon as it is saved.
        choices = [(row["code"], row["name"]) for row in plan["dimensions"]]
        self.indicators = _rows(
            IndicatorForm, data, "indicators", list(_initial(plan)),
            subject=plan["subject"], dimensions=choices,
        )  # fmt: skip
        self.bands = _rows(BandForm, data, "bands", plan["bands"], extra=0)
        groups = [row | {"holds": " ".join(row["holds"])} for row in plan["groups"]]
        self.groups = _rows(GroupForm, data, "groups", groups)

    @property
    def parts(self) -> list[forms.Form | BaseFormSet[forms.Form]]:
        return [self.head, self.dimensions, self.indicators, self.bands, self.groups]

    @property
    def sets(self) -> list[Any]:
        """The lists of rows, as the page goes through them for what is wrong."""
        return [self.dimensions, self.indicators, self.bands, self.groups]

    def is_valid(self) -> bool:
        """Whether each field is filled in as it should be; whether the whole can be carried out asks the service."""
        checked = [part.is_valid() for part in self.parts]  # each: all that is wrong is told at once
        return all(checked)

    @property
    def has_errors(self) -> bool:
        return self.sent and any(_errors(part) for part in self.parts)

    def plan(self) -> dict[str, Any]:
        """All together as one plan; rows without a word are not there."""
        head = _filled(self.head.cleaned_data, {name: meant for name, meant in SCHEME.items() if name not in FIXED})
        dimensions = [_filled(form.cleaned_data, DIMENSION) for form in _kept(self.dimensions)]
        rows = list(_kept(self.indicators))
        for dimension in dimensions:
            dimension["indicators"] = [
                form.said() for form in rows if form.cleaned_data["dimension"] == dimension["code"]
            ]
        return {
            **self.before, **head, "dimensions": dimensions,
            "bands": [_filled(form.cleaned_data, BAND) for form in _kept(self.bands)],
            "groups": [_filled(form.cleaned_data, GROUP) for form in _kept(self.groups)],
        }  # fmt: skip

    def refuse(self, flaws: list[Flaw]) -> None:
        """Puts each flaw at its field; what has none stands above all."""
        for place, words in flaws:
            form = self._form_at(place)
            field = place[-1] if place and place[-1] in form.fields else None
            form.add_error(str(field) if field else None, ValidationError(str(words)))

    def _form_at(self, place: tuple[str | int, ...]) -> forms.Form:
        if len(place) < 2:
            return self.head
        name, number = str(place[0]), int(place[1])
        rows: list[Any] = list(_kept(getattr(self, name)))
        form = rows[number]
        if len(place) < 4:
            return form
        code = form.cleaned_data["code"]
        within = [row for row in _kept(self.indicators) if row.cleaned_data["dimension"] == code]
        return within[int(place[3])]


class TrustForm(forms.Form):
    """To whom of the team a line is entrusted."""

    user = forms.ModelChoiceField(label=_("Member of the assessment team"), queryset=User.objects.none())

    def __init__(self, *args: Any, people: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = people  # type: ignore[attr-defined]


def _rows(
    form: type[forms.Form], data: Any, prefix: str, initial: list[Any], *, extra: int = 1, **more: Any
) -> BaseFormSet[forms.Form]:
    made = formset_factory(form, extra=extra, can_delete=extra > 0, max_num=120, absolute_max=150)
    return made(data, prefix=prefix, initial=initial, form_kwargs=more)


def _initial(plan: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The rows as the page asks them: the ground of the notice apart from the words."""
    for dimension in plan["dimensions"]:
        for row in dimension["indicators"]:
            ground = next((word for word in GROUNDS if row["reason"].startswith(word)), "")
            words = row["reason"].removeprefix(ground).lstrip(COLON + ":") if ground else row["reason"]
            yield {**row, "dimension": dimension["code"], "ground": ground, "reason": words}


def _kept(formset: Any) -> Iterator[Any]:
    """The rows that were filled in and not struck out."""
    for form in formset:
        if form.cleaned_data.get("code", form.cleaned_data.get("grade")) and not form.cleaned_data.get("DELETE"):
            yield form


def _filled(said: Mapping[str, Any], shape: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a shape; what was left empty is what is meant without it."""
    return {
        name: meant if said.get(name) in (None, "") else said[name] for name, meant in shape.items() if name in said
    } | {name: meant for name, meant in shape.items() if name not in said}


def _errors(part: Any) -> bool:
    return any(part.errors) if isinstance(part, BaseFormSet) else bool(part.errors)
