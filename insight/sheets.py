"""A city's lines as the moving map draws them: one sheet a level, simplified as far as its scale allows, read once a
process and edition. No counts here: they change by the minute and are `selectors.py`'s.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from django.db.models import Max
from django.utils.translation import get_language

from grids.models import Area, AreaSpell, City, Level
from grids.selectors import today_in

Box = tuple[float, float, float, float]
MOST_AREAS = 2_000
# A level appears as soon as its typical area is about this wide on the screen, in pixels.
_READABLE = 56
_CLOSEST, _FARTHEST = 17, 8
# An upper level's lines lose what is smaller than this share of a typical area: under a pixel where it is shown.
_DETAIL = 1 / 500


@dataclass(frozen=True)
class Sheet:
    """The areas of one level, ready to be drawn; rows of all arrays belong together."""

    level: Level
    zoom: int
    keys: np.ndarray
    boxes: np.ndarray
    spots: np.ndarray
    shapes: np.ndarray
    lines: list[str]
    # How many lowest areas each holds: colours are per grid on every level.
    grids: list[int]
    names: list[tuple[str, str, str, str]]
    drawn: list[bool]
    paths: list[list[int]]

    def within(self, box: Box | None) -> list[int]:
        """The rows whose box meets this one, those nearest to its middle first."""
        if box is None:
            return list(range(len(self.keys)))
        west, south, east, north = box
        sides = self.boxes
        meets = (sides[:, 0] <= east) & (sides[:, 2] >= west) & (sides[:, 1] <= north) & (sides[:, 3] >= south)
        rows = np.flatnonzero(meets)
        away = np.hypot(self.spots[rows, 0] - (west + east) / 2, self.spots[rows, 1] - (south + north) / 2)
        return [int(row) for row in rows[np.argsort(away, kind="stable")]]


@dataclass(frozen=True)
class Atlas:
    """All sheets of a city in one edition, highest level first."""

    edition: str
    sheets: dict[int, Sheet]


_atlases: dict[int, Atlas] = {}
_drawing = threading.Lock()


def edition_of(city: City) -> str:
    """Names the state of the ground: lines moved, an area renamed or moved, or another day began."""
    lines = City.objects.values_list("geometry_version", flat=True).get(pk=city.pk)
    spells = AreaSpell.objects.aggregate(last=Max("pk"))["last"] or 0
    return f"{lines}-{spells}-{today_in(city):%Y%m%d}"


def atlas_of(city: City) -> Atlas:
    """The city's sheets, drawn afresh when their edition has passed."""
    edition = edition_of(city)
    known = _atlases.get(city.pk)
    if known is not None and known.edition == edition:
        return known
    with _drawing:
        _atlases[city.pk] = _draw(city, edition)
    return _atlases[city.pk]


def features_of(sheet: Sheet, rows: Sequence[int], *, most: int = MOST_AREAS) -> str:
    """These rows as GeoJSON, named in the reader's language; `cut` says that there were more than may go at once."""
    english = (get_language() or "").startswith("en")
    features = []
    for row in rows[:most]:
        code, name, name_en, short = sheet.names[row]
        at = [round(float(side), 6) for side in sheet.spots[row]]
        facts = {
            "code": code, "name": (english and name_en) or name, "short": (english and name_en) or short,
            "drawn": sheet.drawn[row], "grids": sheet.grids[row], "path": sheet.paths[row], "at": at,
        }  # fmt: skip
        words = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
        line = sheet.lines[row]
        features.append(f'{{"type":"Feature","id":{sheet.keys[row]},"properties":{words},"geometry":{line}}}')
    cut = "true" if len(rows) > most else "false"
    return f'{{"type":"FeatureCollection","cut":{cut},"features":[{",".join(features)}]}}'


def outline_of(shapes: Iterable[shapely.Geometry]) -> list[list[tuple[float, float]]]:
    """All edges of adjoining shapes, each once: two dashed lines on each other would look like a whole one."""
    edges = shapely.union_all(shapely.boundary(np.array(list(shapes), dtype=object)))
    parts = shapely.get_parts(shapely.line_merge(edges)) if not edges.is_empty else []
    return [[(x, y) for x, y in shapely.get_coordinates(part)] for part in parts]


def _draw(city: City, edition: str) -> Atlas:
    areas = Area.objects.filter(city=city).standing(today_in(city)).select_related("level", "parent").order_by("code")
    by_level: dict[int, list[Area]] = {level.rank: [] for level in city.levels.all()}
    for area in areas:
        by_level[area.level.rank].append(area)
    lowest = max((rank for rank, here in by_level.items() if here), default=0)
    held = Counter(key for area in by_level.get(lowest, []) for key in area.path_keys)
    sheets = {rank: _sheet(here, held, whole=rank == lowest) for rank, here in by_level.items() if here}
    return Atlas(edition, _in_steps(sheets))


def _in_steps(sheets: dict[int, Sheet]) -> dict[int, Sheet]:
    """Each level has a zoom step of its own, however alike in size two levels are."""
    stepped: dict[int, Sheet] = {}
    zoom = 0
    for rank, sheet in sorted(sheets.items()):
        zoom = max(zoom + 1, sheet.zoom)
        stepped[rank] = replace(sheet, zoom=zoom)
    return stepped


def _sheet(areas: Sequence[Area], held: Counter[int], *, whole: bool) -> Sheet:
    bounded = [area for area in areas if area.boundary]
    shapes = shapely.from_geojson(np.array([json.dumps(area.boundary) for area in bounded], dtype=object))
    boxes = shapely.bounds(shapes).reshape(-1, 4)
    wide = float(np.median(boxes[:, 2] - boxes[:, 0])) if bounded else 0.0
    spots = shapely.get_coordinates(shapely.point_on_surface(shapes)).reshape(-1, 2)
    if not whole:
        shapes = _simplified(shapes, wide * _DETAIL)
    return Sheet(
        level=areas[0].level, zoom=_zoom_from(wide), keys=np.array([area.pk for area in bounded], dtype=np.int64),
        boxes=boxes, spots=spots, shapes=shapes, lines=list(shapely.to_geojson(shapes)),
        grids=[max(held[area.pk], 1) for area in bounded],
        names=[(area.code, area.name, area.name_en, _short(area)) for area in bounded],
        drawn=[area.drawn for area in bounded], paths=[area.path_keys for area in bounded],
    )  # fmt: skip


def _simplified(shapes: np.ndarray, tolerance: float) -> np.ndarray:
    """Neighbours keep one common line: each edge of the coverage is simplified once."""
    plain = shapely.coverage_simplify(shapes, tolerance)
    return np.where(shapely.is_empty(plain), shapes, plain)


def _zoom_from(wide: float) -> int:
    """The first zoom step at which something this wide (in degrees) can be read; 256 pixels are the world at zoom 0."""
    if wide <= 0:
        return _CLOSEST
    step = np.ceil(np.log2(_READABLE * 360 / (256 * wide)))
    return int(np.clip(step, _FARTHEST, _CLOSEST))


def _short(area: Area) -> str:
    """Its name beside its parent's: 「增产里社区 01 网格」 is 「01 网格」 on the map of its community."""
    parent = area.parent.name if area.parent else ""
    return area.name.removeprefix(parent).strip() or area.name
