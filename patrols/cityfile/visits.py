"""Reads `visits.toml`: how often each care kind are visited. The kinds themselves: `registers/cityfile.py`."""

from __future__ import annotations

from typing import Any

from grids.folder import Loading, Problem, Row, reads
from patrols.models import FollowUp, Visit, VisitRule
from registers.models import Care, CareKind

FILE = "visits.toml"
KEYS = ["kind", "stability", "least_level", "every_days", "first_within_days", "after_event_hours"]
# The least and the most that makes sense, and whether it must stand there.
FIGURES = {
    "every_days": (1, 400, True), "first_within_days": (1, 400, False), "after_event_hours": (1, 720, False),
    "least_level": (0, 5, False),
}  # fmt: skip


@reads(91)
def load_visits(loading: Loading) -> None:
    """The rules of visits; of several that fit somebody, the strictest holds."""
    if not (loading.folder / FILE).exists():
        return
    for key in sorted(loading.toml(FILE).keys() - {"visits", "orders"}):
        loading.problems.append(Problem(FILE, 0, key, "is not a known key"))
    rows = loading.blocks("visits", KEYS, file=FILE)
    kinds: dict[str, CareKind] = loading.made.get("care_kinds", {})
    for row in rows:
        _check(row, kinds)
    _refuse_same(rows)
    orders = _orders(loading)
    loading.stop_if_wrong()
    VisitRule.objects.bulk_create(VisitRule(rulebook=loading.rulebook, **_said(row)) for row in rows)
    FollowUp.objects.bulk_create(
        FollowUp(rulebook=loading.rulebook, sign=row["sign"], item=row["item"]) for row in orders
    )


def _orders(loading: Loading) -> list[Row]:
    """As which item a follow-up is opened, by what was found."""
    rows = loading.blocks("orders", ["sign", "item"], file=FILE)
    loading.refuse_twice(rows, "sign")
    above = {item.parent_id for item in loading.made["categories"].values()}
    for row in rows:
        if row["sign"]:
            row.one_of("sign", Visit.Sign.values)
        row.required("item")
        item = row.found("item", loading.made["categories"])
        if item is not None and item.pk in above:
            row.wrong("item", f"“{item.code}” is a heading of the catalogue, no item")
    return rows


def _check(row: Row, kinds: dict[str, CareKind]) -> None:
    row.required("kind")
    kind = row.found("kind", kinds) if isinstance(row["kind"], str) else None
    if row["stability"]:
        row.one_of("stability", Care.Stability.values)
    for field, (least, most, needed) in FIGURES.items():
        value = row[field]
        if value == "" and not needed:
            continue
        if type(value) is not int or not least <= value <= most:
            row.wrong(field, f"“{value}” is not a whole number from {least} to {most}")
    if kind is None:
        return
    if not kind.graded and (row["stability"] or row["least_level"] != ""):
        row.wrong("kind", f"“{kind.code}” has no degrees in registers.toml")
    if kind.about == CareKind.About.HOME and row["after_event_hours"] != "":
        row.wrong("after_event_hours", "events happen to people, not to homes")


def _refuse_same(rows: list[Row]) -> None:
    seen: dict[tuple[Any, ...], int] = {}
    for row in rows:
        about = (row["kind"], row["stability"], row["least_level"])
        if seen.setdefault(about, row.line) != row.line:
            row.wrong("kind", f"block {seen[about]} speaks of the same already")


def _said(row: Row) -> dict[str, Any]:
    figures = {field: row[field] if row[field] != "" else None for field in FIGURES}
    return {"kind": row["kind"], "stability": row["stability"], **figures}
