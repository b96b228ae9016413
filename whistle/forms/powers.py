"""What is said of the use of a street's power that no whistle shows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grids.models import Area, City
from whistle.forms.fields import Day
from whistle.forms.step import Refusable
from whistle.models import StreetPower
from whistle.selectors.powers import powers_of, streets_for
from workorders.forms.fields import sentence


class PowerForm(Refusable):
    """Which power, for which street, when, and what it did."""

    power = forms.ModelChoiceField(label=_("Which power"), queryset=StreetPower.objects.none(), empty_label=None)
    area = forms.ModelChoiceField(label=_("Which street"), queryset=Area.objects.none(), empty_label=None)
    on = Day(label=_("On which day"))
    words = sentence(_("What the street did"), rows=2, most=500)

    def __init__(self, *args: Any, city: City, user: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["power"].queryset = powers_of(city).filter(deed="")  # type: ignore[attr-defined]
        self.fields["area"].queryset = streets_for(user, city)  # type: ignore[attr-defined]
