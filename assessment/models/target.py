"""Targets of a year (目标责任): safety planned, checked, scored, rewarded as the economy is (四同, mechanism 4-48)."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grids.models import Area, City, Department

USER = settings.AUTH_USER_MODEL


class TargetPlan(models.Model):
    """年度目标: one plan of a year for all units of an area; every target is every unit's (同部署)."""

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="target_plans")
    year = models.PositiveSmallIntegerField(_("year"))
    title = models.CharField(_("title"), max_length=80)
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    # 同考核: the year is scored, for all units and lines at once; nothing of it changes afterwards.
    scored_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    scored_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("target plan")
        ordering = ["-year", "pk"]
        constraints = [models.UniqueConstraint(fields=["area", "year", "title"], name="one_target_plan_of_a_name")]


class Target(models.Model):
    """目标: what is to be reached, in which line of work, for so many of the hundred points."""

    class Line(models.TextChoices):
        ECONOMY = "economy", _("economy")
        SAFETY = "safety", _("safety")
        ORDER = "order", _("public order")
        LIVELIHOOD = "livelihood", _("people's livelihood")
        ENVIRONMENT = "environment", _("environment")
        PARTY = "party", _("Party building")

    plan = models.ForeignKey(TargetPlan, on_delete=models.CASCADE, related_name="targets")
    place = models.PositiveSmallIntegerField()
    line = models.CharField(max_length=12, choices=Line.choices)
    words = models.CharField(max_length=200)
    weight = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["plan", "place"]
        constraints = [models.UniqueConstraint(fields=["plan", "place"], name="one_target_per_place")]


class TargetUnit(models.Model):
    """责任单位: a unit of the plan, its score of the year, and what followed from it (同奖惩)."""

    class Reward(models.TextChoices):
        REWARD = "reward", _("reward")
        PENALTY = "penalty", _("penalty")
        NEITHER = "neither", _("neither reward nor penalty")

    plan = models.ForeignKey(TargetPlan, on_delete=models.CASCADE, related_name="units")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="targets")
    # Of the hundred; None: nothing was checked in the whole year.
    score = models.FloatField(null=True, blank=True)
    reward = models.CharField(max_length=8, choices=Reward.choices, blank=True)
    reward_words = models.CharField(_("grounds"), max_length=300, blank=True)
    rewarded_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    rewarded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["plan", "department__code"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "department"], name="one_unit_per_target_plan"),
            models.CheckConstraint(
                condition=Q(reward="") | Q(rewarded_by__isnull=False), name="somebody_decides_a_reward"
            ),
        ]


class TargetCheck(models.Model):
    """检查: one look at one unit's target, its mark of a hundred, what was found, and a photo of it. Never changed."""

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    unit = models.ForeignKey(TargetUnit, on_delete=models.CASCADE, related_name="checks")
    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="checks")
    mark = models.PositiveSmallIntegerField(_("mark of a hundred"))
    finding = models.CharField(_("what was found"), max_length=500)
    photo = models.ImageField(upload_to="target_checks/%Y%m", blank=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("check of a target")
        ordering = ["-at", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(mark__lte=100), name="a_check_of_a_hundred")]
