"""Tells persons in the house what happened; reading a notice leaves its receipt."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from accounts.models import User
from casework.models import Case
from casework.moment import now
from grids.models import Area, Department, Post
from whistle.models import Notice, Summons


def tell(case: Case, about: str, users: Iterable[int]) -> None:
    """Writes one notice for each of these persons (keys), once each."""
    at = now()
    Notice.objects.bulk_create(Notice(user_id=user, case=case, about=about, at=at) for user in sorted(set(users)))


def people_of(summons: Summons) -> list[int]:
    """Whom a summons reaches: the person called, or the staff of the department; a member unit signs in nowhere."""
    return people_called([summons])


def people_called(summonses: Iterable[Summons]) -> list[int]:
    """Whom all these summonses reach, in one question."""
    rows = list(summonses)
    persons = [row.person_id for row in rows if row.person_id]
    return persons + staff_of([row.department_id for row in rows if row.department_id])


def staff_of(departments: Iterable[int | Department | None]) -> list[int]:
    """The keys of those who work for these departments today."""
    return list(Post.objects.held().filter(department__in=list(departments)).values_list("user", flat=True))


def holders_at(area: Area, roles: Iterable[str]) -> list[int]:
    """The keys of those who hold one of these roles on the area itself or on ground above it."""
    posts = Post.objects.held().filter(role__code__in=list(roles), area__in=area.path_keys)
    return list(posts.values_list("user", flat=True))


def read(user: User, notices: QuerySet[Notice]) -> int:
    """Marks a person's unread notices among these as read; returns how many were. Reading again changes nothing."""
    return notices.filter(user=user, read_at=None).update(read_at=now())
