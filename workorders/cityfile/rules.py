"""The work order's part of a city folder: `dispatch_rules.csv`, the next edition of the dispatch rules."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

from django.core.exceptions import ValidationError

from grids.folder import Loading, Row, reads
from grids.models import Area, Department
from workorders.models import DispatchRule, RuleEdition, Source
from workorders.services.rules import check_rule, take_from_folder

FILE = "dispatch_rules.csv"
COLUMNS = [
    "category", "area", "source", "days", "hours", "lead", "assistants", "joint", "valid_from", "valid_until", "words",
]  # fmt: skip


@reads(70)
def load_dispatch_rules(loading: Loading) -> None:
    """The rules from the top; the same rows as last time make no new edition."""
    rows = loading.table(FILE, COLUMNS, needed=False)
    # Read back: only the database knows the areas' paths.
    areas = {area.code: area for area in Area.objects.filter(city=loading.city)}
    rules = [_new(loading, row, place, areas) for place, row in enumerate(rows, start=1)]
    loading.stop_if_wrong()
    digest = hashlib.sha256(json.dumps([list(row.values()) for row in rows]).encode()).hexdigest()
    before = RuleEdition.objects.filter(city=loading.city, state=RuleEdition.State.IN_FORCE).first()
    made = take_from_folder(loading.city, digest=digest, rules=rules)
    if made and before and not before.folder_digest:
        loading.warn(FILE, 0, "", f"edition {before.edition}, made at the desk, is replaced; it stays readable")


def _new(loading: Loading, row: Row, place: int, areas: dict[str, Area]) -> tuple[DispatchRule, list[Department]]:
    departments = loading.made["departments"]
    row.found("category", loading.made["categories"])
    sources = Source.objects.filter(rulebook=loading.rulebook).values_list("code", flat=True)
    row.one_of("source", {"", *(sources or Source.Kind.values)})
    row.one_of("days", {"", *DispatchRule.Days.values})
    row.one_of("joint", {"", "yes"})
    start, end = _hours(row)
    rule = DispatchRule(
        place=place, category=row["category"], area=row.found("area", areas), source=row["source"],
        days=row["days"] or DispatchRule.Days.ANY, hour_from=start, hour_until=end, joint=row["joint"] == "yes",
        lead=departments.get(row.required("lead")), valid_from=row.date("valid_from"),
        valid_until=row.date("valid_until"), words=row["words"],
    )  # fmt: skip
    assistants = _known(row, departments)
    _check(row, rule, assistants)
    return rule, assistants


def _check(row: Row, rule: DispatchRule, assistants: list[Department]) -> None:
    """What the desk's own form refuses, the folder may not say either."""
    if rule.lead_id is None:
        row.wrong("lead", f"“{row['lead']}” is not known")
        return
    try:
        check_rule(rule, assistants)
    except ValidationError as error:
        for field, sentences in error.message_dict.items():
            row.wrong(field, sentences[0])


def _known(row: Row, departments: dict[str, Department]) -> list[Department]:
    codes = row.words("assistants")
    for code in codes:
        if code not in departments:
            row.wrong("assistants", f"“{code}” is not known")
    return [departments[code] for code in codes if code in departments]


def _hours(row: Row) -> tuple[dt.time | None, dt.time | None]:
    """“22:00-06:00”: from, inclusive, and until, exclusive; across midnight where until is the smaller."""
    if not row["hours"]:
        return None, None
    try:
        start, end = (dt.time.fromisoformat(part.strip()) for part in row["hours"].split("-"))
    except ValueError:
        row.wrong("hours", f"“{row['hours']}” is not like 22:00-06:00")
        return None, None
    return start, end
