"""The whistle's part of a city folder, `whistle.toml`: kinds with their limits, the whistle list, the leaders' charges.

A folder without the file is that of a city which does not whistle. How lamps and answers climb stands in `ladder.csv`.
"""

from __future__ import annotations

import re
from typing import Any

from casework.calendar import Unit
from casework.models import LadderRule, TimeLimit
from casework.models.case import Lamp
from grids.folder import Loading, Problem, Row, reads
from grids.models import Role
from whistle.lifecycle import ARRIVE, CLOCKS, LIMITS, REPLY, SETTLE
from whistle.models import Charge, StreetPower, WhistleItem, WhistleKind

FILE = "whistle.toml"
KINDS = [
    "code", "name", "name_en", "blown_by", "raised_by", "calls", "urgent", "notice_days", "needs_effort", "growth",
    "limits",
]  # fmt: skip
ITEMS = ["name", "name_en", "category"]
CHARGES = ["seat", "departments", "main"]
POWERS = ["code", "name", "name_en", "deed"]
# What each key holds where it is given, and what is meant where it is not.
SHAPES: dict[str, tuple[type, object]] = {
    "blown_by": (list, []), "raised_by": (list, []), "departments": (list, []), "limits": (dict, {}),
    "urgent": (bool, False), "needs_effort": (bool, True), "main": (bool, False), "notice_days": (int, 0),
}  # fmt: skip
NAMES = {bool: "true or false", int: "a whole number", list: "a list of codes", dict: "a table", str: "a text"}
LONGEST = {"code": 12, "name": 40, "name_en": 80}
LONGEST_OF_ITEM = {"name": 80, "name_en": 120}
MOST_NOTICE_DAYS = 30
_CODE = re.compile(r"^[a-z][a-z0-9_-]*$")
_LIMIT = re.compile(r"^(\d{1,4}(?:\.\d{1,4})?) ([a-z_]+)$")

# A key of `[kinds.limits]`: its clock, and for whom or what it is another length than the clock's own.
STAGES: dict[str, tuple[str, str]] = {limit.partition(".")[2]: (limit, "") for limit in sorted(LIMITS)} | {
    "arrive_leader": (ARRIVE, "leader"),
    "settle_simple": (SETTLE, "simple"),
}
NEEDED = ("sign", "arrive")
# Whose lengths have a public source: row of rules.md 13.3 and its values; all others are the product's own.
SOURCED = {
    "approve": ("54", {"1 work_hour"}),
    "sign": ("55", {"1 work_hour", "0.17 urgent_hour", "0.1667 urgent_hour"}),
    "contact": ("56", {"24 urgent_hour"}),
    "arrive": ("57", {"0.5 urgent_hour", "3 work_day", "5 work_day"}),
    "settle": ("59", {"10 work_day"}),
    "settle_simple": ("59", {"1 work_day"}),
    "rate": ("62", {"5 work_day"}),
}
STAGE_WORDS = {
    "approve": "吹哨申请审批", "sign": "签收", "contact": "首次联系", "arrive": "报到", "arrive_leader": "领导报到",
    "settle": "办结", "settle_simple": "简单事项办结", "object": "退哨须提出", "rule": "退哨裁定", "rate": "下考上评分",
    "word": "二次哨征询吹哨人", "reply": "督办件书面说明",
}  # fmt: skip
UNIT_WORDS = {
    Unit.URGENT_HOUR: "紧急工作时", Unit.WORK_HOUR: "个工作时", Unit.WORK_DAY: "个工作日", Unit.NATURAL_DAY: "个自然日",
}  # fmt: skip


@reads(80)
def load_whistle(loading: Loading) -> None:
    """The kinds of whistle with their limits, the whistle list, the leaders' charges."""
    _refuse_misplaced(loading)
    if not (loading.folder / FILE).exists():
        return
    for key in sorted(loading.toml(FILE).keys() - {"kinds", "items", "charges", "powers"}):
        loading.problems.append(Problem(FILE, 0, key, "is not a known key"))
    kinds = _shaped(loading.blocks("kinds", KINDS, file=FILE))
    items = _shaped(loading.blocks("items", ITEMS, file=FILE))
    charges = _shaped(loading.blocks("charges", CHARGES, file=FILE))
    powers = _shaped(loading.blocks("powers", POWERS, file=FILE))
    loading.stop_if_wrong()
    _check_kinds(loading, kinds)
    _check_items(loading, items)
    _check_charges(loading, charges)
    _check_growth(loading, kinds, charges)
    _check_powers(loading, powers)
    loading.stop_if_wrong()
    _write(loading, kinds, items, charges)
    _write_powers(loading, powers)
    _check_red(loading)


