"""How the tests break a city folder, and how they count what it would have left behind."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

from django.db import connection

Breakage = Callable[[Path], None]


def in_table(file: str, line: int, /, **fields: str) -> Breakage:
    """Changes fields of one row (the header is line 1)."""

    def broken(folder: Path) -> None:
        rows = list(csv.reader(io.StringIO((folder / file).read_text("utf-8"))))
        for column, value in fields.items():
            rows[line - 1][rows[0].index(column)] = value
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(rows)
        (folder / file).write_text(out.getvalue(), "utf-8")

    return broken


def in_text(name: str, old: str, new: str) -> Breakage:
    def broken(folder: Path) -> None:
        text = (folder / name).read_text("utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), "utf-8")

    return broken


def without(name: str) -> Breakage:
    return lambda folder: (folder / name).unlink()


def everything() -> dict[str, int]:
    """How many rows each table of the database holds."""
    with connection.cursor() as cursor:
        counts = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'select count(*) from "{table}"')
            counts[table] = cursor.fetchone()[0]
    return counts
