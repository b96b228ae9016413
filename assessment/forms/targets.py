"""What is said of a year's targets: the plan in lines, a check with a photo, a reward. Shape alone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from assessment.forms.grounds import AreaField, OnePicture
from assessment.models import Target, TargetPlan, TargetUnit
from assessment.selectors.targets import MAKES
from grids.models import City, Department
from patrols.forms.asked import Asked
from patrols.selectors.points import today_in
from workorders.forms.fields import sentence


class TargetLines(forms.CharField):
    """Lines of a plan, each a line of work, its points and words; named as the reader's language names them."""

    def __init__(self, **kwargs: Any):
        widget = forms.Textarea(attrs={"rows": 6, "spellcheck": "false"})
        super().__init__(label=_("Targets"), max_length=8000, widget=widget, **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value).replace("　", " ")
        return [self._read(line.split(None, 2)) for line in text.splitlines() if line.strip()]

    def _read(self, parts: list[str]) -> tuple[str, int, str]:
        lines = {str(label).casefold(): code for code, label in Target.Line.choices} | {
            code: code for code in Target.Line.values
        }
        if len(parts) < 3 or parts[0].casefold() not in lines or not parts[1].isdecimal() or len(parts[1]) > 3:
            raise ValidationError(
                _now("“%(line)s” is no target: write the line of work, a space, the points, a space, the words.")
                % {"line": " ".join(parts)[:60]}
            )
        return lines[parts[0].casefold()], int(parts[1]), parts[2].strip()


class DepartmentsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.title)


class PlanForm(Asked):
    """A plan of a year: every target is every unit's."""

    area = AreaField()
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2099)
    title = forms.CharField(label=pgettext_lazy("plan", "Title"), max_length=80)
    targets = TargetLines()
    departments = DepartmentsField(
        label=_("Units"), queryset=Department.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, user: User, city: City, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["area"].offer(user, MAKES, city)  # type: ignore[attr-defined]
        self.fields["year"].initial = today_in(city).year
        units = Department.objects.standing(today_in(city)).filter(city=city).order_by("code")
        self.fields["departments"].queryset = units  # type: ignore[attr-defined]
        self.fields["targets"].help_text = _(
            "One line each: the line of work (%(lines)s), its points, what is to be reached. Together 100 points, "
            "safety among them."
        ) % {"lines": ", ".join(str(label) for label in Target.Line.labels)}  # fmt: skip


class PlaceField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.place}. {obj.words}"


class TargetCheckForm(Asked):
    """One look at one target of a unit."""

    target = PlaceField(label=_("Target"), queryset=Target.objects.none(), empty_label=None)
    mark = forms.IntegerField(label=_("Mark of a hundred"), min_value=0, max_value=100)
    finding = sentence(_("What was found"), rows=2, most=500)
    photo = OnePicture(label=_("Photo"), required=False)

    def __init__(self, *args: Any, plan: TargetPlan, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["target"].queryset = plan.targets.order_by("place")  # type: ignore[attr-defined]


class RewardForm(Asked):
    """What follows for a unit."""

    reward = forms.ChoiceField(label=_("Reward or penalty"), choices=TargetUnit.Reward.choices)
    words = sentence(_("Why it is decided so"), rows=2, most=300)
