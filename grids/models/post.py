"""Posts: the truth about who holds which role, where, from when until when. Grants derive from them."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids.models.area import Area
from grids.models.city import City, in_reader_language
from grids.models.department import Department
from grids.models.words import Net


class Role(models.Model):
    """A role of a city (网格长, 调度员 …) and what it allows wherever it is held."""

    class Scope(models.TextChoices):
        AREA = "area", _("on an area")
        DEPARTMENT = "department", _("in a department")

    class Part(models.TextChoices):
        """What a role is for, whatever the city calls it; told by the role's code, which all city files share."""

        HEAD = "head", _("head of a grid")
        OFFICE = "office", _("office")
        DESK = "desk", _("desk")
        WORKER = "worker", _("grid worker")
        SMALL = "small", _("small post")
        POSTED = "posted", _("posted officer")
        EXPERT = "expert", _("expert")
        SUPERVISOR = "supervisor", _("supervisor of grids")
        OTHER = "other", _("other")

    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="roles")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True)
    scope = models.CharField(max_length=12, choices=Scope.choices)
    permissions = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["city", "code"], name="one_role_per_code")]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The role's name in the reader's language."""
        return in_reader_language(self)

    @property
    def part(self) -> Part:
        """What the role is for."""
        return PARTS.get(self.code, self.Part.OTHER)

    @staticmethod
    def codes_of(*parts: Part) -> list[str]:
        """The codes of all roles of these parts."""
        return [code for code, part in PARTS.items() if part in parts]


PARTS = {
    "grid_head": Role.Part.HEAD,
    "section_head": Role.Part.HEAD,
    "party_secretary": Role.Part.OFFICE,
    "office_director": Role.Part.OFFICE,
    "community_secretary": Role.Part.OFFICE,
    "duty_chief": Role.Part.DESK,
    "grid_worker": Role.Part.WORKER,
    "neighbour_head": Role.Part.SMALL,
    "grid_informant": Role.Part.SMALL,
    "building_head": Role.Part.SMALL,
    "unit_head": Role.Part.SMALL,
    "member_post": Role.Part.SMALL,
    "unit_guard": Role.Part.SMALL,
    "posted_police": Role.Part.POSTED,
    "posted_enforcement": Role.Part.POSTED,
    "posted_market": Role.Part.POSTED,
    "expert_judge": Role.Part.EXPERT,
    "expert_prosecutor": Role.Part.EXPERT,
    "expert_police": Role.Part.EXPERT,
    "expert_lawyer": Role.Part.EXPERT,
    "grid_supervisor": Role.Part.SUPERVISOR,
}


class PostQuerySet(models.QuerySet):
    def held(self, on: dt.date | None = None) -> PostQuerySet:
        """Posts that are held on a day (today if none is given)."""
        day = on or timezone.localdate()
        return self.filter(since__lte=day).filter(Q(until=None) | Q(until__gt=day))


class Post(models.Model):
    """A person holds a role on an area or in a department; both, where a department posted him to an area (下沉)."""

    class Employment(models.TextChoices):
        FULL_TIME = "full_time", _("full-time")
        PART_TIME = "part_time", _("part-time")
        UNPAID = "unpaid", _("unpaid")
        POSTED = "posted", _("posted")

    class Source(models.TextChoices):
        NOMINATION = "nomination", _("nominated by the community")
        ELECTION = "election", _("chosen by residents")
        SELF = "self", _("put himself forward")
        OFFICE = "office", _("by office")
        HIRED = "hired", _("hired")
        POSTED = "posted", _("posted by a department")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="posts")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="posts")
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="posts")
    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT, related_name="posts")
    # Held because another post is: 党工委书记 is 网格长 by office, and hands both over together.
    ex_officio_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="carries")
    # The city file's own name for the seat, kept from holder to holder.
    seat = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=80, blank=True)
    employment = models.CharField(max_length=20, choices=Employment.choices, blank=True)
    source = models.CharField(max_length=20, choices=Source.choices, blank=True)
    skills = models.JSONField(default=list, blank=True)
    tags = models.JSONField(default=list, blank=True)
    promise = models.CharField(max_length=200, blank=True)
    # The specialised nets he works for (多网合一); a grid worker of every net has none named.
    nets = models.ManyToManyField(Net, blank=True, related_name="posts")
    # Whether name and phone of this post stand on the open page of its grid (rules.md 13.1 row 11).
    published = models.BooleanField(default=False)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        constraints = [
            models.CheckConstraint(
                condition=Q(area__isnull=False) | Q(department__isnull=False), name="a_post_is_held_somewhere"
            ),
        ]
        indexes = [
            models.Index(fields=["area", "role"], name="post_of_area"),
            models.Index(fields=["user", "until"], name="post_of_user"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.title or self.role}"

    def is_held(self, on: dt.date | None = None) -> bool:
        """Whether it is held on a day (today if none is given), as `held()` asks it of many."""
        day = on or timezone.localdate()
        return self.since <= day and (self.until is None or self.until > day)
