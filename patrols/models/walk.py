"""The walks themselves: a patrol from its start to its end, and the points reached on it. Tracks: `track.py`."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grids.models import Area, City
from patrols.models.point import PatrolPoint
from patrols.models.task import Round, Stop


class Patrol(models.Model):
    """One walk of one person, from the tap that starts it to the one that ends it; its key is the phone's own."""

    class Ending(models.TextChoices):
        BY_HAND = "by_hand", _("ended by hand")
        FORGOTTEN = "forgotten", _("ended by the house: nothing came for hours")

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="patrols")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="patrols")
    worker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="patrols")
    round = models.ForeignKey(Round, null=True, on_delete=models.SET_NULL, related_name="patrols")
    # The phone's clock, and ours; what lies between them is kept, not hidden.
    started_at = models.DateTimeField()
    start_received_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_received_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=10, choices=Ending.choices, blank=True)
    # Computed when it ends (`services/weighing.py`); empty until then, and for ever where no track was recorded.
    minutes = models.PositiveIntegerField(null=True)
    metres = models.PositiveIntegerField(null=True)
    inside_percent = models.PositiveSmallIntegerField(null=True)
    ground_percent = models.PositiveSmallIntegerField(null=True)
    points_planned = models.PositiveSmallIntegerField(null=True)
    points_seen = models.PositiveSmallIntegerField(null=True)
    longest_gap_seconds = models.PositiveIntegerField(null=True)
    valid = models.BooleanField(null=True)
    # Why it is not valid, or what stands out: codes of `track.TrackMark`.
    marks = ArrayField(models.CharField(max_length=20), default=list)
    # When its positions and the figures drawn from them were taken away (`services/forgetting.py`).
    erased_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["worker"], condition=Q(ended_at=None), name="one_patrol_at_a_time"),
        ]
        indexes = [
            models.Index(fields=["area", "-started_at"], name="patrols_of_area"),
            models.Index("started_at", condition=Q(erased_at=None), name="patrols_not_yet_erased"),
        ]

    @property
    def began(self) -> dt.datetime:
        """When it surely had begun, whatever the phone's clock said then: it may be put right on the way."""
        return min(self.started_at, self.start_received_at)


def check_in_photo_path(check_in: CheckIn, _filename: str) -> str:
    """A name that tells nothing and cannot be guessed."""
    key = uuid.uuid4().hex
    return f"check-ins/{key[:2]}/{key}.jpg"


class CheckIn(models.Model):
    """A point reached (确认到点): by position within the circle, else by a photo and a reason, and marked so."""

    class By(models.TextChoices):
        POSITION = "position", _("by position")
        PHOTO = "photo", _("by photo and reason")

    class Mark(models.TextChoices):
        FAR = "far", _("outside the circle")
        VAGUE = "vague", _("position too vague")
        NO_POSITION = "no_position", _("no position")
        SKEWED = "skewed", _("the phone's clock is wrong")
        MOCK = "mock", _("position said to be made up")
        SWIFT = "swift", _("too far from the last one for the time between")
        # Until it comes the check-in stands, but the point does not count as seen.
        NO_PHOTO = "no_photo", _("its photo has not come yet")

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    digest = models.CharField(max_length=64)
    patrol = models.ForeignKey(Patrol, on_delete=models.PROTECT, related_name="check_ins")
    point = models.ForeignKey(PatrolPoint, on_delete=models.PROTECT, related_name="check_ins")
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    how = models.CharField(max_length=8, choices=By.choices)
    lng = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    accuracy_metres = models.FloatField(null=True)
    away_metres = models.FloatField(null=True)
    marks = ArrayField(models.CharField(max_length=12, choices=Mark.choices), default=list)
    reason = models.CharField(max_length=200, blank=True)
    # What was found in order or not, line by line of the checklist: {"1": "fine", "3": "wrong"}.
    found = models.JSONField(default=dict)
    note = models.CharField(max_length=300, blank=True)
    photo = models.FileField(upload_to=check_in_photo_path, blank=True)
    # Of the bytes that the phone sent, so that it can compare; what is kept is encoded anew.
    photo_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["point", "-at"], name="check_ins_of_point")]


class PassedOver(models.Model):
    """A point that could not be reached (到不了), as the phone told it: when, and why. The stop says what holds now."""

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    digest = models.CharField(max_length=64)
    patrol = models.ForeignKey(Patrol, on_delete=models.PROTECT, related_name="passed_over")
    stop = models.ForeignKey(Stop, on_delete=models.CASCADE, related_name="passed_over")
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    reason = models.CharField(max_length=200)

    class Meta:
        ordering = ["at", "pk"]
