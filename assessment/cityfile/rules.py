"""What else stands in `assessment.toml`: how long each stage may take, the sums of heavy rewards, the standards."""

from __future__ import annotations

import re
from typing import Any

from assessment.cityfile.blocks import FILE, Place, blocks, lines_of, shaped, tell
from assessment.lifecycle import BOUNDS, LIMITS
from assessment.models import HeavyReward, Standard
from assessment.reasons import Merit
from casework.calendar import Unit
from casework.models import LadderRule, TimeLimit
from casework.models.case import Lamp
from grids.folder import Loading, Problem, reads

# A key of `[limits]` and its clock or bound.
STAGES = {limit.partition(".")[2]: limit for limit in sorted(LIMITS)}
# Whose lengths rules.md 13.5 row 86 gives; all others are the product's own.
SOURCED = {"show": "5 work_day", "appeal": "3 work_day", "review": "5 work_day"}
STAGE_WORDS = {
    "enter": "考核专班录入", "look": "社区初核", "confirm": "街道确认", "show": "公示", "appeal": "可提出申诉",
    "review": "申诉复核", "decide": "奖惩建议答复",
}  # fmt: skip
UNIT_WORDS = {
    Unit.URGENT_HOUR: "紧急工作时", Unit.WORK_HOUR: "个工作时", Unit.WORK_DAY: "个工作日", Unit.NATURAL_DAY: "个自然日",
}  # fmt: skip
_LIMIT = re.compile(r"^(\d{1,3}(?:\.\d{1,2})?) ([a-z_]+)$")
STANDARD: dict[str, Any] = {
    "sort": "principle", "name": "", "name_en": "", "text": "", "text_en": "", "figure": "", "goal": 0.0,
}  # fmt: skip
LONGEST = {"name": 40, "name_en": 80, "text": 300, "text_en": 500}
MOST_YUAN = 1_000_000


@reads(91)
def load_rules(loading: Loading) -> None:
    """Limits of the stages, sums of heavy rewards, and the standards the city set itself."""
    _refuse_misplaced(loading)
    if not (loading.folder / FILE).exists():
        return
    told = loading.toml(FILE)
    lines = lines_of(loading.folder / FILE)
    limits = _limits(loading, lines, told.get("limits", {}))
    rewards = _rewards(loading, lines, told.get("rewards", {}))
    standards = _standards(loading, lines, told)
    loading.stop_if_wrong()
    TimeLimit.objects.bulk_create(limits)
    HeavyReward.objects.bulk_create(rewards)
    Standard.objects.bulk_create(standards)
    _check_red(loading)


def _limits(loading: Loading, lines: dict[Place, int], told: Any) -> list[TimeLimit]:
    table = told if isinstance(told, dict) else {}
    for stage in sorted(STAGES.keys() - table.keys()):
        tell(loading, lines, ("limits", stage), "this limit is missing")
    return [found for stage, text in table.items() if (found := _limit(loading, lines, stage, text))]


def _limit(loading: Loading, lines: dict[Place, int], stage: str, text: Any) -> TimeLimit | None:
    match = _LIMIT.match(text) if isinstance(text, str) else None
    if stage not in STAGES:
        reason = f"is not one of {', '.join(sorted(STAGES))}"
    elif not match or match[2] not in {unit.value for unit in Unit} or float(match[1]) == 0:
        reason = f"“{text}” is not a limit like 3 work_day"
    else:
        source = "规则 86" if SOURCED.get(stage) == text else "本产品默认"
        basis = f"{STAGE_WORDS[stage]} {match[1]} {UNIT_WORDS[Unit(match[2])]}（{source}）"
        return TimeLimit(
            rulebook=loading.rulebook, clock=STAGES[stage], amount=float(match[1]), unit=match[2], basis=basis
        )
    tell(loading, lines, ("limits", stage), reason)
    return None


def _rewards(loading: Loading, lines: dict[Place, int], told: Any) -> list[HeavyReward]:
    """Each merit with its sums, the highest grade first; none where the city gives no heavy rewards."""
    if not isinstance(told, dict):
        tell(loading, lines, ("rewards",), "must be a table of merits")
        return []
    found = []
    for merit, sums in told.items():
        if merit not in Merit.values:
            tell(loading, lines, ("rewards", merit), f"is not one of {', '.join(sorted(Merit))}")
        elif not _falling(sums):
            tell(loading, lines, ("rewards", merit), "must be whole yuan, the highest grade first, each less")
        else:
            found += [
                HeavyReward(rulebook=loading.rulebook, merit=merit, grade=grade, yuan=yuan)
                for grade, yuan in enumerate(sums, start=1)
            ]
    return found


def _falling(sums: Any) -> bool:
    whole = isinstance(sums, list) and bool(sums) and all(type(yuan) is int and 0 < yuan <= MOST_YUAN for yuan in sums)
    return whole and sums == sorted(set(sums), reverse=True)


def _standards(loading: Loading, lines: dict[Place, int], told: dict[str, Any]) -> list[Standard]:
    found = []
    for number, block in enumerate(blocks(loading, lines, ("standards",), told)):
        place: Place = ("standards", number)
        row = shaped(loading, lines, place, block, STANDARD, also=set())
        _check_standard(loading, lines, place, row)
        row["goal"] = row["goal"] or None
        found.append(Standard(rulebook=loading.rulebook, place=number + 1, **row))
    return found


def _check_standard(loading: Loading, lines: dict[Place, int], place: Place, row: dict[str, Any]) -> None:
    for name, most in LONGEST.items():
        if len(row[name]) > most or (name in {"name", "text"} and not row[name]):
            tell(loading, lines, (*place, name), f"must be a text of at most {most} signs")
    if row["sort"] not in Standard.Sort.values:
        tell(loading, lines, (*place, "sort"), f"“{row['sort']}” is not one of {', '.join(Standard.Sort.values)}")
    is_target = row["sort"] == Standard.Sort.TARGET
    if is_target and row["figure"] not in Standard.Figure.values:
        tell(loading, lines, (*place, "figure"), f"is not one of {', '.join(Standard.Figure.values)}")
    if is_target and not 0 < row["goal"] <= 1:
        tell(loading, lines, (*place, "goal"), "must be a share up to 1")
    if not is_target and (row["figure"] or row["goal"]):
        tell(loading, lines, (*place, "figure"), "only a target has a figure and a goal")


def _refuse_misplaced(loading: Loading) -> None:
    """The limits of these stages stand in their own file; and the ladder speaks of their clocks alone."""
    for clock in sorted(_clocks(TimeLimit, loading)):
        loading.problems.append(Problem("time_limits.csv", 0, "clock", f"“{clock}” belongs into {FILE}"))
    for clock in sorted(_clocks(LadderRule, loading) - (LIMITS - BOUNDS)):
        loading.problems.append(Problem("ladder.csv", 0, "clock", f"“{clock}” is not a stage of an assessment"))


def _check_red(loading: Loading) -> None:
    """What casework's own check asks of clocks whose limits were there before it."""
    ends = LadderRule.objects.filter(rulebook=loading.rulebook, name="due", moment="due", lamp=Lamp.RED)
    limited = _clocks(TimeLimit, loading) - BOUNDS
    for clock in sorted(limited - set(ends.values_list("clock", flat=True))):
        loading.problems.append(Problem("ladder.csv", 0, "rung", f"{clock} has limits but no red rung “due” at “due”"))


def _clocks(model: type[TimeLimit] | type[LadderRule], loading: Loading) -> set[str]:
    rows = model.objects.filter(rulebook=loading.rulebook, clock__startswith="assessment.")
    return set(rows.values_list("clock", flat=True))
