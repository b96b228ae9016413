"""A small drawing of an area among its neighbours, as SVG paths: enough to recognise it, no map needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import cos, radians
from typing import Any

from grids.models import Area

WIDTH = 320
MOST_NEIGHBOURS = 60


@dataclass(frozen=True)
class View:
    """A piece of the ground as wide as the sketch."""

    west: float
    north: float
    degrees_wide: float
    degrees_high: float

    @property
    def shrink(self) -> float:
        """A degree of longitude is shorter than one of latitude."""
        return cos(radians(self.north - self.degrees_high / 2))

    @property
    def scale(self) -> float:
        return WIDTH / max(self.degrees_wide * self.shrink, 1e-9)

    @property
    def height(self) -> int:
        return max(round(self.degrees_high * self.scale), 1)

    def place(self, lng: float, lat: float) -> str:
        return f"{(lng - self.west) * self.shrink * self.scale:.1f} {(self.north - lat) * self.scale:.1f}"


@dataclass(frozen=True)
class Shape:
    """One area of the sketch."""

    path: str
    area: Area
    on: bool


@dataclass(frozen=True)
class Sketch:
    """The area's parent cut into its children, the area itself marked; `drawn` where the lines only illustrate."""

    width: int
    height: int
    shapes: list[Shape]
    drawn: bool


def sketch_of(area: Area) -> Sketch | None:
    """The area among the others of its parent; nothing where it has no line."""
    box = area.parent if area.parent and area.parent.boundary else area
    if not area.boundary or box.north is None or box.south is None or box.east is None or box.west is None:
        return None
    view = View(box.west, box.north, box.east - box.west, box.north - box.south)
    rows = _neighbours(area, box)
    shapes = [Shape(_path(row.boundary or {}, view), row, row.pk == area.pk) for row in rows]
    return Sketch(WIDTH, view.height, sorted(shapes, key=lambda shape: shape.on), area.drawn)


def _neighbours(area: Area, box: Area) -> list[Area]:
    if box.pk == area.pk:
        return [area]
    others = box.children.standing().exclude(boundary=None).exclude(pk=area.pk)
    return [area, *others.order_by("code")[:MOST_NEIGHBOURS]]


def _path(boundary: dict[str, Any], view: View) -> str:
    rings = (" L".join(view.place(*point[:2]) for point in ring) for ring in _rings(boundary))
    return "".join(f"M{ring}Z" for ring in rings)


def _rings(boundary: dict[str, Any]) -> Iterator[list[list[float]]]:
    coordinates = boundary.get("coordinates", [])
    for polygon in [coordinates] if boundary.get("type") == "Polygon" else coordinates:
        yield from polygon
