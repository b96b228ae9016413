"""Entry control (准入): what a department applies to put upon grid workers, and what was decided.

Rules 6.3: nothing may be put upon them that is not on the published list or admitted for a time. `services/admissions`.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grids.models import Area, City, Department


class AdmissionQuerySet(models.QuerySet):
    def waiting(self) -> AdmissionQuerySet:
        """Applications that nobody has decided yet."""
        return self.filter(decided_at=None, ended_at=None)

    def in_force(self, on: dt.date) -> AdmissionQuerySet:
        """What is admitted on a day: decided for, not ended, and if for a time, within it."""
        return self.filter(admitted=True, ended_at=None).filter(Q(until=None) | Q(until__gte=on))


class Admission(models.Model):
    """A department's application that an item be put upon grid workers (准入事项), and its answer."""

    class Sort(models.TextChoices):
        PERMANENT = "permanent", _("permanent item")
        TEMPORARY = "temporary", _("temporary item")

    class State(models.TextChoices):
        ASKED = "asked", _("to be decided")
        ADMITTED = "admitted", _("admitted")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")
        ENDED = "ended", _("ended")
        OVER = "over", _("its time is over")

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="admissions")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="admissions")
    # On whose grid workers it would be put: those of this area and all below it.
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="admissions")
    sort = models.CharField(max_length=10, choices=Sort.choices)
    name = models.CharField(max_length=80)
    reason = models.CharField(max_length=500)
    # Of a permanent item the code of the published catalogue; a temporary one is given its own when it is admitted.
    code = models.CharField(max_length=20, blank=True)
    until = models.DateField(null=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    admitted = models.BooleanField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=300, blank=True)

    objects = AdmissionQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sort="permanent", until=None) | Q(sort="temporary", until__isnull=False),
                name="a_temporary_item_ends_and_a_permanent_one_does_not",
            ),
            models.CheckConstraint(condition=~Q(admitted=True) | ~Q(code=""), name="what_is_admitted_has_a_code"),
            models.UniqueConstraint(
                fields=["city", "code"], condition=Q(sort="temporary") & ~Q(code=""), name="one_temporary_item_per_code"
            ),
        ]
        indexes = [models.Index(fields=["city", "-asked_at", "-id"], name="admissions_newest_first")]

    def __str__(self) -> str:
        return self.name

    def state_on(self, day: dt.date) -> State:
        """How it stands on a day."""
        if self.ended_at:
            return self.State.ENDED if self.admitted else self.State.WITHDRAWN
        if self.admitted is None:
            return self.State.ASKED
        if not self.admitted:
            return self.State.REFUSED
        return self.State.OVER if self.until and self.until < day else self.State.ADMITTED
