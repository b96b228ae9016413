"""The catalogue of matters (9-22-81 by default), part of a rulebook."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from grids.models import Department, Rulebook
from grids.models.city import in_reader_language


class Category(models.Model):
    """A major class, a group or an item of the catalogue; the code of each begins with its parent's."""

    class Urgency(models.TextChoices):
        NORMAL = "normal", _("normal")
        URGENT = "urgent", _("urgent")

    class Family(models.TextChoices):
        """四大体系: the four families of a grid's work (mechanism 2-4)."""

        PARTY = "party", _("Party building in the grid")
        GOVERNANCE = "governance", _("grassroots governance")
        LIVELIHOOD = "livelihood", _("people's livelihood")
        ENTERPRISE = "enterprise", _("service to enterprises")

    rulebook = models.ForeignKey(Rulebook, on_delete=models.CASCADE, related_name="categories")
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=20, blank=True)
    urgency = models.CharField(max_length=8, choices=Urgency.choices, default=Urgency.NORMAL)
    # Of items; classes and groups hold items of several families.
    family = models.CharField(max_length=10, choices=Family.choices, blank=True)
    handler = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # Temporary items carry an end (rules.md 6.3, entry control).
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("category")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["rulebook", "code"], name="one_category_per_code")]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The category's name in the reader's language."""
        return in_reader_language(self)
