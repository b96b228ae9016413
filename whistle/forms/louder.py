"""What is said where a whistle was missed: blowing again, clues, and the supervision office's letters."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.models import Department
from whistle.forms.fields import Moment
from whistle.forms.step import StepForm
from whistle.models import Clue, Supervision
from whistle.reasons import Lateness
from whistle.selectors.choices import departments_followed, waiting_clues
from workorders.forms.fields import sentence

CHOOSE = ("", _("Choose a reason"))


class BlowAgainForm(StepForm):
    reason = forms.ChoiceField(label=_("Why it is blown again"), choices=[CHOOSE, *Lateness.choices])
    meet_at = Moment(label=_("When they report in"), help_text=_("The leaders in charge are called as well."))
    place = forms.CharField(
        label=_("Where they report in"), required=False, max_length=200,
        help_text=_("Leave it empty for the same place."),
    )  # fmt: skip
    cause = sentence(
        _("Why it keeps coming back"), required=False,
        help_text=_("Needed from the third whistle on the same matter on."),
    )  # fmt: skip


class ClueForm(StepForm):
    reason = forms.ChoiceField(label=_("Reason"), choices=[CHOOSE, *Clue.Reason.choices])
    words = sentence(_("What the evidence shows"), most=2000)


class DecideForm(StepForm):
    clue = forms.ModelChoiceField(
        label=_("Which clue"), queryset=Clue.objects.none(), required=False, empty_label=_("Choose a clue")
    )
    decision = sentence(_("What was decided"), most=2000, help_text=_("Only who may decide on clues reads it."))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        waiting = waiting_clues(self.whistle)
        self.offer("clue", waiting)
        field = cast("forms.ModelChoiceField", self.fields["clue"])
        if field.required:
            field.choices = [("", field.empty_label), *((clue.pk, clue.get_reason_display()) for clue in waiting)]


class DemandForm(StepForm):
    department = forms.ModelChoiceField(
        label=_("Of which unit"), queryset=Department.objects.none(), to_field_name="code",
        empty_label=_("Choose a department"),
    )  # fmt: skip
    words = sentence(_("What is expected, and until when"), most=500)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        called = departments_followed(cast(Supervision, self.case))
        cast("forms.ModelChoiceField", self.fields["department"]).queryset = called
