"""Fields that several forms of the work order share: photos, a recording, and a sentence or two."""

from __future__ import annotations

from django import forms
from django.core.files.uploadedfile import UploadedFile

from workorders.services.photos import MOST, read_pictures
from workorders.services.recordings import read_recording
from workorders.services.sounds import Sound


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class Pictures(forms.FileField):
    """Up to six photos, read and cleaned: what leaves this field is plain JPEG."""

    def __init__(self, **kwargs):
        widget = SeveralFiles(attrs={"accept": "image/jpeg,image/png,image/webp", "data-photos": MOST})
        super().__init__(widget=widget, **kwargs)

    def clean(self, data, initial=None) -> list[bytes]:
        uploads: list[UploadedFile] = [upload for upload in (data or []) if upload]
        if not uploads:
            super().clean(None, initial)
            return []
        return read_pictures([super(Pictures, self).clean(upload, initial) for upload in uploads])


class Spoken(forms.FileField):
    """A recording, read and measured; what leaves this field is sound alone. A phone offers its own recorder."""

    def __init__(self, **kwargs):
        widget = forms.FileInput(attrs={"accept": "audio/*", "capture": True})
        super().__init__(widget=widget, **kwargs)

    def clean(self, data, initial=None) -> Sound | None:
        # Requests hand on lists of files (`several_files`).
        upload = next(iter(data), None) if isinstance(data, list) else data
        kept = super().clean(upload, initial)
        return read_recording(kept) if kept else None


def several_files(request) -> dict[str, list[UploadedFile]]:
    """The files of a request by field, all of one name together, as `Pictures` takes them."""
    return {name: request.FILES.getlist(name) for name in request.FILES}


def sentence(label, *, rows: int = 3, required: bool = True, most: int = 1000, **kwargs) -> forms.CharField:
    """A field for a sentence or two."""
    return forms.CharField(
        label=label, required=required, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **kwargs
    )


def yes_or_no(label, yes, no) -> forms.TypedChoiceField:
    """A question that has to be answered: neither is chosen beforehand."""
    return forms.TypedChoiceField(
        label=label, choices=[("yes", yes), ("no", no)], coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect, empty_value=None,
    )  # fmt: skip