def _shaped(rows: list[Row]) -> list[Row]:
    """Each value of the type its key asks for; TOML has types, and “1” is not true."""
    for row in rows:
        for key, value in row.items():
            wanted, meant = SHAPES.get(key, (str, ""))
            if value == "" and wanted is not str:
                row[key] = meant
            elif not _fits(value, wanted):
                row.wrong(key, f"must be {NAMES[wanted]}")
    return rows


def _fits(value: Any, wanted: type) -> bool:
    """Exactly the type, since a truth value is a number too; a list must be one of texts."""
    return type(value) is wanted and (not isinstance(value, list) or all(isinstance(word, str) for word in value))


def _check_kinds(loading: Loading, rows: list[Row]) -> None:
    codes = [row["code"] for row in rows]
    if rows:
        loading.refuse_twice(rows, "code")
    for row in rows:
        _check_words(row, LONGEST)
        if not _CODE.match(row["code"]):
            row.wrong("code", f"“{row['code']}” is not made of small letters, digits and hyphens")
        # The limits of “work” would be taken for those that “workers” leaves out.
        for other in codes:
            if other and row["code"].startswith(other) and row["code"] != other:
                row.wrong("code", f"“{row['code']}” must not begin with another kind's code “{other}”")
        row.one_of("calls", WhistleKind.Called.values)
        row.one_of("growth", WhistleKind.Growth.values)
        _check_roles(loading, row, "blown_by", "blow_in")
        _check_roles(loading, row, "raised_by", "raise_in")
        if not row["blown_by"]:
            row.wrong("blown_by", "is empty: nobody could blow it")
        if not 0 <= row["notice_days"] <= MOST_NOTICE_DAYS:
            row.wrong("notice_days", f"“{row['notice_days']}” is not a number of days from 0 to {MOST_NOTICE_DAYS}")
        _check_urgency(row)
        _check_limits(row)


def _check_words(row: Row, longest: dict[str, int]) -> None:
    row.required("name")
    for field, most in longest.items():
        if len(row[field]) > most:
            row.wrong(field, f"is longer than {most} signs")


def _check_roles(loading: Loading, row: Row, field: str, permission: str) -> None:
    """Who a kind's list names must hold the permission on ground, or the list would promise what no post allows."""
    for code in row[field]:
        role = loading.made["roles"].get(code)
        if role is None:
            row.wrong(field, f"“{code}” is not a role")
        elif permission not in role.permissions:
            row.wrong(field, f"the role “{code}” lacks {permission} in roles.csv")
        elif role.scope != Role.Scope.AREA:
            row.wrong(field, f"the role “{code}” is not held on an area")
    if len(set(row[field])) < len(row[field]):
        row.wrong(field, "names a role twice")


def _check_urgency(row: Row) -> None:
    """应急哨: day and night, at once (rules.md 13.3 rows 55 to 57)."""
    if not row["urgent"]:
        return
    if row["notice_days"]:
        row.wrong("notice_days", "an urgent kind is not announced days ahead")
    for stage in NEEDED:
        if not str(row["limits"].get(stage, "urgent_hour")).endswith(Unit.URGENT_HOUR.value):
            row.wrong(f"limits.{stage}", "an urgent kind counts day and night: urgent_hour")


def _check_limits(row: Row) -> None:
    needed = [
        *NEEDED,
        *(["approve"] if row["raised_by"] else []),
        *(["word"] if row["growth"] == WhistleKind.Growth.WITH_WORD else []),
    ]
    for stage in needed:
        if stage not in row["limits"]:
            row.wrong(f"limits.{stage}", "this limit is missing")
    for stage, text in row["limits"].items():
        match = _LIMIT.match(text) if isinstance(text, str) else None
        if stage not in STAGES:
            row.wrong(f"limits.{stage}", f"is not one of {', '.join(STAGES)}")
        elif not match:
            row.wrong(f"limits.{stage}", f"“{text}” is not a limit like 1 work_hour")
        elif match[2] not in {unit.value for unit in Unit}:
            row.wrong(f"limits.{stage}", f"“{match[2]}” is not one of {', '.join(sorted(Unit))}")
        elif float(match[1]) == 0:
            row.wrong(f"limits.{stage}", "must be more than zero")


def _check_items(loading: Loading, rows: list[Row]) -> None:
    if rows:
        loading.refuse_twice(rows, "name")
    for row in rows:
        _check_words(row, LONGEST_OF_ITEM)
        row.found("category", loading.made["categories"])


def _check_charges(loading: Loading, rows: list[Row]) -> None:
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        if not row.found("seat", loading.made["posts"]):
            row.required("seat")
        if row["main"] == bool(row["departments"]):
            row.wrong("departments", "a charge is of some departments, or main = true")
        for code in sorted(set(row["departments"]) - loading.made["departments"].keys()):
            row.wrong("departments", f"“{code}” is not known")
        for code in sorted(set(row["departments"])) or [""]:
            if seen.setdefault((row["seat"], code), row.line) != row.line:
                row.wrong("seat", f"“{row['seat']}” has this charge in block {seen[row['seat'], code]} already")
        if len(set(row["departments"])) < len(row["departments"]):
            row.wrong("departments", "names a department twice")


