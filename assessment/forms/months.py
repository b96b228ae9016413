"""What a person must say to take a step of a month: to look, to confirm, to discard. Shape alone."""

from __future__ import annotations

from typing import Any, Final, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from assessment.models import Assessment
from assessment.selectors.months import areas_to_look_for
from grids.models import Area
from whistle.forms import StepForm
from whistle.forms.step import one_sentence
from workorders.forms.fields import sentence, yes_or_no


class LookForm(StepForm):
    """For which community, whether it agrees, and what is wrong where it does not."""

    area = forms.ModelChoiceField(
        label=_("For which community"), queryset=Area.objects.none(), required=False, empty_label=_("Choose"),
    )  # fmt: skip
    agrees = yes_or_no(_("Are the cards of your people right?"), _("Yes, they are right"), _("No, something is wrong"))
    words = sentence(_("What is wrong"), required=False, most=500)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        waiting = areas_to_look_for(cast(Assessment, self.case), self.user)
        self.offer("area", Area.objects.filter(pk__in=[area.pk for area in waiting]).order_by("code"))


class PublishForm(StepForm):
    words = sentence(_("Remark for the history"), required=False, rows=2, most=500)


MONTH_FORMS: Final[dict[str, type[StepForm]]] = {
    "score": StepForm,
    "look": LookForm,
    "end_looks": StepForm,
    "publish": PublishForm,
    "discard": one_sentence("words", _("What is wrong with it")),
    "finalise": StepForm,
    "supersede": StepForm,
}
