"""Reads `registers.toml`: the kinds of people and homes that the city looks after. How often they are visited: patrols.

A folder without the file is that of a city that keeps no registers.
"""

from __future__ import annotations

import re

from grids.folder import Loading, Problem, Row, reads
from registers.models import CareKind

FILE = "registers.toml"
KEYS = ["code", "name", "name_en", "about", "graded"]
LONGEST = {"code": 20, "name": 40, "name_en": 80}
_CODE = re.compile(r"^[a-z][a-z0-9_]*$")


@reads(48)
def load_registers(loading: Loading) -> None:
    """The care kinds, in the order in which pages show them."""
    loading.made["care_kinds"] = {}
    if not (loading.folder / FILE).exists():
        return
    for key in sorted(loading.toml(FILE).keys() - {"kinds"}):
        loading.problems.append(Problem(FILE, 0, key, "is not a known key"))
    rows = loading.blocks("kinds", KEYS, file=FILE)
    loading.refuse_twice(rows, "code")
    for row in rows:
        _check(row)
    loading.stop_if_wrong()
    kinds = [
        CareKind(
            rulebook=loading.rulebook, place=place, code=row["code"], name=row["name"], name_en=row["name_en"],
            about=row["about"] or CareKind.About.PERSON, graded=bool(row["graded"]),
        )
        for place, row in enumerate(rows, start=1)
    ]  # fmt: skip
    CareKind.objects.bulk_create(kinds)
    loading.made["care_kinds"] = {kind.code: kind for kind in kinds}


def _check(row: Row) -> None:
    for field, most in LONGEST.items():
        if not isinstance(row[field], str) or not row[field]:
            row.wrong(field, "must be a text")
        elif len(row[field]) > most:
            row.wrong(field, f"is longer than {most} signs")
    if isinstance(row["code"], str) and not _CODE.match(row["code"]):
        row.wrong("code", f"“{row['code']}” is not made of small letters, digits and _")
    if row["about"]:
        row.one_of("about", CareKind.About.values)
    if row["graded"] not in ("", True, False):
        row.wrong("graded", "must be true or false")
    elif row["graded"] is True and row["about"] == CareKind.About.HOME:
        row.wrong("graded", "a home has no degree")
