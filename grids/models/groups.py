"""Working groups of a city: a leading group (领导小组) or a special team (专班) with its members and its tasks."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grids.models.area import Area
from grids.models.city import City


class WorkingGroup(models.Model):
    """People of several offices who steer one matter together, under a chair."""

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="working_groups")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="working_groups")
    chair = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="chairs")
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="GroupMember", related_name="working_groups")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("working group")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["city", "code"], name="one_working_group_per_code")]

    def __str__(self) -> str:
        return self.name


class GroupMember(models.Model):
    """A person sits in a working group from a day until a day."""

    group = models.ForeignKey(WorkingGroup, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="group_memberships")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["group", "user"], condition=Q(until=None), name="a_member_sits_once")
        ]


class GroupTask(models.Model):
    """Something a working group has taken upon itself, who sees to it, and when it was done."""

    group = models.ForeignKey(WorkingGroup, on_delete=models.CASCADE, related_name="tasks")
    words = models.CharField(max_length=200)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="group_tasks"
    )
    since = models.DateField()
    due_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "words"], condition=Q(done_on=None), name="an_open_task_stands_once_in_a_group"
            ),
            models.CheckConstraint(
                condition=Q(done_on=None) | Q(done_on__gte=F("since")), name="a_task_is_done_after_it_began"
            ),
        ]
