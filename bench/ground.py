"""In which area lies a point: singly and ten thousand at once, over 992 cells and over 100,000, beside a bare tree."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from django.db import connection

from bench.figures import Figure, measures, seconds, side_by_side
from grids import geo
from grids.models import Area, City, Level

WEST, SOUTH, SIDE = 116.0, 38.0, 0.002
POINTS = 10_000

# Measured on two busy cores. At once, beside a bare tree asked with a predicate: the prepared shapes save about what
# the one question for the version costs. Singly nearly all goes to two small questions to the database, so there is a
# second figure: beside a bare tree and the same two questions, written out; the ORM makes it 3 to 5 (five runs). At
# once 0.5 to 1.2; from 992 to 100,000 cells 1.5 to 3.4, as the bare tree's (the processor's caches).
AT_ONCE_BOUND = 2.5
SINGLE_BOUND = 9.0
GROWTH_BOUND = 6.0
SINGLE_GROWTH_BOUND = 2.5
_BY_HAND = "select geometry_version from grids_city where id = %s"
_AREA_BY_HAND = """
select a.*, l.*, c.* from grids_area a join grids_level l on l.id = a.level_id join grids_city c on c.id = a.city_id
where a.id = %s
"""


@measures("area_at")
def area_at(small: bool) -> Iterator[Figure]:
    """Two cities of like cells, so that growth compares like with like."""
    grounds = [_ground("few", 31, 32), _ground("many", 100, 100) if small else _ground("many", 400, 250)]
    taken = [_measured(ground) for ground in grounds]
    for ground, found in zip(grounds, taken, strict=True):
        sizes = {"cells": ground.cells, "points": POINTS}
        yield Figure("area_at.single", found.single * 1e6, "µs", sizes=sizes)
        yield Figure("area_at.single_ratio_to_bare_tree", found.single / found.tree, "ratio", sizes=sizes)
        yield Figure("area_at.single_ratio_by_hand", found.single / found.by_hand, "ratio", SINGLE_BOUND, sizes=sizes)
        yield Figure("area_at.at_once", found.at_once * 1000, "ms", sizes=sizes)
        ratio = found.at_once / found.tree_at_once
        yield Figure("area_at.at_once_ratio_to_bare_tree", ratio, "ratio", AT_ONCE_BOUND, sizes=sizes)
    few, many = taken
    sizes = {"cells": grounds[1].cells, "from_cells": grounds[0].cells, "points": POINTS}
    yield Figure("area_at.single_growth", many.single / few.single, "ratio", SINGLE_GROWTH_BOUND, sizes=sizes)
    yield Figure("area_at.at_once_growth", many.at_once / few.at_once, "ratio", GROWTH_BOUND, sizes=sizes)


@dataclass(frozen=True)
class Cells:
    """A city of generated cells, and points in and around it."""

    city: City
    cells: int
    shapes: np.ndarray
    points: np.ndarray


def _ground(slug: str, columns: int, rows: int) -> Cells:
    city = City.objects.create(slug=f"cells-{slug}", name=slug)
    level = Level.objects.create(city=city, rank=1, name="格", code_length=6)
    shapes = _cells(columns, rows)
    lines = [json.dumps(json.loads(line)) for line in shapely.to_geojson(shapes)]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [city.pk, level.pk, dt.date(2026, 1, 1), lines])
    dice = np.random.default_rng(1)
    points = np.column_stack(
        [WEST + dice.random(POINTS) * columns * SIDE * 1.02, SOUTH + dice.random(POINTS) * rows * SIDE * 1.02]
    )
    return Cells(city, columns * rows, shapes, points)


_INSERT = """
insert into grids_area (city_id, level_id, code, name, name_en, path, kind, valid_from, boundary, drawn)
select %s, %s, lpad(n::text, 6, '0'), n::text, '', '/' || n || '/', 'comprehensive', %s, line::jsonb, true
from unnest(%s::text[]) with ordinality as cells(line, n)
"""


def _cells(columns: int, rows: int) -> np.ndarray:
    """Cells of twenty corners with wavy sides that fit into one another, as drawn grids have."""
    steps, none = np.arange(5) / 5, np.zeros(5)
    sides = [(steps, none), (none + 1, steps), (1 - steps, none + 1), (none, 1 - steps)]
    along = np.concatenate([np.column_stack(side) for side in sides])
    corners = np.array([(column, row) for row in range(rows) for column in range(columns)], dtype=float)
    rings = corners[:, None, :] + along[None, :, :]
    waves = np.sin(rings * 9.7) * 0.1
    rings = rings + waves[:, :, ::-1]  # each point is moved by where it lies, so neighbours move alike
    rings = np.concatenate([rings, rings[:, :1]], axis=1) * SIDE + (WEST, SOUTH)
    return shapely.polygons(rings)


@dataclass(frozen=True)
class Taken:
    """Seconds for one point (by the house, by a bare tree, by that and two statements), and for all at once."""

    single: float
    tree: float
    by_hand: float
    at_once: float
    tree_at_once: float


def _measured(ground: Cells) -> Taken:
    tree, pairs = shapely.STRtree(ground.shapes), [tuple(point) for point in ground.points]
    few = pairs[:300]
    first = Area.objects.filter(city=ground.city).order_by("pk").values_list("pk", flat=True)[0]
    geo.area_at(few[0], city=ground.city)  # the first question builds the map
    single, by_hand = side_by_side(
        lambda: [geo.area_at(point, city=ground.city) for point in few],
        lambda: [_by_hand(tree, point, ground.city, first) for point in few],
        times=5,
    )
    bare = seconds(lambda: [tree.query(shapely.Point(point), "intersects") for point in few], times=5)
    at_once, bare_at_once = side_by_side(
        lambda: geo.area_keys_at(ground.points, city=ground.city),
        lambda: tree.query(shapely.points(ground.points), "intersects"),
        times=7,
    )
    return Taken(single / len(few), bare / len(few), by_hand / len(few), at_once, bare_at_once)


def _by_hand(tree: shapely.STRtree, point: tuple[float, float], city: City, first: int) -> None:
    found = tree.query(shapely.Point(point), "intersects")
    with connection.cursor() as cursor:
        cursor.execute(_BY_HAND, [city.pk])
        cursor.fetchone()
        if len(found):
            cursor.execute(_AREA_BY_HAND, [first + int(found[0])])
            cursor.fetchone()
