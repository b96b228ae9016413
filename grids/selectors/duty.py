"""The duty roster and the working groups: who sits at which desk when, who steers what."""

from __future__ import annotations

import datetime as dt

from django.db.models import Prefetch, QuerySet

from grids.jurisdiction import Person, cities_of
from grids.models import Area, DutyTurn, GroupMember, GroupTask, Post, WorkingGroup

ROSTER_DAYS = 14


def desks_of(user: Person) -> QuerySet[Area]:
    """The areas of a person's cities that have a desk (指挥平台, 服务中心): down to the level that accepts reports."""
    areas = Area.objects.standing().filter(city__in=cities_of(user)).exclude(level__desk="")
    return areas.select_related("level", "city").order_by("level__rank", "code")


def own_desk_of(user: Person) -> Area | None:
    """The desk at which a person holds a post; the first of his cities where he holds none."""
    desks = desks_of(user)
    own = Post.objects.held().filter(user=user.pk).exclude(area=None)
    return desks.filter(pk__in=own.values("area")).first() or desks.first()


def roster_of(desk: Area, *, since: dt.date, days: int = ROSTER_DAYS) -> QuerySet[DutyTurn]:
    """The turns of a desk over some days, with both people of each."""
    turns = DutyTurn.objects.filter(area=desk, day__gte=since, day__lt=since + dt.timedelta(days=days))
    return turns.select_related("first", "second").order_by("day", "first_from")


def working_groups_of(area: Area) -> list[WorkingGroup]:
    """The working groups of an area with their members and what they have taken upon themselves."""
    members = Prefetch("memberships", GroupMember.objects.filter(until=None).select_related("user"))
    tasks = Prefetch("tasks", GroupTask.objects.select_related("owner"))
    groups = WorkingGroup.objects.filter(area=area, until=None).select_related("chair")
    return list(groups.prefetch_related(members, tasks))
