"""Sheets of people and homes on their way in: every cell is sealed, and forgotten when its time is over."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.models import City
from registers.models.home import Home
from registers.models.person import Person


class RegisterBatch(models.Model):
    """One sheet that somebody handed in: judged row by row, confirmed, taken in; its file is never kept."""

    class State(models.TextChoices):
        READ = "read", _("read, waits for confirmation")
        TAKEN_IN = "taken_in", pgettext_lazy("sheet", "taken in")
        FORGOTTEN = "forgotten", _("not confirmed in time, emptied")

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.READ)
    # The headings as they were, and which field each column stands for ("" for none).
    headers = ArrayField(models.CharField(max_length=60), default=list)
    fields = ArrayField(models.CharField(max_length=20, blank=True), default=list)
    total = models.PositiveIntegerField(default=0)
    taken_in_at = models.DateTimeField(null=True)
    emptied_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]


class RegisterLine(models.Model):
    """One row of a sheet, what is to become of it, and why."""

    class Verdict(models.TextChoices):
        NEW = "new", pgettext_lazy("row", "new")
        CHANGED = "changed", _("changed")
        SAME = "same", _("nothing new")
        DOUBLE = "double", _("twice in this sheet")
        WRONG = "wrong", _("wrong")

    batch = models.ForeignKey(RegisterBatch, on_delete=models.CASCADE, related_name="lines")
    line = models.PositiveIntegerField()
    # The row as it stood in the sheet, as one sealed text; emptied when its time is over.
    cells_sealed = models.TextField(blank=True)
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    # Field → why it is wrong, or which fields change; never a value of the row.
    reasons = models.JSONField(default=dict)
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    home = models.ForeignKey(Home, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["batch", "line"]
        constraints = [models.UniqueConstraint(fields=["batch", "line"], name="one_register_line_per_line")]
        indexes = [models.Index(fields=["batch", "verdict", "line"], name="register_line_by_verdict")]
