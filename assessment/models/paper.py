"""What leaves the house on paper about persons, and who took it away; the yuan that a grade brings."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assessment import reasons
from grids.models import Area, City, Post

USER = settings.AUTH_USER_MODEL


class HandedOutQuerySet(models.QuerySet):
    def update(self, **kwargs):
        raise TypeError("what was handed out was handed out")

    def delete(self):
        raise TypeError("what was handed out was handed out")


class HandedOut(models.Model):
    """导出登记: somebody took a paper with the data of persons out of the house; append-only."""

    class Kind(models.TextChoices):
        SERVICE_RECORD = "service_record", _("service record")
        ALLOWANCES = "allowances", _("allowance sheet")

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    # Whose record; of a sheet of many, the area whose people stand in it.
    person = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="handed_out")
    area = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, related_name="+")
    form = models.CharField(max_length=4)
    # Fingerprint of the data, as it is printed in the paper's foot.
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = HandedOutQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper handed out")
        indexes = [models.Index(fields=["person", "-at"], name="handed_out_of_person")]

    def delete(self, *args, **kwargs):
        raise TypeError("what was handed out was handed out")


class AllowanceRule(models.Model):
    """津贴标准: so many yuan a month for a grade, by employment; in force on its area and below from a month on."""

    Grade = reasons.Grade

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="allowance_rules")
    employment = models.CharField(_("employment"), max_length=20, choices=Post.Employment.choices)
    grade = models.CharField(_("grade"), max_length=6, choices=Grade.choices)
    yuan = models.PositiveIntegerField(_("yuan a month"))
    basis = models.CharField(_("basis"), max_length=200)
    # First days of months; `until` is the first month in which another row stands in its place.
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("row of the allowance table")
        ordering = ["area", "employment", "-yuan", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "employment", "grade"], condition=Q(until=None), name="one_allowance_in_force"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="an_allowance_ends_after_it_began"
            ),
        ]
