"""Calls for help by a worker in danger (SOS): raised, seen by the centre, ended. Writing: `services/alarms.py`."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.models import Area, City


class Alarm(models.Model):
    """One call for help from one phone; the key is the phone's own, so that a call sent twice is one."""

    class State(models.TextChoices):
        RAISED = "raised", pgettext_lazy("alarm", "raised, nobody has answered yet")
        SEEN = "seen", pgettext_lazy("alarm", "somebody sees to it")
        ENDED = "ended", pgettext_lazy("alarm", "ended")

    key = models.UUIDField(unique=True, editable=False)
    digest = models.CharField(max_length=64)
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="alarms")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="alarms")
    # Kept as it was when it was raised: the strip of every desk asks by this alone.
    area_path = models.CharField(max_length=120)
    worker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="alarms")
    # The phone's clock, and ours.
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    lng = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    accuracy_metres = models.FloatField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RAISED)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("call for help")
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index("received_at", condition=Q(ended_at=None), name="calls_for_help_that_stand"),
            models.Index(fields=["city", "-received_at"], name="calls_for_help_of_city"),
        ]
