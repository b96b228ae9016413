"""Homes: the building in plain words, the door sealed. Who lives there: `person.py`."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from grids.models import Area, City


class Home(models.Model):
    """A dwelling of the ground (住房): which building is in plain, which door is sealed."""

    class Kind(models.TextChoices):
        DWELLING = "dwelling", _("dwelling")
        RENTED = "rented", _("rented dwelling")
        DORMITORY = "dormitory", _("dormitory")
        OVER_SHOP = "over_shop", _("dwelling over or behind a shop")
        OTHER = "other", _("other")

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="homes")
    # Found by the index below, which begins with it.
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="homes", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.DWELLING)
    building = models.CharField(max_length=80)
    # Sealed by `registers/sealing.py`; the key beside it is what a door is found by.
    door_sealed = models.TextField(blank=True)
    door_key = models.CharField(max_length=64, blank=True)
    lng = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    taken_in_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    taken_in_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["area", "building", "door_key"], name="one_home_per_building_and_door")
        ]
        indexes = [models.Index(fields=["area", "-id"], name="homes_of_area")]
