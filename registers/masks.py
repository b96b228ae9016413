"""How a name, a number or a birthday looks to who may know that there is one, and not what it is (rules 13.8, 127)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from grids.phones import masked as masked_phone

COMPOUND: Final = (
    "欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "令狐", "慕容", "夏侯", "司徒", "长孙", "宇文",
    "端木", "南宫", "轩辕", "独孤", "百里", "呼延",
)  # fmt: skip
HIDDEN: Final = "***"


def masked_name(name: str) -> str:
    """王**: the family name, and as many stars whatever the rest is."""
    if not name:
        return ""
    family = name[:2] if name[:2] in COMPOUND else name[:1]
    return f"{family}**"


def masked_id_number(number: str) -> str:
    """120106********4321: where it was given out, and the last four."""
    return f"{number[:6]}********{number[-4:]}" if len(number) == 18 else HIDDEN if number else ""


def masked_birth_date(date: str) -> str:
    """1946-**-**: the year."""
    return f"{date[:4]}-**-**" if date else ""


def masked_door(door: str) -> str:
    return HIDDEN if door else ""


MASKS: Final[dict[str, Callable[[str], str]]] = {
    "name": masked_name,
    "phone": masked_phone,
    "id_number": masked_id_number,
    "birth_date": masked_birth_date,
    "door": masked_door,
}
