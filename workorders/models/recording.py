"""What somebody said instead of writing it down, as it was spoken: nothing writes it out. Who may hear it is
`selectors/recordings.py`; each listening is an `Unmasking`.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from workorders.models.order import WorkOrder

# The containers that are taken, by the ending under which they are kept (`services/sounds.py` reads them).
CONTENT_TYPES = {"webm": "audio/webm", "ogg": "audio/ogg", "m4a": "audio/mp4", "mp3": "audio/mpeg"}


def recording_path(recording: Recording, _filename: str) -> str:
    """A name that tells nothing and cannot be guessed."""
    return f"recordings/{recording.key.hex[:2]}/{recording.key.hex}.{recording.ending}"


class Recording(models.Model):
    """A spoken report. A voice tells who speaks: it is personal data, hidden where the reporter is, and erased with
    his name and numbers; the row stays, for there was a recording, and somebody may have heard it.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="recordings")
    file = models.FileField(upload_to=recording_path, blank=True)
    content_type = models.CharField(max_length=20, choices=[(kind, kind) for kind in CONTENT_TYPES.values()])
    # As its container says; where that is silent, as the phone counted. Null: nobody knows.
    seconds = models.PositiveSmallIntegerField(null=True)
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    # When it was spoken, by our clock, and when it came.
    taken_at = models.DateTimeField()
    added_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["added_at", "pk"]

    @property
    def ending(self) -> str:
        """The ending of its file."""
        return next((ending for ending, kind in CONTENT_TYPES.items() if kind == self.content_type), "bin")
