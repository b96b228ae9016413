"""The rulebook's part about assessing that is no scheme: sums of heavy rewards, the standards the city set itself."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from assessment import reasons
from grids.models import Rulebook
from grids.models.city import in_reader_language


class HeavyReward(models.Model):
    """重奖: how many yuan the city gives for a merit of a grade, 1 the highest (mechanism 4-44)."""

    Merit = reasons.Merit

    rulebook = models.ForeignKey(Rulebook, on_delete=models.CASCADE, related_name="heavy_rewards")
    merit = models.CharField(max_length=20, choices=Merit.choices)
    grade = models.PositiveSmallIntegerField()
    yuan = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("heavy reward")
        ordering = ["rulebook", "merit", "grade"]
        constraints = [
            models.UniqueConstraint(fields=["rulebook", "merit", "grade"], name="one_sum_per_merit_and_grade"),
        ]


class Standard(models.Model):
    """标准: a principle the city works by (三贴近), or a target with the figure that shows how far it is (四个全面)."""

    class Sort(models.TextChoices):
        PRINCIPLE = "principle", _("principle")
        TARGET = "target", _("target")

    class Figure(models.TextChoices):
        """What a target is read from; each is counted in `selectors/standards.py`."""

        COVERED = "covered", _("grids with a worker of their own")
        ON_TIME = "on_time", _("work orders handled in time")
        VISITED = "visited", _("visits done of those due")
        SATISFIED = "satisfied", _("ratings that say: satisfied")

    rulebook = models.ForeignKey(Rulebook, on_delete=models.CASCADE, related_name="standards")
    place = models.PositiveSmallIntegerField()
    sort = models.CharField(max_length=10, choices=Sort.choices)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=80, blank=True)
    text = models.CharField(max_length=300)
    text_en = models.CharField(max_length=500, blank=True)
    figure = models.CharField(max_length=10, choices=Figure.choices, blank=True)
    # The share that the city wants to reach.
    goal = models.FloatField(null=True, blank=True)

    class Meta:
        verbose_name = _("standard")
        ordering = ["rulebook", "place"]

    def __str__(self) -> str:
        return in_reader_language(self)
