"""Invented people for a demo: the same seed, the same people. Their numbers fit and were never given out to anybody."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from typing import Final

from grids import geo
from grids.models import Area
from registers.columns import HEADINGS
from registers.models import CareKind
from registers.numbers import CHECK_SIGNS, WEIGHTS

FAMILY: Final = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
GIVEN: Final = (
    "秀兰桂英淑珍玉梅凤琴建国志强德明文华永福长贵国庆卫东海燕春梅晓红丽娟雪芹金花福生宝山振华素云爱民荣光"
    "学礼守信和平安康瑞雪清泉"
)
ESTATES: Final = ("向阳里", "和平里", "青松里", "明德里", "长乐里", "福安里", "春晓里", "枫林里")
# No such region exists, and no phone number begins so.
REGION, PREFIX = "99", "100"
# Of a hundred people how many are looked after so; the rest are not looked after at all.
SHARES: Final = {
    "elderly_high": 4, "key": 3, "ordinary": 5, "mental": 1, "corrections": 1, "released": 1, "hardship": 3,
    "floating": 5,
}  # fmt: skip
STABILITIES: Final = ("基本稳定", "基本稳定", "稳定", "稳定", "不稳定")


def rows_for(
    areas: Sequence[Area], kinds: Sequence[CareKind], *, each: int, seed: int, today: dt.date
) -> Iterator[list[str]]:
    """Rows of a sheet with our own headings: so many people in each of these grids."""
    chance = random.Random(seed)  # noqa: S311  # the same for the same seed is the point
    known = {kind.code: kind.name for kind in kinds}
    number = 0
    for area in areas:
        spots = _spots(area, chance)
        for place in range(each):
            number += 1
            yield _row(area, spots, place, number, known, chance, today)


def _row(
    area: Area, spots: Sequence[tuple[str, float, float]], place: int, number: int, known: dict[str, str],
    chance: random.Random, today: dt.date,
) -> list[str]:  # fmt: skip
    code = _kind(known, chance)
    born = _born(code, chance, today)
    flat = place // 2
    building, lng, lat = spots[flat % len(spots)]
    cells = {
        "name": chance.choice(FAMILY) + "".join(chance.sample(GIVEN, chance.choice((1, 2)))),
        "phone": f"{PREFIX}{chance.randrange(10**8):08d}", "id_number": _id_number(born, number), "area": area.code,
        "building": building, "door": f"{flat // len(spots) % 6 + 1}0{flat % 4 + 1}", "home_kind": "住宅",
        "lng": f"{lng:.6f}", "lat": f"{lat:.6f}", "care": known.get(code, ""),
        "since": (today - dt.timedelta(days=chance.randrange(1, 400))).isoformat() if code else "",
    }  # fmt: skip
    if code == "mental":
        cells["stability"] = chance.choice(STABILITIES)
        cells["level"] = str(chance.choice((0, 0, 1, 1, 2, 3)))
    return [cells.get(name, "") for name in HEADINGS]


def _kind(known: dict[str, str], chance: random.Random) -> str:
    drawn = chance.randrange(100)
    for code, share in SHARES.items():
        if drawn < share:
            return code if code in known else ""
        drawn -= share
    return ""


def _born(code: str, chance: random.Random, today: dt.date) -> dt.date:
    least, most = {"elderly_high": (80, 96), "key": (62, 90)}.get(code, (19, 78))
    return today - dt.timedelta(days=365 * chance.randrange(least, most) + chance.randrange(365))


def _id_number(born: dt.date, number: int) -> str:
    first = f"{REGION}{number // 1000:04d}{born:%Y%m%d}{number % 1000:03d}"
    return first + CHECK_SIGNS[sum(int(sign) * weight for sign, weight in zip(first, WEIGHTS, strict=True)) % 11]


def _spots(area: Area, chance: random.Random) -> list[tuple[str, float, float]]:
    """Some buildings around the middle of the grid."""
    line = area.boundary
    lng, lat = geo.inner_point(line) if line else (area.city.map_lng, area.city.map_lat)
    estate = ESTATES[area.pk % len(ESTATES)]
    return [
        (f"{estate} {number} 号楼", lng + chance.uniform(-4, 4) / 10_000, lat + chance.uniform(-3, 3) / 10_000)
        for number in range(1, 13)
    ]
