"""What a person must say to take a step (`FORMS`). Shape alone: whether it may be done is for the services."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from workorders.forms.branches import (
    ClueForm,
    DispatchForm,
    HandForm,
    JoinForm,
    LongerForm,
    NameOwnerForm,
    OfferForm,
    ParkingForm,
    PressForm,
    QuestionForm,
    ReleaseForm,
    SendBackForm,
    TagForm,
)  # fmt: skip
from workorders.forms.fields import Pictures, sentence, yes_or_no
from workorders.forms.step import NoteForm, StepForm
from workorders.models import WorkOrder


class RefuseForm(StepForm):
    reason = forms.ChoiceField(
        label=_("Reason"), choices=[("", _("Choose a reason")), *WorkOrder.RefusalReason.choices]
    )
    words = sentence(_("To the reporter: why, and where to turn"))


class WithPictures(StepForm):
    """Words and up to six photos; the services call the photos `pictures`."""

    def said(self) -> dict:
        said = dict(self.cleaned_data)
        said["pictures"] = said.pop("photos")
        return said


class FinishForm(WithPictures):
    result = sentence(_("What was done"), most=2000)
    photos = Pictures(label=_("Photos afterwards"), help_text=_("At least one photo of the same place, six at most."))


class VerifyForm(WithPictures):
    note = forms.CharField(label=_("Remark"), required=False, max_length=500)
    photos = Pictures(label=_("Photos afterwards"), required=False)


class ReworkForm(WithPictures):
    words = sentence(_("What is still to be done"))
    photos = Pictures(label=_("Photos"), required=False)


class CheckForm(WithPictures):
    there = yes_or_no(_("Is the matter there?"), _("Yes, it is there"), _("No, nothing is there"))
    words = sentence(_("What you see"), required=False)
    photos = Pictures(label=_("Photos"), required=False)


class ProgressForm(WithPictures):
    note = sentence(_("How far it is"))
    photos = Pictures(label=_("Photos"), required=False)


class PlanForm(StepForm):
    words = sentence(_("What you are going to do"))
    day = forms.DateField(label=_("By which day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


class RateForm(StepForm):
    solved = yes_or_no(_("Is it solved?"), _("Yes, solved"), _("No, not solved"))
    stars = forms.TypedChoiceField(
        label=_("How well was it done?"), coerce=int, widget=forms.RadioSelect, empty_value=None,
        choices=[
            (5, _("5 stars: very well")), (4, _("4 stars: well")), (3, _("3 stars: fair")),
            (2, _("2 stars: badly")), (1, _("1 star: very badly")),
        ],
    )  # fmt: skip
    words = sentence(_("Anything to add"), required=False)


class RecordRatingForm(StepForm):
    solved = yes_or_no(_("Is it solved?"), _("Yes, solved"), _("No, not solved"))
    satisfied = yes_or_no(_("Is the person satisfied?"), _("Yes, satisfied"), _("No, not satisfied"))
    words = sentence(_("What the person said"), required=False)


def one_sentence(name: str, label) -> type[StepForm]:
    """A form of one sentence that must be given."""
    return type("SentenceForm", (StepForm,), {name: sentence(label)})


FORMS: dict[str, type[StepForm]] = {
    "accept": NoteForm,
    "refuse": RefuseForm,
    "ask_check": NoteForm,
    "check": CheckForm,
    "keep": NoteForm,
    "settle": FinishForm,
    "pass_up": one_sentence("tried", _("What you have tried already")),
    "withdraw": one_sentence("reason", _("Why you take it back")),
    "join": JoinForm,
    "part": NoteForm,
    "close_along": StepForm,
    "dispatch": DispatchForm,
    "offer": OfferForm,
    "claim": NoteForm,
    "hold_on": NoteForm,
    "let_go": NoteForm,
    "lapse": StepForm,
    "stand_by": StepForm,
    "dispatch_on": StepForm,
    "sign_on": StepForm,
    "handle_on": StepForm,
    "recall": one_sentence("reason", _("Why it is taken back")),
    "sign_for": NoteForm,
    "contact": one_sentence("note", _("What was agreed")),
    "plan": PlanForm,
    "progress": ProgressForm,
    "hand_to": HandForm,
    "take_back": NoteForm,
    "finish": FinishForm,
    "sign_assist": NoteForm,
    "assist": one_sentence("note", _("What was done")),
    "release": ReleaseForm,
    "send_back": SendBackForm,
    "question": QuestionForm,
    "refer": StepForm,
    "uphold": one_sentence("decision", _("The ruling, and why")),
    "grant": one_sentence("decision", _("The ruling, and why")),
    "name_owner": NameOwnerForm,
    "ask_longer": LongerForm,
    "ask_parking": ParkingForm,
    "endorse": NoteForm,
    "lengthen": one_sentence("answer", _("To the department and the citizen")),
    "park": one_sentence("answer", _("To the department and the citizen")),
    "decline": one_sentence("answer", _("Why not")),
    "review": one_sentence("note", _("Does the reason still hold?")),
    "resume": NoteForm,
    "verify": VerifyForm,
    "rework": ReworkForm,
    "close": NoteForm,
    "rate": RateForm,
    "call": NoteForm,
    "record_rating": RecordRatingForm,
    "leave_unrated": StepForm,
    "redo": one_sentence("words", _("What is still to be done")),
    "press": PressForm,
    "answer_press": one_sentence("reply", _("Reply in writing")),
    "lift_press": one_sentence("reason", _("Why it is lifted")),
    "file_clue": ClueForm,
    "decide_clue": one_sentence("decision", _("What was decided")),
    "tag": TagForm,
    "become_problem": StepForm,
}
