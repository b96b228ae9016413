"""A paper as DOCX in the style of Chinese offices (GB/T 9704-2012): margins, type sizes, line spacing, numbered heads.

Built as XML row by row: a board of a thousand people is a table that python-docx's own cells would take minutes for.
"""

from __future__ import annotations

import io
import re
from typing import Any, Final
from xml.sax.saxutils import escape

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from assessment.document import Document, Section, Table, ordinal, shown

# GB/T 9704-2012, 5.2: type area 156 × 225 mm on A4, 22 lines of 28 signs.
TOP, BOTTOM, LEFT, RIGHT = Mm(37), Mm(35), Mm(28), Mm(26)
LINE: Final = Pt(28.95)
# 3号, 2号, 4号, 5号, and the size of the issuer's head.
SIZE_3, SIZE_2, SIZE_4, SIZE_5, HEAD = Pt(16), Pt(22), Pt(14), Pt(10.5), Pt(30)
BODY, TITLE, SANS, ITALIC = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312"
LATIN: Final = "Times New Roman"
RED: Final = RGBColor(0xC8, 0x10, 0x2E)
# What an office without the standard's own fonts sets instead.
INSTEAD: Final = {
    BODY: "FangSong,仿宋,STFangsong,Noto Serif SC", TITLE: "FZXiaoBiaoSong-B05S,小标宋,SimSun,Noto Serif SC",
    SANS: "SimHei,STHeiti,Noto Sans SC", ITALIC: "KaiTi,楷体,STKaiti,Noto Serif SC",
}  # fmt: skip
# Signs that XML cannot hold.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def as_words(document: Document) -> bytes:
    """The paper as DOCX."""
    file: Any = docx.Document()
    _page(file)
    _fonts(file)
    _head(file, document)
    _body(file, document)
    _feet(file, document)
    core = file.core_properties
    core.title, core.author, core.subject = document.title, document.issuer, document.form["number"]
    core.comments = core.keywords = ""
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def _page(file: Any) -> None:
    page = file.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = TOP, BOTTOM, LEFT, RIGHT
    # The page's number stands 7 mm below the type area.
    page.footer_distance = Mm(20)
    file.settings.odd_and_even_pages_header_footer = True


def _fonts(file: Any) -> None:
    normal = file.styles["Normal"]
    normal.font.name, normal.font.size = LATIN, SIZE_3
    _eastern(normal.element.get_or_add_rPr(), BODY)
    spacing = normal.paragraph_format
    spacing.line_spacing, spacing.space_before, spacing.space_after = LINE, Pt(0), Pt(0)
    table = next(part for part in file.part.package.iter_parts() if str(part.partname) == "/word/fontTable.xml")
    told = "".join(f'<w:font w:name="{name}"><w:altName w:val="{other}"/></w:font>' for name, other in INSTEAD.items())
    table._blob = table.blob.replace(b"</w:fonts>", f"{told}</w:fonts>".encode())


def _eastern(properties: Any, font: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for kind in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(kind), None)
    fonts.set(qn("w:eastAsia"), font)


def _say(
    file: Any, words: str, *, font: str = BODY, size: Any = SIZE_3, bold: bool = False, colour: RGBColor | None = None,
    align: Any = None, indent: bool = False, style: str | None = None,
) -> Paragraph:  # fmt: skip
    """One paragraph; line breaks of people's words stay."""
    paragraph: Paragraph = file.add_paragraph(style=style)
    run = paragraph.add_run(_CONTROL.sub("", words))
    run.font.size, run.font.bold, run.font.name = size, bold, LATIN
    if colour is not None:
        run.font.color.rgb = colour
    _eastern(run._element.get_or_add_rPr(), font)
    paragraph.alignment = align
    if indent:
        paragraph.paragraph_format.first_line_indent = size * 2
    return paragraph


def _head(file: Any, document: Document) -> None:
    """版头: who issues, in red over a red line; then the kind, the number and the title."""
    centre = WD_ALIGN_PARAGRAPH.CENTER
    for words, size in ((document.issuer, HEAD), (document.kind, SIZE_2)):
        said = _say(file, words, font=TITLE, size=size, colour=RED, align=centre)
        said.paragraph_format.line_spacing = 1.2
    number = _say(file, document.form["number"], align=centre)
    line = f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="18" w:space="6" w:color="C8102E"/></w:pBdr>'
    # Borders come before all that this paragraph has of its own: Word refuses a file with another order.
    number._p.get_or_add_pPr().insert(0, parse_xml(line))
    number.paragraph_format.space_after = Pt(24)
    title = _say(file, document.title, font=TITLE, size=SIZE_2, align=centre)
    title.paragraph_format.line_spacing, title.paragraph_format.space_after = Pt(34), Pt(16)
    if document.standing:
        _say(file, document.standing, font=SANS, colour=RED, align=centre).paragraph_format.space_after = Pt(10)
    if document.to:
        _say(file, document.to + document.form["colon"])


