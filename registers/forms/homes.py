"""A home is taken in or corrected."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from registers.forms.fields import QUIET, AreaField
from registers.models import Home


class HomeForm(forms.Form):
    """A home: where it stands, which door it is. In a correction the door left empty stays as it is."""

    area = AreaField()
    building = forms.CharField(label=_("Building"), max_length=80)
    door = forms.CharField(label=_("Door"), max_length=40, required=False, widget=forms.TextInput(attrs=QUIET))
    kind = forms.ChoiceField(label=_("Kind of home"), choices=Home.Kind.choices)
    lng = forms.FloatField(label=_("Longitude"), required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(label=_("Latitude"), required=False, min_value=-90, max_value=90)

    def __init__(self, *args: Any, user: User, home: Home | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.home = home
        for name in ("lng", "lat"):
            self.fields[name].widget.attrs.update({"step": "any", "inputmode": "decimal"})
        if home is None:
            cast("AreaField", self.fields["area"]).offer(user)
            return
        del self.fields["area"]
        self.fields["door"].help_text = _("Left empty, it stays as it is.")
        for name in ("building", "kind", "lng", "lat"):
            self.fields[name].initial = getattr(home, name)

    def said(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        if self.home is not None and not said["door"]:
            del said["door"]
        return said
