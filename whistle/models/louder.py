"""How a whistle that nobody answers grows louder: the supervised case (督办件), statements, clues."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.models import Case, CaseQuerySet
from grids.models import Department
from whistle import reasons
from whistle.models.whistle import Whistle


class Supervision(Case):
    """督办件: the supervision office follows a whistle that a unit missed, until it concludes."""

    followed = models.OneToOneField(
        Whistle, on_delete=models.PROTECT, related_name="supervision", verbose_name=_("whistle")
    )
    office = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=12, choices=reasons.Lateness.choices)
    conclusion = models.TextField(max_length=1000, blank=True)

    objects = CaseQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("supervised case")


class Statement(models.Model):
    """One unit's lateness in a supervised case: what the office asks of it, and its written statement."""

    supervision = models.ForeignKey(Supervision, on_delete=models.CASCADE, related_name="statements")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="statements")
    reason = models.CharField(max_length=12, choices=reasons.Lateness.choices)
    demand = models.CharField(max_length=500, blank=True)
    demanded_at = models.DateTimeField()
    words = models.TextField(_("statement"), max_length=2000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["demanded_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["supervision", "department"], condition=Q(answered_at=None), name="one_open_statement_per_unit"
            )
        ]


class Clue(models.Model):
    """线索: evidence put before discipline inspection, whose decision people enter; the house accuses nobody."""

    Reason = reasons.ClueReason

    whistle = models.ForeignKey(Whistle, on_delete=models.PROTECT, related_name="clues")
    reason = models.CharField(max_length=14, choices=Reason.choices)
    words = models.TextField(max_length=2000, blank=True)
    # Numbers of the whistle's events that show it, and the chain's last hash when it was filed.
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
                fields=["whistle", "reason"], condition=Q(decided_at=None), name="one_open_whistle_clue_per_reason"
            )
        ]
