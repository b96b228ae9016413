"""Sheets that people hand in: XLSX and CSV read as plain text, whatever the file calls itself or hides inside."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell

MOST_ROWS: Final = 10_000
MOST_COLUMNS: Final = 100
LONGEST_CELL: Final = 4_000
LARGEST_FILE: Final = 20 * 1024 * 1024
# What the parts of an XLSX file may unfold to; ten thousand rows of a hotline need a tenth of it.
LARGEST_UNFOLDED: Final = 200 * 1024 * 1024
MOST_PARTS: Final = 500
# A spreadsheet keeps fifteen digits of a number: what is longer was rounded before it came to us.
ROUNDED: Final = "≈"
EXACT_BELOW: Final = 10**15
# A cell that begins like this is run by spreadsheets as a formula.
FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Sheet:
    """The first sheet of a file: its headings and its rows with the lines on which they stand."""

    headers: list[str]
    rows: list[tuple[int, list[str]]]


def read_sheet(content: bytes) -> Sheet:
    """The sheet of a file as text; a sentence where it is none, or too large."""
    if len(content) > LARGEST_FILE:
        raise ValidationError(_("The file is larger than 20 MB."))
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise ValidationError(_("This is a sheet of the old format (.xls). Save it as .xlsx or .csv."))
    lines = _xlsx(content) if content.startswith(b"PK") else _csv(content)
    return _bounded(lines)


def _bounded(lines: Iterable[list[str]]) -> Sheet:
    headers: list[str] = []
    rows: list[tuple[int, list[str]]] = []
    for number, cells in enumerate(lines, start=1):
        if number > 2 * MOST_ROWS or (any(cells) and len(rows) == MOST_ROWS):
            raise ValidationError(_("At most %(most)s rows are taken at once; divide the sheet.") % {"most": MOST_ROWS})
        if not any(cells):
            continue
        if not headers:
            headers = [cell.strip() for cell in cells]
            continue
        rows.append((number, (cells + [""] * len(headers))[: len(headers)]))
    if not headers or not rows:
        raise ValidationError(_("The sheet holds no row below its headings."))
    return Sheet(headers, rows)


def _narrow(cells: list[str]) -> list[str]:
    """A row without the empty cells at its end; refuses one that is wider than any sheet of orders."""
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > MOST_COLUMNS:
        raise ValidationError(_("At most %(most)s columns are taken.") % {"most": MOST_COLUMNS})
    return cells


def _csv(content: bytes) -> Iterator[list[str]]:
    text = _decoded(content)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield _narrow([cell.strip()[:LONGEST_CELL] for cell in cells])
    except csv.Error as error:
        raise ValidationError(_("This file cannot be read as a sheet: .xlsx and .csv are taken.")) from error


def _decoded(content: bytes) -> str:
    """UTF-8, with or without its mark, else GB 18030; anything with control characters is no sheet."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(ord(sign) < 32 and sign not in "\t\r\n" for sign in text):
            return text
    raise ValidationError(_("This file cannot be read as a sheet: .xlsx and .csv are taken."))


def _xlsx(content: bytes) -> Iterator[list[str]]:
    _refuse_bomb(content)
    try:
        # Formulas stay the text they are (data_only=False); read row by row, never as a whole.
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its size is not believed
        for cells in sheet.iter_rows(values_only=True):
            yield _narrow([_text(cell) for cell in cells])
    except ValidationError:
        raise
    except Exception as error:  # a ZIP that is no XLSX, broken XML: openpyxl stumbles in more ways than it names
        raise ValidationError(_("This file cannot be read as a sheet: .xlsx and .csv are taken.")) from error


def _refuse_bomb(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            sizes = [part.file_size for part in parts.infolist()]
    except zipfile.BadZipFile as error:
        raise ValidationError(_("This file cannot be read as a sheet: .xlsx and .csv are taken.")) from error
    if len(sizes) > MOST_PARTS or sum(sizes) > LARGEST_UNFOLDED:
        raise ValidationError(_("This file unfolds to more than a sheet of orders needs; divide it."))


def _text(cell: Any) -> str:
    """A cell as a person reads it."""
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ") if cell.time() != dt.time() else cell.date().isoformat()
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        whole = cell == int(cell) if abs(cell) < 1e300 else False
        text = str(int(cell)) if whole else repr(cell)
        return f"{ROUNDED}{text}" if abs(cell) >= EXACT_BELOW else text
    text = str(cell).strip()[:LONGEST_CELL]
    return "".join(sign for sign in text if ord(sign) >= 32 or sign in "\t\n")


def inert(text: str) -> str:
    """A cell that no spreadsheet runs: a leading apostrophe makes a would-be formula a text."""
    return f"'{text}" if text.lstrip().startswith(FORMULA_SIGNS) or text.startswith(FORMULA_SIGNS) else text


def as_csv(rows: Iterable[list[str]]) -> bytes:
    """Rows as CSV that spreadsheets of this country open with the right signs."""
    out = io.StringIO()
    csv.writer(out).writerows([inert(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Iterable[list[str]]) -> bytes:
    """Rows as XLSX, every cell a text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, value=inert(text))
            cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
