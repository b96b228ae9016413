"""Ground as a condition on cases: what lies within what a person may, and what holds it. No tables."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from grids import jurisdiction
from grids.models import Post
from grids.once import once

NOTHING = Q(pk__in=[])


def within(user: jurisdiction.Person, *permissions: str) -> Q:
    """Cases on ground where the person may one of these."""
    found = NOTHING
    for permission in permissions:
        for path in jurisdiction.paths_where(user, permission):
            found |= Q(area_path__startswith=path)
    return found


def around(user: jurisdiction.Person, *permissions: str) -> Q:
    """Cases whose ground holds a piece where the person may one of these: a street's board, for its community."""
    paths = {path for permission in permissions for path in jurisdiction.paths_where(user, permission)}
    return Q(area_path__in=sorted({above for path in paths for above in tops_of(path)}))


def where_employed(user: jurisdiction.Person) -> Q:
    """Cases whose ground holds, or lies within, a place where the person holds a post today."""
    found = NOTHING
    for path in workplaces(user):
        found |= Q(area_path__startswith=path) | Q(area_path__in=tops_of(path))
    return found


def workplaces(user: jurisdiction.Person) -> list[str]:
    """The paths of the areas where the person holds a post today, his departments' own areas among them."""
    if not user.is_authenticated:
        return []

    def ask() -> list[str]:
        held = Post.objects.held().filter(user__pk=user.pk).values_list("area__path", "department__area__path")
        return sorted({path for both in held for path in both if path})

    return once(("workplaces", user.pk), ask)


def tops_of(path: str) -> Iterable[str]:
    """The path itself and those of all that it lies in: "/1/4/" → "/1/", "/1/4/"."""
    keys = path.strip("/").split("/")
    return ["/" + "/".join(keys[:length]) + "/" for length in range(1, len(keys) + 1)]
