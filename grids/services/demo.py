"""Opens one demo account a role, all around one desk, so that a newcomer can hand one order from person to person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction

from accounts import services as accounts
from accounts.models import User
from grids.models import Area, City, Post, Role

# Published in README: such accounts exist on the embedded default alone (`accounts.checks`).
PASSWORD = "Gridwhistle-2026"


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
    """For each role that allows something, its first holder as near as can be to the city's first desk."""
    desk = Area.objects.filter(city=city, level__accepts=True).standing().order_by("code").first()
    for role in Role.objects.filter(city=city).exclude(permissions=[]).order_by("pk"):
        posts = Post.objects.held().filter(role=role).select_related("user", "area", "department__area").order_by("seat")
        nearest = min(posts, key=lambda post: _distance(post, desk), default=None)
        if nearest:
            yield DemoAccount(role, nearest.user, str(nearest.department or nearest.area))


def _distance(post: Post, desk: Area | None) -> int:
    """0 on the desk's own ground, 1 above it, 2 elsewhere."""
    area = post.area or (post.department.area if post.department else None)
    if desk is None or area is None:
        return 2
    if area.path.startswith(desk.path):
        return 0
    return 1 if desk.path.startswith(area.path) else 2
