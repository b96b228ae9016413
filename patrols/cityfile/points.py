"""Reads `patrols.toml`: the city's rules for patrols, kinds of key points, checklists by unit, key times.

A folder without the file is that of a city that plans no patrols; its workers may still walk by the usual rules.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from casework.moment import now
from grids.folder import Loading, Problem, Row, reads
from patrols.models import Checklist, ChecklistItem, KeyTime, PatrolPoint, PatrolRule, PointKind

FILE = "patrols.toml"
KINDS = ["code", "name", "name_en", "weight", "interval_days"]
LISTS = ["department", "name", "watch", "items"]
TIMES = [
    "name", "name_en", "sort", "since", "until", "hours", "kinds", "area", "times", "rounds", "team", "level",
]  # fmt: skip
# Figures of `[rule]`, each with the least and the most that makes sense (rules.md 13.6 rows 89 to 92).
RULE: dict[str, tuple[int, int]] = {
    "radius_metres": (5, 1000), "accuracy_metres": (5, 1000), "sample_seconds": (1, 300), "sample_metres": (1, 500),
    "least_inside_percent": (0, 100), "longest_gap_minutes": (1, 240), "top_speed_kmh": (5, 150),
    "most_skew_seconds": (10, 3600), "daily_minutes": (10, 480), "daily_share_percent": (0, 100),
    # Ninety days and no more: tracks are sensitive personal data (rules.md 10).
    "keep_days": (1, 90),
}  # fmt: skip
FIGURES: dict[str, tuple[int, int, int]] = {  # the least, the most, what is meant where nothing stands
    "weight": (1, 9, 1), "interval_days": (1, 365, 7), "times": (1, 24, 1), "rounds": (0, 20, 0), "team": (2, 12, 3),
}  # fmt: skip
LONGEST = {"code": 20, "name": 40, "name_en": 80}
LONGEST_NAME, LONGEST_WATCH, LONGEST_LINE, MOST_LINES = 60, 300, 120, 30
_CODE = re.compile(r"^[a-z][a-z0-9_-]*$")
_HOURS = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$")


@reads(90)
def load_patrols(loading: Loading) -> None:
    """The rule, the kinds of points, the units' checklists, the key times."""
    if not (loading.folder / FILE).exists():
        return
    told = loading.toml(FILE)
    for key in sorted(told.keys() - {"rule", "point_kinds", "checklists", "key_times"}):
        loading.problems.append(Problem(FILE, 0, key, "is not a known key"))
    rule = _rule(loading, told.get("rule"))
    kinds = loading.blocks("point_kinds", KINDS, file=FILE)
    lists = loading.blocks("checklists", LISTS, file=FILE)
    times = loading.blocks("key_times", TIMES, file=FILE)
    _check_kinds(loading, kinds)
    _check_lists(loading, lists)
    _check_times(loading, times, {kind["code"] for kind in kinds})
    loading.stop_if_wrong()
    PatrolRule.objects.create(rulebook=loading.rulebook, **rule)
    _write_kinds(loading, kinds)
    _write_lists(loading, lists)
    _write_times(loading, times)


def _rule(loading: Loading, told: Any) -> dict[str, int]:
    """`[rule]` as whole figures; what it leaves out is the product's own default."""
    if not isinstance(told, dict):
        loading.problems.append(Problem(FILE, 0, "rule", "must be a table that begins with [rule]"))
        return {}
    row = Row(told, loading, f"{FILE} [rule]", 0)
    for key in sorted(told.keys() - RULE.keys()):
        row.wrong(key, "is not a known key")
    return {key: _whole(row, key, *bounds) for key, bounds in RULE.items() if key in told}


def _whole(row: Row, field: str, least: int, most: int) -> int:
    """A whole number within its bounds; the least, once the problem is noted. A truth value is none."""
    value = row[field]
    if type(value) is int and least <= value <= most:
        return value
    row.wrong(field, f"“{value}” is not a whole number from {least} to {most}")
    return least


