"""The points of a patrol as they lie in their monthly table: for weighing, or as a line on a map. No object a row."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection

from grids.models import Area
from patrols.models import Patrol, TrackGap
from patrols.positions import Floats, Moments, Odd, Points, steps_of, too_fast

# By an index in each of the few months that are kept: no moment is guessed at, so none is missed.
_READ = """
select (extract(epoch from at) * 1000)::bigint, lng, lat, accuracy, marks, area_id from patrols_trackpoint
where patrol_id = %s order by at, lng, lat, accuracy, marks
"""


@dataclass(frozen=True)
class Track:
    """A patrol's points in the order of their moments; of two that say the same one. `areas`: −1 outside the city."""

    points: Points
    marks: Moments
    areas: Moments

    def __len__(self) -> int:
        return len(self.points)


def track_of(patrol: Patrol) -> Track:
    """All points of a patrol."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, [patrol.pk])
        rows = sorted(set(cursor.fetchall()), key=lambda row: row[:5])
    # A table of numbers, one read: what is no area is −1.
    table: Floats = np.array([[*row[:5], -1 if row[5] is None else row[5]] for row in rows], dtype=np.float64)
    table = table.reshape(-1, 6)
    unknown = np.full(len(table), np.nan)
    marks = table[:, 4].astype(np.int64)
    points = Points(
        table[:, 0].astype(np.int64), table[:, 1], table[:, 2], table[:, 3], unknown, (marks & Odd.MOCK) > 0
    )
    return Track(points, marks, table[:, 5].astype(np.int64))


def inside_of(track: Track, area: Area) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which points lie in an area or below it."""
    lowest = {int(key) for key in np.unique(track.areas) if key >= 0}
    within = Area.objects.filter(pk__in=lowest, path__startswith=area.path).values_list("pk", flat=True)
    return np.isin(track.areas, np.array(list(within), dtype=np.int64))


def joined(points: Points, gaps: list[tuple[int, int]], *, top_kmh: float, gap_seconds: float) -> np.ndarray[Any, Any]:
    """Which steps were walked: not faster than anybody walks, nothing unknown between. The others stay open."""
    metres, seconds = steps_of(points)
    walked = ~too_fast(metres, seconds, top_kmh) & (seconds <= gap_seconds)
    for since, until in gaps:
        # A gap that begins or ends at a fix, or holds none, parts the steps that it touches.
        walked &= ~((points.moments[:-1] < until) & (points.moments[1:] > since))
    return walked


def gaps_told(patrol: Patrol) -> list[tuple[int, int]]:
    """The gaps that the phone itself told, in milliseconds."""
    rows = TrackGap.objects.filter(patrol=patrol, told=True).values_list("since", "until")
    return [(milliseconds(since), milliseconds(until)) for since, until in rows]


def milliseconds(moment: dt.datetime) -> int:
    """A moment as phones count."""
    return round(moment.timestamp() * 1000)


def moment_of(milliseconds: int) -> dt.datetime:
    """What phones count, as a moment."""
    return dt.datetime.fromtimestamp(milliseconds / 1000, dt.UTC)


def line_of(patrol: Patrol, *, top_kmh: float, gap_seconds: float) -> list[list[tuple[float, float]]]:
    """The way walked, in pieces: where something is unknown the line is open, and no place is made up between."""
    track = track_of(patrol)
    use = (track.marks & (Odd.MOCK | Odd.VAGUE)) == 0
    points = chosen(track.points, use)
    if not len(points):
        return []
    open_after = np.flatnonzero(~joined(points, gaps_told(patrol), top_kmh=top_kmh, gap_seconds=gap_seconds)) + 1
    places = np.column_stack([points.lng, points.lat]).round(6)
    return [[(float(lng), float(lat)) for lng, lat in piece] for piece in np.split(places, open_after)]


def chosen(points: Points, which: np.ndarray[Any, Any]) -> Points:
    """Some of the points."""
    columns = (points.moments, points.lng, points.lat, points.accuracy, points.speed, points.mock)
    return Points(*(column[which] for column in columns))
