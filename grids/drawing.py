"""Draws boundaries where no public line exists: compact cells that adjoin, level by level, without gap or overlap.

Pure geometry in degrees (WGS-84), no tables. The command `draw_areas` applies it to a city folder; where a point
lies is `grids/geo.py`. The same input always gives the same lines.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

GRID = 1e-6  # degrees, a tenth of a metre: every vertex of the result lies on this grid
FINE = 1e-3  # metres: the grid on which the cells of one division are fitted together
METRES_PER_DEGREE = 111_320.0
SAMPLES_PER_CELL, FEWEST_SAMPLES = 160, 1000
ROUNDS = 60
# How fast a cell that is too small pushes its neighbours away; above 0.8 the cells begin to swing.
PUSH = 0.5
# A given outline may miss its parent or its neighbours by this share of its own area before it is refused.
MISFIT = 0.002


class CannotDraw(ValueError):
    """The outlines do not allow a drawing; `reason` is one of the words below, `code` names the area at fault."""

    NO_OUTLINE, STICKS_OUT, OVERLAPS, NO_ROOM = "no outline", "sticks out", "overlaps", "no room"

    def __init__(self, reason: str, code: str = "") -> None:
        super().__init__(f"{reason}: {code}" if code else reason)
        self.reason, self.code = reason, code


def divide(outline: Polygon, parts: int | Sequence[float], seed: int = 0) -> list[Polygon]:
    """Divides an outline into cells of equal or weighted area.

    Equal cells are numbered like the grids of a community (rules.md 4.4): row by row from north to south, in each
    from west to east. Weighted cells are laid out in that order, but keep their weights where both cannot be had.
    """
    weights = [1.0] * parts if isinstance(parts, int) else [float(part) for part in parts]
    return _mended(fit_together(_rough_cells(outline, weights, seed), GRID))


def draw_tree(
    parents: Mapping[str, str | None], given: Mapping[str, BaseGeometry], grid: float = GRID
) -> dict[str, BaseGeometry]:
    """Boundaries for every area: given outlines stay (to one step of the grid), the others divide what these leave.

    Areas are drawn in the order of their codes and in proportion to the number of lowest areas they hold. Each
    parent is exactly the union of its children, and of what none of them covers where all were given.
    """
    return _Tree(parents, given, grid).drawn()


def fit_together(cells: Sequence[BaseGeometry], grid: float) -> list[BaseGeometry]:
    """Snaps cells to a grid so that neighbours share every vertex: no gap, no overlap, no half-edges between them."""
    lines = shapely.union_all(shapely.boundary(np.array(cells, dtype=object)), grid_size=grid)
    # Lines that lie on each other but for rounding cross many times; between two corners only true bends stay.
    plain = shapely.simplify(shapely.get_parts(shapely.line_merge(lines)), grid, preserve_topology=False)
    faces = shapely.get_parts(shapely.polygonize(plain))
    owners = _owners(faces, cells, grid)
    return [shapely.coverage_union_all(faces[owners == place]) for place in range(len(cells))]


def reading_order(places: np.ndarray, bounds: Sequence[float]) -> list[int]:
    """The order in which one reads cells on a map: rows from north to south, in each row from west to east.

    The box around the outline, on a flat map, is cut into as many rows as a square lattice of that many cells has.
    """
    return [int(place) for place in np.lexsort((places[:, 0], _rows(places, bounds, len(places))))]


def tidy(shape: BaseGeometry) -> BaseGeometry:
    """One writing for one shape: a fixed first vertex, the outer ring anticlockwise (RFC 7946), no needless Multi."""
    parts = shapely.get_parts(shape)
    plain = parts[0] if len(parts) == 1 else shape
    return shapely.orient_polygons(shapely.normalize(plain))


# One division --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Frame:
    """A flat map in metres around one outline, so that areas and distances are true."""

    origin: np.ndarray
    scale: np.ndarray

    @classmethod
    def around(cls, outline: BaseGeometry) -> _Frame:
        west, south, east, north = outline.bounds
        origin = np.array([(west + east) / 2, (south + north) / 2])
        shrink = round(math.cos(math.radians(origin[1])), 9)
        return cls(origin, METRES_PER_DEGREE * np.array([shrink, 1.0]))

    def flat(self, shape: BaseGeometry) -> BaseGeometry:
        return shapely.transform(shape, lambda points: (points - self.origin) * self.scale)

    def round(self, shape: BaseGeometry) -> BaseGeometry:
        return shapely.transform(shape, lambda points: points / self.scale + self.origin)


def _rough_cells(outline: BaseGeometry, weights: Sequence[float], seed: int) -> list[BaseGeometry]:
    """The cells of one division, connected and numbered, their edges not yet on the grid of degrees."""
    if not weights or min(weights) <= 0:
        raise ValueError("an outline is divided into at least one part, each of a weight above zero")
    if len(weights) == 1:
        return [outline]
    frame = _Frame.around(outline)
    flat = frame.flat(outline)
    shares = np.array(weights) / sum(weights)
    samples = _samples(flat, len(weights), seed)
    sites, lifts = _settle(samples, _first_sites(samples, shares, flat.bounds), shares * flat.area)
    cells = [_solid(flat.intersection(cell)) for cell in _power_cells(sites, lifts, flat.bounds)]
    whole = _mended(fit_together(cells, FINE))
    if any(cell.is_empty for cell in whole):
        raise CannotDraw(CannotDraw.NO_ROOM)
    # A cell of its own weight keeps its number, and with it the place on the page that it was laid out at.
    order = reading_order(_centres(whole), flat.bounds) if np.ptp(shares) < 1e-9 else range(len(whole))
    return [frame.round(whole[place]) for place in order]


def _samples(flat: BaseGeometry, cells: int, seed: int) -> np.ndarray:
    """Points of a lattice inside the outline; the seed shifts the lattice, so that sister areas look different."""
    west, south, east, north = flat.bounds
    gap = math.sqrt(flat.area / max(cells * SAMPLES_PER_CELL, FEWEST_SAMPLES))
    shift_x, shift_y = (zlib.crc32(f"{axis}{seed}".encode()) / 2**32 for axis in "xy")
    xs, ys = np.meshgrid(np.arange(west + shift_x * gap, east, gap), np.arange(south + shift_y * gap, north, gap))
    points = np.column_stack([xs.ravel(), ys.ravel()])
    shapely.prepare(flat)
    inside = points[shapely.contains_xy(flat, points[:, 0], points[:, 1])]
    if len(inside) < cells * 8:
        raise CannotDraw(CannotDraw.NO_ROOM)
    return inside


def _first_sites(samples: np.ndarray, shares: np.ndarray, bounds: Sequence[float]) -> np.ndarray:
    """One site per share, laid out like a page: each row of the box is cut from west to east as its shares need."""
    row = _rows(samples, bounds, len(shares))
    ordered = samples[np.lexsort((samples[:, 0], row))]
    ends = np.round(np.cumsum(shares) * len(ordered)).astype(int)
    starts = np.concatenate([[0], ends[:-1]])
    return np.array(
        [ordered[start : max(end, start + 1)].mean(axis=0) for start, end in zip(starts, ends, strict=True)]
    )


def _settle(samples: np.ndarray, sites: np.ndarray, areas: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lloyd's rounds with capacities: each site moves to the middle of its cell and pushes until its area is right.

    Sums run through `bincount`, point by point, and no matrix product is used: their last bits differ between
    machines, and the drawing must not.
    """
    per_sample, lifts = areas.sum() / len(samples), np.zeros(len(sites))
    for turn in range(ROUNDS):
        owners = np.argmin(_distances(samples, sites) - lifts, axis=1)
        counts = np.bincount(owners, minlength=len(sites))
        lifts = lifts + PUSH * (areas - counts * per_sample)
        lifts = lifts - lifts[0]
        if turn < ROUNDS * 2 // 3:  # the last rounds only even out, so that lifts belong to these sites
            sums = [np.bincount(owners, weights=samples[:, axis], minlength=len(sites)) for axis in (0, 1)]
            middles = np.column_stack(sums) / np.maximum(counts, 1)[:, None]
            sites = np.where(counts[:, None] > 0, middles, sites)
    return sites, lifts


