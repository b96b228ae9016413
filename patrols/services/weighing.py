"""What a patrol came to, when it has ended: how long, how far, how much at home, of its points, of the ground.

It says what happened and feeds no score. What comes late is weighed in anew: the order makes no difference.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from django.db import transaction

from casework.moment import now
from grids.geo import METRES_A_DEGREE
from patrols.models import CheckIn, Patrol, PatrolRule, TrackGap, TrackMark
from patrols.models.track import INVALID
from patrols.positions import Flags, Odd, Points
from patrols.selectors.tracks import (
    Track,
    chosen,
    gaps_told,
    inside_of,
    joined,
    milliseconds,
    moment_of,
    track_of,
)

# From a pavement one sees the front of both its sides: what lies farther from the track was not looked at.
SEEN_METRES = 30.0
# One missed fix is the weather; two running are a gap.
MISSED_SAMPLES = 2
Spans = list[tuple[int, int]]


@dataclass(frozen=True)
class Limits:
    """What of the city's rules a track is held against."""

    top_kmh: float
    gap_seconds: float
    longest_gap_seconds: float
    least_inside_percent: float

    @classmethod
    def of(cls, rule: PatrolRule) -> Limits:
        return cls(
            rule.top_speed_kmh,
            rule.sample_seconds * MISSED_SAMPLES,
            rule.longest_gap_minutes * 60,
            rule.least_inside_percent,
        )


@dataclass(frozen=True)
class Weight:
    """What a track came to; figures are missing where nothing usable was recorded."""

    metres: int | None = None
    inside_percent: int | None = None
    ground_percent: int | None = None
    longest_gap_seconds: int | None = None
    valid: bool | None = None
    marks: list[str] = field(default_factory=list)
    gaps: Spans = field(default_factory=list)


def weigh_track(
    track: Track,
    inside: Flags,
    told: Spans,
    span: tuple[int, int],
    limits: Limits,
    ground: shapely.Geometry | None = None,
) -> Weight:
    """A track between its first and last moment (milliseconds), with the gaps that the phone told. No database."""
    if not len(track):
        return Weight(marks=[TrackMark.NO_TRACK])
    gaps = gaps_of(track.points, span, limits.gap_seconds)
    longest = max((until - since for since, until in [*gaps, *_within(told, span)]), default=0) / 1000
    usable = (track.marks & (Odd.MOCK | Odd.VAGUE)) == 0
    points = chosen(track.points, usable)
    walked = joined(points, told, top_kmh=limits.top_kmh, gap_seconds=limits.gap_seconds)
    share = _percent(int(inside[usable].sum()), int(usable.sum()))
    marks = _marks(track, points, longest=longest, share=share, limits=limits)
    return Weight(
        metres=_metres(points, walked),
        inside_percent=share,
        ground_percent=_ground_percent(points, walked, ground),
        longest_gap_seconds=round(longest),
        valid=not INVALID & set(marks),
        marks=marks,
        gaps=gaps,
    )


def gaps_of(points: Points, span: tuple[int, int], gap_seconds: float) -> Spans:
    """The times without a fix, from the start to the end, that are longer than a sample or two."""
    since, until = span
    moments = np.unique(np.clip(np.concatenate([[since], points.moments, [until]]), since, until))
    long = np.flatnonzero(np.diff(moments) > gap_seconds * 1000)
    return [(int(moments[place]), int(moments[place + 1])) for place in long]


def _within(gaps: Spans, span: tuple[int, int]) -> Spans:
    first, last = span
    return [(max(since, first), min(until, last)) for since, until in gaps if since < last and until > first]


def _marks(track: Track, points: Points, *, longest: float, share: int | None, limits: Limits) -> list[str]:
    many = len(track)
    odd = {flag: int(((track.marks & flag) > 0).sum()) for flag in Odd}
    found = {
        TrackMark.OUTSIDE: share is not None and share < limits.least_inside_percent,
        TrackMark.GAP: longest > limits.longest_gap_seconds,
        TrackMark.MOCK: odd[Odd.MOCK] > 0,
        TrackMark.SKEWED: odd[Odd.SKEWED] > 0,
        TrackMark.FAST: odd[Odd.FAST] > 0,
        TrackMark.VAGUE: odd[Odd.VAGUE] * 2 > many,
    }
    return [mark.value for mark, holds in found.items() if holds]


