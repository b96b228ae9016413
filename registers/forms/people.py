"""A person is searched, taken in, corrected, moved, looked at; a care begins and ends."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from grids.selectors import today_in
from registers.forms.fields import QUIET, AreaField, home_in, particulars
from registers.models import Care, Look, Person
from registers.sealing import OF_A_PERSON
from registers.selectors.kinds import kinds_about_people

SHOWN = {
    "name": pgettext_lazy("person", "Name"),
    "phone": _("Phone"),
    "id_number": _("ID number"),
    "birth_date": _("Birthday"),
    "door": _("Door"),
}


class SearchForm(forms.Form):
    """One exact name, phone number or ID number; sent as a form, so that it stands in no address."""

    words = forms.CharField(
        label=_("Whole name, phone number or ID number"), max_length=60, widget=forms.TextInput(attrs=QUIET)
    )


class _Placed(forms.Form):
    """A form that names a home: its grid, its building, its door."""

    area = AreaField()
    building = forms.CharField(label=_("Building"), max_length=80, required=False)
    door = forms.CharField(label=_("Door"), max_length=40, required=False, widget=forms.TextInput(attrs=QUIET))

    def __init__(self, *args: Any, user: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        cast("AreaField", self.fields["area"]).offer(user)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("area"):
            said["home"] = home_in(said["area"], said.get("building", ""), said.get("door", ""))
        return said


class TakeInForm(_Placed):
    """A new person of the register."""

    field_order = [*OF_A_PERSON, "area", "building", "door"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields |= particulars()
        self.fields["name"].required = True
        self.order_fields(self.field_order)

    def said(self) -> dict[str, Any]:
        kept = {field: self.cleaned_data[field] for field in OF_A_PERSON}
        return {**kept, "area": self.cleaned_data["area"], "home": self.cleaned_data["home"]}


class CorrectForm(forms.Form):
    """What of a person is to be other than it is; fields left empty stay as they are."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields |= particulars()

    def said(self) -> dict[str, str]:
        return {field: text for field, text in self.cleaned_data.items() if text}

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not any(said.values()) and not self.errors:
            raise ValidationError(_("Fill in what is to be changed."))
        return said


class MoveForm(_Placed):
    """Where a person lives now."""

    def said(self) -> dict[str, Any]:
        return {"area": self.cleaned_data["area"], "home": self.cleaned_data["home"]}


class LookForm(forms.Form):
    """Which fields are to be shown, and why."""

    fields_ = forms.MultipleChoiceField(
        label=_("What do you want to see?"), choices=list(SHOWN.items()), widget=forms.CheckboxSelectMultiple
    )
    why = forms.ChoiceField(
        label=_("Why?"), choices=[each for each in Look.Why.choices if each[0] != Look.Why.VISIT],
        widget=forms.RadioSelect,
    )  # fmt: skip
    words = forms.CharField(
        label=_("In a few words"), required=False, max_length=120,
        help_text=_("Without names and numbers: the record of looks is kept when a person is erased."),
    )  # fmt: skip

    def __init__(self, *args: Any, door_only: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if door_only:
            del self.fields["fields_"]

    def said(self) -> dict[str, Any]:
        said = {name: self.cleaned_data[name] for name in ("why", "words")}
        return said | ({"fields": self.cleaned_data["fields_"]} if "fields_" in self.fields else {})


class CareForm(forms.Form):
    """Why a person is looked after from now on."""

    kind = forms.ChoiceField(label=_("Care kind"))
    level = forms.TypedChoiceField(
        label=_("Danger level"), required=False, coerce=int, empty_value=None,
        choices=[("", "—"), *((str(level), str(level)) for level in range(6))],
    )  # fmt: skip
    stability = forms.ChoiceField(label=_("Stability"), required=False, choices=[("", "—"), *Care.Stability.choices])
    since = forms.DateField(label=_("Since"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    note = forms.CharField(
        label=_("Note"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Sealed like the name."),
    )  # fmt: skip

    def __init__(self, *args: Any, person: Person, **kwargs: Any):
        super().__init__(*args, **kwargs)
        kinds = kinds_about_people(person.city)
        cast("forms.ChoiceField", self.fields["kind"]).choices = [(kind.code, kind.title) for kind in kinds]
        self.fields["since"].initial = today_in(person.city)

    def said(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class EndCareForm(forms.Form):
    """Until when somebody was looked after."""

    until = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
