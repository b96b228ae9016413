"""The map as one inline SVG, for readers without JavaScript and for the first moment of all others."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely

from grids.models import Area
from insight.selectors import Sight, Tally, class_of
from insight.sheets import Sheet, outline_of

WIDTH = 1000
MOST_CELLS = 500
# A name needs about this much room, in units of the picture.
_ROOM = 60


@dataclass(frozen=True)
class Cell:
    """One area of the picture."""

    code: str
    name: str
    short: str
    # None where the reader oversees nothing.
    tally: Tally | None
    shade: int | str
    path: str
    x: float
    y: float
    roomy: bool


@dataclass(frozen=True)
class Picture:
    """Cells in their colours and the lines between them."""

    height: int
    cells: list[Cell]
    lines: str
    drawn: bool
    width: int = WIDTH


@dataclass(frozen=True)
class _Frame:
    """From degrees to the picture: flat, north up."""

    west: float
    north: float
    per_lng: float
    per_lat: float

    @classmethod
    def around(cls, boxes: np.ndarray) -> _Frame:
        west, south = (float(side) for side in boxes[:, :2].min(axis=0))
        east, north = (float(side) for side in boxes[:, 2:].max(axis=0))
        per_lng = WIDTH / max(east - west, 1e-9)
        return cls(west, north, per_lng, per_lng / math.cos(math.radians((south + north) / 2)))

    def place(self, lng: float, lat: float) -> tuple[float, float]:
        return round((lng - self.west) * self.per_lng, 1), round((self.north - lat) * self.per_lat, 1)

    def line(self, points: Iterable[Iterable[float]], end: str = "") -> str:
        steps = (f"{x:g} {y:g}" for x, y in (self.place(lng, lat) for lng, lat in points))
        return "M" + "L".join(steps) + end


def picture_of(sheet: Sheet, area: Area, sight: Sight) -> Picture | None:
    """An area by the lines of one level; None where there are no lines, or too many to be of use."""
    rows = [row for row in range(len(sheet.keys)) if area.pk in sheet.paths[row]]
    if not rows or len(rows) > MOST_CELLS:
        return None
    frame = _Frame.around(sheet.boxes[rows])
    south = float(sheet.boxes[rows, 1].min())
    return Picture(
        height=max(1, round(frame.place(frame.west, south)[1])),
        cells=[_cell(sheet, row, frame, sight) for row in rows],
        lines="".join(frame.line(line) for line in outline_of(sheet.shapes[rows])),
        drawn=any(sheet.drawn[row] for row in rows),
    )


def _cell(sheet: Sheet, row: int, frame: _Frame, sight: Sight) -> Cell:
    code, name, _name_en, short = sheet.names[row]
    tally = sight.of(sheet.paths[row])
    x, y = frame.place(*sheet.spots[row])
    west, south, east, north = sheet.boxes[row]
    rings = [ring for part in shapely.get_parts(sheet.shapes[row]) for ring in (part.exterior, *part.interiors)]
    return Cell(
        code=code, name=name, short=short, tally=tally, shade=class_of(tally, sheet.grids[row]) if tally else "none",
        path="".join(frame.line(shapely.get_coordinates(ring), "Z") for ring in rings), x=x, y=y,
        roomy=(east - west) * frame.per_lng > _ROOM and (north - south) * frame.per_lat > _ROOM / 2,
    )  # fmt: skip
