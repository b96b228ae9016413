"""What is agreed on site and what comes of it: the plan line by line, papers, replies, their audit, the rating."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from whistle.forms.fields import Day, Moment, Money
from whistle.forms.step import CalledForm, StepForm
from whistle.models import Reply, Summons
from whistle.selectors.choices import lines_now, standing, waiting_replies
from whistle.services.agreeing import LARGEST_BYTES, Line
from whistle.services.ending import MARKS, WORDS_BELOW, Marks
from workorders.forms.fields import sentence, yes_or_no

LINES = 8
LINE = ("words", "summons", "who", "money", "paid_by", "due_on")


def line_fields(number: int) -> dict[str, forms.Field]:
    """The fields of one line of the plan."""
    return {
        f"words_{number}": forms.CharField(label=_("What is done"), required=False, max_length=500),
        f"summons_{number}": forms.ModelChoiceField(
            label=_("By which unit"), queryset=Summons.objects.none(), required=False,
            empty_label=_("By somebody who is not called"),
        ),
        f"who_{number}": forms.CharField(
            label=_("By whom, if not called"), required=False, max_length=80, help_text=_("The street, an owner …")
        ),
        f"money_{number}": Money(label=_("Money in yuan")),
        f"paid_by_{number}": forms.CharField(label=_("Who pays"), required=False, max_length=80),
        f"due_on_{number}": Day(label=_("Until which day"), required=False),
    }  # fmt: skip


class PlanForm(StepForm):
    """Up to eight lines; those left empty are none. A later plan takes the earlier one's place and begins as it was."""

    places: ClassVar = {"lines": "words_1"}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        called = standing(self.whistle)
        choices = [(summons.pk, str(summons)) for summons in called]
        for number in range(1, LINES + 1):
            field = cast("forms.ModelChoiceField", self.fields[f"summons_{number}"])
            field.queryset = called
            field.choices = [("", field.empty_label), *choices]
        for number, line in enumerate(lines_now(self.whistle)[:LINES], 1):
            for name in LINE:
                self.initial.setdefault(f"{name}_{number}", getattr(line, name))

    @property
    def rows(self) -> list[dict[str, forms.BoundField]]:
        """The lines as the page draws them: each field by its short name."""
        return [{name: self[f"{name}_{number}"] for name in LINE} for number in range(1, LINES + 1)]

    def clean(self) -> dict[str, Any]:
        self.lines: list[Line] = []
        for number in range(1, LINES + 1):
            told = {name: self.cleaned_data.get(f"{name}_{number}") for name in LINE}
            if any(value not in (None, "") for value in told.values()):
                self._take(number, told)
        return self.cleaned_data

    def _take(self, number: int, told: dict[str, Any]) -> None:
        if told["due_on"] is None:
            if f"due_on_{number}" not in self.errors:
                self.add_error(f"due_on_{number}", _("Say until which day."))
            return
        self.lines.append(Line(**told))

    def said(self) -> dict[str, Any]:
        return {"lines": self.lines}


for _number in range(1, LINES + 1):
    PlanForm.base_fields.update(line_fields(_number))


class AttachForm(StepForm):
    title = forms.CharField(label=_("What is it"), max_length=120, help_text=_("For example: agreement on the upkeep."))
    parties = forms.CharField(label=_("Between whom"), max_length=300)
    words = sentence(_("What was agreed"), required=False)
    money = Money(label=_("Money in yuan"))
    file = forms.FileField(
        label=_("The signed paper"), widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,image/jpeg"}),
        help_text=format_lazy(_("A PDF or a JPEG picture, {most} MB at most."), most=LARGEST_BYTES // 2**20),
    )  # fmt: skip

    def said(self) -> dict[str, Any]:
        said = super().said()
        paper: UploadedFile = said.pop("file")
        # One byte more than may be is enough to be refused; the rest need not be read.
        return {**said, "content": paper.read(LARGEST_BYTES + 1)}


class ProgressForm(CalledForm):
    note = sentence(_("How far it is"), most=500)


class ReplyForm(CalledForm):
    """The four elements of a reply (rules.md 13.3 row 61)."""

    received_at = Moment(label=_("When you took it up"))
    spoke_with = forms.CharField(label=_("Whom you spoke with"), max_length=120)
    measures = sentence(_("What was done"))
    finish_on = Day(label=_("Until which day it is settled"))


class AuditForm(StepForm):
    reply = forms.ModelChoiceField(
        label=_("Whose reply"), queryset=Reply.objects.none(), required=False, empty_label=_("Choose a reply")
    )
    passed = yes_or_no(
        _("Does it say when, with whom, what and until when?"), _("Yes, it stands"), _("No, they reply again")
    )
    words = sentence(_("What is missing"), required=False, most=500, help_text=_("Needed if it does not stand."))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        waiting = waiting_replies(self.whistle)
        self.offer("reply", waiting)
        field = cast("forms.ModelChoiceField", self.fields["reply"])
        if field.required:
            field.choices = [("", field.empty_label), *((reply.pk, str(reply.summons)) for reply in waiting)]


LABELS = {"signing": _("Signing in"), "arriving": _("Reporting in"), "handling": _("Handling"), "effect": _("Effect")}
FIVE = [
    (5, _("5, very good")), (4, _("4, good")), (3, _("3, fair")), (2, _("2, poor")), (1, _("1, very poor")),
]  # fmt: skip


class RateForm(StepForm):
    """Four marks for every unit called, each with the unit's key behind its name: `signing_12`, …, `words_12`."""

    solved = yes_or_no(_("Is it solved?"), _("Yes, solved"), _("No, not solved"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.summonses = list(standing(self.whistle))
        for summons in self.summonses:
            for mark in MARKS:
                self.fields[f"{mark}_{summons.pk}"] = forms.TypedChoiceField(
                    label=LABELS[mark], choices=FIVE, coerce=int, widget=forms.RadioSelect, empty_value=None
                )
            self.fields[f"words_{summons.pk}"] = sentence(
                _("In words"), rows=2, required=False, most=500,
                help_text=format_lazy(_("Needed where a mark is below {below}."), below=WORDS_BELOW),
            )  # fmt: skip

    @property
    def rows(self) -> list[dict[str, Any]]:
        """One row a unit as the page draws it: who, its four marks, its words."""
        return [
            {"summons": summons, "marks": [self[f"{mark}_{summons.pk}"] for mark in MARKS],
             "words": self[f"words_{summons.pk}"]}
            for summons in self.summonses
        ]  # fmt: skip

    def said(self) -> dict[str, Any]:
        marks = {summons.pk: self._marks(summons) for summons in self.summonses}
        return {"solved": self.cleaned_data["solved"], "marks": marks}

    def _marks(self, summons: Summons) -> Marks:
        told = {mark: self.cleaned_data[f"{mark}_{summons.pk}"] for mark in MARKS}
        return Marks(**told, words=self.cleaned_data[f"words_{summons.pk}"])

    def place_of(self, name: str) -> str:
        """Words are wanted of the first unit that is marked low without any: the service looks in the same order."""
        if name != "marks" or not self.is_valid():
            return super().place_of(name)
        for summons in self.summonses:
            marks = self._marks(summons)
            if min(getattr(marks, mark) for mark in MARKS) < WORDS_BELOW and not marks.words.strip():
                return f"words_{summons.pk}"
        return name