def _percent(part: float, whole: float) -> int | None:
    return round(100 * part / whole) if whole else None


def _metres(points: Points, walked: np.ndarray[Any, Any]) -> int:
    east = np.diff(points.lng) * np.cos(np.radians(points.lat[:-1]))
    return round(float((np.hypot(east, np.diff(points.lat)) * METRES_A_DEGREE)[walked].sum()))


def _ground_percent(points: Points, walked: np.ndarray[Any, Any], ground: shapely.Geometry | None) -> int | None:
    """How much of the ground lies within sight of the way walked; reckoned flat, which a town is."""
    if ground is None or ground.is_empty or not len(points):
        return None
    lng, lat = ground.centroid.x, ground.centroid.y
    scale = np.array([np.cos(np.radians(lat)) * METRES_A_DEGREE, METRES_A_DEGREE])
    flat = shapely.transform(ground, lambda places: (places - [lng, lat]) * scale)
    places = (np.column_stack([points.lng, points.lat]) - [lng, lat]) * scale
    pieces = np.split(places, np.flatnonzero(~walked) + 1)
    lines = [shapely.LineString(piece) if len(piece) > 1 else shapely.Point(piece[0]) for piece in pieces]
    plain = shapely.simplify(np.array(lines, dtype=object), 2.0)
    seen = shapely.union_all(shapely.buffer(plain, SEEN_METRES, quad_segs=4))
    share = _percent(flat.intersection(seen).area, flat.area)
    return None if share is None else min(share, 100)


@transaction.atomic
def weigh(patrol: Patrol, rule: PatrolRule) -> None:
    """Weighs a patrol that has ended and keeps what it came to; its row is held by the caller."""
    ended_at, track = patrol.ended_at or now(), track_of(patrol)
    # A clock put right on the way ends a patrol before it began by the wrong one.
    since = patrol.started_at if patrol.started_at <= ended_at else patrol.began
    span = milliseconds(since), milliseconds(ended_at)
    boundary = patrol.area.boundary
    ground = shapely.from_geojson(json.dumps(boundary)) if boundary else None
    weight = weigh_track(track, inside_of(track, patrol.area), gaps_told(patrol), span, Limits.of(rule), ground)
    patrol.minutes = round((ended_at - since).total_seconds() / 60)
    for name in ("metres", "inside_percent", "ground_percent", "longest_gap_seconds"):
        setattr(patrol, name, getattr(weight, name))
    patrol.marks, patrol.valid = _with_start(patrol, rule, weight)
    patrol.points_planned, patrol.points_seen = _points(patrol)
    patrol.save(update_fields=[
        "minutes", "metres", "inside_percent", "ground_percent", "longest_gap_seconds", "marks", "valid",
        "points_planned", "points_seen",
    ])  # fmt: skip
    TrackGap.objects.filter(patrol=patrol, told=False).delete()
    found = [TrackGap(patrol=patrol, since=moment_of(a), until=moment_of(b), told=False) for a, b in weight.gaps]
    TrackGap.objects.bulk_create(found)


def _with_start(patrol: Patrol, rule: PatrolRule, weight: Weight) -> tuple[list[str], bool | None]:
    """A clock that was ahead when the patrol began is wrong, whatever its points say."""
    ahead = patrol.started_at - patrol.start_received_at
    if ahead <= dt.timedelta(seconds=rule.most_skew_seconds) or TrackMark.SKEWED in weight.marks:
        return weight.marks, weight.valid
    return [*weight.marks, TrackMark.SKEWED.value], None if weight.valid is None else False


def _points(patrol: Patrol) -> tuple[int | None, int]:
    """How many points the round holds, and how many of them (of any, without a round) were reached on this patrol."""
    reached = CheckIn.objects.filter(patrol=patrol).exclude(marks__contains=[CheckIn.Mark.NO_PHOTO])
    keys = set(reached.values_list("point_id", flat=True))
    if patrol.round_id is None:
        return None, len(keys)
    planned = set(patrol.round.stops.values_list("point_id", flat=True))  # type: ignore[union-attr]
    return len(planned), len(planned & keys)
