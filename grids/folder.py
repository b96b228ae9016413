"""A city folder and how it is read: rows with their line numbers, problems collected, all or nothing.

Each app's `cityfile` registers with `@reads` what it takes from the folder; `services/publishing.py` calls them all.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grids.models import City, Rulebook

MOST_PROBLEMS = 30


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a folder: where, and why."""

    file: str
    line: int
    field: str
    reason: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.field}: {self.reason}" if self.field else f"{place}: {self.reason}"


class BadFolder(Exception):
    """The folder is refused, whole."""

    def __init__(self, problems: list[Problem]):
        super().__init__("\n".join(str(problem) for problem in problems[:MOST_PROBLEMS]))
        self.problems = problems


class Row(dict):
    """A row of a table of the folder that knows its own place."""

    def __init__(self, fields: dict[str, Any], loading: Loading, file: str, line: int):
        super().__init__(fields)
        self.loading, self.file, self.line = loading, file, line

    def wrong(self, field: str, reason: str) -> None:
        """Notes that a field of this row is wrong."""
        self.loading.problems.append(Problem(self.file, self.line, field, reason))

    def one_of(self, field: str, allowed) -> str:
        """The field's value if it is among those allowed."""
        value = self[field]
        if value not in allowed:
            self.wrong(field, f"“{value}” is not one of {', '.join(sorted(map(str, allowed)))}")
        return value

    def required(self, field: str) -> str:
        if not self[field]:
            self.wrong(field, "is empty")
        return self[field]

    def number(self, field: str) -> float:
        """A finite decimal that is not negative; 0 once the problem is noted."""
        try:
            value = float(self[field])
        except ValueError:
            value = -1.0
        if not 0 <= value < 1e9:
            self.wrong(field, f"“{self[field]}” is not a number of zero or more")
            return 0.0
        return value

    def date(self, field: str) -> dt.date | None:
        """An ISO date; None where the field is empty or wrong."""
        if not self[field]:
            return None
        try:
            return dt.date.fromisoformat(self[field])
        except ValueError:
            self.wrong(field, f"“{self[field]}” is not a date like 2026-01-31")
            return None

    def words(self, field: str) -> list[str]:
        """A list written with semicolons."""
        return [word.strip() for word in self[field].split(";") if word.strip()]

    def found(self, field: str, known: Mapping[Any, Any]) -> Any:
        """What a reference stands for; None where the field is empty or names nothing."""
        key = self[field]
        if key and key not in known:
            self.wrong(field, f"“{key}” is not known")
        return known.get(key)


@dataclass
class Loading:
    """One folder on its way into the database: what is read, what was made of it, what is wrong with it."""

    folder: Path
    today: dt.date
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    city: City = None  # type: ignore[assignment]  # set by the first reader
    rulebook: Rulebook = None  # type: ignore[assignment]
    # What earlier readers made, by its code: "levels", "areas", "departments", "roles", "users", "posts", "categories".
    made: dict[str, dict[Any, Any]] = field(default_factory=dict)
    _settings: dict[str, Any] | None = None

    def table(self, name: str, columns: list[str], *, key: str | None = None, needed: bool = True) -> list[Row]:
        """The rows of a CSV file; a missing column, a short row or a key given twice is a problem."""
        path = self.folder / name
        if not path.exists():
            if needed:
                self.problems.append(Problem(name, 0, "", "the file is missing"))
            return []
        rows = list(self._read(path, columns))
        if key:
            self.refuse_twice(rows, key)
        return rows

    def toml(self, name: str) -> dict[str, Any]:
        """A TOML file of the folder."""
        path = self.folder / name
        try:
            return tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            reason = "the file is missing"
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            reason = str(error)
        raise BadFolder([*self.problems, Problem(name, 0, "", reason)])

    @property
    def settings(self) -> dict[str, Any]:
        """`city.toml`, read once."""
        if self._settings is None:
            self._settings = self.toml("city.toml")
        return self._settings

    def blocks(self, name: str, columns: list[str], *, file: str = "city.toml") -> list[Row]:
        """The repeated blocks of a TOML file, e.g. `[[levels]]`, as rows; the line is the block's number."""
        found, blocks = [], (self.settings if file == "city.toml" else self.toml(file)).get(name, [])
        if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
            self.problems.append(Problem(file, 0, name, f"must be blocks that begin with [[{name}]]"))
            return []
        for number, block in enumerate(blocks, start=1):
            row = Row({column: block.get(column, "") for column in columns}, self, f"{file} [[{name}]]", number)
            for column in sorted(block.keys() - set(columns)):
                row.wrong(column, "is not a known key")
            found.append(row)
        return found

    def features(self, name: str) -> list[Row]:
        """The features of a GeoJSON file as rows, with `geometry`; one feature stands on one line."""
        path = self.folder / name
        try:
            text = path.read_text(encoding="utf-8")
            features = json.loads(text)["features"]
        except FileNotFoundError:
            raise BadFolder([*self.problems, Problem(name, 0, "", "the file is missing")]) from None
        except (ValueError, KeyError, TypeError) as error:
            raise BadFolder([*self.problems, Problem(name, 0, "", f"is not a FeatureCollection: {error}")]) from error
        lines = [number for number, line in enumerate(text.splitlines(), 1) if '"Feature"' in line]
        places = lines if len(lines) == len(features) else range(1, len(features) + 1)
        return [
            Row({**feature.get("properties", {}), "geometry": feature.get("geometry")}, self, name, place)
            for feature, place in zip(features, places, strict=True)
        ]

    def stop_if_wrong(self) -> None:
        """Refuses the folder if anything has been found wrong so far."""
        if self.problems:
            raise BadFolder(self.problems)

    def warn(self, file: str, line: int, field: str, reason: str) -> None:
        """Something worth a look that refuses nothing."""
        self.warnings.append(Problem(file, line, field, reason))

    def _read(self, path: Path, columns: list[str]) -> Iterator[Row]:
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            self.problems.append(Problem(path.name, 0, "", f"is not UTF-8: {error.reason}"))
            return
        reader = csv.reader(text.splitlines())
        header = next(reader, [])
        for column in columns:
            if column not in header:
                self.problems.append(Problem(path.name, 1, column, "this column is missing"))
        if set(columns) - set(header):
            return
        for values in reader:
            if not values:
                continue
            if len(values) != len(header):
                reason = f"has {len(values)} fields, the header has {len(header)}"
                self.problems.append(Problem(path.name, reader.line_num, "", reason))
                continue
            stripped = {name: value.strip() for name, value in zip(header, values, strict=True)}
            yield Row(stripped, self, path.name, reader.line_num)

    def refuse_twice(self, rows: list[Row], key: str) -> None:
        """Notes each key that an earlier row has already."""
        seen: dict[str, int] = {}
        for row in rows:
            if row[key] in seen:
                row.wrong(key, f"“{row[key]}” stands in line {seen[row[key]]} already")
            seen.setdefault(row[key], row.line)


Reader = Callable[[Loading], None]
_readers: list[tuple[int, Reader]] = []


def reads(order: int) -> Callable[[Reader], Reader]:
    """Registers a reader of a part of the folder; lower orders go first, apps in the order of their floors."""

    def register(reader: Reader) -> Reader:
        _readers.append((order, reader))
        return reader

    return register


def readers() -> list[Reader]:
    return [reader for _order, reader in sorted(_readers, key=lambda entry: entry[0])]
