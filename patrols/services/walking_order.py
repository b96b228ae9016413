"""The order in which points are walked: nearest neighbour, then 2-opt, on local metres. Pure: no database.

Which points are walked at all: `choosing.py`. Measured against a solver: 1 to 3 % longer at 15 to 60 points
(product.md D.5), in milliseconds, and without its 80 MB.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

Place = tuple[float, float]  # longitude, latitude
Flat = tuple[float, float]  # metres east and north

METRES_PER_DEGREE = 111_320.0
# A shorter way than this is no gain, only rounding.
LEAST_GAIN = 1e-6


def walking_order(points: Sequence[Place], start: Place | None = None) -> list[int]:
    """The places of the points in the order of walking; without a start the first point is it.

    A permutation, never longer than going to the nearest each time, and the same for the same points.
    """
    if not points:
        return []
    flat = flattened([points[0] if start is None else start, *points])
    return [place - 1 for place in _untangled(_nearest_first(flat), flat)[1:]]


def nearest_first(points: Sequence[Place], start: Place | None = None) -> list[int]:
    """The same without untangling: what `walking_order` is never longer than."""
    if not points:
        return []
    return [place - 1 for place in _nearest_first(flattened([points[0] if start is None else start, *points]))[1:]]


def length_of(points: Sequence[Place], order: Sequence[int], start: Place | None = None) -> float:
    """How many metres the way is, from the start if there is one."""
    way = [points[place] for place in order]
    flat = flattened([start, *way] if start is not None else way)
    return sum(math.dist(one, other) for one, other in pairwise(flat))


def flattened(points: Sequence[Place]) -> list[Flat]:
    """Metres on a plane that touches the ground at the middle of the points: a grid is a kilometre or so across."""
    if not points:
        return []
    lat = math.radians(sum(point[1] for point in points) / len(points))
    east = METRES_PER_DEGREE * math.cos(lat)
    return [(lng * east, lat * METRES_PER_DEGREE) for lng, lat in points]


def _nearest_first(flat: Sequence[Flat]) -> list[int]:
    """From the start always to the nearest not yet gone to; of two as near, to the one named first."""
    way, ahead = [0], list(range(1, len(flat)))
    while ahead:
        here = flat[way[-1]]
        nearest = min(ahead, key=lambda place: (math.dist(here, flat[place]), place))
        ahead.remove(nearest)
        way.append(nearest)
    return way


def _untangled(way: list[int], flat: Sequence[Flat]) -> list[int]:
    """2-opt on an open way whose start stays: while turning a stretch round makes it shorter, it is turned."""
    found = True
    while found:
        found = False
        for first in range(1, len(way) - 1):
            for last in range(first + 1, len(way)):
                if _gain(way, first, last, flat) > LEAST_GAIN:
                    way[first : last + 1] = reversed(way[first : last + 1])
                    found = True
    return way


def _gain(way: list[int], first: int, last: int, flat: Sequence[Flat]) -> float:
    """How many metres are saved if the stretch is walked the other way round; the end of the way is open."""
    before, one, other = flat[way[first - 1]], flat[way[first]], flat[way[last]]
    saved = math.dist(before, one) - math.dist(before, other)
    if last + 1 < len(way):
        beyond = flat[way[last + 1]]
        saved += math.dist(other, beyond) - math.dist(one, beyond)
    return saved