def _text(row: Row, field: str, most: int, *, must: bool = False) -> str:
    """A text of at most so many signs; what is none is noted and taken for empty."""
    value = row[field]
    if not isinstance(value, str):
        row.wrong(field, "must be a text")
        row[field] = ""
    elif must and not value.strip():
        row.wrong(field, "is empty")
    elif len(value) > most:
        row.wrong(field, f"is longer than {most} signs")
    return row[field]


def _words(row: Row, field: str) -> list[str]:
    """A list of texts; an empty one where nothing or nothing sensible stands."""
    value = row[field]
    if value != "" and not (isinstance(value, list) and all(isinstance(word, str) for word in value)):
        row.wrong(field, "must be a list of texts")
        value = []
    row[field] = value or []
    return row[field]


def _figure(row: Row, field: str) -> None:
    least, most, meant = FIGURES[field]
    row[field] = meant if row[field] == "" else _whole(row, field, least, most)


def _check_kinds(loading: Loading, rows: list[Row]) -> None:
    for row in rows:
        code = _text(row, "code", LONGEST["code"], must=True)
        if code and not _CODE.match(code):
            row.wrong("code", f"“{code}” is not made of small letters, digits and hyphens")
        _text(row, "name", LONGEST["name"], must=True)
        _text(row, "name_en", LONGEST["name_en"], must=True)
        _figure(row, "weight")
        _figure(row, "interval_days")
    if rows:
        loading.refuse_twice(rows, "code")
    else:
        loading.problems.append(Problem(FILE, 0, "point_kinds", "no kind of point is named"))


def _check_lists(loading: Loading, rows: list[Row]) -> None:
    items = _items(loading)
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        unit, name = _text(row, "department", 40, must=True), _text(row, "name", LONGEST_NAME, must=True)
        row.found("department", loading.made["departments"])
        _text(row, "watch", LONGEST_WATCH)
        if seen.setdefault((unit, name), row.line) != row.line:
            row.wrong("name", f"“{name}” of this unit stands in block {seen[unit, name]} already")
        lines = _words(row, "items")
        if not 1 <= len(lines) <= MOST_LINES:
            row.wrong("items", f"must hold 1 to {MOST_LINES} lines")
        row["items"] = [_line(row, line, items) for line in lines]


def _items(loading: Loading) -> set[str]:
    """The lowest entries of the catalogue that comes with this folder: what may be put upon grid workers (6.3)."""
    codes = loading.made["categories"].keys()
    return {code for code in codes if not any(other != code and other.startswith(code) for other in codes)}


def _line(row: Row, line: str, items: set[str]) -> tuple[str, str]:
    """“030101 Is the fire lane free?”: an item of the catalogue and the words to look by."""
    code, _space, words = line.partition(" ")
    if code not in items:
        row.wrong("items", f"“{code}” is no item of categories.csv: nothing else may be put upon grid workers")
    if not words.strip():
        row.wrong("items", f"“{line}” says nothing to look at; write a code, a space and the words")
    if len(words) > LONGEST_LINE:
        row.wrong("items", f"the line of “{code}” is longer than {LONGEST_LINE} signs")
    return code, words.strip()


def _check_times(loading: Loading, rows: list[Row], kinds: set[str]) -> None:
    for row in rows:
        _text(row, "name", LONGEST["name"], must=True)
        _text(row, "name_en", LONGEST["name_en"], must=True)
        row.one_of("sort", KeyTime.Sort.values)
        for field in ("times", "rounds", "team"):
            _figure(row, field)
        for code in sorted(set(_words(row, "kinds")) - kinds):
            row.wrong("kinds", f"“{code}” is not a kind of point of this file")
        row["hours"] = [hours for word in _words(row, "hours") if (hours := _span(row, word))]
        if _text(row, "area", 24):
            row.found("area", loading.made["areas"])
        _check_level(loading, row)
        _check_days(row)
        _check_use(row)
    if rows:
        loading.refuse_twice(rows, "name")


def _span(row: Row, word: str) -> list[int] | None:
    match = _HOURS.match(word)
    first, last = (int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])) if match else (0, 0)
    if not first < last <= 24 * 60:
        row.wrong("hours", f"“{word}” is not a span like 07:20-08:10")
        return None
    return [first, last]


