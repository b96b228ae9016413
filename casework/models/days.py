"""The city's days and hours as rows: editable, dated, with a version that says when open clocks must follow."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from grids.models import City


class CalendarDay(models.Model):
    """A day that the plain week would have wrong: a holiday, or a make-up workday (调休)."""

    class Kind(models.TextChoices):
        OFF = "off", _("day off")
        WORK = "work", _("make-up workday")

    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="calendar_days")
    day = models.DateField()
    kind = models.CharField(max_length=4, choices=Kind.choices)
    name = models.CharField(max_length=40)
    # Where it comes from: the library, the city's file, or a person's entry.
    source = models.CharField(max_length=40)

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["city", "day"], name="one_entry_per_city_and_day")]


class WorkingHours(models.Model):
    """The working hours of a dated period."""

    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="working_hours")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    # [[28800, 43200], [50400, 64800]]: seconds of the day.
    spans = models.JSONField()

    class Meta:
        ordering = ["since"]


class CalendarVersion(models.Model):
    """Counts the changes of a city's calendar; `followed` is the one that all open clocks have followed."""

    city = models.OneToOneField(City, on_delete=models.CASCADE, related_name="calendar_version")
    version = models.PositiveIntegerField(default=1)
    followed = models.PositiveIntegerField(default=1)
