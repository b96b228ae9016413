"""What was agreed on site and what came of it: the plan's lines, agreements with their files, replies."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from whistle.models.summons import Summons
from whistle.models.whistle import Whistle


class PlanLine(models.Model):
    """One line of the plan: what, who, with whose money, until when. It binds a unit once the unit has confirmed it."""

    whistle = models.ForeignKey(Whistle, on_delete=models.CASCADE, related_name="plan_lines")
    place = models.PositiveSmallIntegerField()
    words = models.CharField(_("what"), max_length=500)
    summons = models.ForeignKey(Summons, null=True, blank=True, on_delete=models.PROTECT, related_name="plan_lines")
    # Who, where it is nobody who was called: the street, an owner.
    who = models.CharField(max_length=80, blank=True)
    # Yuan.
    money = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    paid_by = models.CharField(max_length=80, blank=True)
    due_on = models.DateField(_("until"))
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # A later plan took its place.
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["place", "pk"]


def agreement_path(agreement: Agreement, _filename: str) -> str:
    """A name that tells nothing and cannot be guessed."""
    return f"agreements/{agreement.key.hex[:2]}/{agreement.key.hex}.{agreement.ending}"


class Agreement(models.Model):
    """约定: who agreed with whom on what, with the signed paper (代管协议, 资金约定 …)."""

    class Ending(models.TextChoices):
        PDF = "pdf", "PDF"
        JPG = "jpg", "JPEG"

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    whistle = models.ForeignKey(Whistle, on_delete=models.PROTECT, related_name="agreements")
    title = models.CharField(_("title"), max_length=120)
    parties = models.CharField(_("parties"), max_length=300)
    words = models.TextField(_("what was agreed"), max_length=1000, blank=True)
    # Yuan.
    money = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    ending = models.CharField(max_length=4, choices=Ending.choices)
    file = models.FileField(upload_to=agreement_path)
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]


class Reply(models.Model):
    """A unit's reply, audited on four elements: taken up when, spoken with whom, done what, until when."""

    summons = models.ForeignKey(Summons, on_delete=models.CASCADE, related_name="replies")
    received_at = models.DateTimeField(_("taken up at"))
    spoke_with = models.CharField(_("spoken with"), max_length=120)
    measures = models.TextField(_("measures"), max_length=1000)
    finish_on = models.DateField(_("until"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    passed = models.BooleanField(null=True, blank=True)
    audit_words = models.CharField(max_length=500, blank=True)
    audited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    audited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
