"""Opens one demo account a role, all around one desk, so that a newcomer can hand one order from person to person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.db.models import QuerySet

from accounts import services as accounts
from accounts.models import User
from grids.models import Area, City, Post, Role

# Published in README: such accounts exist on the embedded default alone (`accounts.checks`).
PASSWORD = "Gridwhistle-2026"  # noqa: S105


@dataclass(frozen=True)
class DemoAccount:
    """A role, the person who plays it, and where."""

    role: Role
    user: User
    place: str


@transaction.atomic
def open_demo_accounts(city: City) -> list[DemoAccount]:
    """Gives one holder of each working role the demo password; asked again, it changes nothing."""
    opened = list(demo_cast(city))
    for account in opened:
        if not account.user.is_demo:
            accounts.open_demo_account(user=account.user, password=PASSWORD)
    return opened


@transaction.atomic
def close_demo_accounts() -> int:
    """Takes every demo account its password and its mark; the persons keep their posts."""
    demo = User.objects.filter(is_demo=True)
    for user in demo:
        user.set_unusable_password()
        accounts.end_sessions(user=user)
        user.is_demo = False
        user.save(update_fields=["password", "is_demo"])
    return len(demo)


def demo_cast(city: City) -> Iterator[DemoAccount]:
    """For each role that allows something, one holder: whom the city's folder made for it, else the nearest one.

    A folder names its demo persons `<slug>.<part>` and puts them around one desk.
    """
    held = Post.objects.held().filter(role__city=city).select_related("role", "user", "area__level", "department__area")
    desk = _desk(city, held)
    for role in Role.objects.filter(city=city).exclude(permissions=[]).order_by("pk"):
        key = partial(_distance, city=city, desk=desk)
        nearest = min(held.filter(role=role).order_by("seat"), key=key, default=None)
        if nearest:
            yield DemoAccount(role, nearest.user, str(nearest.department or nearest.area))


def _desk(city: City, held: QuerySet[Post]) -> Area | None:
    at_desks = held.filter(area__level__accepts=True).order_by("seat")
    named = at_desks.filter(user__username__startswith=f"{city.slug}.").first() or at_desks.first()
    return named.area if named else None


def _distance(post: Post, *, city: City, desk: Area | None) -> tuple[int, str]:
    """0 for the folder's own demo person; 1 on the desk's own ground, 2 above it, 3 elsewhere."""
    if post.user.username.startswith(f"{city.slug}."):
        return 0, post.user.username
    area = post.area or (post.department.area if post.department else None)
    if desk is None or area is None:
        return 3, ""
    if area.path.startswith(desk.path):
        return 1, ""
    return (2 if desk.path.startswith(area.path) else 3), ""
