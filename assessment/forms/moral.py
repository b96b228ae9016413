"""What is said of an entry of the moral boards, of its privacy check, and of its end. Shape alone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from assessment.forms.grounds import AreaField
from assessment.models import MoralEntry
from assessment.selectors.moral import WRITES
from assessment.services.moral import MOST_DAYS
from grids.models import City
from patrols.forms.asked import Asked, Day
from workorders.forms.fields import sentence, yes_or_no


class MoralForm(Asked):
    """A good deed or uncivil conduct: what happened and where, without anybody's name in the text."""

    area = AreaField()
    side = forms.ChoiceField(label=_("Board"), choices=MoralEntry.Side.choices, widget=forms.RadioSelect)
    happened_on = Day(label=_("Day"))
    place = forms.CharField(label=_("Place"), max_length=120, help_text=_("As public as a street corner: no door."))
    words = sentence(_("What happened"), rows=3, most=500)
    name = forms.CharField(
        label=pgettext_lazy("person", "Name"),
        max_length=60,
        required=False,
        help_text=_("Only for a good deed, and only with consent."),
    )
    consent = forms.CharField(
        label=_("How the person agreed"),
        max_length=200,
        required=False,
        help_text=_("A signed sheet or message, with its day."),
    )
    days = forms.IntegerField(label=_("Days shown"), min_value=1, max_value=MOST_DAYS, initial=15)

    def __init__(self, *args: Any, user: User, city: City, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["area"].offer(user, WRITES, city)  # type: ignore[attr-defined]


class MoralCheckForm(Asked):
    """The second person's answer."""

    good = yes_or_no(_("Can it be shown?"), _("Yes: nobody can be recognised who did not agree"), _("No"))
    words = sentence(_("What you checked"), rows=2, most=300)


class TakeOffForm(Asked):
    """Why an entry goes before its days are over."""

    because = sentence(_("Why it is taken off"), rows=2, most=300)
