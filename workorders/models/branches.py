"""What is on record of an order's branches: objections and rulings, applications, looks on site, ratings."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grids.models import Department
from workorders import reasons
from workorders.models.order import WorkOrder

USER = settings.AUTH_USER_MODEL


class Objection(models.Model):
    """“Not ours” (退回) or “whose is it?” (权属): why, by which law, who instead, and what the centre ruled."""

    Reason = reasons.ObjectionReason

    class Ruling(models.TextChoices):
        UPHELD = "upheld", _("the unit keeps it")
        GRANTED = "granted", _("the return is granted")
        NAMED = "named", _("somebody was named to carry it")

    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="objections")
    # None: the centre itself asks whose it is.
    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20, choices=Reason.choices)
    basis = models.CharField(_("legal basis"), max_length=300, blank=True)
    words = models.TextField(max_length=1000, blank=True)
    suggested = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ruling = models.CharField(max_length=8, choices=Ruling.choices, blank=True)
    decision = models.TextField(max_length=1000, blank=True)
    named = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ruled_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ruled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "department"], condition=Q(department__isnull=False), name="one_return_per_unit"
            ),
            models.UniqueConstraint(fields=["order"], condition=Q(ruled_at=None), name="one_open_objection"),
        ]


class Application(models.Model):
    """A department asks for more time (延期) or for parking (挂账): its head endorses, the centre decides."""

    class Kind(models.TextChoices):
        LONGER = "longer", _("more time")
        PARKING = "parking", _("parking")

    class State(models.TextChoices):
        ASKED = "asked", _("asked for")
        ENDORSED = "endorsed", _("endorsed by the department")
        GRANTED = "granted", _("granted")
        DECLINED = "declined", _("declined")
        LAPSED = "lapsed", _("lapsed: the deadline passed first")

    Reason = reasons.ApplicationReason

    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="applications")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    reason = models.CharField(max_length=14, choices=Reason.choices)
    words = models.TextField(max_length=1000)
    # What is done meanwhile, and until when it stands still: parking only.
    measures = models.TextField(max_length=1000, blank=True)
    until = models.DateField(null=True, blank=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    endorsed_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    endorsed_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(max_length=1000, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(decided_at=None), name="one_open_application_per_order"
            )
        ]


class SiteCheck(models.Model):
    """A look on site by the nearest worker: before the order is taken on (核查), or after it was handled (核实)."""

    class Moment(models.TextChoices):
        BEFORE = "before", _("before it is taken on")
        AFTER = "after", _("after it was handled")

    class Outcome(models.TextChoices):
        THERE = "there", _("the matter is there")
        GONE = "gone", _("nothing is there")
        DONE = "done", _("it is done")
        NOT_DONE = "not_done", _("it is not done")

    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="checks")
    moment = models.CharField(max_length=8, choices=Moment.choices)
    worker = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # Why this worker: his own grid, or the least load among the neighbours of the same community.
    chosen = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField()
    done_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    words = models.TextField(max_length=1000, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["order"], condition=Q(done_at=None), name="one_open_check")]
        indexes = [models.Index(fields=["worker"], condition=Q(done_at=None), name="check_waiting")]


class Rating(models.Model):
    """What one round of handling was said to be worth; an earlier round's stays when the order is taken up again."""

    class Via(models.TextChoices):
        REPORTER = "reporter", _("by the reporter")
        CALL = "call", _("on the phone")

    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="ratings")
    round = models.PositiveSmallIntegerField()
    via = models.CharField(max_length=8, choices=Via.choices)
    stars = models.PositiveSmallIntegerField(null=True, blank=True)
    solved = models.BooleanField()
    satisfied = models.BooleanField()
    words = models.TextField(max_length=1000, blank=True)
    by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["order", "round"], name="one_rating_per_round")]
