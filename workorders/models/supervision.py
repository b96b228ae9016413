"""What stands over an order: presses (督办), clues to discipline inspection (线索)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from grids.models import Department
from workorders import reasons
from workorders.models.order import WorkOrder


class Press(models.Model):
    """One supervision of one order at one level; a level is given once, and none below a standing one."""

    Level = reasons.PressLevel

    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="presses")
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    # Whom it is put to; the supervision office that looks on (提级: one level up for a problem order).
    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT, related_name="presses")
    office = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=40)
    words = models.TextField(max_length=1000, blank=True)
    # None: the city's ladder gave it.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reply_wanted = models.BooleanField(default=False)
    reply = models.TextField(max_length=2000, blank=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    replied_at = models.DateTimeField(null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_because = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "level"], condition=Q(lifted_at=None), name="one_standing_press_per_level"
            )
        ]
        indexes = [
            models.Index(fields=["order"], condition=Q(lifted_at=None, reply_wanted=True, replied_at=None),
                         name="press_awaiting_reply"),
        ]  # fmt: skip


class Clue(models.Model):
    """Evidence handed to discipline inspection; whether anybody answers for it, people decide (rules 13.2 row 46)."""

    Reason = reasons.ClueReason

    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="clues")
    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=14, choices=Reason.choices)
    words = models.TextField(max_length=2000, blank=True)
    # Numbers of the case's events that show it, and the chain's last hash when it was filed.
    evidence = models.JSONField(default=list)
    chain = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    decision = models.TextField(max_length=2000, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "reason"], condition=Q(decided_at=None), name="one_open_clue_per_reason"
            )
        ]
