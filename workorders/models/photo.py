"""Photos of an order, re-encoded without what the camera wrote into them; served as attachments (`views/photos.py`)."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from workorders.models.order import WorkOrder


def photo_path(photo: Photo, _filename: str) -> str:
    """A name that tells nothing and cannot be guessed."""
    return f"photos/{photo.key.hex[:2]}/{photo.key.hex}.jpg"


class Photo(models.Model):
    """One picture of a matter, before or after it was handled."""

    class Moment(models.TextChoices):
        BEFORE = "before", _("before")
        DURING = "during", _("meanwhile")
        AFTER = "after", _("after")

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="photos")
    moment = models.CharField(max_length=8, choices=Moment.choices)
    file = models.FileField(upload_to=photo_path)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["added_at", "pk"]