def _distances(samples: np.ndarray, sites: np.ndarray) -> np.ndarray:
    return (samples[:, :1] - sites[:, 0]) ** 2 + (samples[:, 1:] - sites[:, 1]) ** 2


def _power_cells(sites: np.ndarray, lifts: np.ndarray, bounds: Sequence[float]) -> Iterator[Polygon]:
    """For each site the convex polygon of all points nearer to it than to any other, squared distance less lift."""
    west, south, east, north = bounds
    far = [(west - 1, south - 1), (east + 1, south - 1), (east + 1, north + 1), (west - 1, north + 1)]
    reach = (sites**2).sum(axis=1) - lifts
    for here in range(len(sites)):
        ring = far
        for there in range(len(sites)):
            if there != here:
                ring = _clipped(ring, 2 * (sites[there] - sites[here]), reach[there] - reach[here])
        yield Polygon(ring) if len(ring) > 2 else Polygon()


def _clipped(ring: list[tuple[float, float]], normal: np.ndarray, limit: float) -> list[tuple[float, float]]:
    """The part of a convex ring in which point · normal ≤ limit."""
    a, b = float(normal[0]), float(normal[1])
    over = [x * a + y * b - limit for x, y in ring]
    kept = []
    for place, (x, y) in enumerate(ring):
        before, now = over[place - 1], over[place]
        if (before > 0) != (now > 0):
            past_x, past_y = ring[place - 1]
            share = before / (before - now)
            kept.append((past_x + share * (x - past_x), past_y + share * (y - past_y)))
        if now <= 0:
            kept.append((x, y))
    return kept


