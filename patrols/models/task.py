"""The day's rounds: who goes when, to which points, in which order; made by `services/planning.py`."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grids.models import Area, City
from patrols.models.point import PatrolPoint
from patrols.whys import words_of


class Round(models.Model):
    """One round of one day for one person, or for a team that he leads (今日巡查)."""

    class Sort(models.TextChoices):
        DAILY = "daily", _("daily round")
        KEY_TIME = "key_time", _("round at a key time")
        RED_ARMBAND = "red_armband", _("red-armband round")

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="rounds")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="rounds")
    day = models.DateField()
    sort = models.CharField(max_length=12, choices=Sort.choices, default=Sort.DAILY)
    # Of which occasion, where it is not the daily one; empty on a daily round.
    occasion = models.CharField(max_length=60, blank=True)
    # Several rounds of one occasion and day are told apart by their number.
    number = models.PositiveSmallIntegerField(default=1)
    worker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="rounds")
    # A mixed team (网格员 + 民警 + 党员志愿者): who goes along.
    team = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="rounds_along", blank=True)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["day", "starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["worker", "day", "area"],
                condition=Q(sort="daily"),
                name="one_daily_round_per_worker",
            ),
            models.UniqueConstraint(
                fields=["area", "day", "sort", "occasion", "number"],
                condition=~Q(sort="daily"),
                name="one_round_per_occasion_and_number",
            ),
        ]
        indexes = [
            models.Index(fields=["area", "day"], name="rounds_of_area_and_day"),
            models.Index(fields=["city", "day", "made_at", "id"], name="rounds_of_city_and_day"),
        ]


class RoundDay(models.Model):
    """A day whose rounds have been made for a city, and when that was: the task asks it, the pages say it."""

    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="round_days")
    day = models.DateField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["city", "day"], name="one_mark_per_city_and_day")]


class Stop(models.Model):
    """A point on a round, in its place of the proposed way; seen, passed over with a reason, or left."""

    class State(models.TextChoices):
        AHEAD = "ahead", _("not yet seen")
        SEEN = "seen", _("seen")
        SKIPPED = "skipped", _("could not be reached")
        LEFT = "left", _("left for next time")

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="stops")
    point = models.ForeignKey(PatrolPoint, on_delete=models.PROTECT, related_name="stops")
    place = models.PositiveSmallIntegerField()
    # Why it is on today's round, as a code and its figures ("due:9:7"); the words for it: `because`.
    why = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.AHEAD)
    state_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["round", "point"], name="a_point_stands_once_on_a_round")]

    @property
    def because(self) -> str:
        """Why it is on today's round, in the reader's language."""
        return words_of(self.why)
