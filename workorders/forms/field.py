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
from workorders.services.recordings import GRACE, LONGEST
from workorders.services.replaying import ON_THE_SPOT

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

    needs_words = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField", self.fields["category"]).to_field_name = "code"  # as the outbox sends it
        words = self.fields["words"]
        words.label, words.help_text = _("In a word or two"), ""
        words.widget.attrs |= {"rows": 2, "placeholder": _("For example: no light at night, easy to stumble")}

    @property
    def is_spoken(self) -> bool:
        """A phone announces its recording, which follows by itself."""
        return super().is_spoken or bool(self.data.get("recording_digest"))


class SentForm(forms.Form):
    """What a phone says around whatever it kept until it could send it."""

    device_at = forms.DateTimeField()
    photo_digests = Digests(required=False)


class AnnouncedForm(SentForm):
    """The same around a report, to which a recording may belong."""

    recording_digest = forms.CharField(required=False)
    recording_seconds = forms.IntegerField(required=False, min_value=0, max_value=LONGEST + GRACE)

    def clean_recording_digest(self) -> str:
        digest = self.cleaned_data["recording_digest"].lower()
        if digest and not SHA256.fullmatch(digest):
            raise ValidationError(_("A recording is announced by its SHA-256, 64 characters of hex."))
        return digest


class AgainForm(AnnouncedForm):
    """是同一件: which open order it is, and what there is to add."""

    same_as = forms.CharField(max_length=24)
    words = sentence(_("In a word or two"), required=False, most=2000)


class DoneForm(SentForm):
    """A step taken on the spot: which one, and of the order as of which event."""

    step = forms.ChoiceField(choices=[(name, name) for name in sorted(ON_THE_SPOT)])
    base_version = forms.IntegerField(min_value=0, max_value=2_000_000_000)
