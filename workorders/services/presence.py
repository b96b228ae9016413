"""Who is at work on an order just now, for a minute: a courtesy to colleagues, kept in the cache and nowhere else.

Nothing depends on it: without the cache nobody is shown, and no page fails.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable

from django.core.cache import cache

from accounts.models import User
from grids.models import Post

LASTS = 60
log = logging.getLogger(__name__)


def _key(order: int) -> str:
    return f"at-order:{order}"


def be_at(order: int, user: User) -> None:
    """Says that this person has the order open."""
    try:
        kept = _fresh(cache.get(_key(order)) or {})
        kept[user.pk] = (name_with_role(user), time.time())
        cache.set(_key(order), kept, LASTS)
    except Exception as error:  # any cache, any failure: presence is a courtesy
        log.debug("presence is not kept: %s", error)


def leave(order: int, user: User) -> None:
    """Says that this person is done with it."""
    try:
        kept = _fresh(cache.get(_key(order)) or {})
        if kept.pop(user.pk, None):
            cache.set(_key(order), kept, LASTS)
    except Exception as error:
        log.debug("presence is not kept: %s", error)


def others_at(orders: Iterable[int], user: User) -> dict[int, str]:
    """For each of the orders the colleague who has it open, if there is one."""
    keys = {_key(order): order for order in orders}
    try:
        found = cache.get_many(keys) if keys else {}
    except Exception as error:
        log.debug("presence is not known: %s", error)
        return {}
    others = {keys[key]: _fresh(kept) for key, kept in found.items()}
    for kept in others.values():
        kept.pop(user.pk, None)
    return {order: next(iter(kept.values()))[0] for order, kept in others.items() if kept}


def name_with_role(user: User) -> str:
    """The role first, then the name: no name stands without its role."""
    post = Post.objects.held().filter(user=user).select_related("role__city").order_by("pk").first()
    return f"{post.role.title} {user}" if post else str(user)


def _fresh(kept: dict[int, tuple[str, float]]) -> dict[int, tuple[str, float]]:
    since = time.time() - LASTS
    return {pk: (name, at) for pk, (name, at) in kept.items() if at >= since}
