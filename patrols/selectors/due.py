"""What the planning of a day asks of a city: its points, who walks, what was left over, who was drawn last.

Each question is asked once for the whole city: the number of its grids and points does not matter.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from casework.calendar import DayKind, WorkingCalendar
from grids.models import Area, City, Post, Role, Rulebook
from patrols.models import CheckIn, KeyTime, PatrolPoint, PatrolRule, Round, Stop

WALKS = "patrol_in"
# How far back a point that was left over is still remembered, and a person who was drawn.
REMEMBERED_DAYS, WEEK = 30, 7
# Whose business the key points of a grid are; heads and offices lead, they are not sent.
WALKERS = (Role.Part.WORKER, Role.Part.SMALL)
DRAWN_FROM = (*WALKERS, Role.Part.POSTED)


@dataclass(frozen=True)
class Standing:
    """A point as planning sees it."""

    pk: int
    name: str
    area: int
    path: str
    kind: str
    place: tuple[float, float]
    weight: int
    interval: int
    # The city's day on which somebody was last there, and the one on which the point was set.
    seen_on: dt.date | None
    set_on: dt.date
    guard: int | None

    def days_since(self, day: dt.date) -> int:
        """How long nobody has been there; what nobody has ever seen is as old as its interval, and its own age more."""
        return (day - self.seen_on).days if self.seen_on else self.interval + max(0, (day - self.set_on).days)


@dataclass(frozen=True)
class Walker:
    """Somebody who may be sent: who, where, as what."""

    user: int
    area: int
    path: str
    part: Role.Part
    party: bool
    police: bool


def rule_of(rulebook: Rulebook) -> PatrolRule:
    """The rulebook's word on patrols; where it says nothing, the usual figures."""
    return PatrolRule.objects.filter(rulebook=rulebook).first() or PatrolRule(rulebook=rulebook)


def key_times_on(book: Rulebook, day: dt.date, calendar: WorkingCalendar) -> list[KeyTime]:
    """The key times that a day is one of, those of wider ground first."""
    standing = KeyTime.objects.standing(book).select_related("area")
    return [each for each in standing.order_by("area__path", "pk") if falls_on(each, day, calendar)]


def falls_on(key_time: KeyTime, day: dt.date, calendar: WorkingCalendar) -> bool:
    """Whether a day is one of a key time's."""
    if (key_time.since and day < key_time.since) or (key_time.until and day > key_time.until):
        return False
    if key_time.sort == KeyTime.Sort.SCHOOL:
        return calendar.works(day)
    return key_time.sort == KeyTime.Sort.PERIOD or is_holiday(day, calendar)


def is_holiday(day: dt.date, calendar: WorkingCalendar) -> bool:
    """Whether a day belongs to a public holiday: listed as off, or a weekend that runs into one."""
    return any(_listed_off(day, step, calendar) for step in (1, -1))


def _listed_off(day: dt.date, step: int, calendar: WorkingCalendar) -> bool:
    while not calendar.works(day):
        if calendar.days.get(day) == DayKind.OFF:
            return True
        day += dt.timedelta(days=step)
    return False


def standing_points(city: City) -> list[Standing]:
    """Every point of the city that is still gone to, in the order of the ground."""
    rows = PatrolPoint.objects.filter(city=city, ended_at=None).order_by("area__path", "pk")
    found: list[Standing] = []
    for row in rows.values(*_POINT, path=F("area__path")):
        seen, fresh = row.pop("seen_at"), row.pop("set_at")
        found.append(
            Standing(
                pk=row["id"], name=row["name"], area=row["area_id"], path=row["path"], kind=row["kind"],
                place=(row["lng"], row["lat"]), weight=row["weight"], interval=row["interval_days"],
                guard=row["guard_id"], seen_on=seen.astimezone(city.zone).date() if seen else None,
                set_on=fresh.astimezone(city.zone).date(),
            )
        )  # fmt: skip
    return found


_POINT = ("id", "name", "area_id", "kind", "lng", "lat", "weight", "interval_days", "seen_at", "set_at", "guard_id")


def walkers_on(city: City, day: dt.date) -> list[Walker]:
    """Everybody who may go on patrol in the city on a day and is no leader, in a fixed order."""
    posts = Post.objects.held(day).filter(
        role__city=city, role__permissions__contains=[WALKS], role__code__in=Role.codes_of(*DRAWN_FROM),
        area__isnull=False, user__is_active=True, ex_officio_of=None,
    ).select_related("role", "area")  # fmt: skip
    return [
        Walker(
            user=post.user_id, area=post.area.pk, path=post.area.path, part=post.role.part,
            party=post.role.code == "member_post" or any(PARTY in str(tag) for tag in post.tags),
            police=post.role.code == "posted_police",
        )
        for post in posts.order_by("area__path", "pk")
        if post.area
    ]  # fmt: skip


PARTY = "党员"


def lowest_areas(city: City, day: dt.date) -> set[int]:
    """The keys of the grids: areas below which there is none."""
    below = Area.objects.standing(day).filter(parent=OuterRef("pk"))
    return set(Area.objects.standing(day).filter(~Exists(below), city=city).values_list("pk", flat=True))


def areas_on_level(city: City, day: dt.date) -> list[Area]:
    """Every area that holds others, for random rounds in each of a level."""
    below = Area.objects.standing(day).filter(parent=OuterRef("pk"))
    areas = Area.objects.standing(day).filter(Exists(below), city=city).select_related("level")
    return list(areas.defer("boundary").order_by("path"))


def left_over(city: City, day: dt.date) -> dict[int, tuple[dt.date, str]]:
    """The points last left or passed over: on which day, and which of the two."""
    stops = Stop.objects.filter(
        round__city=city, round__day__lt=day, round__day__gte=day - dt.timedelta(days=REMEMBERED_DAYS),
        state__in=(Stop.State.LEFT, Stop.State.SKIPPED),
    )  # fmt: skip
    found: dict[int, tuple[dt.date, str]] = {}
    for point, on, state in stops.order_by("round__day", "pk").values_list("point", "round__day", "state"):
        found[point] = (on, state)
    return found


def rounds_made(city: City, day: dt.date) -> list[Any]:
    """The rounds that the day has already, with the points on them."""
    rows = Round.objects.filter(city=city, day=day)
    return list(rows.order_by("pk").values("pk", "area", "sort", "occasion", "number", "worker", "stops__point"))


def last_places(city: City, day: dt.date) -> dict[int, tuple[float, float]]:
    """Where each person was last seen at a point within a week: where his walk begins."""
    since = dt.datetime.combine(day - dt.timedelta(days=WEEK), dt.time(), city.zone)
    rows = CheckIn.objects.filter(patrol__city=city, patrol__started_at__gte=since)
    latest = rows.order_by("patrol__worker", "-at", "-pk").distinct("patrol__worker")
    return {user: (lng, lat) for user, lng, lat in latest.values_list("patrol__worker", "point__lng", "point__lat")}


def times_drawn(city: City, day: dt.date) -> Counter[int]:
    """How often each person went on a random round of late: who went least is drawn first."""
    rounds = Round.objects.filter(
        Q(day__lt=day, day__gte=day - dt.timedelta(days=REMEMBERED_DAYS)), city=city, sort=Round.Sort.RED_ARMBAND
    )
    drawn = Counter(rounds.values_list("worker", flat=True))
    drawn.update(Round.team.through.objects.filter(round__in=rounds).values_list("user", flat=True))
    return drawn
