"""Where a point lies: one search tree per process and city over the areas' lines. No tables here.

Everything inside is WGS-84 (CGCS2000 differs by centimetres); other datums come in by name through `to_wgs84`.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from grids.gathering import gathered, link, revived
from grids.models import Area, City, Level

Point = tuple[float, float]
# The city's day, its geometry version, and the mark of its row: a version comes again after a rollback.
Mark = tuple[dt.date, int, int]
DATUMS = ("wgs84", "cgcs2000", "gcj02", "bd09")

# Krasovsky's ellipsoid as the public GCJ-02 formula has it (rules.md 12).
_AXIS, _ECCENTRICITY = 6378245.0, 0.00669342162296594323
METRES_A_DEGREE = 111_320
_BD_ANGLE = math.pi * 3000.0 / 180.0


def to_wgs84(lng: float, lat: float, datum: str = "wgs84") -> Point:
    """Brings a point of a named datum to WGS-84; GCJ-02 and BD-09 to well under a metre (by iteration)."""
    if datum not in DATUMS:
        raise ValidationError(_("Unknown datum “%(datum)s”. Known: wgs84, cgcs2000, gcj02, bd09.") % {"datum": datum})
    if not (math.isfinite(lng) and math.isfinite(lat) and abs(lng) <= 180 and abs(lat) <= 90):
        raise ValidationError(_("Longitude must lie within ±180 and latitude within ±90."))
    if datum == "bd09":
        lng, lat = _bd09_to_gcj02(lng, lat)
    return _gcj02_to_wgs84(lng, lat) if datum in ("gcj02", "bd09") else (lng, lat)


def metres_between(one: Point, other: Point) -> float:
    """How far two points lie apart, in metres; exact enough within a town."""
    east = (one[0] - other[0]) * math.cos(math.radians(one[1]))
    return math.hypot(east, one[1] - other[1]) * METRES_A_DEGREE


def wgs84_to_gcj02(lng: float, lat: float) -> Point:
    """The public shift of mainland maps; outside the mainland's frame nothing is shifted."""
    return _shifted(lng, lat) if _in_frame(lng, lat) else (lng, lat)


def gcj02_to_bd09(lng: float, lat: float) -> Point:
    """The further shift of one map maker's own datum."""
    radius = math.hypot(lng, lat) + 0.00002 * math.sin(lat * _BD_ANGLE)
    angle = math.atan2(lat, lng) + 0.000003 * math.cos(lng * _BD_ANGLE)
    return radius * math.cos(angle) + 0.0065, radius * math.sin(angle) + 0.006


def _in_frame(lng: float, lat: float) -> bool:
    return 73.66 < lng < 135.05 and 3.86 < lat < 53.55


def _shifted(lng: float, lat: float) -> Point:
    east, north = _shift(lng - 105.0, lat - 35.0)
    radians = math.radians(lat)
    magic = 1 - _ECCENTRICITY * math.sin(radians) ** 2
    lat_size = _AXIS * (1 - _ECCENTRICITY) / (magic * math.sqrt(magic))
    lng_size = _AXIS / math.sqrt(magic) * math.cos(radians)
    return lng + math.degrees(east / lng_size), lat + math.degrees(north / lat_size)


def _gcj02_to_wgs84(lng: float, lat: float) -> Point:
    """What the shift brings here. At the frame's very edge a point that came from inside is taken for one."""
    before = _undone(_shifted, lng, lat)
    return before if _in_frame(*before) else (lng, lat)


def _bd09_to_gcj02(lng: float, lat: float) -> Point:
    return _undone(gcj02_to_bd09, lng, lat)


def _undone(shift: Callable[[float, float], Point], lng: float, lat: float) -> Point:
    guess_lng, guess_lat = lng, lat
    for _round in range(6):  # each round shrinks the error fifty times or more
        there_lng, there_lat = shift(guess_lng, guess_lat)
        guess_lng, guess_lat = guess_lng + lng - there_lng, guess_lat + lat - there_lat
    return guess_lng, guess_lat


