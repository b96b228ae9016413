"""By when: clocks and their rungs. `services/clocks.py` and `services/sweep.py` alone write them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.calendar import Unit
from casework.models.case import Case, Lamp
from casework.models.rules import LadderRule, TimeLimit
from grids.models import Area, Department

UNITS = [
    (Unit.URGENT_HOUR.value, _("urgent hours")),
    (Unit.WORK_HOUR.value, _("working hours")),
    (Unit.WORK_DAY.value, _("working days")),
    (Unit.NATURAL_DAY.value, _("natural days")),
]


class DeadlineQuerySet(models.QuerySet):
    def open(self) -> DeadlineQuerySet:
        return self.filter(ended_at=None)

    def running(self) -> DeadlineQuerySet:
        return self.filter(state=Deadline.State.RUNNING)


class Deadline(models.Model):
    """How long one holder (a department, an area's desk, a person) has for one stage of one case."""

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        PAUSED = "paused", _("paused")
        MET = "met", _("met")
        LATE = "late", _("late")
        # The case ended another way (refused, merged): neither met nor late, and it counts in no rate.
        DROPPED = "dropped", _("no longer asked for")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deadlines")
    clock = models.CharField(max_length=40)
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="deadlines"
    )
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="deadlines")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="deadlines"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    limit = models.ForeignKey(TimeLimit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    amount = models.FloatField()
    unit = models.CharField(max_length=12, choices=UNITS)
    started_at = models.DateTimeField()
    # While paused: the moment it had before, which is no promise any more.
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    # Written when its red rung fires, for ever: pausing never pardons a clock that was late.
    missed_at = models.DateTimeField(null=True, blank=True)

    # The version of the city's calendar its moments were reckoned with.
    calendar_version = models.PositiveIntegerField(default=0)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        ordering = ["started_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "clock", "department", "area", "person"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="one_open_clock_per_holder_and_stage",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["running", "paused"], ended_at=None)
                | Q(state__in=["met", "late", "dropped"], ended_at__isnull=False),
                name="a_clock_has_ended_or_not",
            ),
        ]
        indexes = [
            models.Index(fields=["department", "case"], name="clock_of_department"),
            models.Index(fields=["calendar_version"], condition=Q(ended_at=None), name="clock_open_by_calendar"),
        ]

    def __str__(self) -> str:
        return f"{self.clock} {self.state}"

    @property
    def holder(self) -> Department | Area | models.Model | None:
        return self.department or self.area or self.person

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


class Pause(models.Model):
    """A time in which a clock stood still, with the reason it gives for its own moment."""

    deadline = models.ForeignKey(Deadline, on_delete=models.CASCADE, related_name="pauses")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["deadline"], condition=Q(until=None), name="one_open_pause_per_clock")
        ]


class Rung(models.Model):
    """One step of a clock's ladder: a reminder, the red lamp, supervision, a card. It fires once, or never."""

    deadline = models.ForeignKey(Deadline, on_delete=models.CASCADE, related_name="rungs")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    rule = models.ForeignKey(LadderRule, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=20)
    lamp = models.PositiveSmallIntegerField(choices=Lamp.choices)
    at = models.DateTimeField()
    fired_at = models.DateTimeField(null=True, blank=True)
    # Whether the sweep may fire it: unfired, its clock running, its rule not switched off.
    live = models.BooleanField(default=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["deadline", "rule"], name="one_rung_per_clock_and_rule"),
            models.CheckConstraint(condition=Q(live=False) | Q(fired_at=None), name="a_fired_rung_is_not_live"),
        ]
        indexes = [models.Index(fields=["at", "id"], condition=Q(live=True), name="rung_due")]
