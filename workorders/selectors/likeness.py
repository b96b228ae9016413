"""Reports that may be about one thing (疑似重复): suggested by place, time, item and words, never joined by itself."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from accounts.models import User
from casework.moment import now
from grids.geo import METRES_A_DEGREE, metres_between
from workorders.models import WorkOrder
from workorders.statuses import JOINED

# Rules.md 3.6 and 13.2 row 39: the same item within 50 m and 24 h; wider, other signs must speak for it.
NEAR_METRES, NEAR_HOURS = 50, 24
WIDE_METRES, WIDE_HOURS = 200, 72
# Beyond the near bounds, place, time and words together must come to this.
ENOUGH = 0.6
MOST_LOOKED_AT, MOST_SHOWN = 60, 3
# What is compared, and what the page shows of one.
SHOWN = (
    "kind", "number", "title", "status", "opened_at", "rulebook", "source", "lng", "lat", "words", "category__code",
)  # fmt: skip


@dataclass(frozen=True)
class Like:
    """One order that may be about the same thing."""

    order: WorkOrder
    metres: int
    hours: float
    # 0 to 1; the near ones of the same item are 1.
    score: float

    @property
    def percent(self) -> int:
        return round(100 * self.score)


def likes_of(order: WorkOrder, user: User) -> list[Like]:
    """The open orders that the person sees and that may be about the same thing, the likeliest first."""
    if not order.is_open or order.status == JOINED:
        return []
    latitude = WIDE_METRES / METRES_A_DEGREE
    longitude = latitude / max(math.cos(math.radians(order.lat)), 0.1)
    window = dt.timedelta(hours=WIDE_HOURS)
    found = (
        WorkOrder.objects.visible_to(user).of_city(order.city).open()
        .filter(opened_at__range=(order.opened_at - window, order.opened_at + window))
        .filter(lat__range=(order.lat - latitude, order.lat + latitude))
        .filter(lng__range=(order.lng - longitude, order.lng + longitude))
        .exclude(pk=order.pk).exclude(status=JOINED)
        .select_related("category").only(*SHOWN).order_by("-opened_at")[:MOST_LOOKED_AT]
    )  # fmt: skip
    likes = [like for other in found if (like := _compare(order, other)).score >= ENOUGH]
    return sorted(likes, key=lambda like: (-like.score, like.metres))[:MOST_SHOWN]


def seen_near(user: User, *, lng: float, lat: float) -> list[Like]:
    """The open orders of the last three days that the person sees within 50 metres of a point, the nearest first.

    Asked before anything is said, so place and time are all there is to go by.
    """
    latitude = NEAR_METRES / METRES_A_DEGREE
    longitude = latitude / max(math.cos(math.radians(lat)), 0.1)
    at = now()
    found = (
        WorkOrder.objects.visible_to(user).open().exclude(status=JOINED)
        .filter(opened_at__range=(at - dt.timedelta(hours=WIDE_HOURS), at))
        .filter(lat__range=(lat - latitude, lat + latitude), lng__range=(lng - longitude, lng + longitude))
        .select_related("category", "department").prefetch_related("photos").order_by("-opened_at")[:MOST_LOOKED_AT]
    )  # fmt: skip
    likes = [
        Like(other, round(metres), (at - other.opened_at).total_seconds() / 3_600, 1.0)
        for other in found
        if (metres := metres_between((lng, lat), (other.lng, other.lat))) <= NEAR_METRES
    ]
    return sorted(likes, key=lambda like: like.metres)[:MOST_SHOWN]


def _compare(order: WorkOrder, other: WorkOrder) -> Like:
    metres = metres_between((order.lng, order.lat), (other.lng, other.lat))
    hours = abs((order.opened_at - other.opened_at).total_seconds()) / 3_600
    same_item = order.category.code == other.category.code
    if same_item and metres <= NEAR_METRES and hours <= NEAR_HOURS:
        return Like(other, round(metres), hours, 1.0)
    place = max(0.0, 1 - metres / WIDE_METRES)
    time = max(0.0, 1 - hours / WIDE_HOURS)
    kin = 1.0 if same_item else 0.5 if order.category.code[:4] == other.category.code[:4] else 0.0
    score = 0.3 * place + 0.1 * time + 0.3 * kin + 0.3 * _alike(order.words, other.words)
    return Like(other, round(metres), hours, min(score, 0.99))


def _alike(words: str, others: str) -> float:
    """How much of the shorter text's pairs of characters the other has too."""
    first, second = _pairs(words), _pairs(others)
    return len(first & second) / min(len(first), len(second)) if first and second else 0.0


def _pairs(words: str) -> set[str]:
    plain = "".join(letter for letter in words.casefold() if letter.isalnum())
    return {plain[at : at + 2] for at in range(len(plain) - 1)}
