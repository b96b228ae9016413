"""What a city's rulebook says on whistles: which kinds somebody may blow, and which leaders answer for whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import User
from casework.moment import now
from grids.models import Area, City, Department, Post, Rulebook
from grids.selectors import rulebook_in_force
from whistle.models import Charge, WhistleItem, WhistleKind


@dataclass(frozen=True)
class OpenKind:
    """A kind of whistle that is open to somebody, and the areas in whose name."""

    kind: WhistleKind
    callers: list[Area]


def kind(rulebook: Rulebook, code: str) -> WhistleKind | None:
    """The rulebook's kind of this code; None where it has none."""
    return WhistleKind.objects.filter(rulebook=rulebook, code=code).first()


def kinds_of(rulebook: Rulebook) -> QuerySet[WhistleKind]:
    """All kinds of the rulebook, in its order."""
    return WhistleKind.objects.filter(rulebook=rulebook).order_by("place")


def items_of(rulebook: Rulebook) -> QuerySet[WhistleItem]:
    """吹哨清单: the matters that may be whistled for, in their order."""
    return WhistleItem.objects.filter(rulebook=rulebook).order_by("place")


def kinds_for(user: User, city: City) -> list[OpenKind]:
    """The kinds that this person may blow today, each with the areas on which he holds a post of its list."""
    return _open_to(user, city, "blown_by")


def kinds_to_raise(user: User, city: City) -> list[OpenKind]:
    """The kinds for which this person may apply today, each with the areas on which he holds a post of its list."""
    return _open_to(user, city, "raised_by")


def _open_to(user: User, city: City, roles: str) -> list[OpenKind]:
    posts = list(
        Post.objects.held()
        .filter(user=user, role__city=city)
        .exclude(area=None)
        .select_related("role", "area__level")
        .order_by("area__path", "pk")
    )
    if not posts:
        return []
    found = []
    for each in kinds_of(rulebook_in_force(city, now().astimezone(city.zone).date())):
        areas = {post.area_id: post.area for post in posts if post.role.code in getattr(each, roles)}
        if areas:
            found.append(OpenKind(each, list(areas.values())))
    return found


def leaders_in_charge(rulebook: Rulebook, departments: Iterable[Department]) -> list[User]:
    """Who must report in at a second whistle: each department's leader once, in the order of the departments."""
    charged = leaders_by_department(rulebook, departments)
    return list({leader.pk: leader for leaders in charged.values() for leader in leaders}.values())


def leaders_by_department(rulebook: Rulebook, departments: Iterable[Department]) -> dict[int, list[User]]:
    """分管领导 of each department, by its key: of its own charge, else of the bureau it belongs to.

    Where no seat is in charge, or all that are stand vacant, the main leaders; where those are vacant too, nobody.
    """
    seats: dict[int | None, list[str]] = {}
    charges = Charge.objects.filter(rulebook=rulebook, department__isnull=False).order_by("pk")
    for charge in charges:
        seats.setdefault(charge.department_id, []).append(charge.seat)
    holders = _holders(rulebook, {seat for named in seats.values() for seat in named})
    above = {row.pk: row.parent_id for row in Department.objects.filter(city=rulebook.city_id).only("parent_id")}
    main = main_leaders(rulebook)
    found = {}
    for department in departments:
        named = _nearest(seats, above, department.pk)
        found[department.pk] = [user for seat in named for user in holders.get(seat, [])] or main
    return found


def _nearest(seats: Mapping[int | None, list[str]], above: Mapping[int, int | None], key: int) -> list[str]:
    """The seats in charge of a department, or of the nearest one above it that has any."""
    passed: set[int] = set()
    at: int | None = key
    while at is not None and at not in passed:
        if at in seats:
            return seats[at]
        passed.add(at)
        at = above.get(at)
    return []


def main_leaders(rulebook: Rulebook) -> list[User]:
    """主要领导: the present holders of the main seats, in the order of the city's file."""
    seats = list(Charge.objects.filter(rulebook=rulebook, main=True).order_by("pk").values_list("seat", flat=True))
    holders = _holders(rulebook, seats)
    return list({user.pk: user for seat in seats for user in holders.get(seat, [])}.values())


def _holders(rulebook: Rulebook, seats: Iterable[str]) -> dict[str, list[User]]:
    """Who holds each seat today; a vacant seat is not there."""
    posts = Post.objects.held().filter(role__city=rulebook.city_id, seat__in=list(seats)).select_related("user")
    found: dict[str, list[User]] = {}
    for post in posts.order_by("since", "pk"):
        found.setdefault(post.seat, []).append(post.user)
    return found
