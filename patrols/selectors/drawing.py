"""The worker's ground as a small drawing: his own line, the neighbours', the points; no tile, no map library.

The page's script draws the track and the worker into the same frame: it knows where the frame lies and its scale.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any

from grids.geo import METRES_A_DEGREE
from grids.models import Area

# One unit of the drawing is one metre on the ground; lengths on the screen follow from the frame.
MOST_NEIGHBOURS = 12
LEAST_METRES, ROOM = 160.0, 0.16

Place = tuple[float, float]


@dataclass(frozen=True)
class Frame:
    """Where the drawing's corner lies on the ground, and how many units a degree has."""

    west: float
    north: float
    across: float
    down: float

    def at(self, lng: float, lat: float) -> Place:
        return round((lng - self.west) * self.across, 1), round((self.north - lat) * self.down, 1)


@dataclass(frozen=True)
class Drawing:
    """A frame, what part of it is shown, and the lines in it. `unit`: how large things stand for a drawing so wide."""

    frame: Frame
    left: float
    top: float
    width: float
    height: float
    own: str
    others: list[str]
    drawn: bool

    @property
    def view_box(self) -> str:
        return f"{self.left:g} {self.top:g} {self.width:g} {self.height:g}"

    @property
    def unit(self) -> float:
        """A hundredth of the drawing's width: what radii and type are measured in."""
        return round(self.width / 100, 2)


def drawing_of(area: Area, places: Sequence[Place] = (), *, close: bool = False) -> Drawing | None:
    """The ground with its neighbours; `close` shows the places alone, with some room around them."""
    if not area.boundary or area.west is None or area.north is None or area.east is None or area.south is None:
        return None
    shrink = cos(radians((area.north + area.south) / 2))
    frame = Frame(area.west, area.north, METRES_A_DEGREE * shrink, float(METRES_A_DEGREE))
    corners = places if close and places else [(area.west, area.north), (area.east, area.south), *places]
    left, top, width, height = _box([frame.at(*place) for place in corners])
    lines = [_path(row, frame) for row in _neighbours(area)]
    return Drawing(frame, left, top, width, height, _path(area.boundary, frame), lines, area.drawn)


def _box(places: Iterable[Place]) -> tuple[float, float, float, float]:
    """The smallest box around the places, with room, never narrower than a few houses."""
    across, down = zip(*places, strict=True)
    width = max(max(across) - min(across), LEAST_METRES)
    height = max(max(down) - min(down), LEAST_METRES)
    middle = (max(across) + min(across)) / 2, (max(down) + min(down)) / 2
    wide, high = width * (1 + 2 * ROOM), height * (1 + 2 * ROOM)
    return round(middle[0] - wide / 2), round(middle[1] - high / 2), round(wide), round(high)


def _neighbours(area: Area) -> list[dict[str, Any]]:
    if area.parent_id is None:
        return []
    others = Area.objects.standing().filter(parent=area.parent_id).exclude(pk=area.pk).exclude(boundary=None)
    return list(others.order_by("code").values_list("boundary", flat=True)[:MOST_NEIGHBOURS])


def _path(boundary: dict[str, Any], frame: Frame) -> str:
    coordinates = boundary.get("coordinates", [])
    polygons = [coordinates] if boundary.get("type") == "Polygon" else coordinates
    rings = [ring for polygon in polygons for ring in polygon]
    return "".join("M" + "L".join("{} {}".format(*frame.at(*point[:2])) for point in ring) + "Z" for ring in rings)
