"""People and why they are looked after. What could name a person is sealed, and found by keyed hashes alone."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grids.models import Area, City
from registers.models.home import Home


class Person(models.Model):
    """Somebody who lives on the ground; after erasure the row stays for counting and names nobody."""

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="people")
    # Found by the index below, which begins with it.
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="people", db_index=False)
    home = models.ForeignKey(Home, null=True, on_delete=models.PROTECT, related_name="people")
    # Sealed by `registers/sealing.py`; the keys beside them are what a person is found by.
    name_sealed = models.TextField(blank=True)
    name_key = models.CharField(max_length=64, blank=True)
    phone_sealed = models.TextField(blank=True)
    phone_key = models.CharField(max_length=64, blank=True)
    id_number_sealed = models.TextField(blank=True)
    id_number_key = models.CharField(max_length=64, blank=True)
    birth_date_sealed = models.TextField(blank=True)
    birth_date_key = models.CharField(max_length=64, blank=True)
    # In plain, so that those over eighty can be counted and chosen; a year alone names nobody.
    born_year = models.PositiveSmallIntegerField(null=True)
    taken_in_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    taken_in_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "id_number_key"],
                condition=~Q(id_number_key=""),
                name="one_person_per_id_number",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None)
                | Q(
                    name_sealed="", name_key="", phone_sealed="", phone_key="", id_number_sealed="",
                    id_number_key="", birth_date_sealed="", birth_date_key="", home=None,
                ),
                name="an_erased_person_names_nobody",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index("area", models.F("id").desc(), condition=Q(erased_at=None), name="people_of_area"),
            models.Index(fields=["name_key"], condition=~Q(name_key=""), name="people_by_name"),
            models.Index(fields=["phone_key"], condition=~Q(phone_key=""), name="people_by_phone"),
        ]


class Care(models.Model):
    """Why and since when somebody is looked after: a care kind, with its degree where the kind has one."""

    class Stability(models.TextChoices):
        UNSTABLE = "unstable", _("unstable")
        BASICALLY = "basically", _("basically stable")
        STABLE = "stable", _("stable")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cares")
    kind = models.CharField(max_length=20)  # a code of `CareKind`: its words are those of the rulebook in force
    level = models.PositiveSmallIntegerField(null=True)
    stability = models.CharField(max_length=10, choices=Stability.choices, blank=True)
    since = models.DateField()
    until = models.DateField(null=True)
    note_sealed = models.TextField(blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(until=None), name="one_open_care_per_person_and_kind"
            ),
            models.CheckConstraint(condition=Q(level=None) | Q(level__lte=5), name="a_danger_level_is_0_to_5"),
        ]
        indexes = [models.Index(fields=["kind", "person"], condition=Q(until=None), name="open_cares_by_kind")]
