"""Sheets of orders on their way in (XLSX, CSV): the batch, its rows with their verdicts, the columns of each source."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from grids.models import City
from workorders.models.order import WorkOrder


def sheet_path(batch: ImportBatch, _filename: str) -> str:
    """A name that tells nothing; the file is gone as soon as it has been read."""
    return f"imports/{batch.key.hex}"


class ImportBatch(models.Model):
    """One sheet that somebody handed in: read, looked at, confirmed, imported; the background task does the work."""

    class State(models.TextChoices):
        TO_READ = "to_read", _("to be read")
        READ = "read", _("read, waits for confirmation")
        TO_IMPORT = "to_import", _("to be imported")
        IMPORTED = "imported", _("imported")
        REFUSED = "refused", _("cannot be read")

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="+")
    source = models.CharField(max_length=20)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    name = models.CharField(max_length=200)
    file = models.FileField(upload_to=sheet_path, blank=True)
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=State.choices, default=State.TO_READ)
    headers = models.JSONField(default=list)
    # Which column means what: field → heading, as it was used for this sheet.
    columns = models.JSONField(default=dict)
    # Why the whole sheet cannot be read, or what went wrong the last time.
    sentence = models.CharField(max_length=500, blank=True)
    total = models.PositiveIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name


class ImportRow(models.Model):
    """One row of a sheet and what is to become of it."""

    class Verdict(models.TextChoices):
        UNREAD = "", _("not looked at yet")
        NEW = "new", _("new")
        KNOWN = "known", _("there already")
        WRONG = "wrong", _("wrong")

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    # As it stood in the sheet, with names and numbers: emptied as soon as the row has become an order.
    cells = models.JSONField(default=list)
    verdict = models.CharField(max_length=6, choices=Verdict.choices, blank=True)
    external_no = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    order = models.ForeignKey(WorkOrder, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["batch", "line"]
        constraints = [models.UniqueConstraint(fields=["batch", "line"], name="one_row_per_line")]
        indexes = [models.Index(fields=["batch", "verdict", "line"], name="row_by_verdict")]


class ImportColumns(models.Model):
    """Which column means what in the sheets of a source: chosen once, kept for the next sheet."""

    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="+")
    source = models.CharField(max_length=20)
    columns = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["city", "source"], name="one_mapping_per_source")]
