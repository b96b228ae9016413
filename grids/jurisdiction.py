"""The fourth question: who may, and where? Only this module talks to guardian; grants derive from posts.

`may` and `areas_where` read the same grants; a test holds them equal for the whole cast over every area, so that what
a list shows and what a page allows cannot drift apart.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import StrIndex
from django.utils.translation import gettext as _

from accounts.models import User
from grids.models import Area, AreaGrant, City, Department, DepartmentGrant, Post
from grids.once import forget, once
from grids.permissions import PERMISSIONS

Person = User | AnonymousUser


def granted_areas(user: Person, permission: str) -> QuerySet[Area]:
    """The areas on which the permission itself was granted: the tops of what the person may."""
    if not user.is_authenticated:
        return Area.objects.none()
    return Area.objects.filter(grants__user=user, grants__permission__codename=permission).distinct()


def areas_where(user: Person, permission: str) -> QuerySet[Area]:
    """Every area in which the person may: those granted and all below them."""
    if not user.is_authenticated:
        return Area.objects.none()
    tops = AreaGrant.objects.filter(user=user, permission__codename=permission).annotate(
        found=StrIndex(OuterRef("path"), F("content_object__path"))
    )
    return Area.objects.filter(Exists(tops.filter(found=1)))


def departments_where(user: Person, permission: str) -> QuerySet[Department]:
    """Every department for which the person may."""
    if not user.is_authenticated:
        return Department.objects.none()
    grants = DepartmentGrant.objects.filter(user=user, permission__codename=permission)
    return Department.objects.filter(pk__in=grants.values("content_object_id"))


@dataclass(frozen=True)
class Rights:
    """All that a person may: for each permission the tops of the ground, and the departments and cities, by key."""

    tops: dict[str, tuple[str, ...]]
    departments: dict[str, frozenset[int]]
    # In which cities those tops lie.
    cities: dict[str, frozenset[int]]

    def paths(self, permission: str) -> list[str]:
        """The path prefixes in which the person may, the ones within others left out."""
        paths = self.tops.get(permission, ())
        return [path for path in paths if not any(path != top and path.startswith(top) for top in paths)]

    def holds(self, permission: str, place: Area | Department) -> bool:
        """Whether the permission reaches a place: granted on it, or on ground above it."""
        if isinstance(place, Department):
            return place.pk in self.departments.get(permission, frozenset())
        return any(place.path.startswith(path) for path in self.tops.get(permission, ()))


def rights_of(user: Person) -> Rights:
    """All that a person may, in one question."""
    if not isinstance(user, User):
        return Rights({}, {}, {})
    return once(("rights", user.pk), lambda: _read_rights(user))


# Asked by every request, so by a plain statement: the ORM would take longer than the answer.
_RIGHTS = """
select p.codename, a.path, a.city_id from grids_areagrant g
join auth_permission p on p.id = g.permission_id join grids_area a on a.id = g.content_object_id
where g.user_id = %(user)s
union all
select p.codename, '', g.content_object_id from grids_departmentgrant g
join auth_permission p on p.id = g.permission_id where g.user_id = %(user)s
"""


def _read_rights(user: User) -> Rights:
    tops: dict[str, set[str]] = {}
    departments: dict[str, set[int]] = {}
    cities: dict[str, set[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_RIGHTS, {"user": user.pk})
        for permission, path, key in cursor.fetchall():
            if path:
                tops.setdefault(permission, set()).add(path)
                cities.setdefault(permission, set()).add(key)
            else:
                departments.setdefault(permission, set()).add(key)
    return Rights(
        {permission: tuple(sorted(paths)) for permission, paths in tops.items()},
        {permission: frozenset(keys) for permission, keys in departments.items()},
        {permission: frozenset(keys) for permission, keys in cities.items()},
    )


def may(user: Person, permission: str, place: Area | Department | None) -> bool:
    """Whether the person may, in this area or for this department."""
    return place is not None and rights_of(user).holds(permission, place)


def may_somewhere(user: Person, permission: str, city: City) -> bool:
    """Whether the person may in any area of the city at all."""
    return city.pk in rights_of(user).cities.get(permission, frozenset())


def paths_where(user: Person, permission: str) -> list[str]:
    """The path prefixes in which the person may; a list page filters by these and so stays on one table."""
    return rights_of(user).paths(permission)


def department_keys_where(user: Person, permission: str) -> list[int]:
    """The keys of the departments for which the person may."""
    return sorted(rights_of(user).departments.get(permission, ()))


def places_of(user: Person) -> dict[str, tuple[list[str], list[int]]]:
    """All that the person may: for each permission the path prefixes and the departments' keys."""
    rights = rights_of(user)
    return {
        permission: (list(rights.tops.get(permission, ())), sorted(rights.departments.get(permission, ())))
        for permission in {*rights.tops, *rights.departments}
    }


