"""`manage.py draw_areas FOLDER`: gives every area of a city folder that has no boundary a drawn one.

The geometry is `grids/drawing.py`. Real lines that the file holds are kept; what is drawn is marked `"drawn": true`.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

import shapely
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from grids.drawing import GRID, CannotDraw, draw_tree
from grids.geo import shape_of

FILE = "areas.geojson"
NARROW = 10 * GRID  # half the width, in degrees, up to which open ground is a gap
Features = dict[str, dict[str, Any]]


class Command(BaseCommand):
    help = "Draws a boundary for every area of a city folder that has none, level by level, inside its parent."
    requires_system_checks = ()  # files only, no database

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="a city folder; its areas.geojson is read and written back")
        parser.add_argument(
            "--redraw",
            type=int,
            metavar="RANK",
            help="also draw again what was drawn before on this level and below (2 = all but the city's own outline)",
        )
        parser.add_argument(
            "--decimals",
            type=int,
            choices=(5, 6, 7),
            default=6,
            help="decimals of a degree: 6 is a tenth of a metre; 5, a metre, makes the file of a large county smaller",
        )
        parser.add_argument("--check", action="store_true", help="write nothing; say whether the lines fit together")

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["folder"] / FILE
        features = read(path)
        if options["check"]:
            problems = misfits(features)
            if problems:
                raise CommandError("\n".join(problems))
            self.stdout.write(
                _("All lines fit together: no gap, no overlap. %(counts)s") % {"counts": counts(features)}
            )
            return
        drawn = draw(features, redraw=options["redraw"], decimals=options["decimals"])
        path.write_text(written(features, options["decimals"]), encoding="utf-8", newline="\n")
        self.stdout.write(_("%(drawn)d areas drawn in %(path)s.") % {"drawn": drawn, "path": path})


def read(path: Path) -> Features:
    """The features of a file by their codes; refuses what is not a tree of areas, with the reason."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["features"]
        features = {row["properties"]["code"]: row for row in rows}
        orphans = [code for code, row in features.items() if row["properties"]["parent"] not in {None, *features}]
    except OSError as error:
        raise CommandError(_("%(path)s cannot be read: %(error)s") % {"path": path, "error": error.strerror}) from error
    except (ValueError, KeyError, TypeError) as error:
        raise CommandError(
            _("%(path)s is not a list of areas with code and parent: %(error)s") % {"path": path, "error": error}
        ) from error
    if len(features) < len(rows):
        raise CommandError(_("A code stands twice in %(path)s.") % {"path": path})
    if orphans:
        raise CommandError(_("The parent of %(code)s is missing.") % {"code": ", ".join(sorted(orphans)[:5])})
    return features


def draw(features: Features, *, redraw: int | None = None, decimals: int = 6) -> int:
    """Draws what has no boundary (and, from a level down, what was drawn before); answers how many areas that was."""
    given = {code: shape for code, shape in shapes(features).items() if not _anew(features[code], redraw)}
    try:
        parents = {code: row["properties"]["parent"] for code, row in features.items()}
        result = draw_tree(parents, given, grid=10.0**-decimals)
    except CannotDraw as refusal:
        raise CommandError(_refusal(refusal)) from refusal
    for code, row in features.items():
        row["geometry"] = json.loads(shapely.to_geojson(result[code]))
        if code not in given:
            row["properties"]["drawn"] = True
    return len(features) - len(given)


def shapes(features: Features) -> dict[str, BaseGeometry]:
    """The boundaries that a file holds."""
    found = {}
    for code, row in features.items():
        if row.get("geometry"):
            try:
                found[code] = shape_of(row["geometry"])
            except ValidationError as error:
                raise CommandError(f"{code}: {' '.join(error.messages)}") from error
    return found


def misfits(features: Features) -> list[str]:
    """What does not fit: areas without a line, gaps and overlaps between sisters, children outside their parent."""
    lines = shapes(features)
    problems = [_("%(code)s has no boundary.") % {"code": code} for code in features if code not in lines]
    sisters: dict[str, list[str]] = {}
    for code in lines:
        sisters.setdefault(features[code]["properties"]["parent"], []).append(code)
    for parent, codes in sisters.items():
        here = [lines[code] for code in codes]
        if not shapely.coverage_is_valid(here):
            problems.append(_("The areas in %(code)s overlap, or their shared edges differ.") % {"code": parent})
        if parent in lines and _has_gap(lines[parent], here):
            problems.append(_("The areas in %(code)s leave a narrow gap.") % {"code": parent})
        outside = [code for code in codes if parent in lines and not lines[parent].covers(lines[code])]
        problems += [_("%(code)s reaches beyond its parent.") % {"code": code} for code in outside]
    return problems


def counts(features: Features) -> str:
    """How many areas each level has, as 1/10/123/992."""
    levels = Counter(row["properties"]["level"] for row in features.values())
    return "/".join(str(levels[rank]) for rank in sorted(levels))


def written(features: Features, decimals: int = 6) -> str:
    """The file as it is kept: one area a line, by level and code, so that a change shows as the lines it changed."""
    rows = sorted(features.values(), key=lambda row: (row["properties"]["level"], row["properties"]["code"]))
    lines = [json.dumps(_rounded(row, decimals), ensure_ascii=False, separators=(",", ":")) for row in rows]
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"


def _has_gap(parent: BaseGeometry, sisters: list[BaseGeometry]) -> bool:
    """Ground of some width may belong to no child (the steppe around a town); a sliver between lines is a mistake."""
    left = shapely.get_parts(parent.difference(shapely.union_all(sisters)))
    return any(part.buffer(-NARROW).is_empty for part in left if part.area > 0)


def _anew(row: dict[str, Any], redraw: int | None) -> bool:
    properties = row["properties"]
    return (
        redraw is not None
        and properties["parent"] is not None
        and properties["drawn"]
        and properties["level"] >= redraw
    )


def _rounded(row: dict[str, Any], decimals: int) -> dict[str, Any]:
    line = row["geometry"]
    return {**row, "geometry": line and {**line, "coordinates": _short(line["coordinates"], decimals)}}


def _short(value: Any, decimals: int) -> Any:
    return [_short(part, decimals) for part in value] if isinstance(value, list) else round(value, decimals)


def _refusal(refusal: CannotDraw) -> str:
    sentences = {
        CannotDraw.NO_OUTLINE: _(
            "%(code)s stands at the top and has no outline. Give it one: nothing can be drawn in it."
        ),
        CannotDraw.STICKS_OUT: _("%(code)s has an outline that reaches beyond its parent's."),
        CannotDraw.OVERLAPS: _("%(code)s has an outline that overlaps a sister's."),
        CannotDraw.NO_ROOM: _("There is no room in %(code)s for the areas that have no outline."),
    }
    return sentences[refusal.reason] % {"code": refusal.code}
