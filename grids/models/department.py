"""Departments: who handles. Functional groups (职能组), enforcement teams and companies are departments of a kind."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase

from grids.models.area import Area
from grids.models.city import City, Rulebook, in_reader_language
from grids.permissions import PERMISSIONS


class DepartmentQuerySet(models.QuerySet):
    def standing(self, on: dt.date | None = None) -> DepartmentQuerySet:
        """Departments that exist on a day (today if none is given)."""
        day = on or timezone.localdate()
        return self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gt=day))

    def serving(self, area: Area) -> DepartmentQuerySet:
        """Departments whose own area holds this one: a street's sections and all of the district's."""
        return self.filter(area_id__in=area.path_keys)


class Department(models.Model):
    """A body that can be given work: a bureau, a section, a functional group, a company, the supervision office."""

    class Kind(models.TextChoices):
        DEPARTMENT = "department", _("department")
        SECTION = "section", _("section")
        GROUP = "group", _("functional group")
        ENFORCEMENT = "enforcement", _("joint enforcement team")
        SUPERVISION = "supervision", _("supervision office")
        DISCIPLINE = "discipline", _("discipline inspection")
        CENTRE = "centre", _("centre")
        COMPANY = "company", _("company")
        STATION = "station", _("station")

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="departments")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="departments")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="units")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.DEPARTMENT)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("department")
        permissions = PERMISSIONS
        constraints = [models.UniqueConstraint(fields=["city", "code"], name="one_department_per_code")]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The department's name in the reader's language."""
        return in_reader_language(self)


class DepartmentGrant(UserObjectPermissionBase):
    """What one person may do for one department; derived from posts, written by `jurisdiction` alone."""

    content_object = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="grants")

    class Meta(UserObjectPermissionBase.Meta):
        indexes = [models.Index(fields=["user", "permission"], name="department_grant_of_user")]


class DepartmentSpell(models.Model):
    """A time in which a department had one name and one superior body; the history that a reform leaves readable."""

    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="spells")
    name = models.CharField(max_length=80)
    parent = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["department"], condition=Q(until=None), name="one_present_spell_per_department"
            )
        ]


class GroupMatter(models.Model):
    """A functional group takes matters of a category: found problems are sorted by kind (归口归类)."""

    rulebook = models.ForeignKey(Rulebook, on_delete=models.CASCADE, related_name="group_matters")
    group = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="matters")
    category = models.CharField(max_length=12)