def cities_of(user: Person) -> QuerySet[City]:
    """The cities in which the person holds a post: whose ground and calendar are his business."""
    if not user.is_authenticated:
        return City.objects.none()
    posts = Post.objects.held().filter(user=user)
    return City.objects.filter(pk__in=posts.values("role__city_id")).order_by("pk")


def permissions_of(user: Person) -> frozenset[str]:
    """What the person may anywhere at all: for menus, never for deciding about a place."""
    rights = rights_of(user)
    return frozenset({*rights.tops, *rights.departments})


def permissions_at(user: Person, area: Area) -> frozenset[str]:
    """Everything the person may in one area: which buttons a page shows. Deciding is `may`'s."""
    rights = rights_of(user)
    return frozenset(permission for permission in rights.tops if rights.holds(permission, area))


def permissions_for_departments(user: Person) -> dict[int | None, frozenset[str]]:
    """What the person may for each department, by its key."""
    found: dict[int | None, set[str]] = {}
    for permission, keys in rights_of(user).departments.items():
        for key in keys:
            found.setdefault(key, set()).add(permission)
    return {key: frozenset(permissions) for key, permissions in found.items()}


def require(user: Person, permission: str, *places: Area | Department) -> None:
    """Refuses, with the reason in the reader's language, who may not in one of these places."""
    for place in places:
        if not may(user, permission, place):
            label = dict(PERMISSIONS)[permission]
            raise PermissionDenied(
                _("Your posts do not allow you to %(do)s %(place)s.") % {"do": label, "place": place.title}
            )


def hold(users: Iterable[User]) -> list[int]:
    """Holds the persons' rows, in the order of their keys, until the transaction ends; returns their keys.

    Not against new posts of theirs, whose foreign keys share the rows: two appointments would wait for one another.
    """
    rows = User.objects.filter(pk__in=[user.pk for user in users]).order_by("pk").select_for_update(no_key=True)
    return list(rows.values_list("pk", flat=True))


@transaction.atomic
def derive_grants(users: Iterable[User], *, on: dt.date | None = None) -> None:
    """Writes afresh what the persons' posts allow. Idempotent; the whole of a city in a few statements.

    Two at once for one person come one after the other, and nobody ever sees him without what he may.
    """
    keys = hold(users)
    forget()
    AreaGrant.objects.filter(user__in=keys).delete()
    DepartmentGrant.objects.filter(user__in=keys).delete()
    posts = list(Post.objects.held(on).filter(user__in=keys).select_related("role"))
    AreaGrant.objects.bulk_create(_grants(AreaGrant, Area, posts), batch_size=2000)
    DepartmentGrant.objects.bulk_create(_grants(DepartmentGrant, Department, posts), batch_size=2000)


def _grants(table: type, place: type, posts: list[Post]) -> list[Any]:
    """A role for an area grants on the area; one for a department, on the department."""
    scope = "area" if place is Area else "department"
    content_type = ContentType.objects.get_for_model(place)
    known = {row.codename: row.pk for row in Permission.objects.filter(content_type=content_type)}
    wanted = {
        (post.user_id, getattr(post, f"{scope}_id"), known[codename])
        for post in posts
        if post.role.scope == scope and getattr(post, f"{scope}_id")
        for codename in post.role.permissions
    }
    return [table(user_id=user, content_object_id=key, permission_id=right) for user, key, right in sorted(wanted)]
