"""The form of one entered line: a row for each who is assessed, with points, words and a paper."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from assessment.selectors.entries import Row
from assessment.services.entering import MOST_POINTS, Evidence, Mark, read_evidence


class Paper(forms.FileField):
    """A PDF or a picture; what leaves this field is known for what it is."""

    def clean(self, data: Any, initial: Any = None) -> Evidence | None:
        upload = super().clean(data, initial)
        return read_evidence(upload) if upload else None


class MarkForm(forms.Form):
    """The mark of one subject; a row that was not touched says nothing."""

    points = forms.FloatField(
        label=_("Points of a hundred"), required=False, min_value=0, max_value=MOST_POINTS,
        widget=forms.NumberInput(attrs={"step": "0.5", "inputmode": "decimal"}),
    )  # fmt: skip
    words = forms.CharField(label=_("Grounds"), required=False, max_length=500)
    evidence = Paper(
        label=_("Evidence (PDF or picture, up to 10 MB)"), required=False,
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/*"}),
    )  # fmt: skip
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, row: Row, **kwargs: Any):
        super().__init__(*args, **kwargs)
        latest = row.latest
        self.initial = {"points": latest.points, "words": latest.words} if latest else {}
        self.initial["key"] = uuid.uuid4()
        self.row = row

    def clean(self) -> dict[str, Any]:
        """What is given needs its grounds; grounds alone are no mark."""
        said = super().clean() or self.cleaned_data
        if not self.errors and self._is_new() and said.get("points") is None:
            raise ValidationError({"points": _("Give the points, or leave the row as it was.")})
        if not self.errors and self._is_new() and not (said.get("words") or "").strip():
            raise ValidationError({"words": _("Say why this mark is given.")})
        return said

    def mark(self) -> Mark | None:
        """The mark that is to be entered; none where nothing new was said."""
        if not self._is_new():
            return None
        said = self.cleaned_data
        return Mark(self.row.who.subject, said["points"], said["words"], said.get("evidence"), said.get("key"))

    def _is_new(self) -> bool:
        return bool({"points", "words", "evidence"} & set(self.changed_data))


def mark_forms(rows: Sequence[Row], data: Any = None, files: Mapping[str, Any] | None = None) -> list[MarkForm]:
    """A form for each row of a line, told apart by whom it is about."""
    return [MarkForm(data, files, row=row, prefix=f"m{row.who.subject}") for row in rows]
