"""What a worker says in a call for help and in a record of help given. Shape alone; pages and API share them."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from patrols.models import HelpRecord
from patrols.services.keyed import Spot, spot_of
from workorders.services.photos import read_picture


class SpotForm(forms.Form):
    """The phone's own key, clock and place; nobody types them."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    at = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    lng = forms.FloatField(required=False, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput)
    accuracy = forms.FloatField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict:
        said = super().clean() or {}
        said["spot"] = self._spot(said)
        return said

    def _spot(self, said: dict) -> Spot | None:
        if self.errors:
            return None
        try:
            return spot_of(said.pop("lng", None), said.pop("lat", None), said.pop("accuracy", None))
        except ValidationError as error:
            self.add_error("lng", ValidationError(error.messages))
            return None


class AlarmForm(SpotForm):
    """A call for help asks for nothing."""


class HelpForm(SpotForm):
    """What happened, who took over; words and a photo if one likes."""

    kind = forms.ChoiceField(
        label=_("What happened"), choices=HelpRecord.Kind.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Say what happened: choose one.")},
    )  # fmt: skip
    handed_to = forms.ChoiceField(
        label=_("Who took over"), choices=HelpRecord.HandedTo.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Say who took over: choose one.")},
    )  # fmt: skip
    done = forms.CharField(
        label=_("What you did"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("No names, no telephone numbers: whom you helped is not kept."),
    )  # fmt: skip
    place = forms.CharField(label=_("Where"), required=False, max_length=120)
    photo = forms.FileField(
        label=_("Photo"), required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )  # fmt: skip

    def clean_photo(self) -> bytes | None:
        """The file as it came, once it is known to be a picture."""
        upload: UploadedFile | None = self.cleaned_data.get("photo")
        if not upload:
            return None
        read_picture(upload)
        upload.seek(0)
        return upload.read()


class EndForm(forms.Form):
    note = forms.CharField(
        label=_("How it went"), max_length=300,
        error_messages={"required": _("Say how it went: whom you reached, who went there.")},
    )  # fmt: skip
