"""Dispatch rules (派遣规则): read from the top, the first that fits says who leads and who assists.

An edition is a city's whole list; a dry run says what a draft would have changed. How a rule fits: selectors/matching.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from grids.models import Area, City, Department


class RuleEdition(models.Model):
    """A city's whole list of dispatch rules at one time; the next change is the next edition."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_FORCE = "in_force", _("in force")
        REPLACED = "replaced", _("replaced")

    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="rule_editions")
    edition = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    in_force_from = models.DateTimeField(null=True, blank=True)
    in_force_until = models.DateTimeField(null=True, blank=True)
    # Moves with each change of a draft: a dry run and a press of “publish” say which text they mean.
    revision = models.PositiveIntegerField(default=0)
    # Digest of the rows of dispatch_rules.csv; empty where the desk made the edition.
    folder_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["city", "-edition"]
        constraints = [
            models.UniqueConstraint(fields=["city", "edition"], name="one_edition_per_number"),
            models.UniqueConstraint(fields=["city"], condition=models.Q(state="in_force"), name="one_edition_in_force"),
            models.UniqueConstraint(
                fields=["city"], condition=models.Q(state="draft"), name="one_draft_of_dispatch_rules"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.city.slug} {self.edition}"


class DispatchRule(models.Model):
    """One rule: for which matters, where and when, and who then leads and assists."""

    class Days(models.TextChoices):
        ANY = "any", _("any day")
        WORKING = "working", _("working days")
        OFF = "off", _("days off")

    edition = models.ForeignKey(RuleEdition, on_delete=models.CASCADE, related_name="rules")
    place = models.PositiveSmallIntegerField()
    # Code of a class, group or item of the catalogue and all below it; empty: any matter.
    category = models.CharField(max_length=12, blank=True)
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=20, blank=True)
    days = models.CharField(max_length=8, choices=Days.choices, default=Days.ANY)
    # Local hours, from inclusive, until exclusive; across midnight where until is the smaller.
    hour_from = models.TimeField(null=True, blank=True)
    hour_until = models.TimeField(null=True, blank=True)
    lead = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    assistants = models.ManyToManyField(Department, blank=True, related_name="+")
    joint = models.BooleanField(default=False)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    words = models.CharField(max_length=200, blank=True)
    # The keys of its assistants, where `selectors.rules` has read them along.
    assistant_keys: list[int]

    class Meta:
        ordering = ["edition", "place"]
        constraints = [
            # Deferred: two rules change places in one transaction.
            models.UniqueConstraint(
                fields=["edition", "place"], name="one_rule_per_place", deferrable=models.Deferrable.DEFERRED
            )
        ]

    def __str__(self) -> str:
        return f"{self.place}: {self.lead}"


class DryRun(models.Model):
    """What a list of rules would have done with the orders of the last thirty days; kept with its edition."""

    edition = models.ForeignKey(RuleEdition, on_delete=models.CASCADE, related_name="dry_runs")
    revision = models.PositiveIntegerField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    since = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    orders = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unfitted = models.PositiveIntegerField(default=0)
    # For each rule by its place: how many orders it fits, and how many of them would have gone elsewhere.
    counts = models.JSONField(default=dict)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["asked_at"], condition=models.Q(done_at=None), name="dry_run_waiting")]

    def __str__(self) -> str:
        return f"{self.edition}: {self.orders}"


class DryRunLine(models.Model):
    """One order that would have gone elsewhere, or that no rule fits; the others are only counted."""

    run = models.ForeignKey(DryRun, on_delete=models.CASCADE, related_name="lines")
    order = models.ForeignKey("workorders.WorkOrder", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    old_lead = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    # Both empty: no rule fits.
    new_lead = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["run", "place", "pk"]
