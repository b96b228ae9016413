"""A demo's registers: which grids get people, who keeps them; the rows themselves are invented in `invented.py`."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import User
from grids.models import Area, City, Post
from registers.models import RegisterLine
from registers.selectors.sight import KEEPS
from registers.services.sheets import confirm, hand_in


def demo_grids(city: City, most: int) -> list[Area]:
    """The grids that get people: those of the demo accounts first."""
    grids = Area.objects.filter(city=city, level__base=True, valid_to=None).select_related("level", "city")
    held = Post.objects.held().filter(role__city=city, user__is_demo=True, area__level__base=True)
    first = set(held.values_list("area_id", flat=True))
    return sorted(grids, key=lambda area: (area.pk not in first, area.code))[:most]


def keeper_of(areas: Iterable[Area]) -> dict[User, list[Area]]:
    """Who keeps the registers of which of these grids; grids without a keeper are left out."""
    found: dict[User, list[Area]] = {}
    for area in areas:
        posts = Post.objects.held().filter(area__in=area.path_keys, role__permissions__contains=[KEEPS])
        post = posts.select_related("user").order_by("-area__level__rank", "pk").first()
        if post is not None:
            found.setdefault(post.user, []).append(area)
    return found


def take_in_sheet(city: City, keeper: User, content: bytes) -> int:
    """One sheet from the first look to the last row; taken in before, it changes nothing."""
    batch = hand_in(by=keeper, city=city, content=content)
    new = batch.lines.filter(verdict=RegisterLine.Verdict.NEW).count()
    if new:
        confirm(batch, by=keeper)
    return new
