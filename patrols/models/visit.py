"""Visits (走访): how often each kind of person is seen, what was found, and what starts the clock anew."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.models import Area, City, Rulebook
from registers.models import Care, Home, Person
from workorders.models import WorkOrder


class VisitRule(models.Model):
    """How often people of a care kind are visited (rules 6.2, 13.6 row 94); of several that fit, the strictest."""

    rulebook = models.ForeignKey(Rulebook, on_delete=models.PROTECT, related_name="visit_rules")
    kind = models.CharField(max_length=20)  # a code of `CareKind`
    # Only for these; empty for everybody of the kind.
    stability = models.CharField(max_length=10, choices=Care.Stability.choices, blank=True)
    least_level = models.PositiveSmallIntegerField(null=True)
    every_days = models.PositiveSmallIntegerField()
    first_within_days = models.PositiveSmallIntegerField(null=True)
    after_event_hours = models.PositiveSmallIntegerField(null=True)

    class Meta:
        ordering = ["rulebook", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rulebook", "kind", "stability", "least_level"],
                nulls_distinct=False,
                name="one_visit_rule_per_kind_and_degree",
            )
        ]


class Visit(models.Model):
    """One visit to a person or a home, as the worker recorded it; its key is the phone's own."""

    class Outcome(models.TextChoices):
        VISIT = "visit", pgettext_lazy("outcome", "visited")
        REVIEW = "review", pgettext_lazy("outcome", "looked again")
        CORRECT = "correct", pgettext_lazy("outcome", "corrected")
        FEED_BACK = "feed_back", pgettext_lazy("outcome", "fed back")
        ADD = "add", pgettext_lazy("outcome", "added")

    class Sign(models.TextChoices):
        WELL = "well", _("all is well")
        UNWELL = "unwell", _("not in good health")
        LOW = "low", _("in low spirits")
        NEEDY = "needy", _("needs help in daily life")
        HAZARD = "hazard", _("a hazard in the home")
        MOVED = "moved", _("has moved away")

    class Away(models.TextChoices):
        PHONE = "phone", _("by telephone or video")
        ELSEWHERE = "elsewhere", _("met elsewhere")
        NO_POSITION = "no_position", _("the phone finds no position")
        WRONG_PLACE = "wrong_place", _("the home is entered in the wrong place")

    class Proposal(models.TextChoices):
        NONE = "", _("none")
        OPEN = "open", _("waits for the keeper of the registers")
        ACCEPTED = "accepted", pgettext_lazy("proposal", "accepted")
        DECLINED = "declined", pgettext_lazy("proposal", "declined")

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    digest = models.CharField(max_length=64)
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="visits")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="people_visits")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="visits")
    home = models.ForeignKey(Home, null=True, on_delete=models.PROTECT, related_name="visits")
    worker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="people_visits")
    # The phone's clock, and ours.
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    # False where nobody was at home: an attempt, after which the visit is still due.
    met = models.BooleanField()
    signs = ArrayField(models.CharField(max_length=10, choices=Sign.choices), default=list)
    # What was found in words: health and family, so sealed like the register itself.
    found_sealed = models.TextField(blank=True)
    # How far from the home it was recorded, where both places are known; else why not at the door.
    away_metres = models.PositiveIntegerField(null=True)
    away = models.CharField(max_length=12, choices=Away.choices, blank=True)
    # What the register should say instead, sealed; decided by who keeps it.
    proposal = models.CharField(max_length=8, choices=Proposal.choices, blank=True)
    proposal_sealed = models.TextField(blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    order = models.ForeignKey(WorkOrder, null=True, on_delete=models.PROTECT, related_name="visits")

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(home__isnull=False), name="a_visit_is_to_somebody_or_a_home"
            )
        ]
        indexes = [
            models.Index(fields=["person", "-at"], condition=Q(met=True), name="visits_of_person"),
            models.Index(fields=["home", "-at"], condition=Q(met=True), name="visits_of_home"),
            models.Index(fields=["area"], condition=Q(proposal="open"), name="open_proposals_of_area"),
        ]


class VisitEvent(models.Model):
    """A major change in somebody's life, after which he is seen within hours where his rule says so."""

    class Kind(models.TextChoices):
        FALL = "fall", _("fall")
        HOSPITAL = "hospital", _("taken to or back from hospital")
        BEREAVEMENT = "bereavement", _("death in the family")
        ALONE = "alone", _("left alone")
        CRISIS = "crisis", _("crisis or outburst")
        DISASTER = "disaster", _("fire, flood or outage at home")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="visit_events")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    at = models.DateTimeField()
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["person", "at"], name="visit_events_of_person")]


class FollowUp(models.Model):
    """As which item of the catalogue a work order is opened for what a visit found; sign "" is everything else."""

    rulebook = models.ForeignKey(Rulebook, on_delete=models.PROTECT, related_name="follow_ups")
    sign = models.CharField(max_length=10, choices=Visit.Sign.choices, blank=True)
    item = models.CharField(max_length=20)

    class Meta:
        ordering = ["rulebook", "pk"]
        constraints = [models.UniqueConstraint(fields=["rulebook", "sign"], name="one_follow_up_per_sign")]
