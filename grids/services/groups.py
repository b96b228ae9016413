"""What happens to working groups: people are seated, tasks are taken and done, the group is dissolved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from grids.models import GroupMember, GroupTask, WorkingGroup


@transaction.atomic
def seat(group: WorkingGroup, *, members: Iterable[User], on: dt.date) -> None:
    """Makes these the members from a day on: who is new takes a seat, who is not among them leaves his. Idempotent."""
    wanted = {member.pk for member in members}
    sitting = group.memberships.filter(until=None)
    known = set(sitting.values_list("user_id", flat=True))
    sitting.exclude(user__in=wanted).update(until=on)
    GroupMember.objects.bulk_create(GroupMember(group=group, user_id=user, since=on) for user in sorted(wanted - known))


def add_task(
    group: WorkingGroup, *, words: str, since: dt.date, owner: User | None = None, due_on: dt.date | None = None
) -> GroupTask:
    """The group takes a task upon itself; an owner must sit in the group or chair it."""
    if owner and owner.pk != group.chair_id and not group.memberships.filter(user=owner, until=None).exists():
        raise ValidationError(_("%(person)s does not sit in %(group)s.") % {"person": owner, "group": group})
    if group.tasks.filter(words=words, done_on=None).exists():
        raise ValidationError(_("%(group)s has this task already.") % {"group": group})
    return GroupTask.objects.create(group=group, words=words, owner=owner, since=since, due_on=due_on)


def finish_task(task: GroupTask, *, on: dt.date) -> GroupTask:
    """Notes that a task of the group is done."""
    if task.done_on is not None:
        raise ValidationError(_("This task is done already."))
    task.done_on = max(on, task.since)
    task.save(update_fields=["done_on"])
    return task


@transaction.atomic
def dissolve(group: WorkingGroup, *, on: dt.date) -> None:
    """Ends a group and every seat in it; what it did stays readable."""
    group.memberships.filter(until=None).update(until=on)
    group.until = on
    group.save(update_fields=["until"])
