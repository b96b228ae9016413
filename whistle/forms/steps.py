"""What a person must say to take a step of a whistle or of a supervised case (`FORMS`). Shape alone."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from whistle.forms.doing import AttachForm, AuditForm, PlanForm, ProgressForm, RateForm, ReplyForm
from whistle.forms.louder import BlowAgainForm, ClueForm, DecideForm, DemandForm
from whistle.forms.reporting_in import (
    AnnounceForm,
    CheckInForm,
    ContactForm,
    ExcuseForm,
    ObjectForm,
    RegisterForm,
    RuleForm,
)  # fmt: skip
from whistle.forms.step import CalledForm, NoteForm, StepForm, one_sentence

FORMS: Final[dict[str, type[StepForm]]] = {
    "blow": NoteForm,
    "decline": one_sentence("reason", _("Why you do not whistle")),
    "withdraw": one_sentence("reason", _("Why nobody need come any more")),
    "sign": CalledForm,
    "contact": ContactForm,
    "announce": AnnounceForm,
    "check_in": CheckInForm,
    "register": RegisterForm,
    "object_to": ObjectForm,
    "uphold": RuleForm,
    "excuse": ExcuseForm,
    "call_off": StepForm,
    "plan": PlanForm,
    "replan": PlanForm,
    "confirm_plan": CalledForm,
    "attach": AttachForm,
    "progress": ProgressForm,
    "reply": ReplyForm,
    "audit": AuditForm,
    "settle": one_sentence("result", _("What came of it"), most=2000),
    "rate": RateForm,
    "let_stand": StepForm,
    "supervise": StepForm,
    "ask_word": StepForm,
    "blow_again": BlowAgainForm,
    "grow": StepForm,
    "file_clue": ClueForm,
    "decide_clue": DecideForm,
    "demand": DemandForm,
    "take_up": StepForm,
    "answer": one_sentence("words", _("Why it was late, and what you do about it"), most=2000),
    "conclude": one_sentence("words", _("What the supervision found"), most=1000),
}
