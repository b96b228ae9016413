"""What those called say: that they come, whom they spoke with, who is there; and what is said of who stays away."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from grids.models import Department
from whistle.forms.fields import Datum, Moment, latitude, longitude
from whistle.forms.step import CalledForm, StepForm
from whistle.models import Objection, Summons
from whistle.reasons import ContactHow
from whistle.selectors.choices import departments_around, missing, objecting
from whistle.services.reporting_in import NEAR_METRES
from workorders.forms.fields import sentence

MOST_PEOPLE = 99


def name_of_who(label: Any) -> forms.CharField:
    """The name of who comes; the names of a meeting are few and stand on its board."""
    return forms.CharField(label=label, max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"}))


def rank_of_who() -> forms.CharField:
    return forms.CharField(label=_("Rank"), required=False, max_length=60, help_text=_("For example: deputy head."))


def how_many() -> forms.IntegerField:
    return forms.IntegerField(
        label=_("How many people"), required=False, min_value=1, max_value=MOST_PEOPLE, initial=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip


class CountsPeople(StepForm):
    """A form that asks how many come; one, unless told otherwise."""

    def clean_came_count(self) -> int:
        return self.cleaned_data["came_count"] or 1


class ContactForm(CalledForm):
    how = forms.ChoiceField(label=_("How"), choices=ContactHow.choices, widget=forms.RadioSelect)
    with_whom = forms.CharField(label=_("With whom"), max_length=60)


class AnnounceForm(CountsPeople, CalledForm):
    came = name_of_who(_("Who will come"))
    came_rank = rank_of_who()
    came_count = how_many()
    expected_at = Moment(
        label=_("When they will be there"), required=False,
        help_text=_("Only if they cannot be there in time; the clock goes on."),
    )  # fmt: skip


class CheckInForm(CountsPeople, CalledForm):
    came = name_of_who(_("Who has come"))
    came_rank = rank_of_who()
    came_count = how_many()
    lng = longitude(required=False)
    lat = latitude(required=False)
    datum = Datum()
    code = forms.CharField(
        label=_("Code shown on site"), required=False, max_length=10,
        help_text=format_lazy(
            _("Your position counts within {near} m of the place. Is it wrong? Then type the four digits shown there."),
            near=NEAR_METRES,
        ),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip


class RegisterForm(CountsPeople):
    summons = forms.ModelChoiceField(
        label=_("Who has come: the unit"), queryset=Summons.objects.none(), empty_label=_("Choose a unit"),
        help_text=_("For those without a phone, or whose position fails."),
    )  # fmt: skip
    came = name_of_who(_("Who has come"))
    came_rank = rank_of_who()
    came_count = how_many()

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.offer("summons", missing(self.whistle), must=True)


def one_department(label: Any, **kwargs: Any) -> forms.ModelChoiceField:
    """A department of those around, named by its code; may be left open."""
    return forms.ModelChoiceField(
        label=label, required=False, queryset=Department.objects.none(), to_field_name="code",
        empty_label=_("Nobody in particular"), **kwargs,
    )  # fmt: skip


class ObjectForm(CalledForm):
    reason = forms.ChoiceField(label=_("Reason"), choices=[("", _("Choose a reason")), *Objection.Reason.choices])
    basis = sentence(
        _("Legal basis"), rows=2, most=500,
        help_text=_("The rule, or the line of the duty list, that says so. Until the centre rules you have to come."),
    )  # fmt: skip
    suggested = one_department(_("Who should be called instead"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField", self.fields["suggested"]).queryset = departments_around(self.whistle)


class RuleForm(StepForm):
    """The centre rules on one objection; the ruling is final."""

    summons = forms.ModelChoiceField(
        label=_("Whose objection"), queryset=Summons.objects.none(), required=False, empty_label=_("Choose a unit")
    )
    ruling = sentence(_("The ruling, and why"), most=500, help_text=_("It is final: the unit cannot object again."))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.offer("summons", objecting(self.whistle))


class ExcuseForm(RuleForm):
    improper = forms.BooleanField(
        label=_("It should not have been called"), required=False,
        help_text=_("It counts against the street that blew."),
    )  # fmt: skip
    instead = one_department(_("Who is called in its place"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField", self.fields["instead"]).queryset = departments_around(self.whistle)