def _check_growth(loading: Loading, kinds: list[Row], charges: list[Row]) -> None:
    """A kind that grows must have somebody to grow towards, and a rung on which it does."""
    rungs = LadderRule.objects.filter(rulebook=loading.rulebook, clock__in=[ARRIVE, SETTLE], name="louder")
    for row in kinds:
        if row["growth"] == WhistleKind.Growth.BY_HAND:
            continue
        if row["calls"] == WhistleKind.Called.MEMBERS:
            row.wrong("growth", "no leader is in charge of Party members; such a kind grows by_hand")
        elif not charges:
            row.wrong("growth", f"“{row['growth']}” needs the charges of leaders")
        elif not any(charge["main"] for charge in charges):
            row.wrong("growth", f"“{row['growth']}” needs a main leader among the charges")
        elif not rungs:
            row.wrong("growth", f"“{row['growth']}” needs a rung “louder” on {ARRIVE} or {SETTLE} in ladder.csv")


def _check_powers(loading: Loading, rows: list[Row]) -> None:
    """赋权: the powers of the streets, each with what of a whistle is a use of it."""
    if rows:
        loading.refuse_twice(rows, "code")
    for row in rows:
        _check_words(row, LONGEST)
        row.one_of("deed", StreetPower.Deed.values)
        if not _CODE.match(row["code"]):
            row.wrong("code", f"“{row['code']}” is not made of small letters, digits and hyphens")


def _write_powers(loading: Loading, rows: list[Row]) -> None:
    StreetPower.objects.bulk_create(
        StreetPower(rulebook=loading.rulebook, place=place, **{name: row[name] for name in POWERS})
        for place, row in enumerate(rows, start=1)
    )


def _refuse_misplaced(loading: Loading) -> None:
    """The whistle's limits stand in its own file, a kind each; and its ladder speaks of its clocks."""
    for clock in _clocks(TimeLimit, loading):
        loading.problems.append(Problem("time_limits.csv", 0, "clock", f"“{clock}” belongs into {FILE}"))
    for clock in _clocks(LadderRule, loading) - {*CLOCKS, REPLY}:
        loading.problems.append(Problem("ladder.csv", 0, "clock", f"“{clock}” is not a stage of a whistle"))


def _check_red(loading: Loading) -> None:
    """What casework's own check asks of clocks whose limits were there before it."""
    ends = LadderRule.objects.filter(rulebook=loading.rulebook, name="due", moment="due", lamp=Lamp.RED)
    limited = _clocks(TimeLimit, loading) & {*CLOCKS, REPLY}
    for clock in sorted(limited - set(ends.values_list("clock", flat=True))):
        loading.problems.append(Problem("ladder.csv", 0, "rung", f"{clock} has limits but no red rung “due” at “due”"))


def _clocks(model: type[TimeLimit] | type[LadderRule], loading: Loading) -> set[str]:
    rows = model.objects.filter(rulebook=loading.rulebook, clock__startswith="whistle.")
    return set(rows.values_list("clock", flat=True))


def _write(loading: Loading, kinds: list[Row], items: list[Row], charges: list[Row]) -> None:
    told = {name for name in KINDS if name not in {"limits"}}
    WhistleKind.objects.bulk_create(
        WhistleKind(rulebook=loading.rulebook, place=place, **{name: row[name] for name in told})
        for place, row in enumerate(kinds, start=1)
    )
    TimeLimit.objects.bulk_create(
        _limit(loading, row["code"], stage, text) for row in kinds for stage, text in row["limits"].items()
    )
    WhistleItem.objects.bulk_create(
        WhistleItem(rulebook=loading.rulebook, place=place, **{name: row[name] for name in ITEMS})
        for place, row in enumerate(items, start=1)
    )
    departments = loading.made["departments"]
    Charge.objects.bulk_create(
        Charge(rulebook=loading.rulebook, seat=row["seat"], department=departments.get(code), main=row["main"])
        for row in charges
        for code in row["departments"] or [None]
    )


def _limit(loading: Loading, kind: str, stage: str, text: str) -> TimeLimit:
    clock, condition = STAGES[stage]
    amount, unit = text.split()
    row, values = SOURCED.get(stage, ("", set()))
    source = f"规则 {row}" if text in values else "本产品默认"
    return TimeLimit(
        rulebook=loading.rulebook, clock=clock, subject=kind, condition=condition, amount=float(amount), unit=unit,
        basis=f"{STAGE_WORDS[stage]} {amount} {UNIT_WORDS[Unit(unit)]}（{source}）",
    )  # fmt: skip
