"""What is said in an appeal, and by its reviewers. Shape alone; who may and what counts is the service's."""

from __future__ import annotations

from typing import Any, Final, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from assessment.models import Appeal, ScoreLine
from assessment.reasons import AppealReason, Sort
from assessment.selectors.appeals import named_items
from whistle.forms import Refusable, StepForm
from workorders.forms.fields import sentence


class LodgeForm(Refusable):
    """Which of the things that count against the card, why it should not, and what happened."""

    item = forms.TypedChoiceField(
        label=_("What should not count"), coerce=int, empty_value=None, required=False, widget=forms.RadioSelect
    )
    reason = forms.ChoiceField(label=_("Reason"), choices=AppealReason.choices, widget=forms.RadioSelect)
    words = sentence(
        _("What happened"), most=1000, rows=4, help_text=_("Say what the reviewers can check: when, who, which paper.")
    )

    def __init__(self, *args: Any, line: ScoreLine, user: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.line = line
        if line.indicator.sort == Sort.ENTERED:
            del self.fields["item"]
            return
        cast("forms.ChoiceField", self.fields["item"]).choices = named_items(line, user)


class ReviewForm(StepForm):
    words = sentence(_("Opinion of the reviewer"), most=1000)


class UpholdForm(ReviewForm):
    """A mark that was entered is given anew; what was counted is simply out."""

    mark = forms.FloatField(
        label=_("New mark, of 100"), min_value=0, max_value=100, required=False,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.1"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if isinstance(self.case, Appeal) and self.case.line.indicator.sort != Sort.ENTERED:
            del self.fields["mark"]


APPEAL_FORMS: Final[dict[str, type[StepForm]]] = {
    "support": ReviewForm,
    "uphold": UpholdForm,
    "reject": ReviewForm,
    "take_back": StepForm,
}
