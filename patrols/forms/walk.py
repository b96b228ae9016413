"""What a walker says without a script, and its script for him: a photo and a reason, why a point is passed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from patrols.models import Stop
from patrols.services.checking_in import LONGEST_NOTE, LONGEST_REASON

FINE, WRONG = "fine", "wrong"


class ReachForm(forms.Form):
    """A point reached without a position: photo and reason show it; each line of its checklist may be answered."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    photo = forms.FileField(
        label=_("A photo of the place"), widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={"required": _("Take a photo: it shows that you are there.")},
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why not by position"), max_length=LONGEST_REASON, initial=_("The phone could not find my place."),
        error_messages={"required": _("Say why the position does not show it.")},
    )  # fmt: skip
    note = forms.CharField(label=_("What you found"), max_length=LONGEST_NOTE, required=False)

    def __init__(self, *args: Any, stop: Stop, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.lines = list(stop.point.checklist.items.all()) if stop.point.checklist else []
        for line in self.lines:
            choices = [("", _("not looked at")), (FINE, _("in order")), (WRONG, _("something is wrong"))]
            field = forms.ChoiceField(label=line.text, choices=choices[1:], required=False, widget=forms.RadioSelect)
            self.fields[f"line_{line.place}"] = field

    def found(self) -> dict[str, str]:
        """The lines that were answered, by their numbers."""
        said = {str(line.place): self.cleaned_data.get(f"line_{line.place}", "") for line in self.lines}
        return {place: answer for place, answer in said.items() if answer}


class SkipForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it cannot be reached"), max_length=200,
        error_messages={"required": _("Say why the point cannot be reached.")},
    )  # fmt: skip
