"""`departments.csv` and `groups.csv`: who handles, and which functional group takes which matters."""

from __future__ import annotations

from grids.folder import Loading, Row, reads
from grids.models import Department, GroupMatter
from grids.services import departments as services

COLUMNS = ["code", "name", "name_en", "kind", "area", "parent"]


@reads(30)
def load_departments(loading: Loading) -> None:
    """Makes or renews the departments; one that is gone from the file ends."""
    rows = loading.table("departments.csv", COLUMNS, key="code")
    codes = {row["code"]: row for row in rows}
    for row in rows:
        row.required("code")
        row.required("name")
        row.one_of("kind", Department.Kind.values)
        if not row.found("area", loading.made["areas"]):
            row.required("area")
        row.found("parent", codes)
    loading.stop_if_wrong()
    made = {row["code"]: _renewed(loading, row) for row in rows}
    for row in rows:
        if row["parent"]:
            Department.objects.filter(pk=made[row["code"]].pk).update(parent=made[row["parent"]])
            made[row["code"]].parent = made[row["parent"]]
    for gone in Department.objects.filter(city=loading.city, valid_to=None).exclude(code__in=made):
        services.end(gone, on=loading.settings["effective_from"])
    loading.made["departments"] = made


@reads(31)
def load_group_matters(loading: Loading) -> None:
    """Found problems are sorted by kind: which group takes which categories."""
    groups = {code: row for code, row in loading.made["departments"].items() if row.kind == Department.Kind.GROUP}
    rows = loading.table("groups.csv", ["department", "category"], needed=False)
    for row in rows:
        row.found("department", groups)
    loading.stop_if_wrong()
    GroupMatter.objects.bulk_create(
        GroupMatter(rulebook=loading.rulebook, group=groups[row["department"]], category=row["category"])
        for row in rows
    )


def _renewed(loading: Loading, row: Row) -> Department:
    area = loading.made["areas"][row["area"]]
    facts = {"name": row["name"], "name_en": row["name_en"], "kind": row["kind"], "area": area, "parent": None}
    facts["valid_to"] = None
    new = {**facts, "valid_from": loading.settings["effective_from"]}
    return Department.objects.update_or_create(
        city=loading.city, code=row["code"], defaults=facts, create_defaults=new
    )[0]
