"""What is said of the steps of pay: a row, the wish to propose, a decision. Shape alone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from assessment.forms.grounds import AreaField
from assessment.selectors.step_grades import DECIDES, EDITS, MONTHS
from grids.models import City, Role
from patrols.forms.asked import Asked, Day
from workorders.forms.fields import sentence, yes_or_no


class DutyField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.title)


class StepRuleForm(Asked):
    """What a step of a duty asks for."""

    area = AreaField()
    duty = DutyField(label=pgettext_lazy("pay", "Duty"), queryset=Role.objects.none(), empty_label=None)
    step = forms.IntegerField(label=_("Step"), min_value=1, max_value=20, help_text=_("1 is where everybody begins."))
    name = forms.CharField(label=_("Name"), max_length=40)
    least_years = forms.IntegerField(label=_("Years in the duty, at least"), min_value=0, max_value=50)
    least_tops = forms.IntegerField(
        label=_("Months in the best band of the last twelve, at least"), min_value=0, max_value=MONTHS
    )

    def __init__(self, *args: Any, user: User, city: City, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["area"].offer(user, EDITS, city)  # type: ignore[attr-defined]
        duties = Role.objects.filter(city=city, scope=Role.Scope.AREA).order_by("code")
        self.fields["duty"].queryset = duties  # type: ignore[attr-defined]


class ProposeForm(Asked):
    """On which ground the rows shall propose."""

    area = AreaField()

    def __init__(self, *args: Any, user: User, city: City, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["area"].offer(user, DECIDES, city)  # type: ignore[attr-defined]


class DecideStepForm(Asked):
    """The step is given from a day on, or declined."""

    given = yes_or_no(_("Is the step given?"), _("Yes"), _("No"))
    since = Day(label=_("From the day"), required=False, help_text=_("If it is given."))
    words = sentence(_("Why it is decided so"), rows=2, most=300)
