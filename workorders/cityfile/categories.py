"""The work order's part of a city folder: `categories.csv`, and that limits and groups speak of known ones."""

from __future__ import annotations

from casework.models import LadderRule, TimeLimit
from grids.folder import Loading, Problem, Row, reads
from grids.models import GroupMatter
from workorders.lifecycle import CLOCKS, LIMITS
from workorders.models import Category

COLUMNS = ["code", "name", "name_en", "parent", "kind", "urgency", "handler", "family", "valid_until"]


@reads(60)
def load_categories(loading: Loading) -> None:
    """The catalogue of matters, parents before their items."""
    rows = loading.table("categories.csv", COLUMNS, key="code")
    codes = {row["code"]: row for row in rows}
    classes = {row["parent"] for row in rows}
    for row in rows:
        row.required("name")
        row.one_of("urgency", Category.Urgency.values)
        row.one_of("family", Category.Family.values if row["code"] not in classes else ["", *Category.Family.values])
        row.found("handler", loading.made["departments"])
        row.found("parent", codes)
        row.date("valid_until")
        if not row["code"].startswith(row["parent"]) or row["code"] == row["parent"]:
            row.wrong("code", f"“{row['code']}” must begin with its parent's code “{row['parent']}”")
    loading.stop_if_wrong()
    made: dict[str, Category] = {}
    for length in sorted({len(code) for code in codes}):
        layer = [_new(loading, row, made) for row in rows if len(row["code"]) == length]
        made |= {category.code: category for category in Category.objects.bulk_create(layer)}
    loading.made["categories"] = made


@reads(61)
def check_references(loading: Loading) -> None:
    """Limits, ladders and groups must speak of stages and categories that exist."""
    categories = loading.made["categories"]
    limits = TimeLimit.objects.filter(rulebook=loading.rulebook)
    for subject in limits.exclude(subject="").values_list("subject", flat=True).distinct():
        if subject not in categories:
            loading.problems.append(Problem("time_limits.csv", 0, "category", f"“{subject}” is not in categories.csv"))
    for model, file, known in ((TimeLimit, "time_limits.csv", LIMITS), (LadderRule, "ladder.csv", CLOCKS)):
        clocks = model.objects.filter(rulebook=loading.rulebook, clock__startswith="workorders.")
        for clock in set(clocks.values_list("clock", flat=True)) - set(known):
            loading.problems.append(Problem(file, 0, "clock", f"“{clock}” is not a stage of a work order"))
    for matter in GroupMatter.objects.filter(rulebook=loading.rulebook).exclude(category__in=categories):
        loading.problems.append(Problem("groups.csv", 0, "category", f"“{matter.category}” is not in categories.csv"))


def _new(loading: Loading, row: Row, made: dict[str, Category]) -> Category:
    return Category(
        rulebook=loading.rulebook, code=row["code"], name=row["name"], name_en=row["name_en"],
        parent=made.get(row["parent"]), kind=row["kind"], urgency=row["urgency"],
        handler=loading.made["departments"].get(row["handler"]), family=row["family"],
        valid_until=row.date("valid_until"),
    )  # fmt: skip
