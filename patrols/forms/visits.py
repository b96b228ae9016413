"""What a worker says of a visit: at the door, the record, a change in somebody's life. Pages and API share them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from patrols.forms.help import SpotForm
from patrols.models import Visit, VisitEvent
from registers.forms.fields import QUIET, particulars
from registers.sealing import OF_A_PERSON

AWAY = [("", _("I stand at the door")), *Visit.Away.choices]


class DoorForm(SpotForm):
    """I stand at the door; or why not."""

    away = forms.ChoiceField(label=_("Not at the door?"), required=False, choices=AWAY)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        del self.fields["key"], self.fields["at"]


class VisitForm(SpotForm):
    """The record: whether somebody was there, what became of it, what was found; the register where it is wrong."""

    met = forms.ChoiceField(
        label=_("Did you meet anybody?"), choices=[("true", _("I met somebody")), ("false", _("nobody home"))],
        initial="true", widget=forms.RadioSelect,
        error_messages={"required": _("Say whether you met anybody.")},
    )  # fmt: skip
    signs = forms.MultipleChoiceField(
        label=_("What did you find?"), required=False, choices=Visit.Sign.choices, widget=forms.CheckboxSelectMultiple
    )
    outcome = forms.ChoiceField(
        label=_("What became of it"), choices=Visit.Outcome.choices, initial=Visit.Outcome.VISIT,
        widget=forms.RadioSelect, error_messages={"required": _("Say what became of the visit.")},
    )  # fmt: skip
    found = forms.CharField(
        label=_("In a sentence"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2} | QUIET),
        help_text=_("Sealed like the name; read by you and by who keeps the register."),
    )  # fmt: skip
    away = forms.ChoiceField(label=_("Not at the door?"), required=False, choices=AWAY)
    order = forms.BooleanField(label=_("Open a work order for it"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields |= particulars()
        self.fields["birth_date"].help_text = ""

    def said(self) -> dict[str, Any]:
        """As the service takes it."""
        kept = self.cleaned_data
        return {
            "key": kept["key"], "at": kept["at"], "spot": kept["spot"], "met": kept["met"] == "true",
            "signs": kept["signs"], "outcome": kept["outcome"], "found": kept["found"], "away": kept["away"],
            "order": kept["order"], "changes": {name: kept[name] for name in OF_A_PERSON if kept[name]},
        }  # fmt: skip


class EventForm(forms.Form):
    """A major change in somebody's life, just now or at a moment that is told."""

    kind = forms.ChoiceField(
        label=_("What has happened?"), choices=VisitEvent.Kind.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Say what has happened.")},
    )  # fmt: skip


class DecideForm(forms.Form):
    """Taken into the register, or not."""

    accept = forms.ChoiceField(
        choices=[("yes", pgettext_lazy("proposal", "accept")), ("no", pgettext_lazy("proposal", "decline"))]
    )
