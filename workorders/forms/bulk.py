"""Which rows and which step, for many at once; what the step itself asks is its own form's (`steps.FORMS`)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from workorders.forms.step import NoteForm
from workorders.forms.steps import FORMS
from workorders.lifecycle import WORK_ORDER
from workorders.models import WorkOrder
from workorders.services.bulk import BULK, MOST


class Numbers(forms.MultipleChoiceField):
    """Any numbers; which of them the person sees is not for a form to say."""

    default_error_messages = {"required": _("Select at least one order."), "invalid_list": _("Name the orders.")}

    def valid_value(self, value: str) -> bool:
        return len(value) <= 24

    def clean(self, value: Any) -> list[str]:
        numbers = super().clean(value)
        if len(numbers) > MOST:
            words = ngettext_lazy("%(most)d order at most.", "%(most)d orders at most.", MOST)
            raise ValidationError(words % {"most": MOST})
        return numbers


class BulkForm(forms.Form):
    """Several orders and one step."""

    step = forms.ChoiceField(choices=[(name, WORK_ORDER.by_name[name].button) for name in BULK])
    numbers = Numbers()


class SaveViewForm(forms.Form):
    """A name for the list as it stands."""

    name = forms.CharField(label=_("Name of the view"), max_length=20)
    query = forms.CharField(max_length=400, required=False, widget=forms.HiddenInput)


def asks_first(step: str) -> bool:
    """Whether the step needs words before it can be taken."""
    return FORMS[step] is not NoteForm and step != "verify"


def said_for(step: str, data: Any, order: WorkOrder) -> dict[str, Any]:
    """What was said, as arguments for this order; refuses as its own form would."""
    form = FORMS[step](data, {}, order=order, step=step)
    if not form.is_valid():
        raise ValidationError([
            f"{form.fields[name].label}: {error}" if name in form.fields else error
            for name, errors in form.errors.items() for error in errors
        ])  # fmt: skip
    return form.said()
