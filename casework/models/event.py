"""What happened: append-only, each event carrying the hash of the one before it in its case.

Written by `services/events.py` and the sweep alone; PostgreSQL refuses update and delete (migration 0003).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models

from casework.models.case import Case


class EventQuerySet(models.QuerySet):
    def update(self, **kwargs):
        raise TypeError("events are never changed: what happened, happened")

    def delete(self):
        raise TypeError("events are never deleted: what happened, happened")

    def bulk_create(self, *args, **kwargs):
        raise TypeError("events are chained: casework.services.events writes them")


class Event(models.Model):
    """One thing that happened to a case. It holds no personal data: names and numbers stand in erasable rows."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    verb = models.CharField(max_length=40)
    # Null is SYSTEM, said out loud by `casework.actors`.
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    before = models.CharField(max_length=20, blank=True)
    after = models.CharField(max_length=20, blank=True)
    note = models.TextField(blank=True)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["case", "seq"]
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="one_event_per_place_in_the_chain")]

    def __str__(self) -> str:
        return f"{self.verb} @ {self.at:%Y-%m-%d %H:%M}"

    def save(self, *args, **kwargs):
        raise TypeError("events are chained: casework.services.events writes them")

    def delete(self, *args, **kwargs):
        raise TypeError("events are never deleted: what happened, happened")
