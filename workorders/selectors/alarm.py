"""Whom to call for what cannot wait: at each level, from the grid upwards, who answers for it (mechanism 2-35)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from grids.models import Area, Post
from grids.selectors import areas_above
from workorders.models import WorkOrder
from workorders.selectors.people import Contact

EACH = 2


@dataclass(frozen=True)
class Rung:
    """One level of the ladder of calls."""

    area: Area
    contacts: list[Contact]


def call_tree(order: WorkOrder) -> list[Rung]:
    """The order's areas from the lowest upwards, each with the first two who hold a post there and have a number."""
    areas = areas_above(order.area)
    posts = Post.objects.held().filter(area__in=areas, role__scope="area").exclude(user__phone="")
    found: dict[int | None, list[Contact]] = defaultdict(list)
    for post in posts.select_related("user", "role", "area").order_by("role__pk", "pk"):
        known = found[post.area_id]
        if len(known) < EACH and str(post.user) not in {contact.name for contact in known}:
            known.append(Contact(str(post.user), post.role.title, post.area.title, post.user.phone))
    return [Rung(area, found[area.pk]) for area in reversed(areas) if found[area.pk]]
