"""A paper as data that no longer changes: what it says, in sections and tables, with a fingerprint of all of it.

Made by `selectors/papers.py` and its neighbours; set as DOCX, PDF and XLSX by `services/printing`, each from this
alone, so that the three cannot differ in a figure.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Figure:
    """A number as it is printed, rounded once for all three forms; a sheet keeps it a number."""

    value: float
    places: int = 0
    percent: bool = False

    @property
    def shown(self) -> str:
        return f"{self.value * 100:.{self.places}f}%" if self.percent else f"{self.value:.{self.places}f}"

    @property
    def rounded(self) -> float:
        """The printed figure as a number, with nothing behind it that the paper does not show."""
        return round(self.value, self.places + 2 if self.percent else self.places)

    @property
    def pattern(self) -> str:
        """How a sheet prints it."""
        digits = f"0.{'0' * self.places}" if self.places else "0"
        return f"{digits}%" if self.percent else digits


Cell = str | Figure


def shown(cell: Cell) -> str:
    """A cell as a person reads it."""
    return cell.shown if isinstance(cell, Figure) else cell


@dataclass(frozen=True)
class Table:
    """A table with a heading of its own; `sheet_only`: too long for paper, so it stands in the sheet alone."""

    heading: str
    columns: tuple[str, ...]
    lines: tuple[tuple[Cell, ...], ...]
    sheet_only: bool = False
    # How wide the columns are to one another; alike where nothing is said.
    widths: tuple[int, ...] = ()

    @property
    def texts(self) -> list[list[str]]:
        return [[shown(cell) for cell in line] for line in self.lines]


@dataclass(frozen=True)
class Section:
    """A numbered part: 一、 at the top, （一） within it."""

    heading: str
    words: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    parts: tuple[Section, ...] = ()

    @property
    def tables_within(self) -> list[Table]:
        return [*self.tables, *(table for part in self.parts for table in part.tables_within)]


@dataclass(frozen=True)
class Document:
    """A paper of the house: who issues it, what it says, and under which number and edition."""

    issuer: str
    kind: str
    number: str
    title: str
    sections: tuple[Section, ...]
    signed_by: str
    date: str
    language: str
    edition: int = 1
    to: str = ""
    # What must be said before anything else: a draft, or that a later edition stands in its place.
    standing: str = ""
    opening: tuple[str, ...] = ()
    # Words of the form itself: "No.", "edition 2", "data".
    form: dict[str, str] = field(default_factory=dict)

    @property
    def tables(self) -> list[Table]:
        return [table for section in self.sections for table in section.tables_within]

    @property
    def data(self) -> dict[str, Any]:
        """All that the paper says, as plain data."""
        return {
            "issuer": self.issuer, "kind": self.kind, "number": self.number, "edition": self.edition,
            "title": self.title, "to": self.to, "standing": self.standing, "opening": list(self.opening),
            "sections": [_section(section) for section in self.sections], "signed_by": self.signed_by,
            "date": self.date,
        }  # fmt: skip

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the data: two papers with the same one say the same."""
        told = json.dumps(self.data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(told.encode()).hexdigest()

    @property
    def foot(self) -> str:
        """What stands at the foot of each page."""
        said = self.form.get("foot", "")
        return said.replace("{digest}", self.digest[:16])

    @property
    def chinese(self) -> bool:
        return self.language.startswith("zh")


def _section(section: Section) -> dict[str, Any]:
    tables = [
        {"heading": t.heading, "columns": list(t.columns), "lines": t.texts, "sheet_only": t.sheet_only,
         "widths": list(t.widths)}
        for t in section.tables
    ]  # fmt: skip
    return {
        "heading": section.heading, "words": list(section.words), "tables": tables,
        "parts": [_section(part) for part in section.parts],
    }  # fmt: skip


_DIGITS = "零一二三四五六七八九"


def ordinal(place: int, level: int, *, chinese: bool) -> str:
    """The number of a heading as GB/T 9704 has it: 一、 （一） 1. ; in English 1. (a)."""
    if not chinese:
        return f"{place}. " if level == 1 else f"({chr(96 + place)}) "
    tens, ones = divmod(place, 10)
    told = ("" if tens < 2 else _DIGITS[tens]) + ("十" if tens else "") + (_DIGITS[ones] if ones or not tens else "")
    return f"{told}、" if level == 1 else f"（{told}）"
