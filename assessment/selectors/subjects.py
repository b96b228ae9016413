"""Whom a scheme assesses on a board: everybody who held a post there in the month, each in his peer group."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from accounts.models import User
from assessment import reasons
from assessment.models import PeerGroup, Scheme, ScoreCard
from grids.models import Area, Department, Post, Role, WorkingGroup

# Told by the role's code, which all city files share: permissions change with a rulebook, a past month must not.
WORKER_ROLES: Final = Role.codes_of(Role.Part.WORKER)


@dataclass(frozen=True)
class Subject:
    """One who is assessed: the key that measures count by, what it stands for, and with whom he is compared."""

    subject: int
    group: PeerGroup
    person: User | None = None
    # Of a worker, his grid (of several the one he took on last); of an area scheme, the area itself.
    area: Area | None = None
    department: Department | None = None
    team: WorkingGroup | None = None
    # The area above: the community whose people look at the card first.
    home: Area | None = None


def subjects_of(scheme: Scheme, area: Area, since: dt.date, until: dt.date) -> list[Subject]:
    """All whom the scheme assesses on this area's board for [since, until), by key; who fits no group is not."""
    groups = list(scheme.groups.all())
    found = _FOUND[reasons.Subject(scheme.subject)](scheme, area, since, until, groups)
    return sorted(found, key=lambda one: one.subject)


def subjects_on(cards: Iterable[ScoreCard]) -> list[Subject]:
    """Those whom a board has assessed, as it found them then."""
    return sorted((_as_of(card) for card in cards), key=lambda one: one.subject)


def _as_of(card: ScoreCard) -> Subject:
    area, department = card.area, card.department
    home = area.parent if area else department.area if department else None
    return Subject(card.subject, card.group, card.person, area, department, card.team, home)


def _group(groups: list[PeerGroup], *names: str) -> PeerGroup | None:
    """The group that holds the first of these names, else the next; else the one that holds nothing."""
    named = (group for name in names for group in groups if name in group.holds)
    return next(named, next((group for group in groups if not group.holds), None))


def _workers(scheme: Scheme, area: Area, since: dt.date, until: dt.date, groups: list[PeerGroup]) -> Iterable[Subject]:
    held = Post.objects.filter(
        Q(until=None) | Q(until__gt=since), since__lt=until, area__path__startswith=area.path,
        area__level__base=True, role__code__in=WORKER_ROLES, role__city=scheme.city_id,
    )  # fmt: skip
    # Of two that ended and began within the month the later one says his grid and his group.
    posts = held.select_related("user", "area__parent").order_by("user", "since", "pk")
    last = {post.user_id: post for post in posts}
    for key, post in last.items():
        group = _group(groups, post.employment)
        if group is not None and post.area is not None:
            yield Subject(key, group, person=post.user, area=post.area, home=post.area.parent)


def _areas(scheme: Scheme, area: Area, since: dt.date, until: dt.date, groups: list[PeerGroup]) -> Iterable[Subject]:
    stood = Area.objects.within(area).filter(_stood(since, until), level=scheme.level_id)
    for each in stood.select_related("parent"):
        group = _group(groups, each.code)
        if group is not None:
            yield Subject(each.pk, group, area=each, home=each.parent)


def _departments(
    scheme: Scheme, area: Area, since: dt.date, until: dt.date, groups: list[PeerGroup]
) -> Iterable[Subject]:
    stood = Department.objects.filter(_stood(since, until), city=scheme.city_id, area__path__startswith=area.path)
    for each in stood.select_related("area"):
        group = _group(groups, each.code, f"kind:{each.kind}")
        if group is not None:
            yield Subject(each.pk, group, department=each, home=each.area)


def _teams(scheme: Scheme, area: Area, since: dt.date, until: dt.date, groups: list[PeerGroup]) -> Iterable[Subject]:
    sat = WorkingGroup.objects.filter(
        Q(until=None) | Q(until__gt=since), since__lt=until, city=scheme.city_id, area__path__startswith=area.path
    )
    for each in sat.select_related("area"):
        group = _group(groups, each.code)
        if group is not None:
            yield Subject(each.pk, group, team=each, home=each.area)


def _stood(since: dt.date, until: dt.date) -> Q:
    return Q(valid_from__lt=until) & (Q(valid_to=None) | Q(valid_to__gt=since))


_Find = Callable[[Scheme, Area, dt.date, dt.date, list[PeerGroup]], Iterable[Subject]]
_FOUND: Final[dict[reasons.Subject, _Find]] = {
    reasons.Subject.WORKER: _workers,
    reasons.Subject.AREA: _areas,
    reasons.Subject.DEPARTMENT: _departments,
    reasons.Subject.TEAM: _teams,
}
