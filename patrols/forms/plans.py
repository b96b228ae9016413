"""What is said of checklists, key times and applications for entry. Shape alone."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grids.models import Area, City, Department
from patrols.forms.asked import Asked, Day
from patrols.forms.points import offer
from patrols.models import Admission, Checklist, KeyTime
from patrols.selectors.plans import grounds_to_plan, units_of
from patrols.selectors.points import kinds_of
from workorders.forms.fields import sentence

_HOURS = re.compile(r"^\s*(\d{1,2})[:：](\d{2})\s*[-–—~～至]\s*(\d{1,2})[:：](\d{2})\s*$")


class Lines(forms.CharField):
    """Lines of a checklist, each a code, a space and the words to look by."""

    def __init__(self, **kwargs: Any):
        told = _("One line each: the item's code, a space, what to look at. For example: 030101 Is the fire lane free?")
        widget = forms.Textarea(attrs={"rows": 8, "spellcheck": "false"})
        super().__init__(label=_("Lines"), help_text=told, max_length=8000, widget=widget, **kwargs)

    def to_python(self, value: Any) -> list[tuple[str, str]]:  # type: ignore[override]
        pairs = (
            line.strip().partition(" ") for line in (super().to_python(value) or "").replace("　", " ").splitlines()
        )
        return [(code, words.strip()) for code, _space, words in pairs if code]

    def validate(self, value: Any) -> None:
        super().validate(value or "")

    def run_validators(self, value: Any) -> None:
        super().run_validators("\n".join(f"{code} {words}" for code, words in value))


class EditionForm(Asked):
    """The next edition of a list."""

    watch = forms.CharField(
        label=_("Matters to watch"), required=False, max_length=300, help_text=_("What to keep an eye on besides.")
    )
    lines = Lines()

    @classmethod
    def of(cls, checklist: Checklist) -> EditionForm:
        """The form as the edition in force would have it."""
        told = "\n".join(f"{line.item} {line.text}" for line in checklist.items.all())
        return cls(initial={"watch": checklist.watch, "lines": told})


class ChecklistForm(EditionForm):
    """A unit's first list of a name."""

    department = forms.ModelChoiceField(label=_("For which unit"), queryset=Department.objects.none(), empty_label=None)
    name = forms.CharField(label=_("Name of the list"), max_length=60)
    field_order = ["department", "name", "watch", "lines"]

    def __init__(self, *args: Any, city: City, user: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        offer(self, "department", units_of(user, city))


class Spans(forms.CharField):
    """Hours of the day, written as a person writes them: 07:20-08:10, 16:30-17:30."""

    def to_python(self, value: Any) -> list[tuple[dt.time, dt.time]]:  # type: ignore[override]
        words = [word for word in re.split(r"[,，;；、\n]", super().to_python(value) or "") if word.strip()]
        return [self._span(word) for word in words]

    def _span(self, word: str) -> tuple[dt.time, dt.time]:
        match = _HOURS.match(word)
        try:
            if match:
                return dt.time(int(match[1]), int(match[2])), dt.time(int(match[3]), int(match[4]))
        except ValueError:
            pass
        raise ValidationError(_now("“%(word)s” is not a span like 07:20-08:10.") % {"word": word.strip()})

    def validate(self, value: Any) -> None:
        super().validate(value or "")

    def run_validators(self, value: Any) -> None:
        """Nothing of a text is left to look at."""


class KeyTimeForm(Asked):
    """A key time of a desk's own."""

    name = forms.CharField(label=_("Name"), max_length=40)
    area = forms.ModelChoiceField(label=_("For which ground"), queryset=Area.objects.none(), empty_label=None)
    sort = forms.ChoiceField(label=_("Which days"), choices=KeyTime.Sort.choices)
    since = Day(label=_("First day"), required=False)
    until = Day(label=_("Last day"), required=False)
    hours = Spans(
        label=_("Hours"), required=False, max_length=200,
        help_text=_("For example 07:20-08:10, 16:30-17:30. Empty: the whole day."),
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        label=_("Points of which kinds"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: of every kind."),
    )  # fmt: skip
    times = forms.IntegerField(label=_("How many times as often"), min_value=1, max_value=24, initial=1)
    rounds = forms.IntegerField(label=_("Random red-armband rounds a day"), min_value=0, max_value=20, initial=0)
    team = forms.IntegerField(label=_("People in a team"), min_value=2, max_value=12, initial=3)

    def __init__(self, *args: Any, city: City, user: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        cast("forms.MultipleChoiceField", self.fields["kinds"]).choices = kinds_of(city).titles.items()
        offer(self, "area", grounds_to_plan(user, city))


class ApplyForm(Asked):
    """A department applies that an item be put upon grid workers."""

    department = forms.ModelChoiceField(label=_("For which unit"), queryset=Department.objects.none(), empty_label=None)
    sort = forms.ChoiceField(label=_("For how long"), choices=Admission.Sort.choices, widget=forms.RadioSelect)
    name = forms.CharField(label=_("Which item"), max_length=80)
    reason = sentence(_("Why grid workers are to do it"), rows=3, most=500)
    code = forms.CharField(
        label=_("Its code in the published catalogue"), required=False, max_length=20,
        help_text=_("For a permanent item, as far as it is published already."),
    )  # fmt: skip
    until = Day(label=_("Until which day"), required=False, help_text=_("A temporary item carries an end date."))

    def __init__(self, *args: Any, city: City, user: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        offer(self, "department", units_of(user, city))


class AdmitForm(Asked):
    """The item is admitted."""

    code = forms.CharField(label=_("Its code in the published catalogue"), required=False, max_length=20)
    answer = forms.CharField(label=_("Remark"), required=False, max_length=300)

    def __init__(self, *args: Any, admission: Admission, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if admission.sort == Admission.Sort.TEMPORARY:
            del self.fields["code"]
        else:
            self.fields["code"].initial = admission.code


class RefuseForm(Asked):
    """The item is not admitted."""

    answer = sentence(_("Why not"), rows=2, most=300)
