"""`city.toml`: the city, the next version of its rulebook, its levels and their staffing."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import Max
from django.utils import timezone

from grids.folder import BadFolder, Loading, Problem, Row, reads
from grids.models import City, Level, Post, Rulebook, StaffingRule

FEWEST_LEVELS, MOST_LEVELS = 2, 6  # rules.md 13.1 row 2
LEVEL = [
    "rank", "name", "name_en", "head_title", "code_length", "desk", "accepts", "base", "households_min",
    "households_max",
]  # fmt: skip
STAFFING = ["level", "employment", "tag", "need", "name", "note"]


@reads(10)
def load_city(loading: Loading) -> None:
    """Makes or renews the city and begins its next rulebook."""
    words = loading.settings
    for key, kind in {"slug": str, "name": str, "effective_from": dt.date, "counts": list, "map_center": list}.items():
        if not isinstance(words.get(key), kind):
            loading.problems.append(Problem("city.toml", 0, key, "is missing or of another kind"))
    _check_zone(loading, words)
    loading.stop_if_wrong()
    loading.city = _renewed_city(words)
    version = Rulebook.objects.filter(city=loading.city).aggregate(last=Max("version"))["last"] or 0
    loading.rulebook = Rulebook.objects.create(
        city=loading.city, version=version + 1, effective_from=words["effective_from"], published_at=timezone.now()
    )


@reads(11)
def load_levels(loading: Loading) -> None:
    """Makes or renews the levels, highest first."""
    rows = loading.blocks("levels", LEVEL)
    if not FEWEST_LEVELS <= len(rows) <= MOST_LEVELS:
        raise BadFolder([Problem("city.toml", 0, "levels", f"a city has 2 to 6 levels, not {len(rows)}")])
    if [row["rank"] for row in rows] != list(range(1, len(rows) + 1)):
        loading.problems.append(Problem("city.toml", 0, "levels", "ranks must go 1, 2, 3 … without a gap"))
    lengths = [row["code_length"] for row in rows]
    if lengths != sorted(set(lengths)):
        loading.problems.append(Problem("city.toml", 0, "code_length", "must grow from level to level"))
    if sum(bool(row["accepts"]) for row in rows) != 1:
        loading.problems.append(Problem("city.toml", 0, "accepts", "exactly one level accepts reports"))
    if [bool(row["base"]) for row in rows] != [False] * (len(rows) - 1) + [True]:
        loading.problems.append(Problem("city.toml", 0, "base", "the lowest level, and no other, is the base"))
    loading.stop_if_wrong()
    loading.made["levels"] = {row["rank"]: _renewed_level(loading.city, row) for row in rows}


@reads(12)
def load_staffing(loading: Loading) -> None:
    """How many workers of which kind each area of a level needs."""
    kinds = {*Post.Employment.values, "any"}
    for row in loading.blocks("staffing", STAFFING):
        row.one_of("employment", kinds)
        level = row.found("level", loading.made["levels"])
        if level:
            StaffingRule.objects.create(
                rulebook=loading.rulebook, level=level, employment=row["employment"], tag=row["tag"],
                need=int(row["need"]), name=row["name"], note=row["note"],
            )  # fmt: skip


def _check_zone(loading: Loading, words: dict[str, Any]) -> None:
    try:
        ZoneInfo(str(words.get("time_zone", "Asia/Shanghai")))
    except (ZoneInfoNotFoundError, ValueError):
        loading.problems.append(Problem("city.toml", 0, "time_zone", f"“{words['time_zone']}” is not a time zone"))


def _renewed_city(words: dict[str, Any]) -> City:
    lng, lat = words["map_center"]
    facts = {
        "name": words["name"], "name_en": words.get("name_en", ""), "full_name": words.get("full_name", ""),
        "time_zone": words.get("time_zone", "Asia/Shanghai"), "labels": words.get("labels", []),
        "supervision_phone": words.get("supervision_phone", ""),
        "map_lng": lng, "map_lat": lat, "map_zoom": words.get("map_zoom", 13),
    }  # fmt: skip
    return City.objects.update_or_create(slug=words["slug"], defaults=facts)[0]


def _renewed_level(city: City, row: Row) -> Level:
    facts = {column: row[column] for column in LEVEL if column != "rank" and row[column] != ""}
    return Level.objects.update_or_create(city=city, rank=row["rank"], defaults=facts)[0]
