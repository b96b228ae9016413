"""Party bodies (党组织) attached to areas, their history, and the units of the neighbourhood that joined them."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids.models.area import Area
from grids.models.city import City


class PartyBodyQuerySet(models.QuerySet):
    def standing(self, on: dt.date | None = None) -> PartyBodyQuerySet:
        """Party bodies that exist on a day (today if none is given)."""
        day = on or timezone.localdate()
        return self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gt=day))


class PartyBody(models.Model):
    """A committee, branch or group of the Party that belongs to an area: 支部建在网格上."""

    class Kind(models.TextChoices):
        COMMITTEE = "committee", _("Party committee")
        GREAT_COMMITTEE = "great_committee", _("great Party working committee")
        JOINT_COMMITTEE = "joint_committee", _("joint Party committee")
        GENERAL_BRANCH = "general_branch", _("general Party branch")
        BRANCH = "branch", _("Party branch")
        GROUP = "group", _("Party group")

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="party_bodies")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="party_bodies")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = PartyBodyQuerySet.as_manager()

    class Meta:
        verbose_name = _("Party body")
        constraints = [
            models.UniqueConstraint(fields=["city", "code"], name="one_party_body_per_code"),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")), name="no_party_body_belongs_to_itself"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="a_party_body_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PartyBodySpell(models.Model):
    """A time in which a Party body had one name and one superior; how the move to the town stays readable."""

    body = models.ForeignKey(PartyBody, on_delete=models.CASCADE, related_name="spells")
    name = models.CharField(max_length=80)
    parent = models.ForeignKey(PartyBody, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["body"], condition=Q(until=None), name="one_present_spell_per_party_body")
        ]


class MemberUnit(models.Model):
    """A unit of the neighbourhood (a school, a bank, a company) that is a member of a Party body (大党工委)."""

    class Kind(models.TextChoices):
        SCHOOL = "school", _("school")
        CLINIC = "clinic", _("clinic")
        BANK = "bank", _("bank")
        PROPERTY = "property", _("property company")
        ENTERPRISE = "enterprise", _("enterprise")
        OFFICE = "office", _("public office")
        OTHER = "other", _("other unit")

    body = models.ForeignKey(PartyBody, on_delete=models.CASCADE, related_name="member_units")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("member unit")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "name"], condition=Q(until=None), name="a_unit_is_a_member_of_a_body_once"
            )
        ]

    def __str__(self) -> str:
        return self.name
