"""Fields that several forms of the registers share: a grid that one keeps, a home in it, plain particulars."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from grids.models import Area
from registers.models import Home
from registers.sealing import key_of
from registers.selectors.sight import base_areas_kept_by

QUIET = {"autocomplete": "off"}


class AreaField(forms.ModelChoiceField):
    """One of the grids whose registers the person keeps."""

    def __init__(self, **kwargs: Any):
        super().__init__(queryset=Area.objects.none(), to_field_name="code", label=_("Grid"), **kwargs)

    def offer(self, user: User) -> None:
        self.queryset = base_areas_kept_by(user)

    def label_from_instance(self, obj: Area) -> str:
        return obj.title


def particulars() -> dict[str, forms.Field]:
    """What of a person is sealed, as fields; never filled in beforehand, because that would be a look."""
    text = forms.TextInput(attrs=QUIET)
    return {
        "name": forms.CharField(label=pgettext_lazy("person", "Name"), required=False, max_length=60, widget=text),
        "phone": forms.CharField(
            label=_("Phone"), required=False, max_length=30, widget=forms.TextInput(attrs=QUIET | {"inputmode": "tel"})
        ),
        "id_number": forms.CharField(label=_("ID number"), required=False, max_length=30, widget=text),
        "birth_date": forms.CharField(
            label=_("Birthday"), required=False, max_length=20, widget=text,
            help_text=_("Like 1946-05-02; left empty, the ID number says it."),
        ),
    }  # fmt: skip


def home_in(area: Area, building: str, door: str) -> Home | None:
    """The home of this building and door in a grid; none where no building is named."""
    if not building.strip():
        if door.strip():
            raise ValidationError({"building": _now("Name the building of this door.")})
        return None
    found = Home.objects.filter(area=area, building=" ".join(building.split()), door_key=key_of("door", door)).first()
    if found is None:
        raise ValidationError({"building": _now("No such home stands in the register of this grid; take it in first.")})
    return found
