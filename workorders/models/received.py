"""Reports that a phone kept until they could be sent: one key of the phone's, one order, however often it comes."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from workorders.models.order import WorkOrder
from workorders.models.photo import Photo
from workorders.models.recording import Recording


class ReceivedReport(models.Model):
    """A report as a phone sent it, under a key of the phone's own making; what stands here is never changed."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField()
    # Of what was said the first time: the same again is the same order, anything else is refused.
    digest = models.CharField(max_length=64)
    order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="+")
    # 是同一件: no order of its own was opened, it was added to one that was open.
    again = models.BooleanField(default=False)
    # SHA-256 of each photo that belongs to it, in their order; they arrive afterwards, each by itself.
    photo_digests = ArrayField(models.CharField(max_length=64), default=list)
    # The same of what was spoken, if anything was; and how long the phone counted.
    recording_digest = models.CharField(max_length=64, blank=True, default="")
    recording_seconds = models.PositiveSmallIntegerField(null=True)
    # When it was written by the phone's clock, when it came by ours, and by how many seconds the phone was ahead.
    device_at = models.DateTimeField()
    received_at = models.DateTimeField()
    skew = models.IntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["by", "key"], name="one_order_per_key_of_a_phone")]
        indexes = [models.Index(fields=["received_at"], name="received_report_at")]


class ReceivedPhoto(models.Model):
    """One photo of such a report that has arrived whole: kept once, never overwritten."""

    report = models.ForeignKey(ReceivedReport, on_delete=models.CASCADE, related_name="photos")
    place = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)
    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="+")
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "place"], name="one_photo_per_place")]


class ReceivedRecording(models.Model):
    """The recording of such a report, arrived whole: kept once, never overwritten."""

    report = models.OneToOneField(ReceivedReport, on_delete=models.CASCADE, related_name="recording")
    digest = models.CharField(max_length=64)
    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="+")
    received_at = models.DateTimeField()
