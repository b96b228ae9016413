"""Which departments have a part in a case: who leads, who assists, to whom it was offered, and from when until when."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.models.case import Case
from grids.models import Department


class PartQuerySet(models.QuerySet):
    def present(self) -> PartQuerySet:
        return self.filter(until=None)


class Part(models.Model):
    """One department's part in one case. Whoever had a part goes on seeing the case to its end (rules.md 4.2)."""

    class Role(models.TextChoices):
        LEAD = "lead", _("leads")
        ASSIST = "assist", _("assists")
        OFFERED = "offered", _("may claim")
        CALLED = "called", _("is called")

    class Outcome(models.TextChoices):
        DONE = "done", _("done")
        RETURNED = "returned", _("sent back")
        RELEASED = "released", _("released")
        RECALLED = "recalled", _("taken back")
        LAPSED = "lapsed", _("lapsed")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parts")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="parts")
    role = models.CharField(max_length=8, choices=Role.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    # Inside the department: who has it in hand (交办到人).
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    words = models.CharField(max_length=500, blank=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "department", "role"], condition=Q(until=None), name="one_present_part_per_role"
            ),
            models.UniqueConstraint(fields=["case"], condition=Q(until=None, role="lead"), name="one_lead_per_case"),
        ]
        indexes = [
            models.Index(fields=["department", "case"], name="part_of_department"),
            # What a department has in hand now, among all that it ever had.
            models.Index(fields=["department", "role"], condition=Q(until=None), name="part_present"),
            # Rows come in the order of time: a few pages find the parts of the last month.
            BrinIndex(fields=["since"], name="part_since"),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.role}"
