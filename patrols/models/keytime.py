"""Key times (重点时段): holidays, sensitive periods, school hours, and what is walked more often or at random then."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grids.models import Area, City, Rulebook
from grids.models.city import in_reader_language


class KeyTimeQuerySet(models.QuerySet):
    def standing(self, rulebook: Rulebook) -> KeyTimeQuerySet:
        """Those that the rulebook lays down, and those that a desk has set and not ended."""
        return self.filter(Q(rulebook=rulebook) | Q(rulebook=None, ended_at=None), city=rulebook.city_id)


class KeyTime(models.Model):
    """A time in which some points are looked at more often, or random rounds of mixed teams go out (4-43, 4-24)."""

    class Sort(models.TextChoices):
        HOLIDAY = "holiday", _("public holidays")
        PERIOD = "period", _("sensitive period")
        SCHOOL = "school", _("hours of working and school days")

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="key_times")
    # Laid down by the city's rulebook, or empty: set by a desk, and ended by it.
    rulebook = models.ForeignKey(Rulebook, null=True, on_delete=models.PROTECT, related_name="key_times")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="key_times")
    sort = models.CharField(max_length=8, choices=Sort.choices)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=80, blank=True)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    # [[minute of the day, minute of the day]]: within these hours only; none: the whole day.
    hours = models.JSONField(default=list, blank=True)
    # Codes of `PointKind`; none: points of every kind.
    kinds = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    # How many times as often as on other days.
    times = models.PositiveSmallIntegerField(default=1)
    # Random red-armband rounds a day, of so many people, in each area of a level (the area itself if none is named).
    rounds = models.PositiveSmallIntegerField(default=0)
    team = models.PositiveSmallIntegerField(default=3)
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects = KeyTimeQuerySet.as_manager()

    class Meta:
        ordering = ["-set_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(sort="period") | Q(since__isnull=False, until__isnull=False),
                name="a_sensitive_period_begins_and_ends",
            ),
        ]
        indexes = [models.Index(fields=["city", "-set_at", "-id"], name="key_times_newest_first")]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        return in_reader_language(self)

    @property
    def spans(self) -> list[tuple[dt.time, dt.time]]:
        """Its hours as times of the day."""
        return [(_time(start), _time(end)) for start, end in self.hours]


def _time(minute: int) -> dt.time:
    return dt.time(*divmod(min(minute, 24 * 60 - 1), 60))