def _mended(cells: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """A bay in the outline can tear a cell in two: its smaller pieces go to the neighbour with the longest edge."""
    pieces = [sorted(shapely.get_parts(cell), key=lambda piece: -piece.area) for cell in cells]
    whole = np.array([parts[0] if parts else Polygon() for parts in pieces], dtype=object)
    torn = [(piece, owner) for owner, parts in enumerate(pieces) for piece in parts[1:]]
    for piece, owner in sorted(torn, key=lambda pair: -pair[0].area):
        edges = shapely.length(shapely.intersection(shapely.boundary(piece), shapely.boundary(whole)))
        heir = int(np.argmax(edges)) if edges.max() > 0 else owner
        whole[heir] = shapely.coverage_union(whole[heir], piece)
    return list(whole)


def _solid(shape: BaseGeometry, least: float = 0.0) -> BaseGeometry:
    """The polygons of a shape above a size; cutting along an edge can leave single lines and points beside them."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and part.area > least]
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def _rows(places: np.ndarray, bounds: Sequence[float], cells: int) -> np.ndarray:
    """In which row of the box around an outline each place stands, 0 in the north."""
    west, south, east, north = bounds
    height = max(north - south, 1e-12)
    rows = max(1, round(math.sqrt(cells * height / max(east - west, 1e-12))))
    return np.clip(np.floor((north - places[:, 1]) / height * rows), 0, rows - 1)


def _centres(cells: Sequence[BaseGeometry]) -> np.ndarray:
    return shapely.get_coordinates(shapely.centroid(np.array(cells, dtype=object)))


# Fitting -------------------------------------------------------------------------------------------------------------


def _owners(faces: np.ndarray, cells: Sequence[BaseGeometry], grid: float) -> np.ndarray:
    """To which cell each face belongs, −1 for ground that none of them covers."""
    tree = shapely.STRtree(cells)
    inner = shapely.point_on_surface(faces)
    owners = np.full(len(faces), -1)
    face, cell = tree.query(inner, predicate="within")
    owners[face[::-1]] = cell[::-1]
    for lost in np.flatnonzero(owners < 0):
        # Snapping moves lines by up to a step, and the middle of a sliver with them.
        near = tree.query_nearest(inner[lost], max_distance=4 * grid, all_matches=False)
        owners[lost] = near[0] if len(near) else -1
    return owners


# The whole tree ------------------------------------------------------------------------------------------------------


class _Tree:
    """Draws roughly from the top down, then fits all lowest pieces together at once and joins them upwards."""

    def __init__(self, parents: Mapping[str, str | None], given: Mapping[str, BaseGeometry], grid: float) -> None:
        self.grid = grid
        self.children: dict[str | None, list[str]] = {}
        for code in sorted(parents):
            self.children.setdefault(parents[code], []).append(code)
        self.rough = dict(given)
        self.open_ground: dict[str, BaseGeometry] = {}
        for code in self.children.get(None, []):
            if code not in given:
                raise CannotDraw(CannotDraw.NO_OUTLINE, code)
            # An earlier drawing left its corners on this outline; a new one should begin from the outline itself.
            self.rough[code] = shapely.normalize(given[code]).simplify(grid, preserve_topology=False)

    def drawn(self) -> dict[str, BaseGeometry]:
        for code in self.children.get(None, []):
            self._fill(code)
        lowest = [code for code in self.rough if code not in self.children]
        keys = [(code, False) for code in lowest] + [(code, True) for code in self.open_ground]
        cells = [self.rough[code] for code in lowest] + list(self.open_ground.values())
        fitted = dict(zip(keys, fit_together(cells, self.grid), strict=True))
        result: dict[str, BaseGeometry] = {}
        for code in self.children.get(None, []):
            self._join(code, fitted, result)
        return {code: tidy(shape) for code, shape in result.items()}

    def _fill(self, code: str) -> None:
        inside = self.children.get(code)
        if not inside:
            return
        missing = [child for child in inside if child not in self.rough]
        room = self._room(code, [child for child in inside if child in self.rough])
        if missing:
            weights = [self._lowest_in(child) for child in missing]
            cells = self._cells(code, room, weights)
            self.rough.update(zip(missing, cells, strict=True))
        elif room.area > MISFIT * self.rough[code].area:
            self.open_ground[code] = room
        for child in inside:
            self._fill(child)

    def _cells(self, code: str, room: BaseGeometry, weights: Sequence[float]) -> list[BaseGeometry]:
        if room.is_empty:
            raise CannotDraw(CannotDraw.NO_ROOM, code)
        try:
            return _rough_cells(room, weights, zlib.crc32(code.encode()))
        except CannotDraw as refusal:
            raise CannotDraw(refusal.reason, code) from refusal

    def _room(self, code: str, taken: Sequence[str]) -> BaseGeometry:
        """What the given children leave of their parent, without slivers."""
        outline = self.rough[code]
        room = outline
        for child in taken:
            shape = self.rough[child]
            if shape.difference(outline).area > MISFIT * shape.area:
                raise CannotDraw(CannotDraw.STICKS_OUT, child)
            if shape.difference(room).area > 2 * MISFIT * shape.area:
                raise CannotDraw(CannotDraw.OVERLAPS, child)
            self.rough[child] = _solid(shape.intersection(room))
            room = room.difference(shape)
        if not taken:
            return outline
        return _solid(room, MISFIT * outline.area)

    def _lowest_in(self, code: str) -> int:
        return sum(self._lowest_in(child) for child in self.children[code]) if code in self.children else 1

    def _join(
        self, code: str, fitted: Mapping[tuple[str, bool], BaseGeometry], result: dict[str, BaseGeometry]
    ) -> BaseGeometry:
        if code not in self.children:
            result[code] = fitted[code, False]
            return result[code]
        parts = [self._join(child, fitted, result) for child in self.children[code]]
        if code in self.open_ground:
            parts.append(fitted[code, True])
        result[code] = shapely.coverage_union_all(parts)
        return result[code]
