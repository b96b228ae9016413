"""What every form of a step has, and what those have in common that one of several units called may send in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from casework.models import Case
from whistle.forms.fields import set_zone
from whistle.models import Summons, Whistle
from whistle.selectors.choices import summonses_for
from workorders.forms.fields import sentence


class Refusable(forms.Form):
    """A form that takes a service's refusal and shows each sentence where it was asked."""

    # What a service calls a thing → the field that asks for it, where the two differ.
    places: ClassVar[Mapping[str, str]] = {}

    def refuse(self, error: ValidationError) -> None:
        """Puts the service's sentences at the right fields; what has no field stands above them all."""
        told = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: [error]}
        for name, errors in told.items():
            field = self.place_of(name)
            self.add_error(field if field in self.fields else None, ValidationError(errors))

    def place_of(self, name: str) -> str:
        return self.places.get(name, name)

    def said(self) -> dict[str, Any]:
        """The arguments of the service but who does it."""
        return dict(self.cleaned_data)


class StepForm(Refusable):
    """What a step needs besides the press of its button; `said` are the service's own arguments."""

    def __init__(self, *args: Any, case: Case, step: str, user: User, **kwargs: Any):
        self.case, self.step, self.user = case, step, user
        # Several steps may be open at once: the same names, but each field its own id.
        kwargs["auto_id"] = f"{step}_%s"
        super().__init__(*args, **kwargs)
        set_zone(self, case.city.zone)

    @property
    def whistle(self) -> Whistle:
        return cast(Whistle, self.case)

    def offer(self, name: str, rows: QuerySet[Any], *, must: bool = False) -> None:
        """Which rows a field offers: one alone is taken without asking, several have to be told apart."""
        field = cast("forms.ModelChoiceField", self.fields[name])
        field.queryset = rows
        keys = list(rows.values_list("pk", flat=True)[:2])
        field.required = must or len(keys) > 1
        if len(keys) == 1:
            self.initial.setdefault(name, keys[0])
            if not must:
                field.widget = forms.HiddenInput()


class NoteForm(StepForm):
    note = forms.CharField(label=_("Remark"), required=False, max_length=500)


class CalledForm(StepForm):
    """A step of those who are called; who works for several of them says for which."""

    summons = forms.ModelChoiceField(
        label=_("For which unit"), queryset=Summons.objects.none(), required=False, empty_label=_("Choose a unit"),
        help_text=_("You work for several units that are called."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.offer("summons", summonses_for(self.whistle, self.user))


def one_sentence(name: str, label: Any, *, most: int = 500) -> type[StepForm]:
    """A form of one sentence that must be given."""
    return type("SentenceForm", (StepForm,), {name: sentence(label, most=most)})
