"""The columns of a sheet of people and homes: which field each heading stands for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext_lazy, pgettext_lazy

from registers.sealing import normal

# The fields of a sheet with their words; the first heading of each is the one of our own empty sheet.
FIELDS: Final = {
    "name": pgettext_lazy("person", "Name"),
    "phone": gettext_lazy("Phone"),
    "id_number": gettext_lazy("ID number"),
    "birth_date": gettext_lazy("Birthday"),
    "area": gettext_lazy("Grid"),
    "building": gettext_lazy("Building"),
    "door": gettext_lazy("Door"),
    "home_kind": gettext_lazy("Kind of home"),
    "lng": gettext_lazy("Longitude"),
    "lat": gettext_lazy("Latitude"),
    "care": gettext_lazy("Care kinds"),
    "level": gettext_lazy("Danger level"),
    "stability": gettext_lazy("Stability"),
    "since": gettext_lazy("Looked after since"),
    "note": gettext_lazy("Note"),
}
HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "name": ("姓名", "名字", "name"),
    "phone": ("手机号", "手机", "手机号码", "电话", "联系电话", "联系方式", "phone"),
    "id_number": ("身份证号", "身份证号码", "身份证", "证件号码", "公民身份号码", "idnumber"),
    "birth_date": ("出生日期", "生日", "出生年月日", "birthday"),
    "area": ("网格", "网格代码", "网格编码", "网格名称", "所属网格", "grid"),
    "building": ("楼栋", "楼幢", "小区楼栋", "地址", "住址", "building"),
    "door": ("门牌", "门牌号", "房号", "室号", "door"),
    "home_kind": ("房屋类型", "住房类型", "kindofhome"),
    "lng": ("经度", "longitude", "lng"),
    "lat": ("纬度", "latitude", "lat"),
    "care": ("关爱类别", "类别", "人员类别", "对象类别", "carekinds"),
    "level": ("危险性等级", "等级", "危险等级", "dangerlevel"),
    "stability": ("稳定情况", "稳定程度", "病情", "stability"),
    "since": ("纳入日期", "开始日期", "起始日期", "lookedaftersince"),
    "note": ("备注", "说明", "note"),
}


def guessed_fields(headers: Sequence[str]) -> list[str]:
    """Which field each heading stands for; "" for none, and for the second of two that stand for one."""
    known = {normal("heading", word): name for name, words in HEADINGS.items() for word in words}
    found: list[str] = []
    for heading in headers:
        name = known.get(normal("heading", heading), "")
        found.append("" if name in found else name)
    return found


# What cells say in the office's own words, whatever language the reader has chosen.
STABILITIES: Final = {"不稳定": "unstable", "基本稳定": "basically", "稳定": "stable"}
HOME_KINDS: Final = {
    "住宅": "dwelling", "自住": "dwelling", "出租房": "rented", "出租": "rented", "集体宿舍": "dormitory",
    "宿舍": "dormitory", "商住": "over_shop", "沿街商住": "over_shop", "其他": "other",
}  # fmt: skip
