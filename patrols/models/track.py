"""Tracks of running and past patrols. The points themselves lie in a table of PostgreSQL's own making, cut by months
(`migrations`, `services/partitions.py`), and never become objects here.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from grids.models import Area
from patrols.models.walk import Patrol


class TrackMark(models.TextChoices):
    """What stands out about a whole track; the first four make it invalid (rules 13.6 row 92)."""

    OUTSIDE = "outside", _("too much of it outside the own area")
    GAP = "gap", _("too long a gap")
    MOCK = "mock", _("positions said to be made up")
    SKEWED = "skewed", _("the phone's clock was wrong")
    FAST = "fast", _("faster than on foot in places")
    VAGUE = "vague", _("vague positions for the most part")
    NO_TRACK = "no_track", _("no positions were recorded")


INVALID = frozenset({TrackMark.OUTSIDE, TrackMark.GAP, TrackMark.MOCK, TrackMark.SKEWED})


class TrackChunk(models.Model):
    """Some points and gaps as a phone sent them, under its own key: the same again changes nothing."""

    key = models.UUIDField(unique=True, editable=False)
    patrol = models.ForeignKey(Patrol, on_delete=models.PROTECT, related_name="chunks")
    digest = models.CharField(max_length=64)
    points = models.PositiveSmallIntegerField()
    received_at = models.DateTimeField()


class TrackGap(models.Model):
    """A time of a patrol of which nothing is known: said by the phone, or found when the patrol was weighed."""

    patrol = models.ForeignKey(Patrol, on_delete=models.CASCADE, related_name="gaps")
    since = models.DateTimeField()
    until = models.DateTimeField()
    told = models.BooleanField()  # by the phone

    class Meta:
        ordering = ["since", "pk"]
        constraints = [models.UniqueConstraint(fields=["patrol", "since", "until", "told"], name="a_gap_stands_once")]


class LastSign(models.Model):
    """The last that was heard of a running patrol; gone when it ends, so that off duty nothing is known of anybody."""

    patrol = models.OneToOneField(Patrol, primary_key=True, on_delete=models.CASCADE, related_name="last_sign")
    # When anything came at all, by our clock; when and where its newest position was, by the phone's.
    heard_at = models.DateTimeField()
    at = models.DateTimeField(null=True)
    lng = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    accuracy_metres = models.FloatField(null=True)
    area = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, related_name="+")
    marks = models.PositiveSmallIntegerField(default=0)  # bits of `patrols.positions.Odd`


class TrackLook(models.Model):
    """Somebody of the duty desk looked where a worker was: who, whose, when and why; the worker reads it."""

    patrol = models.ForeignKey(Patrol, on_delete=models.PROTECT, related_name="looks")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="track_looks")
    since = models.DateTimeField()
    until = models.DateTimeField()
    # The way walked so far, not the present place alone: asked for with a reason in words.
    whole = models.BooleanField(default=False)
    why = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["-since", "-pk"]
        indexes = [models.Index(fields=["patrol", "by", "-until"], name="looks_at_patrol")]


class DaySummary(models.Model):
    """What is left of a worker's day when its tracks are erased; no place can be read from it."""

    worker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="patrol_days")
    day = models.DateField()
    patrols = models.PositiveSmallIntegerField()
    minutes = models.PositiveIntegerField()
    metres = models.PositiveIntegerField()
    points = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["worker", "day"], name="one_summary_per_worker_and_day")]
