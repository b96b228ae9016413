"""What a person proposes for a colleague, and what those say who decide. Shape alone."""

from __future__ import annotations

from typing import Any, Final, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from assessment.reasons import Consequence, Merit
from assessment.selectors.proposals import people_to_propose, place_of
from grids.models import City
from whistle.forms import Refusable, StepForm
from whistle.forms.step import one_sentence
from workorders.forms.fields import sentence


class ProposeForm(Refusable):
    """For whom, what, why; a heavy reward besides for which merit and in which grade."""

    person = forms.ModelChoiceField(label=_("For whom"), queryset=User.objects.none(), empty_label=_("Choose"))
    consequence = forms.ChoiceField(label=pgettext_lazy("reward", "What"), choices=Consequence.choices)
    merit = forms.ChoiceField(
        label=_("Heavy reward: for what"), required=False, choices=[("", _("no heavy reward")), *Merit.choices]
    )
    grade = forms.IntegerField(label=_("Heavy reward: grade, 1 the highest"), required=False, min_value=1, max_value=9)
    grounds = sentence(_("Grounds"), most=1000, rows=4)

    def __init__(self, *args: Any, user: User, city: City, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.user, self.city = user, city
        people = cast("forms.ModelChoiceField", self.fields["person"])
        people.queryset = people_to_propose(user, city)

    def said(self) -> dict[str, Any]:
        """The arguments of the service; the area is where the person holds his post."""
        return dict(self.cleaned_data) | {"area": place_of(self.cleaned_data["person"], self.user, self.city)}


PROPOSAL_FORMS: Final[dict[str, type[StepForm]]] = {
    "approve": one_sentence("words", _("Why you approve it"), most=1000),
    "decline": one_sentence("words", _("Why you decline it"), most=1000),
    "carry_out": one_sentence("words", _("What was done, when, by whom"), most=1000),
}
