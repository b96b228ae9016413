"""Help given on the way: an accident, a fall, an urgent call. Its own short record; nobody's name stands in it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.models import Area, City


def help_photo_path(record: HelpRecord, _filename: str) -> str:
    """A name that tells nothing and cannot be guessed."""
    name = uuid.uuid4().hex
    return f"help/{name[:2]}/{name}.jpg"


class HelpRecord(models.Model):
    """What a worker did for somebody on his way (途中救助). Whom he helped is not asked and nowhere kept."""

    class Kind(models.TextChoices):
        ACCIDENT = "accident", pgettext_lazy("help", "traffic accident")
        FALL = "fall", pgettext_lazy("help", "somebody fell")
        ILLNESS = "illness", pgettext_lazy("help", "sudden illness")
        LOST = "lost", pgettext_lazy("help", "a child or an old person was lost")
        URGENT = "urgent", pgettext_lazy("help", "urgent call for help")
        OTHER = "other", pgettext_lazy("help", "something else")

    class HandedTo(models.TextChoices):
        NOBODY = "nobody", pgettext_lazy("help", "settled on the spot")
        AMBULANCE = "ambulance", pgettext_lazy("help", "ambulance, 120")
        POLICE = "police", pgettext_lazy("help", "police, 110")
        FIRE = "fire", pgettext_lazy("help", "fire brigade, 119")
        FAMILY = "family", pgettext_lazy("help", "family")
        COMMUNITY = "community", pgettext_lazy("help", "community")

    key = models.UUIDField(unique=True, editable=False)
    digest = models.CharField(max_length=64)
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="help_records")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="help_records")
    worker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="help_records")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    handed_to = models.CharField(max_length=10, choices=HandedTo.choices)
    done = models.CharField(max_length=300, blank=True)
    place = models.CharField(max_length=120, blank=True)
    lng = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    photo = models.FileField(upload_to=help_photo_path, blank=True)
    photo_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("help given")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["worker", "-at"], name="help_given_by"),
            models.Index(fields=["area", "-at"], name="help_given_in"),
        ]
