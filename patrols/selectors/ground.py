"""Whose ground it is: the area in which a person works, for the head of his pages and for what he sends."""

from __future__ import annotations

from accounts.models import User
from grids.models import Area, Post
from grids.once import once


def own_post(user: User) -> Post | None:
    """The post a person's phone speaks of: the lowest ground he holds one on, else his department's."""
    return once(("own post", user.pk), lambda: _read(user))


def own_area(user: User) -> Area | None:
    """The ground of that post; of a department's officer the top of his city."""
    post = own_post(user)
    if post is None:
        return None
    if post.area is not None:
        return post.area
    tops = Area.objects.standing().filter(city=post.role.city_id, parent=None).select_related("city", "level")
    return tops.first()


def _read(user: User) -> Post | None:
    posts = Post.objects.held().filter(user=user)
    joined = posts.select_related("role__city", "area__level", "area__city", "area__parent", "department")
    found = list(joined.order_by("pk"))
    return max(found, key=lambda post: (post.area is not None, post.area.level.rank if post.area else 0), default=None)
