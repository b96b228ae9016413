"""The rulebook's part about time: limits and ladders, published by `cityfile.py`, never edited."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from grids.models import Rulebook


class TimeLimit(models.Model):
    """How long a stage may take for matters of a subject; the condition first, then the item, then its class."""

    rulebook = models.ForeignKey(Rulebook, on_delete=models.CASCADE, related_name="limits")
    clock = models.CharField(max_length=40)
    # A category code or the beginning of one; empty for all.
    subject = models.CharField(max_length=12, blank=True)
    condition = models.CharField(max_length=80, blank=True)
    # Decimal hours or days of `unit`.
    amount = models.FloatField()
    unit = models.CharField(max_length=12)
    basis = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rulebook", "clock", "subject", "condition"], name="one_limit_per_subject_and_condition"
            )
        ]

    def __str__(self) -> str:
        return f"{self.clock} {self.subject} {self.amount:g} {self.unit}"


class LadderRule(models.Model):
    """One rung of the ladder of a clock, as the city's rules have it."""

    class Applies(models.TextChoices):
        ANY = "any", _("to every limit")
        LONG = "long", _("to limits over 3 days")
        SHORT = "short", _("to limits up to 3 days")

    rulebook = models.ForeignKey(Rulebook, on_delete=models.CASCADE, related_name="ladder")
    clock = models.CharField(max_length=40)
    applies = models.CharField(max_length=8, choices=Applies.choices, default=Applies.ANY)
    name = models.CharField(max_length=20)
    moment = models.CharField(max_length=40)
    lamp = models.PositiveSmallIntegerField()
    # Codes of the roles that are told.
    tells = models.JSONField(default=list)
    place = models.PositiveSmallIntegerField()
    # The one thing that may change after publication: an office may stop a rule at once, for open cases too.
    switched_off_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["clock", "place"]
