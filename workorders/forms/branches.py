"""Forms that name somebody or something: departments, a colleague, another order, a coded reason, a day."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from casework.refusals import NotFound
from grids.models import Department
from workorders.forms.fields import sentence
from workorders.forms.step import StepForm
from workorders.models import Application, Clue, Objection, Press, WorkOrder
from workorders.selectors.orders import assisting, colleagues_of, departments_for, order_of_number
from workorders.selectors.rules import follows, suggestion_for


def one_department(label, *, required: bool = True) -> forms.ModelChoiceField:
    """A department, to be chosen from those that serve the order's area."""
    return forms.ModelChoiceField(label=label, required=required, queryset=Department.objects.none())


class AmongDepartments(StepForm):
    """A form whose fields named in `serving` offer the departments that serve the order's area."""

    serving: tuple[str, ...] = ("department",)

    def __init__(self, *args: Any, order: WorkOrder, **kwargs: Any):
        super().__init__(*args, order=order, **kwargs)
        found = self.choices_for(order)
        for name in self.serving:
            field = cast("forms.ModelChoiceField", self.fields[name])
            field.queryset = Department.objects.filter(pk__in=[department.pk for department in found])
            titled = [(row.pk, row.title) for row in found]
            several = isinstance(field, forms.ModelMultipleChoiceField)
            field.choices = titled if several else [("", _("Choose a department")), *titled]

    def choices_for(self, order: WorkOrder) -> list[Department]:
        return departments_for(order)


class DispatchForm(AmongDepartments):
    serving = ("department", "assistants")
    department = one_department(_("Leading department"))
    assistants = forms.ModelMultipleChoiceField(
        label=_("Assisting departments"), required=False, queryset=Department.objects.none(),
        help_text=_("Each has four fifths of the lead's time."),
    )  # fmt: skip
    joint = forms.BooleanField(
        label=_("Joint enforcement"), required=False,
        help_text=_("Several enforcers at once: the joint enforcement team leads, the others assist."),
    )  # fmt: skip
    note = forms.CharField(label=_("Remark"), required=False, max_length=500)

    def __init__(self, *args: Any, order: WorkOrder, **kwargs: Any):
        super().__init__(*args, order=order, **kwargs)
        # Begins as the rules in force would have it; the handler of the catalogue where none fits.
        self.suggestion = suggestion_for(order, among=self.among)
        if self.suggestion:
            self.initial = {
                **self.initial,
                "department": getattr(self.suggestion.lead, "pk", None), "joint": self.suggestion.joint,
                "assistants": [department.pk for department in self.suggestion.assistants],
            }  # fmt: skip

    def choices_for(self, order: WorkOrder) -> list[Department]:
        self.among = departments_for(order)
        return self.among

    def said(self) -> dict:
        said = {**self.cleaned_data, "assistants": list(self.cleaned_data["assistants"])}
        rule = self.suggestion.rule if self.suggestion else None
        if rule and follows(rule, said["department"], said["assistants"], said["joint"]):
            said["rule"] = rule
        return said


class OfferForm(AmongDepartments):
    serving = ("departments",)
    departments = forms.ModelMultipleChoiceField(
        label=_("Departments that may claim it"), queryset=Department.objects.none()
    )
    note = forms.CharField(label=_("Remark"), required=False, max_length=500)

    def said(self) -> dict:
        return {**self.cleaned_data, "departments": list(self.cleaned_data["departments"])}


class HandForm(StepForm):
    officer = forms.ModelChoiceField(label=_("Colleague"), queryset=User.objects.none())
    note = forms.CharField(label=_("Remark"), required=False, max_length=500)

    def __init__(self, *args: Any, order: WorkOrder, **kwargs: Any):
        super().__init__(*args, order=order, **kwargs)
        cast("forms.ModelChoiceField", self.fields["officer"]).queryset = colleagues_of(order)


class ReleaseForm(AmongDepartments):
    department = one_department(_("Assisting department"))
    reason = sentence(_("Why it goes on without them"))

    def choices_for(self, order: WorkOrder) -> list[Department]:
        return assisting(order)


class JoinForm(StepForm):
    lead = forms.CharField(label=_("Number of the order that carries the matter"), max_length=24)
    note = forms.CharField(label=_("Remark"), required=False, max_length=500)

    def clean_lead(self) -> WorkOrder:
        try:
            return order_of_number(self.order, self.cleaned_data["lead"])
        except NotFound as refusal:
            raise ValidationError(str(refusal)) from refusal


RETURNABLE = [
    choice for choice in Objection.Reason.choices
    if choice[0] not in (Objection.Reason.BOUNDARY, Objection.Reason.UNCLAIMED)
]  # fmt: skip


class SendBackForm(AmongDepartments):
    serving = ("suggested",)
    reason = forms.ChoiceField(label=_("Reason"), choices=[("", _("Choose a reason")), *RETURNABLE])
    basis = forms.CharField(
        label=_("Legal basis"), max_length=300, help_text=_("The rule, or the line of the duty list, that says so.")
    )
    suggested = one_department(_("Who should have it"), required=False)
    words = sentence(_("Remark"), required=False)


class QuestionForm(AmongDepartments):
    serving = ("suggested",)
    words = sentence(_("Between whom does it lie?"))
    suggested = one_department(_("Who should have it"), required=False)
    basis = forms.CharField(label=_("Legal basis"), required=False, max_length=300)


class NameOwnerForm(AmongDepartments):
    department = one_department(_("Who carries it to the end"))
    decision = sentence(_("The ruling, and why"))
    basis = forms.CharField(label=_("Legal basis"), required=False, max_length=300)


WHY = forms.ChoiceField(label=_("Reason"), choices=[("", _("Choose a reason")), *Application.Reason.choices])


class LongerForm(StepForm):
    reason = WHY
    words = sentence(_("Why, in a sentence the citizen may read"))


class ParkingForm(StepForm):
    reason = WHY
    words = sentence(_("Why, in a sentence the citizen may read"))
    measures = sentence(_("What is done meanwhile"))
    until = forms.DateField(
        label=_("Until which day"), widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Within twelve months; it is taken up again by itself."),
    )  # fmt: skip


class PressForm(StepForm):
    level = forms.TypedChoiceField(label=_("Level"), choices=Press.Level.choices, coerce=int)
    words = sentence(_("What is expected, and until when"))
    reply_wanted = forms.BooleanField(label=_("A reply in writing is wanted"), required=False, initial=True)


class ClueForm(StepForm):
    reason = forms.ChoiceField(label=_("Reason"), choices=[("", _("Choose a reason")), *Clue.Reason.choices])
    words = sentence(_("What the evidence shows"))


class TagForm(StepForm):
    tags = forms.MultipleChoiceField(
        label=_("Tags"), required=False, choices=WorkOrder.Tag.choices, widget=forms.CheckboxSelectMultiple
    )
    early_sign = forms.BooleanField(label=_("Early sign"), required=False)

    def __init__(self, *args: Any, order: WorkOrder, **kwargs: Any):
        super().__init__(*args, order=order, **kwargs)
        self.initial = {**self.initial, "tags": order.tags, "early_sign": order.early_sign}
