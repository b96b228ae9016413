"""Invented people of the village's registers, made by the real services. Their numbers fit and belong to nobody."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from grids.models import Area
from registers.models import Home, Person
from registers.numbers import CHECK_SIGNS, WEIGHTS
from registers.services import homes, people

GRID, SIBLING = "120106990001001", "120106990002001"
NAME, PHONE, DOOR = "欧阳若兰", "10020781234", "3 单元 702"


def id_number(born: str = "19401002", order: int = 204, region: str = "990106") -> str:
    """A number that fits and was never given out: there is no such region."""
    first = f"{region}{born}{order:03d}"
    return first + CHECK_SIGNS[sum(int(sign) * weight for sign, weight in zip(first, WEIGHTS, strict=True)) % 11]


NUMBER = id_number()
PLAIN = (NAME, PHONE, NUMBER, "1940-10-02", DOOR)


@pytest.fixture
def grid(city) -> Area:
    return Area.objects.get(city=city, code=GRID)


@pytest.fixture
def home(cast, grid) -> Home:
    return homes.take_in_home(
        by=cast.community, area=grid, building="甲里小区 3 号楼", door=DOOR, lng=117.151, lat=39.165
    )


@pytest.fixture
def person(cast, grid, home) -> Person:
    return people.take_in(by=cast.community, area=grid, home=home, name=NAME, phone=PHONE, id_number=NUMBER)


HEADINGS = [
    "姓名",
    "手机号",
    "身份证号",
    "网格",
    "楼栋",
    "门牌",
    "关爱类别",
    "危险性等级",
    "稳定情况",
    "纳入日期",
    "备注",
]


def row(number: int, **changes: str) -> list[str]:
    """A whole row of a sheet; each number is another person."""
    cells = {
        "姓名": "赵" + chr(0x4E00 + number), "手机号": f"100{number:08d}",
        "身份证号": id_number("19501231", number % 1000, f"{990000 + number // 1000}"), "网格": GRID,
        "楼栋": f"甲里小区 {number % 40 + 1} 号楼", "门牌": f"{number // 40 + 101}",
    }  # fmt: skip
    return [str((cells | changes).get(heading, "")) for heading in HEADINGS]


def xlsx(rows: Sequence[Sequence[object]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for cells in rows:
        sheet.append(list(cells))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv(rows: Sequence[Sequence[object]], encoding: str = "utf-8") -> bytes:
    return "\n".join(",".join(map(str, cells)) for cells in rows).encode(encoding)


@pytest.fixture
def sheet_file() -> Callable[[bytes], SimpleUploadedFile]:
    return lambda content: SimpleUploadedFile("people.xlsx", content)