def _check_level(loading: Loading, row: Row) -> None:
    """In each area of which level random rounds are drawn; a grid alone is too small for a mixed team's lot."""
    if row["level"] == "":
        row["level"] = None
    elif type(row["level"]) is not int or row["level"] not in loading.made["levels"]:
        row.wrong("level", f"“{row['level']}” is not one of the city's levels")


def _check_days(row: Row) -> None:
    for field in ("since", "until"):
        if row[field] == "":
            row[field] = None
        elif type(row[field]) is not dt.date:
            row.wrong(field, f"“{row[field]}” is not a date like 2026-01-31, without quotes")
            row[field] = None
    if row["since"] and row["until"] and row["until"] < row["since"]:
        row.wrong("until", "lies before since")
    if row["sort"] == KeyTime.Sort.PERIOD and not (row["since"] and row["until"]):
        row.wrong("since", "a sensitive period needs since and until")


def _check_use(row: Row) -> None:
    if row["sort"] == KeyTime.Sort.SCHOOL and not row["hours"]:
        row.wrong("hours", "daily hours are missing")
    if row["times"] == 1 and not row["rounds"] and not row["hours"]:
        row.wrong("times", "changes nothing: name times, rounds or hours")


def _write_kinds(loading: Loading, rows: list[Row]) -> None:
    PointKind.objects.bulk_create(
        PointKind(rulebook=loading.rulebook, place=place, **row) for place, row in enumerate(rows, start=1)
    )
    standing = PatrolPoint.objects.filter(city=loading.city, ended_at=None)
    for code in standing.exclude(kind__in=[row["code"] for row in rows]).values_list("kind", flat=True).distinct():
        loading.warn(
            FILE, 0, "point_kinds", f"points of the kind “{code}” stand in the city; they keep it, without a name"
        )


def _write_times(loading: Loading, rows: list[Row]) -> None:
    top = next(area for area in loading.made["areas"].values() if area.parent_id is None)
    plain = ("name", "name_en", "sort", "since", "until", "hours", "kinds", "times", "rounds", "team", "level")
    areas, laid_down = loading.made["areas"], {"city": loading.city, "rulebook": loading.rulebook, "set_at": now()}
    KeyTime.objects.bulk_create(
        KeyTime(area=areas.get(row["area"], top), **laid_down, **{field: row[field] for field in plain}) for row in rows
    )


def _write_lists(loading: Loading, rows: list[Row]) -> None:
    """A list that the file has not changed since it was last loaded leaves what the unit has made of it in force."""
    known = _editions(loading)
    for row in rows:
        unit = loading.made["departments"][row["department"]]
        standing, last = known.get((unit.pk, row["name"]), (None, None))
        if last is None or (last.watch, _lines(last)) != (row["watch"], row["items"]):
            _publish(loading, row, standing)


def _editions(loading: Loading) -> dict[tuple[int, str], tuple[Checklist | None, Checklist | None]]:
    """By unit and name: the edition in force, and the last one that came from this file."""
    found: dict[tuple[int, str], tuple[Checklist | None, Checklist | None]] = {}
    lists = Checklist.objects.filter(city=loading.city).prefetch_related("items").order_by("made_at", "pk")
    for edition in lists:
        standing, last = found.get((edition.department_id, edition.name), (None, None))
        found[edition.department_id, edition.name] = (
            edition if edition.until is None else standing,
            edition if edition.made_by_id is None else last,
        )
    return found


def _lines(edition: Checklist) -> list[tuple[str, str]]:
    return [(line.item, line.text) for line in edition.items.all()]


def _publish(loading: Loading, row: Row, standing: Checklist | None) -> None:
    at = now()
    if standing:
        Checklist.objects.filter(pk=standing.pk).update(until=at)
    edition = Checklist.objects.create(
        city=loading.city, department=loading.made["departments"][row["department"]], name=row["name"],
        watch=row["watch"], made_at=at, follows=standing,
    )  # fmt: skip
    ChecklistItem.objects.bulk_create(
        ChecklistItem(checklist=edition, place=place, item=code, text=text)
        for place, (code, text) in enumerate(row["items"], start=1)
    )
    if standing:
        PatrolPoint.objects.filter(checklist=standing, ended_at=None).update(checklist=edition)
