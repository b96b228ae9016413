"""A paper as XLSX: its words on the first sheet, each table on one of its own, figures kept as numbers."""

from __future__ import annotations

import io
import re
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from assessment.document import Cell, Document, Figure, Section, Table, ordinal
from grids.sheets import inert

# Signs that no sheet may have in its name; it is cut at 31.
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
WIDEST = 48


def as_sheet(document: Document) -> bytes:
    """The paper as XLSX."""
    book = Workbook()
    first: Any = book.active
    first.title = _name(document.kind, [])
    _words(first, document)
    for table in document.tables:
        sheet = book.create_sheet(_name(table.heading, book.sheetnames))
        _table(sheet, table)
        _foot(sheet, document)
    _foot(first, document)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _name(heading: str, taken: list[str]) -> str:
    """A name for a sheet that no other has, whatever its case."""
    plain = _NOT_IN_NAMES.sub(" ", heading).strip()[:27] or "-"
    known = {name.lower() for name in taken}
    name, place = plain, 2
    while name.lower() in known:
        name, place = f"{plain} {place}", place + 1
    return name


def _words(sheet: Worksheet, document: Document) -> None:
    lines = [document.issuer, document.kind, document.title, document.form["number"], document.standing]
    lines += [document.to, *document.opening]
    for place, section in enumerate(document.sections, 1):
        lines += _of_section(section, place, 1, chinese=document.chinese)
    lines += [document.signed_by, document.date, document.foot]
    for line in filter(None, lines):
        _put(sheet, sheet.max_row + 1 if sheet.cell(1, 1).value else 1, 1, line)
    sheet.column_dimensions["A"].width = 100
    for row in sheet["A"]:
        row.alignment = Alignment(wrap_text=True, vertical="top")
    sheet["A3"].font = Font(bold=True, size=14)


def _of_section(section: Section, place: int, level: int, *, chinese: bool) -> list[str]:
    lines = [f"{ordinal(place, level, chinese=chinese)}{section.heading}", *section.words]
    for at, part in enumerate(section.parts, 1):
        lines += _of_section(part, at, level + 1, chinese=chinese)
    return lines


def _table(sheet: Worksheet, table: Table) -> None:
    for at, name in enumerate(table.columns, 1):
        _put(sheet, 1, at, name)
        sheet.cell(1, at).font = Font(bold=True)
        sheet.cell(1, at).fill = PatternFill("solid", fgColor="F0F0F0")
        texts = [name, *(line[at - 1] for line in table.texts)]
        width = min(max(len(text.encode("gb18030", "replace")) for text in texts) + 2, WIDEST)
        sheet.column_dimensions[get_column_letter(at)].width = width
    for row, line in enumerate(table.lines, 2):
        for at, cell in enumerate(line, 1):
            _put(sheet, row, at, cell)
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"


def _put(sheet: Worksheet, row: int, column: int, cell: Cell) -> None:
    """A figure as a number, words as text that no spreadsheet runs."""
    if isinstance(cell, Figure):
        sheet.cell(row, column, cell.rounded).number_format = cell.pattern
        return
    kept = sheet.cell(row, column, inert(ILLEGAL_CHARACTERS_RE.sub("", cell)))
    kept.data_type = "s"


def _foot(sheet: Worksheet, document: Document) -> None:
    sheet.oddFooter.center.text = "— &P —"
    # "&" begins an order to the printer.
    sheet.oddFooter.left.text = document.foot.replace("&", "&&")
