"""A scheme: whom it assesses, its dimensions and indicators with their weights, its bands and its peer groups.

Data of the city (`assessment.toml`) or drafted on the page; never changed once a month was assessed by it (a trigger
keeps that): a change is the next version.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessment import reasons
from grids.models import City, Level, Rulebook
from grids.models.city import in_reader_language


class Scheme(models.Model):
    """考核方案: one version of it. `line` and `certainty`: when the lowest band is proved (product.md C.3)."""

    Subject = reasons.Subject

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("scheme", "draft")
        ANNOUNCED = "announced", pgettext_lazy("scheme", "announced")
        ACTIVE = "active", pgettext_lazy("scheme", "in force")
        RETIRED = "retired", pgettext_lazy("scheme", "replaced")

    class Span(models.TextChoices):
        MONTH = "month", _("each month")
        YEAR = "year", _("each year")

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="schemes")
    # The rulebook with which it was published; None for one drafted on the page.
    rulebook = models.ForeignKey(Rulebook, null=True, blank=True, on_delete=models.PROTECT, related_name="schemes")
    code = models.CharField(max_length=20)
    version = models.PositiveIntegerField()
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(max_length=120, blank=True)
    basis = models.CharField(max_length=300, blank=True)
    subject = models.CharField(max_length=12, choices=Subject.choices)
    # Of an area scheme: the level of the areas that it assesses.
    level = models.ForeignKey(Level, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # Each area of this level has a board of its own.
    board_level = models.ForeignKey(Level, on_delete=models.PROTECT, related_name="+")
    span = models.CharField(max_length=6, choices=Span.choices, default=Span.MONTH)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    # The first day of the first month that is assessed by it.
    effective_from = models.DateField()
    # Shares are estimated over so many months, this one the last.
    window_months = models.PositiveSmallIntegerField(default=3)
    # Fewer than this say nothing (rules.md 13.4 row 72).
    least = models.PositiveSmallIntegerField(default=5)
    # Code of the indicator by whose share the lowest band must be proved; none: by points alone.
    judged_by = models.CharField(max_length=20, blank=True)
    line = models.FloatField(default=0.85)
    certainty = models.FloatField(default=0.6)
    # The most that bonus rows add to the hundred (rules.md 13.5 row 78).
    bonus_cap = models.FloatField(default=10)
    # Whether its board is published to all who work there, and by name.
    published = models.BooleanField(default=True)
    # Of a version that a folder brought: what it said then, so that the same folder makes no further version.
    folder_digest = models.CharField(max_length=64, blank=True)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    drafted_at = models.DateTimeField(null=True, blank=True)
    announced_at = models.DateTimeField(null=True, blank=True)
    activated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("scheme")
        ordering = ["city", "code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["city", "code", "version"], name="one_scheme_per_code_and_version"),
            models.UniqueConstraint(
                fields=["city", "code"], condition=Q(state="active"), name="one_scheme_in_force_per_code"
            ),
            models.CheckConstraint(
                condition=Q(subject="area", level__isnull=False) | ~Q(subject="area") & Q(level=None),
                name="an_area_scheme_names_its_level",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The scheme's name in the reader's language."""
        return in_reader_language(self)


class Band(models.Model):
    """档: what the city calls a grade, its colour, and from how many points on."""

    Grade = reasons.Grade

    class Colour(models.TextChoices):
        RED = "red", _("red")
        BLUE = "blue", _("blue")
        YELLOW = "yellow", _("yellow")
        GREEN = "green", _("green")

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="bands")
    grade = models.CharField(max_length=6, choices=Grade.choices)
    colour = models.CharField(max_length=6, choices=Colour.choices)
    name = models.CharField(max_length=20)
    name_en = models.CharField(max_length=40, blank=True)
    least = models.FloatField()

    class Meta:
        ordering = ["scheme", "-least"]
        constraints = [models.UniqueConstraint(fields=["scheme", "grade"], name="one_band_per_grade")]

    def __str__(self) -> str:
        return in_reader_language(self)

    @property
    def title(self) -> str:
        return in_reader_language(self)


class PeerGroup(models.Model):
    """分组: who is compared with whom. `holds`: employments of workers, departments (`kind:company`), areas.

    The group that holds nothing takes everybody whom no other takes.
    """

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="groups")
    place = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120, blank=True)
    holds = models.JSONField(default=list)

    class Meta:
        ordering = ["scheme", "place"]
        constraints = [models.UniqueConstraint(fields=["scheme", "code"], name="one_peer_group_per_code")]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return in_reader_language(self)


class Dimension(models.Model):
    """维度: a part of the hundred points. One without weight holds bonus rows, deductions or statistics."""

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="dimensions")
    place = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=80, blank=True)
    weight = models.FloatField()

    class Meta:
        ordering = ["scheme", "place"]
        constraints = [models.UniqueConstraint(fields=["scheme", "code"], name="one_dimension_per_code")]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return in_reader_language(self)


class Indicator(models.Model):
    """指标: which measure counts, and how many points that makes.

    share: points = weight × (s − zero_at) ÷ (full_at − zero_at), held within 0 and weight; s is the estimate, or what
    is left of it to one where more is worse (`up` is false). each: `each` × how many, no further than `cap`.
    """

    Sort = reasons.Sort

    dimension = models.ForeignKey(Dimension, on_delete=models.CASCADE, related_name="indicators")
    place = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120, blank=True)
    # Name of a function registered with `@measure`; empty where marks are entered.
    measure = models.CharField(max_length=40, blank=True)
    sort = models.CharField(max_length=10, choices=Sort.choices)
    weight = models.FloatField(default=0)
    up = models.BooleanField(default=True)
    zero_at = models.FloatField(default=0)
    full_at = models.FloatField(default=1)
    each = models.FloatField(default=0)
    cap = models.FloatField(default=0)
    # 同类封顶: so many of one category count at most (padding guard, product.md C.3); 0: all.
    most_of_a_kind = models.PositiveSmallIntegerField(default=0)
    # The expected share of the mix of categories is taken into account.
    mixed = models.BooleanField(default=False)
    on = models.BooleanField(default=True)
    # Why it is on although it counts activity (国办函〔2026〕12号), or why it is off.
    reason = models.CharField(max_length=200, blank=True)
    basis = models.CharField(max_length=200, blank=True)
    # 上级考核: the indicator of the level above that it feeds (mechanism 1-21).
    upper_code = models.CharField(max_length=40, blank=True)
    upper_name = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["dimension", "place"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return in_reader_language(self)
