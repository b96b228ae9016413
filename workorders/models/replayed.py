"""Steps that a phone kept until they could be sent: one key of the phone's, one step, however often it comes."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from workorders.models.order import WorkOrder


class ReceivedStep(models.Model):
    """A step as a phone sent it. With photos it waits for the last of them, and is taken then."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField()
    # Of all that was said the first time: the same again is the same step, anything else is refused.
    digest = models.CharField(max_length=64)
    order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="+")
    step = models.CharField(max_length=30)
    # How many events the order had when the phone last saw it.
    base = models.PositiveIntegerField()
    # The form's fields, until the step is taken; then its event has them.
    said = models.JSONField(default=dict)
    # SHA-256 of each photo that belongs to it, in their order.
    photo_digests = ArrayField(models.CharField(max_length=64), default=list)
    # When it was done by the phone's clock, when it came by ours, and by how many seconds the phone was ahead.
    device_at = models.DateTimeField()
    received_at = models.DateTimeField()
    skew = models.IntegerField(null=True)
    # Which event of the order it became; empty while photos are still to come.
    seq = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["by", "key"], name="one_step_per_key_of_a_phone")]
        indexes = [models.Index(fields=["received_at"], name="received_step_at")]


class WaitingPhoto(models.Model):
    """A photo of such a step that has arrived whole; its picture waits here until the step takes it along."""

    step = models.ForeignKey(ReceivedStep, on_delete=models.CASCADE, related_name="photos")
    place = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)
    # Encoded anew, without what the camera wrote into it. In the table, so that it comes and goes with the step.
    picture = models.BinaryField(default=b"")
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["step", "place"], name="one_waiting_photo_per_place")]
