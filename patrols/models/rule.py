"""A city's rules for patrols, rows of its rulebook; read by `patrols/cityfile.py` from `patrols.toml`."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from grids.models import Rulebook


class PatrolRule(models.Model):
    """What counts as a point reached, a track, a valid patrol (rules 13.6 rows 89 to 93); one row a rulebook."""

    rulebook = models.OneToOneField(Rulebook, on_delete=models.PROTECT, related_name="patrol_rule")
    radius_metres = models.PositiveIntegerField(default=50)
    accuracy_metres = models.PositiveIntegerField(default=50)
    sample_seconds = models.PositiveIntegerField(default=15)
    sample_metres = models.PositiveIntegerField(default=10)
    least_inside_percent = models.PositiveIntegerField(default=70)
    longest_gap_minutes = models.PositiveIntegerField(default=10)
    top_speed_kmh = models.PositiveIntegerField(default=25)
    most_skew_seconds = models.PositiveIntegerField(default=120)
    daily_minutes = models.PositiveIntegerField(default=60)
    daily_share_percent = models.PositiveIntegerField(default=80)
    keep_days = models.PositiveIntegerField(default=90)

    class Meta:
        verbose_name = _("rule of patrols")


class PointKind(models.Model):
    """A kind of key point (学校、充电棚、配电箱): how heavy it weighs and how often it is looked at, unless said."""

    rulebook = models.ForeignKey(Rulebook, on_delete=models.PROTECT, related_name="point_kinds")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=80)
    weight = models.PositiveSmallIntegerField(default=1)
    interval_days = models.PositiveSmallIntegerField(default=7)
    place = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["rulebook", "code"], name="one_point_kind_per_code")]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        return self.name_en if (get_language() or "").startswith("en") else self.name
