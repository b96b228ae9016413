"""What every form of a step has."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from workorders.models import WorkOrder


class StepForm(forms.Form):
    """What a step needs besides the press of its button; `said` are the service's own arguments."""

    def __init__(self, *args, order: WorkOrder, step: str, **kwargs):
        self.step = step
        # Several steps may be open at once: the same names, but each field its own id.
        kwargs["auto_id"] = f"{step}_%s"
        super().__init__(*args, **kwargs)
        self.order = order

    def said(self) -> dict:
        return self.cleaned_data


class NoteForm(StepForm):
    note = forms.CharField(label=_("Remark"), required=False, max_length=500)
