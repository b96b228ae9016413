"""Areas: the tree of the ground, its lines, and its history. Where a point lies is `grids/geo.py`."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase

from grids.models.city import City, Level, in_reader_language
from grids.permissions import PERMISSIONS

STEP = "/"


class AreaQuerySet(models.QuerySet):
    def standing(self, on: dt.date | None = None) -> AreaQuerySet:
        """Areas that are valid on a day (today if none is given)."""
        day = on or timezone.localdate()
        return self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gt=day))

    def within(self, *areas: Area) -> AreaQuerySet:
        """These areas and all below them."""
        inside = Q(pk__in=[])
        for area in areas:
            inside |= Q(path__startswith=area.path)
        return self.filter(inside)

    def above(self, area: Area) -> AreaQuerySet:
        """The area and all it lies in, highest first."""
        return self.filter(pk__in=area.path_keys).order_by("level__rank")

    def on_level(self, rank: int) -> AreaQuerySet:
        return self.filter(level__rank=rank)


class Area(models.Model):
    """A piece of the ground with a name, a level and a parent: a district, a street, a community, a grid."""

    class Kind(models.TextChoices):
        COMPREHENSIVE = "comprehensive", _("comprehensive grid")
        SPECIAL = "special", _("special grid")

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="areas")
    level = models.ForeignKey(Level, on_delete=models.PROTECT, related_name="areas")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    code = models.CharField(max_length=24)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    # Keys from the top to this area, "/1/14/130/": one prefix is a whole subtree.
    path = models.CharField(max_length=120, db_index=True)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.COMPREHENSIVE)
    households = models.PositiveIntegerField(null=True, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    # GeoJSON in WGS-84/CGCS2000; `drawn` where no public line exists and ours only illustrates.
    boundary = models.JSONField(null=True, blank=True)
    drawn = models.BooleanField(default=False)
    west = models.FloatField(null=True, blank=True)
    south = models.FloatField(null=True, blank=True)
    east = models.FloatField(null=True, blank=True)
    north = models.FloatField(null=True, blank=True)

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("area")
        permissions = PERMISSIONS
        constraints = [
            # A void code is kept and never used again (rules.md 13.1 row 8), so it is unique for ever.
            models.UniqueConstraint(fields=["city", "code"], name="one_area_per_code_for_ever"),
        ]
        indexes = [
            models.Index(fields=["path"], name="area_subtree", opclasses=["text_pattern_ops"]),
            models.Index(fields=["city", "level", "code"], name="area_by_level"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The area's name in the reader's language."""
        return in_reader_language(self)

    @property
    def path_keys(self) -> list[int]:
        """The keys of all areas it lies in, itself last."""
        return [int(key) for key in self.path.split(STEP) if key]

    @property
    def stands(self) -> bool:
        return self.valid_to is None or self.valid_to > timezone.localdate()


class AreaSpell(models.Model):
    """A time in which an area had one name and one parent; the history that keeps the old parent."""

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="spells")
    name = models.CharField(max_length=80)
    parent = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["area"], condition=Q(until=None), name="one_present_spell_per_area")
        ]


class AreaSuccession(models.Model):
    """One area came out of another, by a merger or a split."""

    class How(models.TextChoices):
        MERGED = "merged", _("merged")
        SPLIT = "split", _("split")

    old = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="successions")
    new = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="origins")
    how = models.CharField(max_length=10, choices=How.choices)
    on = models.DateField()


class AreaGrant(UserObjectPermissionBase):
    """What one person may do in one area and all below it; derived from posts, written by `jurisdiction` alone."""

    content_object = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="grants")

    class Meta(UserObjectPermissionBase.Meta):
        indexes = [models.Index(fields=["user", "permission"], name="area_grant_of_user")]
