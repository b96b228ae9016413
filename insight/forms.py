"""The shape of a question of the map: a level, and a box of the ground."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from insight.sheets import Box

SIDES = ("west", "south", "east", "north")


class BoxForm(forms.Form):
    """Four sides in degrees, all or none."""

    west = forms.FloatField(required=False, min_value=-180, max_value=180)
    south = forms.FloatField(required=False, min_value=-90, max_value=90)
    east = forms.FloatField(required=False, min_value=-180, max_value=180)
    north = forms.FloatField(required=False, min_value=-90, max_value=90)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        given = [found[side] for side in SIDES if found.get(side) is not None]
        if len(given) not in (0, 4):
            raise forms.ValidationError(_("Give all four sides of the box, or none."))
        if given and (given[0] > given[2] or given[1] > given[3]):
            raise forms.ValidationError(_("West must lie before east, and south below north."))
        return {**found, "box": tuple(given) or None}

    @property
    def box(self) -> Box | None:
        return self.cleaned_data["box"]

    @property
    def sentence(self) -> str:
        """The first thing that is wrong."""
        for name, problems in self.errors.items():
            return str(problems[0]) if name == "__all__" else f"{name}: {problems[0]}"
        return ""


class AreasForm(BoxForm):
    """One level of the city, whole or inside a box."""

    level = forms.IntegerField(min_value=1)
