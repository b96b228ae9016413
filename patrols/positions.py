"""Positions as phones tell them: what can be read at all, how far and how fast, what is odd about each. No database.

What is odd is marked and kept. Refused is only what is no position: not a number, nowhere on earth, in no time.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from enum import IntFlag
from typing import Any

import numpy as np
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.geo import METRES_A_DEGREE

MOST_POINTS, MOST_GAPS = 500, 100
# 2001 and 2100, in milliseconds: whatever lies beyond is no moment of a patrol.
EARLIEST, LATEST = 978_307_200_000, 4_102_444_800_000
MOST_ACCURACY, MOST_SPEED = 100_000.0, 1_000.0
# What two fixes of the same second may lie apart without anybody having moved.
JITTER_METRES = 10.0

Floats = np.ndarray[Any, np.dtype[np.float64]]
Moments = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]


class Odd(IntFlag):
    """What is odd about one position, as its row keeps it."""

    FAST = 1
    MOCK = 2
    SKEWED = 4
    VAGUE = 8


ODD_WORDS = {
    Odd.FAST: gettext_lazy("faster than on foot"),
    Odd.MOCK: gettext_lazy("position said to be made up"),
    Odd.SKEWED: gettext_lazy("the phone's clock is wrong"),
    Odd.VAGUE: gettext_lazy("position too vague"),
}


def words_of(marks: int) -> list[str]:
    """The marks of one position in words."""
    return [str(words) for odd, words in ODD_WORDS.items() if marks & odd]


@dataclass(frozen=True)
class Position:
    """One position, as a check-in brings it."""

    lng: float
    lat: float
    accuracy: float
    mock: bool = False

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, (self.lng, self.lat, self.accuracy))):
            raise ValidationError({"position": _("A position is made of finite numbers.")})
        if abs(self.lng) > 180 or abs(self.lat) > 90:
            raise ValidationError({"position": _("Longitude must lie within ±180 and latitude within ±90.")})
        if not 0 <= self.accuracy <= MOST_ACCURACY:
            raise ValidationError({"position": _("The accuracy is a number of metres, from 0 to 100,000.")})


@dataclass(frozen=True)
class Points:
    """Some points of a track, in the order of their moments (milliseconds); an unknown speed is NaN."""

    moments: Moments
    lng: Floats
    lat: Floats
    accuracy: Floats
    speed: Floats
    mock: Flags

    def __len__(self) -> int:
        return len(self.moments)


def read_points(told: object) -> Points:
    """The points of a chunk: [[ms, lng, lat, accuracy, speed or null, mock 0 or 1], …]; refuses what is none."""
    rows = _rows_of(told, "points", MOST_POINTS)
    for place, row in enumerate(rows, 1):
        if not _is_point(row):
            words = _("Point %(place)s is none: six numbers are asked for, of which only the speed may be missing.")
            raise ValidationError({"points": words % {"place": place}})
    table = np.array([[math.nan if value is None else value for value in row] for row in rows], dtype=np.float64)
    table = table.reshape(-1, 6)
    table = table[np.argsort(table[:, 0], kind="stable")]
    moments = np.rint(table[:, 0]).astype(np.int64)
    return Points(moments, table[:, 1], table[:, 2], table[:, 3], table[:, 4], table[:, 5] == 1)


def _rows_of(told: object, name: str, most: int) -> list[Any]:
    if not isinstance(told, list):
        raise ValidationError({name: _("Send a list.")})
    if len(told) > most:
        raise ValidationError({name: _("At most %(most)s at a time, in several chunks.") % {"most": most}})
    return told


def _is_point(row: object) -> bool:
    if not isinstance(row, list) or len(row) != 6:
        return False
    moment, lng, lat, accuracy, speed, mock = row
    return (
        _within(moment, EARLIEST, LATEST)
        and _within(lng, -180, 180)
        and _within(lat, -90, 90)
        and _within(accuracy, 0, MOST_ACCURACY)
        and (speed is None or _within(speed, 0, MOST_SPEED))
        and isinstance(mock, int)
        and mock in (0, 1)
    )


def _within(value: object, least: float, most: float) -> bool:
    """Nothing is within that is no number: neither a truth nor NaN, which is neither more nor less than anything."""
    return isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most


def read_gaps(told: object) -> list[tuple[int, int]]:
    """The gaps of a chunk as sent: [[from ms, until ms], …], earliest first."""
    rows = _rows_of(told, "gaps", MOST_GAPS)
    for place, row in enumerate(rows, 1):
        if not _is_gap(row):
            words = _("Gap %(place)s is none: two moments are asked for, the earlier first.")
            raise ValidationError({"gaps": words % {"place": place}})
    return sorted({(round(since), round(until)) for since, until in rows})


def _is_gap(row: object) -> bool:
    if not isinstance(row, list) or len(row) != 2:
        return False
    return all(_within(moment, EARLIEST, LATEST) for moment in row) and row[0] <= row[1]


def digest_of(points: Points, gaps: list[tuple[int, int]]) -> str:
    """What a chunk says, in short: the same numbers give the same, however they were written down."""
    found = hashlib.sha256()
    for column in (points.moments, points.lng + 0.0, points.lat + 0.0, points.accuracy, points.speed, points.mock):
        found.update(column.tobytes())
    found.update(np.array(gaps, dtype=np.int64).tobytes())
    return found.hexdigest()


def steps_of(points: Points) -> tuple[Floats, Floats]:
    """Metres and seconds from each point to the next."""
    east = np.diff(points.lng) * np.cos(np.radians(points.lat[:-1]))
    metres = np.hypot(east, np.diff(points.lat)) * METRES_A_DEGREE
    return metres, np.diff(points.moments) / 1000.0


def too_fast(metres: Floats, seconds: Floats, top_kmh: float) -> Flags:
    """Which steps nobody walks; two places at one moment are one if they lie within a fix's own shaking."""
    return np.where(seconds > 0, metres > seconds * top_kmh / 3.6, metres > JITTER_METRES)


def odd_of(points: Points, *, top_kmh: float, vague_metres: float, latest: int, skewed: bool) -> list[int]:
    """The marks of each point: by what it says itself, and by the one before it in its chunk.

    `latest`: the last moment that is no future; `skewed`: the phone's clock is known to be wrong.
    """
    fast = np.zeros(len(points), dtype=bool)
    fast[1:] = too_fast(*steps_of(points), top_kmh)
    with np.errstate(invalid="ignore"):  # an unknown speed is not above any
        fast |= points.speed > top_kmh / 3.6
    found = np.where(fast, Odd.FAST, 0) | np.where(points.mock, Odd.MOCK, 0)
    found |= np.where(points.accuracy > vague_metres, Odd.VAGUE, 0)
    found |= np.where((points.moments > latest) | skewed, Odd.SKEWED, 0)
    return [int(marks) for marks in found]
