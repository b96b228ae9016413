"""`areas.geojson`: every area with its code, level, parent and line. Codes and households: rules.md 13.1."""

from __future__ import annotations

from collections import Counter
from typing import Any

import shapely
from django.core.exceptions import ValidationError
from django.db import connection

from grids import geo
from grids.folder import Loading, Problem, Row, reads
from grids.models import Area, AreaSpell, Level
from grids.services import areas as services

PROPERTIES = ["code", "name", "level", "parent", "drawn", "households", "kind"]
# A child may reach over its parent's line by the rounding of six decimals, about a tenth of a metre.
SLACK_DEGREES = 2e-6


@reads(20)
def load_areas(loading: Loading) -> None:
    """Adds the areas that are new, renames and moves those that changed, ends those that are gone."""
    rows = loading.features("areas.geojson")
    for row in rows:
        for name in PROPERTIES:
            if name not in row:
                row.wrong(name, "this property is missing")
    loading.stop_if_wrong()
    loading.refuse_twice(rows, "code")
    by_code = {row["code"]: row for row in rows}
    shapes = {row["code"]: _shape(row) for row in rows}
    for row in rows:
        _check(row, loading.made["levels"], by_code, shapes)
    _check_counts(loading, rows)
    loading.stop_if_wrong()
    _write(loading, rows)
    loading.made["areas"] = {area.code: area for area in Area.objects.filter(city=loading.city).select_related("level")}


def counts_by_level(loading: Loading) -> str:
    """The counts as `1/10/123/992`."""
    found = Counter(area.level.rank for area in loading.made["areas"].values() if area.valid_to is None)
    return "/".join(str(found[rank]) for rank in sorted(loading.made["levels"]))


def _shape(row: Row) -> Any:
    if row["geometry"] is None:
        row.wrong("geometry", "is missing; draw_areas can draw one")
        return None
    try:
        return geo.shape_of(row["geometry"])
    except ValidationError as error:
        row.wrong("geometry", " ".join(error.messages))
        return None


def _check(row: Row, levels: dict[int, Level], by_code: dict[str, Row], shapes: dict[str, Any]) -> None:
    row.required("name")
    row.one_of("kind", Area.Kind.values)
    level = row.found("level", levels)
    if level is None:
        return
    _check_code(row, level)
    _check_households(row, level)
    _check_parent(row, level, by_code, shapes)


def _check_code(row: Row, level: Level) -> None:
    code, parent = str(row["code"]), str(row["parent"] or "")
    if not code.isdigit():
        row.wrong("code", f"“{code}” must be digits only")
    elif len(code) != level.code_length:
        row.wrong("code", f"“{code}” must have {level.code_length} digits at level {level.name}")
    elif not code.startswith(parent):
        row.wrong("code", f"“{code}” must begin with its parent's code “{parent}”")
    elif parent and set(code[len(parent) :]) == {"0"}:
        row.wrong("code", f"“{code}” ends in a sequence of zeros; sequences begin with 1")


def _check_households(row: Row, level: Level) -> None:
    count = row["households"]
    if count is None:
        return
    if not isinstance(count, int) or count < 0:
        row.wrong("households", f"“{count}” is not a count")
    elif level.households_max and not level.households_min <= count <= level.households_max:
        rule = f"{level.households_min}–{level.households_max}"
        row.loading.warn(row.file, row.line, "households", f"{row['name']} has {count}; the rule is {rule}")


def _check_parent(row: Row, level: Level, by_code: dict[str, Row], shapes: dict[str, Any]) -> None:
    if row["parent"] is None:
        if level.rank != 1:
            row.wrong("parent", f"an area of level {level.name} needs a parent")
        return
    above = by_code.get(row["parent"])
    if above is None:
        row.wrong("parent", f"“{row['parent']}” is not in this file")
    elif above["level"] != level.rank - 1:
        row.wrong("parent", f"“{row['parent']}” is not of the level directly above")
    elif not _inside(shapes.get(row["code"]), shapes.get(row["parent"])):
        row.wrong("geometry", f"reaches out of its parent “{row['parent']}”")


def _inside(child: Any, parent: Any) -> bool:
    if child is None or parent is None:
        return True  # said already
    return shapely.covers(parent, child) or shapely.covers(parent.buffer(SLACK_DEGREES), child)


def _check_counts(loading: Loading, rows: list[Row]) -> None:
    found = Counter(row["level"] for row in rows)
    counts = [found[rank] for rank in sorted(loading.made["levels"])]
    if counts != loading.settings["counts"]:
        reason = f"city.toml says {loading.settings['counts']}, the file holds {counts}"
        loading.problems.append(Problem("areas.geojson", 0, "counts", reason))


def _write(loading: Loading, rows: list[Row]) -> None:
    known = {
        area.code: area for area in Area.objects.filter(city=loading.city).select_related("level", "parent", "city")
    }
    for rank in sorted(loading.made["levels"]):
        here = [row for row in rows if row["level"] == rank]
        added = [_new(loading, row, known) for row in here if row["code"] not in known]
        Area.objects.bulk_create(added, batch_size=500)
        known |= {area.code: area for area in added}
        _write_paths(added)
        AreaSpell.objects.bulk_create(
            AreaSpell(area=area, name=area.name, parent=area.parent, since=area.valid_from) for area in added
        )
        for row in here:
            _renew(loading, known[row["code"]], row, known)
    gone = set(known) - {row["code"] for row in rows}
    for code in gone:
        if known[code].valid_to is None:
            services.end_area(known[code], on=loading.settings["effective_from"])
    services.touch_geometry(loading.city)


def _new(loading: Loading, row: Row, known: dict[str, Area]) -> Area:
    return Area(
        city=loading.city, level=loading.made["levels"][row["level"]], parent=known.get(row["parent"]),
        code=row["code"], name=row["name"], name_en=row.get("name_en") or "", kind=row["kind"],
        households=row["households"], valid_from=loading.settings["effective_from"], boundary=row["geometry"],
        drawn=bool(row["drawn"]), **geo.bounds_of(row["geometry"]),
    )  # fmt: skip


def _write_paths(areas: list[Area]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "update grids_area a set path = coalesce((select p.path from grids_area p where p.id = a.parent_id), '/')"
            " || a.id || '/' where a.id = any(%s)",
            [[area.pk for area in areas]],
        )
    paths = dict(Area.objects.filter(pk__in=[area.pk for area in areas]).values_list("pk", "path"))
    for area in areas:
        area.path = paths[area.pk]


def _renew(loading: Loading, area: Area, row: Row, known: dict[str, Area]) -> None:
    on = loading.settings["effective_from"]
    if area.name != row["name"]:
        services.rename(area, to=row["name"], on=on)
    if row["parent"] and area.parent != known[row["parent"]]:
        services.move(area, under=known[row["parent"]], on=on)
    facts = {"kind": row["kind"], "households": row["households"], "drawn": bool(row["drawn"])}
    facts["boundary"] = row["geometry"]
    if any(getattr(area, name) != value for name, value in facts.items()):
        Area.objects.filter(pk=area.pk).update(**facts, **geo.bounds_of(row["geometry"]))
