"""Reports from the field: the words may be left out, and a phone says besides when it wrote and which photos follow."""

from __future__ import annotations

import re
from typing import cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from workorders.forms.fields import sentence
from workorders.forms.report import ReportForm
from workorders.services.photos import MOST

SHA256 = re.compile(r"[0-9a-f]{64}")


class Digests(forms.Field):
    """SHA-256 in hex of each photo that follows, in their order."""

    widget = forms.SelectMultiple

    def clean(self, value) -> list[str]:
        digests = [each.lower() for each in value or []]
        if len(digests) > MOST:
            raise ValidationError(_("At most %(most)s photos are taken.") % {"most": MOST})
        if not all(SHA256.fullmatch(each) for each in digests):
            raise ValidationError(_("A photo is announced by its SHA-256, 64 characters of hex."))
        return digests


class FieldReportForm(ReportForm):
    """A report with one hand: the item says what is the matter where no words do."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField", self.fields["category"]).to_field_name = "code"  # as the outbox sends it
        words = self.fields["words"]
        words.required, words.label, words.help_text = False, _("In a word or two"), ""
        words.widget.attrs |= {"rows": 2, "placeholder": _("For example: no light at night, easy to stumble")}

    def clean(self):
        said = super().clean() or {}
        if said.get("category") and not said.get("words", "").strip():
            said["words"] = said["category"].title
        return said


class SentForm(forms.Form):
    """What a phone says around each report it sends."""

    device_at = forms.DateTimeField()
    photo_digests = Digests(required=False)


class AgainForm(SentForm):
    """是同一件: which open order it is, and what there is to add."""

    same_as = forms.CharField(max_length=24)
    words = sentence(_("In a word or two"), required=False, most=2000)
