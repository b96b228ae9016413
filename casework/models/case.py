"""A case (办件): what every list needs of an order, a whistle, a mediation; the row is the case's only mutex."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Right
from django.utils.translation import gettext_lazy as _

from casework.lifecycle import Lifecycle, kinds_apart, lifecycle_of
from grids import jurisdiction
from grids.models import Area, City, Department, Rulebook


class Lamp(models.IntegerChoices):
    """How loud a case's clocks are; always shown with its word, never by colour alone."""

    NONE = 0, _("on time")
    YELLOW = 1, _("due soon")
    RED = 2, _("late")


class CaseQuerySet(models.QuerySet):
    """The lists there are. `visible_to` is the only way from a person to cases."""

    def visible_to(self, user: jurisdiction.Person) -> CaseQuerySet:
        """Cases in areas the person oversees, of departments he works for, or that he reported himself."""
        if not user.is_authenticated:
            return self.none()
        seen = Q(reported_by=user)
        for path in jurisdiction.paths_where(user, "see_cases_in"):
            seen |= Q(area_path__startswith=path)
        departments = jurisdiction.department_keys_where(user, "see_cases_in")
        if departments:
            parts: Any = apps.get_model("casework", "Part")._default_manager
            held = parts.filter(case=OuterRef("pk"), department__in=departments)
            # What a department has now is a few; what it ever had is asked only of the rows that are left.
            present = parts.present().filter(department__in=departments).order_by()
            seen |= Q(department__in=departments) | Q(pk__in=present.values("case")) | Q(Exists(held))
        # Asked of all kinds at once: some are shown by their own rooms alone.
        return self.exclude(kind__in=kinds_apart()).filter(seen) if self.model is Case else self.filter(seen)

    def open(self) -> CaseQuerySet:
        return self.filter(closed_at=None)

    def of_city(self, city: City) -> CaseQuerySet:
        return self.filter(city=city)

    def bulk_create(self, *args, **kwargs):
        raise TypeError("cases are opened by casework.services.open_case, many at once by open_cases")


class Case(models.Model):
    """Anything that happens in a city and is carried from its opening to its end."""

    kind = models.CharField(max_length=20)
    number = models.CharField(max_length=24, unique=True)
    title = models.CharField(_("title"), max_length=120)
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="cases")
    # The rules it was opened under, for its whole life (architecture §7).
    rulebook = models.ForeignKey(Rulebook, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="cases")
    area_path = models.CharField(max_length=120)
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="cases", verbose_name=_("department")
    )
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="reported_cases"
    )
    status = models.CharField(max_length=20)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    # The face of its open clocks, so that a list reads one table: written by `services/clocks.py` and the sweep alone.
    lamp = models.PositiveSmallIntegerField(choices=Lamp.choices, default=Lamp.NONE)
    rung = models.CharField(max_length=20, blank=True)
    due_clock = models.CharField(max_length=40, blank=True)
    due_from = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    paused = models.BooleanField(default=False)

    event_count = models.PositiveIntegerField(default=0)
    last_hash = models.CharField(max_length=64, blank=True)
    set_aside_until = models.DateTimeField(null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        indexes = [
            # What never changes of a case comes along, so that the open ones are counted in the index alone.
            models.Index(
                fields=["city", "due_at", "id"],
                include=["kind", "area_path", "reported_by"],
                condition=Q(closed_at=None),
                name="case_queue",
            ),
            models.Index(fields=["area_path"], opclasses=["text_pattern_ops"], name="case_subtree"),
            # Of the open ones alone: those of ten years stand in the index above.
            models.Index(
                fields=["area_path"],
                opclasses=["text_pattern_ops"],
                include=["city", "kind", "due_at", "id", "reported_by"],
                condition=Q(closed_at=None),
                name="case_open_subtree",
            ),
            # A board counts the red ones; among all that are open they would be looked for row by row.
            models.Index(
                fields=["city", "due_at", "id"],
                include=["kind", "area_path", "reported_by"],
                condition=Q(closed_at=None, lamp=Lamp.RED),
                name="case_red_queue",
            ),
            models.Index(
                fields=["department", "due_at", "id"], condition=Q(closed_at=None), name="case_department_queue"
            ),
            models.Index(fields=["reported_by", "-id"], name="case_of_reporter"),
            models.Index(fields=["city", "-opened_at", "-id"], name="case_newest"),
            # Closed, and something is still asked for: a citizen is to be called.
            models.Index(
                fields=["city", "due_at", "id"],
                condition=Q(closed_at__isnull=False, due_at__isnull=False),
                name="case_still_asked",
            ),
            models.Index(Right("number", 5), name="case_number_tail"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def lifecycle(self) -> Lifecycle:
        return lifecycle_of(self.kind)

    @property
    def status_label(self):
        return self.lifecycle.statuses[self.status]

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def recuses(self, user: jurisdiction.Person) -> bool:
        """Whether this person must step aside (回避): he takes no step of it. Each kind of case knows whom."""
        return False

    def bars(self, user: jurisdiction.Person, step: str) -> bool:
        """Whether a step is closed to this person for all that his permissions say: each kind of case knows why."""
        return False

    def calls_upon(self, user: jurisdiction.Person) -> bool:
        """Whether the person himself, not his department, has a part in it: a leader called by a whistle."""
        return False


class Counter(models.Model):
    """The last number given to a kind of case on a day; its row is locked while a number is given.

    Cities that share a database share it: a number names one case in the whole house.
    """

    prefix = models.CharField(max_length=4)
    day = models.DateField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prefix", "day"], name="one_counter_per_kind_and_day")]


class SetAside(models.Model):
    """A case whose answer to a rung raised: left out of the sweep for a while, its error on record."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="set_aside")
    rung = models.CharField(max_length=80)
    error = models.TextField()
    at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
