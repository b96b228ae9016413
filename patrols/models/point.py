"""What is looked at: risks and hazards that the units name, the checklists from them, the key points of the ground."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from grids.models import Area, City, Department


class DueAt(Func):
    """Days after a moment, else another moment. Reckoned in UTC, since a kept column may not depend on a zone."""

    def as_sql(self, compiler, connection, **context):  # type: ignore[override]
        (seen, a), (days, b), (fresh, c) = (compiler.compile(part) for part in self.source_expressions)
        later = f"(({seen} at time zone 'UTC') + {days} * interval '1 day') at time zone 'UTC'"
        return f"coalesce({later}, {fresh})", [*a, *b, *c]


class Checklist(models.Model):
    """What one unit asks to be looked at in one kind of place (巡查清单): a new edition replaces, none is edited."""

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="checklists")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="checklists")
    name = models.CharField(max_length=60)
    watch = models.CharField(max_length=300, blank=True)  # 关注事项: what to keep an eye on besides
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    follows = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="followed_by")

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["department", "name"], condition=Q(until=None), name="one_standing_checklist_per_name"
            )
        ]
        indexes = [models.Index(fields=["city", "-made_at", "-id"], name="checklists_newest_first")]

    def __str__(self) -> str:
        return self.name


class ChecklistItem(models.Model):
    """One line of a checklist: an item of the published catalogue by its code, and the words to look by."""

    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, related_name="items")
    place = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=120)
    # A code of the catalogue, or of an admission in force: nothing else may be put upon grid workers.
    item = models.CharField(max_length=20)

    class Meta:
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["checklist", "place"], name="one_line_per_checklist_and_place")]


class RiskPoint(models.Model):
    """A risk point or hazard point that a participating unit has named (风险点、隐患点), with where and why."""

    class Sort(models.TextChoices):
        RISK = "risk", _("risk point")
        HAZARD = "hazard", _("hazard point")

    class Level(models.IntegerChoices):
        LOW = 1, _("low")
        ORDINARY = 2, _("ordinary")
        GREATER = 3, _("greater")
        GREAT = 4, _("great")

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="risk_points")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="risk_points")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="risk_points")
    sort = models.CharField(max_length=8, choices=Sort.choices)
    level = models.PositiveSmallIntegerField(choices=Level.choices, default=Level.ORDINARY)
    name = models.CharField(max_length=80)
    reason = models.CharField(max_length=300)
    lng = models.FloatField()
    lat = models.FloatField()
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField()
    # A hazard is put right, a risk passes: who says so, and in which words.
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_because = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-level", "name", "pk"]
        indexes = [
            models.Index(fields=["city", "-named_at", "-id"], name="risks_newest_first"),
            models.Index("department", condition=Q(ended_at=None), name="standing_risks_of_unit"),
        ]

    def __str__(self) -> str:
        return self.name


class PatrolPoint(models.Model):
    """A key point that is gone to (重点要素巡更点): its kind, weight and interval, and the list to look by."""

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="patrol_points")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="patrol_points")
    kind = models.CharField(max_length=20)  # a code of `PointKind`: its words are those of the rulebook in force
    name = models.CharField(max_length=80)
    lng = models.FloatField()
    lat = models.FloatField()
    weight = models.PositiveSmallIntegerField(default=1)
    interval_days = models.PositiveSmallIntegerField()
    # Another circle than the rulebook's, where the place asks for it.
    radius_metres = models.PositiveIntegerField(null=True)
    checklist = models.ForeignKey(Checklist, null=True, on_delete=models.PROTECT, related_name="points")
    risk = models.ForeignKey(RiskPoint, null=True, on_delete=models.PROTECT, related_name="points")
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    # The guard of a key unit (治安联防员) who walks here every day, where one is named.
    guard = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="guards")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_because = models.CharField(max_length=300, blank=True)
    # When somebody was last there; kept by `services/checking_in.py`, in the check-in's own transaction.
    seen_at = models.DateTimeField(null=True)
    # When it is to be seen again; what nobody has seen yet, since it was set. Kept by the database itself.
    due_at = models.GeneratedField(
        expression=DueAt(F("seen_at"), F("interval_days"), F("set_at")),
        output_field=models.DateTimeField(),
        db_persist=True,
    )

    class Meta:
        ordering = ["name", "pk"]
        indexes = [
            models.Index("area", condition=Q(ended_at=None), name="standing_points_of_area"),
            models.Index(fields=["city", "due_at", "id"], condition=Q(ended_at=None), name="points_by_due"),
        ]

    def __str__(self) -> str:
        return self.name
