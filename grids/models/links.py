"""Who looks after what besides the posts: responsibility links (包联, 包片, 包户 …) and the visits leaders pay."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids.models.area import Area


class LinkQuerySet(models.QuerySet):
    def held(self, on: dt.date | None = None) -> LinkQuerySet:
        """Links that hold on a day (today if none is given)."""
        day = on or timezone.localdate()
        return self.filter(since__lte=day).filter(Q(until=None) | Q(until__gt=day))


class ResponsibilityLink(models.Model):
    """A person answers for an area, or for some households in it, beside whatever post he holds."""

    class Kind(models.TextChoices):
        LEADER = "leader", _("leader's link")
        SUPPORT = "support", _("leader's support")
        SECTION = "section", _("for the section")
        VILLAGE = "village", _("for the village")
        GRID = "grid", _("for the grid")
        HOUSEHOLDS = "households", _("for households")
        CONTACT = "contact", _("contact point")

    kind = models.CharField(max_length=12, choices=Kind.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="links")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="links")
    # The households a 包户 link means, in the village's own words: "2 组 9 户". Never their names.
    household = models.CharField(max_length=80, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("responsibility link")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "user", "area", "household"],
                condition=Q(until=None),
                name="one_present_link_of_a_kind_per_person_and_area",
            ),
            models.CheckConstraint(
                condition=Q(kind="households", household__gt="") | (~Q(kind="households") & Q(household="")),
                name="a_household_link_and_no_other_names_households",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="a_link_ends_after_it_began"
            ),
        ]
        indexes = [models.Index(fields=["area", "kind"], name="link_of_area")]


class LeaderVisit(models.Model):
    """A leader went to see an area: announced or not, how many problems he found, how many were solved on the spot."""

    class Kind(models.TextChoices):
        ANNOUNCED = "announced", _("announced")
        UNANNOUNCED = "unannounced", _("unannounced")

    leader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="visits")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="visits")
    on = models.DateField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    problems_found = models.PositiveSmallIntegerField(default=0)
    solved_on_site = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(max_length=500, blank=True)
    logged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    logged_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("leader's visit")
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(solved_on_site__lte=F("problems_found")), name="no_more_solved_than_found"
            )
        ]
        indexes = [models.Index(fields=["area", "-on"], name="visit_of_area")]
