"""Where orders come from (工单来源), part of a rulebook: grid patrol, 12345, a petition, a camera …"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from grids.models import Rulebook
from grids.models.city import in_reader_language


class Source(models.Model):
    """One way by which matters reach the centre, with what it asks for and what it hides."""

    class Kind(models.TextChoices):
        """What the house does differently; the names are the city's."""

        PATROL = "patrol", _("grid patrol")
        RESIDENT = "resident", _("resident's report")
        HOTLINE = "hotline", _("hotline")
        SUPERIOR = "superior", _("superior's instruction")
        PETITION = "petition", _("petition")
        TRANSFER = "transfer", _("department transfer")
        DEVICE = "device", _("video or device")
        HELP_BOARD = "help_board", _("help board")
        VISIT = "visit", _("face-to-face visit")
        WINDOW = "window", _("service window")
        COUNCIL = "council", _("council")
        WHISTLE = "whistle", _("whistle")
        APP = "app", _("another platform's app")

    rulebook = models.ForeignKey(Rulebook, on_delete=models.CASCADE, related_name="sources")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    # Names of fields of `models/details.py` that must be given, and of those that may be.
    required = ArrayField(models.CharField(max_length=20), default=list)
    optional = ArrayField(models.CharField(max_length=20), default=list)
    # A person outside reported: asked for name and phone, told the progress, called back.
    citizen = models.BooleanField(default=False)
    hides_reporter = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["rulebook", "code"], name="one_source_per_code")]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The source's name in the reader's language."""
        return in_reader_language(self)

    @property
    def asks(self) -> list[str]:
        """The names of all details that this source asks for, the required ones first."""
        return [*self.required, *self.optional]