def _body(file: Any, document: Document) -> None:
    for words in document.opening:
        _say(file, words, indent=True)
    for place, section in enumerate(document.sections, 1):
        _section(file, section, place, 1, document)
    for words in (document.signed_by, document.date):
        signed = _say(file, words, align=WD_ALIGN_PARAGRAPH.RIGHT)
        signed.paragraph_format.right_indent = SIZE_3 * 4
        signed.paragraph_format.keep_with_next = words == document.signed_by


def _section(file: Any, section: Section, place: int, level: int, document: Document) -> None:
    heading = f"{ordinal(place, level, chinese=document.chinese)}{section.heading}"
    said = _say(file, heading, font=SANS if level == 1 else ITALIC, indent=True, bold=level > 2)
    said.paragraph_format.keep_with_next = True
    # So that the office's own navigation and a screen reader find the heads.
    said._p.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="{level - 1}"/>'))
    for words in section.words:
        _say(file, words, indent=True)
    for table in section.tables:
        _table(file, table, document)
    for at, part in enumerate(section.parts, 1):
        _section(file, part, at, level + 1, document)


# --- tables -----------------------------------------------------------------------------------------------------------
WIDTH: Final = 156 * 1440 / 25.4  # of the type area, in twentieths of a point


def _table(file: Any, table: Table, document: Document) -> None:
    caption = _say(file, table.heading, font=SANS, size=SIZE_4, align=WD_ALIGN_PARAGRAPH.CENTER)
    caption.paragraph_format.keep_with_next = True
    if table.sheet_only:
        _say(file, document.form["in_the_sheet"], size=SIZE_4, align=WD_ALIGN_PARAGRAPH.CENTER)
        return
    parts = table.widths or (1,) * len(table.columns)
    widths = [round(WIDTH * part / sum(parts)) for part in parts]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    rows = [_row(table.columns, widths, head=True)]
    rows += [_row([shown(cell) for cell in line], widths) for line in table.lines]
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    xml = (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{round(WIDTH)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{sides}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )
    file.element.body.insert_element_before(parse_xml(xml), "w:sectPr")
    # A paragraph after each table, or Word runs two of them together.
    file.add_paragraph().paragraph_format.line_spacing = Pt(14)


def _row(texts: Any, widths: list[int], *, head: bool = False) -> str:
    """One line of a table; the names of the columns are said again on every page."""
    font, mark = (SANS, "<w:tblHeader/>") if head else (BODY, "")
    fonts = f'<w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{font}"/>'
    size = f'<w:sz w:val="{int(SIZE_5.pt * 2)}"/><w:szCs w:val="{int(SIZE_5.pt * 2)}"/>'
    cells = []
    for text, width in zip(texts, widths, strict=True):
        lines = '</w:t><w:br/><w:t xml:space="preserve">'.join(escape(_CONTROL.sub("", text)).split("\n"))
        cells.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr>'
            f'<w:spacing w:before="20" w:after="20" w:line="300" w:lineRule="atLeast"/><w:jc w:val="center"/></w:pPr>'
            f'<w:r><w:rPr>{fonts}{size}</w:rPr><w:t xml:space="preserve">{lines}</w:t></w:r></w:p></w:tc>'
        )
    return f"<w:tr><w:trPr><w:cantSplit/>{mark}</w:trPr>{''.join(cells)}</w:tr>"


# --- feet -------------------------------------------------------------------------------------------------------------
def _feet(file: Any, document: Document) -> None:
    """— 1 — outside, in 4号; under it the number, the edition, the date and the fingerprint of the data."""
    page = file.sections[0]
    _foot(page.footer, document, WD_ALIGN_PARAGRAPH.RIGHT)
    _foot(page.even_page_footer, document, WD_ALIGN_PARAGRAPH.LEFT)


def _foot(footer: Any, document: Document, align: Any) -> None:
    footer.is_linked_to_previous = False
    first = footer.paragraphs[0]
    first.alignment = align
    side = "right_indent" if align == WD_ALIGN_PARAGRAPH.RIGHT else "left_indent"
    setattr(first.paragraph_format, side, SIZE_4)
    first.paragraph_format.line_spacing = Pt(18)
    for xml in ("— ", '<w:fldChar w:fldCharType="begin"/>', "PAGE", '<w:fldChar w:fldCharType="end"/>', " —"):
        run = first.add_run()
        run.font.size, run.font.name = SIZE_4, "SimSun"
        _eastern(run._element.get_or_add_rPr(), "宋体")
        if xml.startswith("<"):
            run._r.append(parse_xml(xml.replace("<w:fldChar ", f"<w:fldChar {nsdecls('w')} ")))
        elif xml == "PAGE":
            run._r.append(parse_xml(f'<w:instrText {nsdecls("w")} xml:space="preserve"> PAGE </w:instrText>'))
        else:
            run.text = xml
    told = _say(footer, document.foot, size=Pt(9), align=WD_ALIGN_PARAGRAPH.CENTER)
    told.paragraph_format.line_spacing = Pt(12)
