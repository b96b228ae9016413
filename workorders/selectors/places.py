"""An order's place as a drawing: the grid's line, its neighbours and the point, as paths of a small SVG."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from django.db.models import QuerySet

from grids import geo
from grids.models import Area

Ring = list[list[float]]
WIDTH, HEIGHT, MARGIN, LABEL = 384, 216, 26, 40


@dataclass(frozen=True)
class Outline:
    """One area in the drawing."""

    path: str
    name: str
    x: float
    y: float
    own: bool


@dataclass(frozen=True)
class Drawing:
    """The place of an order: outlines, the order's own last, and the point; `drawn` where lines only illustrate."""

    outlines: list[Outline]
    x: float
    y: float
    drawn: bool
    # For what else is drawn into it: who has come to a meeting.
    frame: Frame
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True)
class Frame:
    """Turns longitude and latitude into the drawing's own units, north up."""

    west: float
    north: float
    scale: float
    squeeze: float
    left: float
    top: float

    def at(self, lng: float, lat: float) -> tuple[float, float]:
        x = self.left + (lng - self.west) * self.squeeze * self.scale
        return round(x, 1), round(self.top + (self.north - lat) * self.scale, 1)


class Placed(Protocol):
    """What has a place in the drawing: an order, a whistle."""

    area: Any
    lng: Any
    lat: Any


def drawing_of(order: Placed, *, around: float = 0.0) -> Drawing | None:
    """The drawing of a place, with so many metres around it; None where its area has no line."""
    area = order.area
    standing = Area.objects.filter(parent=area.parent_id).standing() | Area.objects.filter(pk=area.pk)
    drawn = standing.exclude(boundary=None).only("name", "name_en", "boundary")
    lines = {each.pk: each for each in drawn}
    own = lines.pop(area.pk, None)
    if own is None:
        return None
    frame = _frame(own, order, around / geo.METRES_A_DEGREE)
    outlines = [_outline(frame, other, area, own=False) for other in lines.values()]
    outlines.append(_outline(frame, own, area, own=True))
    x, y = frame.at(order.lng, order.lat)
    return Drawing(outlines=[_clear(outline, x, y) for outline in outlines], x=x, y=y, drawn=area.drawn, frame=frame)


def _clear(outline: Outline, x: float, y: float) -> Outline:
    """A name that the point would cover stands below it; one that the edge would cut is left out."""
    if not (LABEL < outline.x < WIDTH - LABEL and LABEL / 2 < outline.y < HEIGHT - LABEL / 2):
        return replace(outline, name=outline.name if outline.own else "")
    covered = abs(outline.x - x) < LABEL and abs(outline.y - y) < LABEL / 2
    return replace(outline, x=x, y=round(y + LABEL * 0.8, 1)) if covered else outline


def beside(areas: Iterable[Area]) -> QuerySet[Area]:
    """The areas that share a parent with any of these."""
    areas = list(areas)
    parents = {area.parent_id for area in areas if area.parent_id}
    others = Area.objects.filter(parent__in=parents).standing().exclude(pk__in=[area.pk for area in areas])
    return others.select_related("parent")


def lines_of(areas: Iterable[Area]) -> str:
    """The lines of a person's own ground and of what lies beside it, for a map to begin at."""
    own = list(areas)
    keys = {area.pk for area in own}
    shapes = [
        {"name": short_name(area, area.parent), "boundary": area.boundary, "own": area.pk in keys}
        for area in [*own, *beside(own)]
        if area.boundary
    ]
    return json.dumps(shapes, ensure_ascii=False)


def _frame(area: Area, order: Placed, beyond: float) -> Frame:
    """The grid and the point fill the drawing; neighbours are cut by its edge. `beyond`: degrees around the point."""
    box = geo.shape_of(area.boundary or {}).bounds
    wider = beyond / math.cos(math.radians(order.lat))
    west, east = min(box[0], order.lng - wider), max(box[2], order.lng + wider)
    south, north = min(box[1], order.lat - beyond), max(box[3], order.lat + beyond)
    squeeze = math.cos(math.radians((south + north) / 2))
    wide, high = (east - west) * squeeze or 1e-6, north - south or 1e-6
    scale = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / high)
    left, top = (WIDTH - wide * scale) / 2, (HEIGHT - high * scale) / 2
    return Frame(west=west, north=north, scale=scale, squeeze=squeeze, left=left, top=top)


def _outline(frame: Frame, area: Area, centre: Area, *, own: bool) -> Outline:
    line = area.boundary or {}
    x, y = frame.at(*geo.inner_point(line))
    path = " ".join(_ring(frame, ring) for ring in _rings(line))
    return Outline(path=path, name=short_name(area, centre.parent), x=x, y=y, own=own)


def _rings(boundary: dict[str, Any]) -> Iterable[Ring]:
    shapes = boundary["coordinates"] if boundary["type"] == "MultiPolygon" else [boundary["coordinates"]]
    return (ring for shape in shapes for ring in shape)


def _ring(frame: Frame, ring: Ring) -> str:
    points = (frame.at(point[0], point[1]) for point in ring[:-1])
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "Z"


def short_name(area: Area, above: Area | None) -> str:
    """A grid's name without its community's, which all beside it share."""
    shared = above.title if above else ""
    return area.title.removeprefix(shared).strip() or area.title
