"""Where anybody was is kept for so many days and no longer (rules 13.8 row 130): then a day's figures are left.

A patrol is erased as a whole, its first point deciding, so nothing of it is ever kept a day too long. The months of the
table are dropped once every patrol in them is past.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Min

from casework.moment import now
from grids.models import City
from patrols.models import Alarm, CheckIn, HelpRecord, LastSign, Patrol, TrackChunk, TrackGap, Visit
from patrols.selectors.walks import oldest_kept
from patrols.services import partitions

_SUMMARY = """
insert into patrols_daysummary (worker_id, day, patrols, minutes, metres, points)
select worker_id, (started_at at time zone %(zone)s)::date, count(*), coalesce(sum(minutes), 0),
    coalesce(sum(metres), 0), coalesce(sum(points_seen), 0)
from patrols_patrol where id = any(%(keys)s) group by 1, 2
on conflict (worker_id, day) do update set patrols = patrols_daysummary.patrols + excluded.patrols,
    minutes = patrols_daysummary.minutes + excluded.minutes, metres = patrols_daysummary.metres + excluded.metres,
    points = patrols_daysummary.points + excluded.points
"""
_ERASE = "delete from patrols_trackpoint where patrol_id = any(%(keys)s)"
# A clock that is a little behind puts a patrol's first point before its start.
SLACK = dt.timedelta(days=1)
# What was drawn from the positions goes with them.
_DRAWN: dict[str, Any] = {
    "minutes": None, "metres": None, "inside_percent": None, "ground_percent": None, "longest_gap_seconds": None,
    "valid": None, "marks": [],
}  # fmt: skip


def erase_old(*, batch: int = 100) -> int:
    """Erases every patrol that began longer ago than its city keeps tracks; answers how many. Again: none."""
    erased = 0
    for city in City.objects.order_by("pk"):
        before = oldest_kept(city)
        while here := _erase_some(city, before, batch):
            erased += here
        _forget_places(city, before)
    _drop_months()
    return erased


@transaction.atomic
def _erase_some(city: City, before: dt.datetime, batch: int) -> int:
    rows = Patrol.objects.select_for_update(no_key=True, skip_locked=True)
    old = list(rows.filter(city=city, erased_at=None, started_at__lt=before).order_by("started_at")[:batch])
    if old:
        _erase(city, old)
    return len(old)


def _erase(city: City, old: Sequence[Patrol]) -> None:
    keys = [patrol.pk for patrol in old]
    with connection.cursor() as cursor:
        cursor.execute(_SUMMARY, {"keys": keys, "zone": city.time_zone})
        cursor.execute(_ERASE, {"keys": keys})
    for table in (TrackGap, TrackChunk, LastSign):
        table.objects.filter(patrol__in=keys).delete()
    CheckIn.objects.filter(patrol__in=keys).update(lng=None, lat=None, accuracy_metres=None, away_metres=None)
    Patrol.objects.filter(pk__in=keys, ended_at=None).update(
        ended_at=now(), end_received_at=now(), ending=Patrol.Ending.FORGOTTEN
    )
    Patrol.objects.filter(pk__in=keys).update(erased_at=now(), **_DRAWN)


def _forget_places(city: City, before: dt.datetime) -> None:
    """Where a worker called for help, helped or visited is no more than where he was: the call and the deed stay."""
    for table in (Alarm, HelpRecord):
        placed = table.objects.filter(city=city, at__lt=before).exclude(lng=None)
        placed.update(lng=None, lat=None, **({"accuracy_metres": None} if table is Alarm else {}))
    Visit.objects.filter(city=city, at__lt=before).exclude(away_metres=None).update(away_metres=None)


def _drop_months() -> None:
    """Of a month that is past no patrol is left, in any city: its part of the table is dropped as a whole."""
    oldest = Patrol.objects.filter(erased_at=None).aggregate(oldest=Min("started_at"))["oldest"]
    partitions.drop_before(min(filter(None, [oldest, *map(oldest_kept, City.objects.all())])) - SLACK)
