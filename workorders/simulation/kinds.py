"""What grid workers report, in the order in which cities see it, with weights; words are invented."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A kind of matter: its place in the default catalogue, how common it is, and how people put it."""

    category: str
    condition: str
    weight: int
    words: tuple[str, ...]
    done: str


KINDS = (
    Kind(
        "060303",
        "共享单车乱停放",
        22,
        ("共享单车乱停放，占了{place}的人行道。", "{place}共享单车堆了两排，行人绕到车道上走。"),
        "车辆已归位码齐。",
    ),
    Kind("060102", "乱挂横幅", 15, ("{place}乱挂横幅，绳子拴在树上。", "{place}护栏上挂着过期横幅。"), "横幅已拆除。"),
    Kind(
        "060102",
        "乱堆物料",
        13,
        ("{place}堆放废旧家具，占了通道。", "{place}有人堆放装修物料。"),
        "物料已清走，通道恢复。",
    ),
    Kind(
        "060101",
        "暴露垃圾",
        12,
        ("{place}暴露垃圾约两平方米，有异味。", "{place}绿化带里有成袋垃圾。"),
        "垃圾已清运，地面已冲洗。",
    ),
    Kind("060102", "沿街晾晒", 10, ("{place}沿街晾晒被褥，挂在路边护栏上。",), "已劝导收回。"),
    Kind(
        "060103",
        "流动摊贩",
        9,
        ("{place}流动摊贩占道，早市散后未离开。", "{place}路口有流动摊贩，影响通行。"),
        "已劝离，现场恢复。",
    ),
    Kind("060104", "", 8, ("{place}单元门贴满小广告。", "{place}地面新喷涂小广告。"), "小广告已清除覆盖。"),
    Kind(
        "060101", "垃圾桶满溢、倾倒", 6, ("{place}垃圾桶满溢，周边散落。", "{place}垃圾桶倾倒在路边。"), "已清桶复位。"
    ),
    Kind(
        "060101",
        "道路不洁",
        5,
        ("{place}路面有渣土遗撒。", "{place}道路不洁，落叶和污水混在一起。"),
        "路面已清扫冲洗。",
    ),
)
PLACES = (
    "{n} 号楼前", "{n} 号楼后身", "{n} 号门旁", "小区东门外", "小区西门外", "菜市场门口", "公交站旁", "幼儿园对面",
    "便民店门前", "{n} 号楼与围墙之间", "口袋公园入口", "自行车棚旁",
)  # fmt: skip
