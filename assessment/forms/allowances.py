"""What is said of a row of the allowance table. Shape alone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessment.forms.grounds import AreaField, MonthField
from assessment.reasons import Grade
from assessment.selectors.allowances import EDITS
from assessment.services.allowances import MOST_YUAN
from grids.models import City, Post
from patrols.forms.asked import Asked


class AllowanceForm(Asked):
    """So many yuan a month for a band, by employment, from a month on."""

    area = AreaField()
    employment = forms.ChoiceField(label=_("Employment"), choices=Post.Employment.choices)
    grade = forms.ChoiceField(label=_("Band"), choices=Grade.choices)
    yuan = forms.IntegerField(label=_("Yuan a month"), min_value=0, max_value=MOST_YUAN)
    since = MonthField(label=_("From the month"))
    basis = forms.CharField(label=_("Basis"), max_length=200, help_text=_("The decision by which this is paid."))

    def __init__(self, *args: Any, user: User, city: City, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["area"].offer(user, EDITS, city)  # type: ignore[attr-defined]
