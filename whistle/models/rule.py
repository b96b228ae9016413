"""A rulebook's word on whistles: its kinds, the matters that may be whistled for, which leader answers for whom."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grids.models import Department, Rulebook
from grids.models.city import in_reader_language
from whistle import reasons


class WhistleKind(models.Model):
    """哨种: who may blow it, whom it calls, and how it grows louder. Its limits are `TimeLimit`s of its code."""

    Called = reasons.Called
    Growth = reasons.Growth

    rulebook = models.ForeignKey(Rulebook, on_delete=models.CASCADE, related_name="whistle_kinds")
    place = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=80, blank=True)
    # Codes of the roles whose holders may blow it, and of those who may apply for it.
    blown_by = models.JSONField(default=list)
    raised_by = models.JSONField(default=list)
    calls = models.CharField(max_length=12, choices=Called.choices, default=Called.DEPARTMENTS)
    # 应急哨: units sign in and come at any hour, and need no notice.
    urgent = models.BooleanField(default=False)
    # How many whole days ahead the meeting must be announced (rules.md 13.3 row 60).
    notice_days = models.PositiveSmallIntegerField(default=0)
    needs_effort = models.BooleanField(default=True)
    growth = models.CharField(max_length=10, choices=Growth.choices, default=Growth.BY_ITSELF)

    class Meta:
        verbose_name = _("kind of whistle")
        ordering = ["rulebook", "place"]
        constraints = [models.UniqueConstraint(fields=["rulebook", "code"], name="one_whistle_kind_per_code")]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The kind's name in the reader's language."""
        return in_reader_language(self)


class WhistleItem(models.Model):
    """吹哨清单: a numbered matter for which a street may whistle (mechanism W13)."""

    rulebook = models.ForeignKey(Rulebook, on_delete=models.CASCADE, related_name="whistle_items")
    place = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    # A category of the catalogue, or the beginning of its code; empty where none fits.
    category = models.CharField(max_length=20, blank=True)

    class Meta:
        verbose_name = _("matter of the whistle list")
        ordering = ["rulebook", "place"]
        constraints = [models.UniqueConstraint(fields=["rulebook", "place"], name="one_whistle_item_per_place")]

    def __str__(self) -> str:
        return f"{self.place} {in_reader_language(self)}"


class Charge(models.Model):
    """分管: the seat of the leader who is in charge of a department; or a main leader's, who answers for all."""

    rulebook = models.ForeignKey(Rulebook, on_delete=models.CASCADE, related_name="charges")
    # `Post.seat`: the office stays, its holder changes.
    seat = models.CharField(max_length=60)
    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.CASCADE, related_name="charges")
    main = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("leader's charge")
        constraints = [
            models.CheckConstraint(
                condition=Q(main=True, department=None) | Q(main=False, department__isnull=False),
                name="a_charge_is_of_a_department_or_of_all",
            ),
            models.UniqueConstraint(
                fields=["rulebook", "seat", "department"],
                nulls_distinct=False,
                name="one_charge_per_seat_and_department",
            ),
        ]
