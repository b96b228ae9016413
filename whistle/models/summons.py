"""A summons: one unit or one person called by one whistle; what he did, his objection, how the street rates him."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grids.models import Department, MemberUnit
from whistle import reasons
from whistle.models.whistle import Whistle

MARK = [MinValueValidator(1), MaxValueValidator(5)]


class SummonsQuerySet(models.QuerySet):
    def standing(self) -> SummonsQuerySet:
        """Those that were not excused."""
        return self.filter(excused_at=None)


class Summons(models.Model):
    """召集: a department, a member unit, a leader or a Party member is to be at the place at the time."""

    Role = reasons.Role
    Proof = reasons.Proof

    whistle = models.ForeignKey(Whistle, on_delete=models.CASCADE, related_name="summonses")
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="summonses"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="summonses"
    )
    unit = models.ForeignKey(MemberUnit, null=True, blank=True, on_delete=models.PROTECT, related_name="summonses")
    role = models.CharField(max_length=12, choices=Role.choices)
    asked = models.CharField(_("what is asked"), max_length=500, blank=True)
    # None: named in an application that is not blown yet.
    called_at = models.DateTimeField(null=True, blank=True)
    # Came to the whistle before this one and need not come again.
    carried = models.BooleanField(default=False)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    contacted_at = models.DateTimeField(null=True, blank=True)
    contact_how = models.CharField(max_length=10, choices=reasons.ContactHow.choices, blank=True)
    contact_with = models.CharField(max_length=60, blank=True)
    # 自报在途: when they say they will be there.
    expected_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    # Name and rank of who came, or was announced to come.
    came = models.CharField(_("who comes"), max_length=60, blank=True)
    came_rank = models.CharField(_("rank"), max_length=60, blank=True)
    came_count = models.PositiveSmallIntegerField(null=True, blank=True)
    proof = models.CharField(max_length=10, choices=Proof.choices, blank=True)
    # Metres from the place, where a position showed it; the point itself for the map on site.
    distance = models.PositiveIntegerField(null=True, blank=True)
    lng = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    excused_at = models.DateTimeField(null=True, blank=True)
    # The centre ruled that this unit should not have been called: it counts against the street.
    improper = models.BooleanField(default=False)

    objects = SummonsQuerySet.as_manager()

    class Meta:
        verbose_name = _("summons")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(department__isnull=False, person=None, unit=None)
                | Q(department=None, person__isnull=False, unit=None)
                | Q(department=None, person=None, unit__isnull=False),
                name="a_summons_calls_one",
            ),
            models.UniqueConstraint(
                fields=["whistle", "department", "person", "unit"], nulls_distinct=False, name="one_summons_each"
            ),
        ]
        indexes = [
            models.Index(fields=["department", "-called_at"], name="summons_of_department"),
            models.Index(fields=["person", "-called_at"], name="summons_of_person"),
        ]

    def __str__(self) -> str:
        return str(self.who)

    @property
    def who(self) -> Department | MemberUnit | models.Model | None:
        """The unit or person called."""
        return self.department or self.unit or self.person

    @property
    def stands(self) -> bool:
        return self.excused_at is None

    @property
    def is_there(self) -> bool:
        return self.arrived_at is not None or self.carried


class Objection(models.Model):
    """退哨: a unit says why it should not have been called; the centre rules once, and that is final."""

    Reason = reasons.ObjectionReason

    summons = models.OneToOneField(Summons, on_delete=models.CASCADE, related_name="objection")
    reason = models.CharField(max_length=14, choices=Reason.choices)
    basis = models.CharField(_("legal basis"), max_length=500)
    suggested = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    granted = models.BooleanField(null=True, blank=True)
    ruling = models.CharField(max_length=500, blank=True)
    ruled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ruled_at = models.DateTimeField(null=True, blank=True)


class Rating(models.Model):
    """下考上: how the street rates one summons, or what the system's own facts say once the street's time is over."""

    Source = reasons.Source

    summons = models.OneToOneField(Summons, on_delete=models.CASCADE, related_name="rating")
    source = models.CharField(max_length=6, choices=Source.choices)
    signing = models.PositiveSmallIntegerField(_("signing in"), validators=MARK)
    arriving = models.PositiveSmallIntegerField(_("reporting in"), validators=MARK)
    handling = models.PositiveSmallIntegerField(_("handling"), validators=MARK)
    effect = models.PositiveSmallIntegerField(_("effect"), validators=MARK)
    words = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    signing__range=(1, 5), arriving__range=(1, 5), handling__range=(1, 5), effect__range=(1, 5)
                ),
                name="marks_are_one_to_five",
            )
        ]

    @property
    def mean(self) -> float:
        """The mean of the four marks, 1 to 5."""
        return (self.signing + self.arriving + self.handling + self.effect) / 4