def _shift(x: float, y: float) -> Point:
    wave = 20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)
    root = math.sqrt(abs(x))
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (wave + _swell(x, 20.0, 40.0, 3.0) + _swell(x, 150.0, 300.0, 12.0, 30.0)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (wave + _swell(y, 20.0, 40.0, 3.0) + _swell(y, 160.0, 320.0, 12.0, 30.0)) * 2.0 / 3.0
    return east, north


def _swell(at: float, first: float, second: float, slow: float, slower: float | None = None) -> float:
    """Two of the formula's waves: over π and a third of π, or over a twelfth and a thirtieth."""
    if slower is None:
        return first * math.sin(at * math.pi) + second * math.sin(at / slow * math.pi)
    return first * math.sin(at / slow * math.pi) + second * math.sin(at * math.pi / slower)


@dataclass(frozen=True)
class Ground:
    """A city's standing areas as one search tree: the lowest ones first, those above for what they leave open."""

    mark: Mark
    keys: np.ndarray
    tree: shapely.STRtree
    shapes: np.ndarray

    def find(self, points: Sequence[Point]) -> np.ndarray:
        """For each point the place in `keys` of its lowest area, −1 outside. Shared edges go to the lowest code."""
        places = np.asarray(points, dtype=float).reshape(-1, 2)
        # Boxes first, then the prepared shapes: half the time of one query with a predicate.
        who, which = self.tree.query(shapely.points(places))
        inside = shapely.intersects_xy(self.shapes[which], places[who, 0], places[who, 1])
        found = np.full(len(places), len(self.keys), dtype=np.int64)
        np.minimum.at(found, who[inside], which[inside])  # `keys` stand lowest level first, then by code
        return np.where(found == len(self.keys), -1, found)


_grounds: dict[int, Ground] = {}
_reading = threading.Lock()


def ground_of(city: City) -> Ground:
    """The city's search tree, read afresh when its geometry has moved on (one small query says so) or a day begins."""
    mark = _mark_of(city)
    known = _grounds.get(city.pk)
    if known is None or known.mark != mark:
        with _reading:
            known = _grounds.get(city.pk)
            if known is None or known.mark != mark:
                _grounds[city.pk] = known = _read(city, mark)
    return known


def _mark_of(city: City) -> Mark:
    """Asked before every answer, so by a plain statement: the ORM would take longer than the answer."""
    with connection.cursor() as cursor:
        cursor.execute("select geometry_version, xmin::text::bigint from grids_city where id = %s", [city.pk])
        version, row = cursor.fetchone()
    return dt.datetime.now(city.zone).date(), version, row


def area_at(point: Point, *, city: City) -> Area | None:
    """The lowest area in which a WGS-84 point (longitude, latitude) lies; None outside the city."""
    return areas_at([point], city=city)[0]


def line_at(point: Point, *, city: City) -> list[Area]:
    """The areas in which a WGS-84 point lies, the topmost first, without their lines; none outside the city.

    Looked up on the map that is known, and asked along with the rows whether that is the newest: one question.
    """
    ground = _grounds.get(city.pk) or ground_of(city)
    mark, line = _line_on(ground, point, city)
    if mark != ground.mark:
        mark, line = _line_on(ground_of(city), point, city)
    return line


_LINE = {
    "marks": "select geometry_version as version, xmin::text::bigint as row from grids_city where id = %(city)s",
    "levels": "select * from grids_level where city_id = %(city)s",
    "areas": """
        select a.id, a.city_id, a.level_id, a.parent_id, a.code, a.name, a.name_en, a.path, a.kind, a.households,
            a.valid_from, a.valid_to, a.drawn
        from grids_area lowest
        join grids_area a on a.id = any(string_to_array(trim('/' from lowest.path), '/')::bigint[])
        where lowest.id = %(key)s order by a.path
    """,
}  # fmt: skip


def _line_on(ground: Ground, point: Point, city: City) -> tuple[Mark, list[Area]]:
    place = int(ground.find([point])[0]) if len(ground.keys) else -1
    key = int(ground.keys[place]) if place >= 0 else None
    found = gathered(_LINE, {"city": city.pk, "key": key})
    levels = {row["id"]: revived(Level, row) for row in found["levels"]}
    line = [revived(Area, row) for row in found["areas"]]
    link(line, "level", levels)
    link(line, "city", {city.pk: city})
    link(line, "parent", {area.pk: area for area in line})
    mark = found["marks"][0]
    return (dt.datetime.now(city.zone).date(), mark["version"], mark["row"]), line


def areas_at(points: Sequence[Point], *, city: City) -> list[Area | None]:
    """The same for many points at once, in their order."""
    keys = area_keys_at(points, city=city)
    areas = Area.objects.select_related("level", "city").in_bulk({key for key in keys if key is not None})
    return [areas.get(key) if key is not None else None for key in keys]


def area_keys_at(points: Sequence[Point], *, city: City) -> list[int | None]:
    """The keys of the lowest areas of many points: no row is read, for analyses and bulk imports."""
    ground = ground_of(city)
    if not len(points) or not len(ground.keys):
        return [None] * len(points)
    found = ground.find(points)
    return [int(ground.keys[place]) if place >= 0 else None for place in found]


def bounds_of(boundary: dict[str, Any] | None) -> dict[str, float | None]:
    """The four sides of a line's box, as an area keeps them."""
    if not boundary:
        return dict.fromkeys(("west", "south", "east", "north"))
    sides = shapely.bounds(shape_of(boundary))
    return {name: float(side) for name, side in zip(("west", "south", "east", "north"), sides, strict=True)}


def shape_of(boundary: dict[str, Any]) -> shapely.Geometry:
    """The Shapely shape of a GeoJSON geometry; refuses what is not a valid polygon, with the reason."""
    try:
        shape = shapely.from_geojson(json.dumps(boundary))
    except shapely.errors.GEOSException as error:
        raise ValidationError(_("This is not a GeoJSON geometry: %(error)s") % {"error": error}) from error
    if shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty:
        raise ValidationError(_("A boundary must be a Polygon or a MultiPolygon."))
    if not shape.is_valid:
        raise ValidationError(_("The boundary is not valid: %(why)s") % {"why": shapely.is_valid_reason(shape)})
    return shape


def inner_point(boundary: dict[str, Any]) -> Point:
    """A point that surely lies inside, for a label or a made-up report."""
    inside = shape_of(boundary).representative_point()
    return inside.x, inside.y


def _read(city: City, mark: Mark) -> Ground:
    areas = Area.objects.filter(city=city, boundary__isnull=False).standing(mark[0])
    rows = areas.order_by("-level__rank", "code").values_list("pk", "boundary").iterator(chunk_size=5000)
    keys, lines = [], []
    for key, boundary in rows:
        keys.append(key)
        lines.append(json.dumps(boundary))
    shapes = shapely.from_geojson(np.array(lines, dtype=object)) if lines else np.array([], dtype=object)
    shapely.prepare(shapes)
    return Ground(mark=mark, keys=np.array(keys, dtype=np.int64), tree=shapely.STRtree(shapes), shapes=shapes)


def joined(boundaries: list[dict[str, Any]]) -> dict[str, Any]:
    """The one line around several."""
    line: dict[str, Any] = json.loads(shapely.to_geojson(shapely.union_all([shape_of(each) for each in boundaries])))
    return line
