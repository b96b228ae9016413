"""A walk as a phone tells it: through the worker's grid at a walker's pace, a fix each ten seconds. Used by the tests of walks."""

from __future__ import annotations

import datetime as dt
from uuid import UUID, uuid4

from django.db import connection
from rest_framework.test import APIClient

from accounts.models import User
from casework.moment import now
from grids.models import Area
from patrols.models import Patrol, PatrolPoint, Round, Stop
from patrols.positions import read_points
from patrols.services import tracks, walks

# The worker's own grid reaches from 117.150 to 117.154 and from 39.163 to 39.166.
WEST, SOUTH = 117.1505, 39.1635
# About 13 m in ten seconds: 4.7 km/h.
STEP = 0.00015
GRID = "120106990001001"


def ms(moment: dt.datetime) -> int:
    return round(moment.timestamp() * 1000)


def fix(at: dt.datetime, place: int = 0, **odd) -> list:
    """The so-manieth fix of a walk to and fro along the grid's south."""
    turn, along = divmod(place, 18)
    lng = WEST + STEP * (along if turn % 2 == 0 else 18 - along)
    told = {"lng": lng, "lat": SOUTH + 0.0001 * (turn % 20), "accuracy": 8, "speed": None, "mock": 0, **odd}
    return [ms(at), *told.values()]


def fixes(since: dt.datetime, many: int, every: int = 10, first: int = 0, **odd) -> list[list]:
    return [fix(since + dt.timedelta(seconds=every * n), first + n, **odd) for n in range(many)]


def begin(by: User, key: UUID | None = None, **said) -> Patrol:
    return walks.start(by=by, key=key or uuid4(), started_at=said.pop("started_at", now()), **said)


def send(patrol: Patrol, points: list[list], gaps=(), key: UUID | None = None, **said) -> tracks.Taken:
    return tracks.take(
        patrol,
        by=said.pop("by", patrol.worker),
        key=key or uuid4(),
        points=read_points(points),
        gaps=list(gaps),
        **said,
    )


def point_at(place: int = 0, *, north: float = 0.0, **said) -> PatrolPoint:
    """A point on the walk's way (or so many degrees beside it)."""
    grid = Area.objects.get(code=said.pop("code", GRID), city__slug="village")
    _ms, lng, lat, *_rest = fix(now(), place)
    fields = {"kind": "school", "name": "学校", "interval_days": 7, "set_at": now(), **said}
    return PatrolPoint.objects.create(city=grid.city, area=grid, lng=lng, lat=lat + north, **fields)


def round_with(worker: User, *points: PatrolPoint, day: dt.date | None = None) -> Round:
    first = points[0]
    found = Round.objects.create(
        city=first.city,
        area=first.area,
        worker=worker,
        day=day or now().astimezone(first.city.zone).date(),
        made_at=now(),
    )
    for place, point in enumerate(points, 1):
        Stop.objects.create(round=found, point=point, place=place)
    return found


def points_kept(patrol: Patrol | None = None) -> list[tuple]:
    """The rows of the table of points as they are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select patrol_id, at, lng, lat, accuracy, speed, area_id, marks from patrols_trackpoint "
            "where %(patrol)s is null or patrol_id = %(patrol)s order by patrol_id, at, lng, lat",
            {"patrol": patrol.pk if patrol else None},
        )
        return cursor.fetchall()


def as_(person: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(person)
    return client


def address(patrol: UUID | str, *rest: object) -> str:
    return "/".join(["/api/v1/patrols", str(patrol), *map(str, rest)])
