"""The tree of the ground as a reader sees it: an area's children with their counts, an area's history."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db.models import CharField, Count, Func, Value

from grids.jurisdiction import Person, cities_of
from grids.models import Area, AreaSpell, AreaSuccession, Department, Level, Post, Role

PAGE = 50


def area_seen_by(user: Person, code: str) -> Area | None:
    """The area of that code in a city of the person; an ended one too, because its history is read there."""
    areas = Area.objects.filter(city__in=cities_of(user), code=code)
    return areas.select_related("city", "level", "parent").order_by("city").first()


def department_seen_by(user: Person, code: str) -> Department | None:
    """The department of that code in a city of the person."""
    departments = Department.objects.filter(city__in=cities_of(user), code=code)
    return departments.select_related("city", "area__level", "parent").order_by("city").first()


def grid_of_residents(code: str) -> Area | None:
    """The base grid of that code, for anybody who asks."""
    grids = Area.objects.standing().filter(code=code, level__base=True)
    return grids.select_related("city", "level", "parent").order_by("city").first()


@dataclass
class Child:
    """An area of the level below, how many areas lie in it by level, and how many people work there."""

    area: Area
    counted: list[tuple[Level, int]] = field(default_factory=list)
    workers: int = 0


@dataclass
class Children:
    """One page of an area's children, and the code from which the next page goes on."""

    rows: list[Child]
    total: int
    following: str = ""


def children_of(area: Area, *, after: str = "", most: int = PAGE) -> Children:
    """A page of the areas directly below, by code; the number of questions is the same for one child and for fifty."""
    standing = area.children.standing()
    page = list(standing.filter(code__gt=after).select_related("level").order_by("code")[: most + 1])
    shown = page[:most]
    below, workers = _counts_below(area), _workers_below(area)
    levels = list(Level.objects.filter(city=area.city, rank__gt=area.level.rank + 1))
    rows = [
        Child(child, [(level, below[child.pk].get(level.rank, 0)) for level in levels], workers[child.pk])
        for child in shown
    ]
    following = shown[-1].code if len(page) > most else ""
    return Children(rows=rows, total=standing.count(), following=following)


def counts_within(area: Area) -> list[tuple[Level, int]]:
    """How many standing areas of each level an area holds, itself included: 1 / 10 / 123 / 992."""
    counts = dict(Area.objects.standing().within(area).values_list("level").annotate(Count("pk")).order_by())
    levels = Level.objects.filter(city=area.city, rank__gte=area.level.rank)
    return [(level, counts.get(level.pk, 0)) for level in levels]


@dataclass(frozen=True)
class Chapter:
    """One entry of an area's history: from a day on it had this name and parent, or came out of another area."""

    on: dt.date
    until: dt.date | None = None
    name: str = ""
    parent: Area | None = None
    succession: AreaSuccession | None = None


def area_history(area: Area) -> list[Chapter]:
    """Names, parents, mergers and splits of an area, newest first."""
    spells = AreaSpell.objects.filter(area=area).select_related("parent")
    chapters = [Chapter(spell.since, spell.until, spell.name, spell.parent) for spell in spells]
    kin = AreaSuccession.objects.filter(old=area) | AreaSuccession.objects.filter(new=area)
    chapters += [Chapter(row.on, succession=row) for row in kin.select_related("old", "new")]
    return sorted(chapters, key=lambda chapter: chapter.on, reverse=True)


def departments_of(area: Area) -> list[Department]:
    """The standing departments, groups and companies whose own area is this one."""
    return list(Department.objects.standing().filter(area=area).select_related("parent").order_by("kind", "code"))


def _child_key(path: str, depth: int) -> Func:
    """The key of the child in a path: the part behind the parent's own keys."""
    return Func(path, Value("/"), Value(depth), function="split_part", output_field=CharField())


def _counts_below(area: Area) -> dict[int, dict[int, int]]:
    found: dict[int, dict[int, int]] = defaultdict(dict)
    areas = Area.objects.standing().filter(path__startswith=area.path, level__rank__gt=area.level.rank + 1)
    rows = areas.annotate(child=_child_key("path", _depth(area))).values_list("child", "level__rank")
    for child, rank, count in rows.annotate(count=Count("pk")).order_by("level__rank"):
        found[int(child)][rank] = count
    return found


def _workers_below(area: Area) -> Counter[int]:
    posts = Post.objects.held().filter(area__path__startswith=area.path, role__code__in=Role.codes_of(Role.Part.WORKER))
    posts = posts.exclude(area=area).annotate(child=_child_key("area__path", _depth(area)))
    rows = posts.values_list("child").annotate(Count("user", distinct=True)).order_by()
    return Counter({int(child): count for child, count in rows})


def _depth(area: Area) -> int:
    """split_part counts from one, and a path begins with a slash."""
    return len(area.path_keys) + 2
