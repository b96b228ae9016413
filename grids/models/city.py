"""A city, the levels it is divided into, and its rulebooks: a change of rules is the next version, never an edit."""

from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class City(models.Model):
    """A district, county, banner or street that governs by grid: the owner of everything below it."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True)
    full_name = models.CharField(max_length=120, blank=True)
    time_zone = models.CharField(max_length=40, default="Asia/Shanghai")
    map_lng = models.FloatField(default=0)
    map_lat = models.FloatField(default=0)
    map_zoom = models.PositiveSmallIntegerField(default=13)
    # Where a resident complains about the grids (rules.md 13.1 row 11); shown on every grid's open page.
    supervision_phone = models.CharField(max_length=20, blank=True)
    # The city's own slogans (一核四化双提升, 红色网格 …), shown and never interpreted.
    labels = models.JSONField(default=list, blank=True)
    # Moves whenever an area's line does; each process compares it before it trusts its map of the city (stack.md 2).
    geometry_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("city")

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class Rulebook(models.Model):
    """One published version of a city's rules; a case keeps the one it was opened under."""

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="rulebooks")
    version = models.PositiveIntegerField()
    effective_from = models.DateField()
    published_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["city", "version"], name="one_rulebook_per_version")]
        ordering = ["city", "version"]

    def __str__(self) -> str:
        return f"{self.city.slug} {self.version}"


class Level(models.Model):
    """One of the two to six levels of a city; its name is the city's word (街道, 片区, 旗 …)."""

    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="levels")
    rank = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60, blank=True)
    head_title = models.CharField(max_length=40, blank=True)
    code_length = models.PositiveSmallIntegerField()
    # The platform or centre that works at this level (区级指挥平台 …); empty where there is none.
    desk = models.CharField(max_length=60, blank=True)
    # Whether the desk of this level accepts and dispatches reports.
    accepts = models.BooleanField(default=False)
    base = models.BooleanField(default=False)
    households_min = models.PositiveIntegerField(default=0)
    households_max = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["city", "rank"], name="one_level_per_rank")]
        ordering = ["city", "rank"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The level's name in the reader's language."""
        return in_reader_language(self)


class StaffingRule(models.Model):
    """How many workers of a kind every area of a level needs: the 1 and the 4 of 1+4+X."""

    rulebook = models.ForeignKey(Rulebook, on_delete=models.CASCADE, related_name="staffing")
    level = models.ForeignKey(Level, on_delete=models.CASCADE, related_name="staffing")
    employment = models.CharField(max_length=20)
    # Only workers who carry this tag count, where one is named: one Party member per grid (一格一名党员).
    tag = models.CharField(max_length=40, blank=True)
    need = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=40)
    note = models.CharField(max_length=200, blank=True)


def in_reader_language(row: models.Model) -> str:
    """City data carry their Chinese name and, where the city gave one, an English one."""
    english = getattr(row, "name_en", "") if (get_language() or "").startswith("en") else ""
    return str(english or row.name)  # type: ignore[attr-defined]
