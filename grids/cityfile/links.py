"""`links.csv`: who answers for which area beside the posts. The kinds are written in the city's own words."""

from __future__ import annotations

import datetime as dt

from grids.folder import Loading, Row, reads
from grids.models import ResponsibilityLink

COLUMNS = ["kind", "username", "area", "household", "since"]
Kind = ResponsibilityLink.Kind
KINDS = {
    "包联": Kind.LEADER, "包保": Kind.SUPPORT, "包片": Kind.SECTION, "包村": Kind.VILLAGE, "包网格": Kind.GRID,
    "包户": Kind.HOUSEHOLDS, "联系点": Kind.CONTACT,
}  # fmt: skip
Key = tuple[str, int, int, str]


@reads(44)
def load_links(loading: Loading) -> None:
    """Links the persons named; a link that is gone from the file ends."""
    rows = loading.table("links.csv", COLUMNS, needed=False)
    for row in rows:
        _check(loading, row)
    loading.stop_if_wrong()
    wanted = _by_key(loading, rows)
    loading.stop_if_wrong()
    present = ResponsibilityLink.objects.filter(area__city=loading.city, until=None)
    known = {(link.kind, link.user_id, link.area_id, link.household): link.pk for link in present}
    gone = [key for link, key in known.items() if link not in wanted]
    present.filter(pk__in=gone).update(until=loading.settings["effective_from"])
    ResponsibilityLink.objects.bulk_create(
        (_new(key, row) for key, row in wanted.items() if key not in known), batch_size=2000
    )


def _check(loading: Loading, row: Row) -> None:
    row.one_of("kind", KINDS)
    for field, known in {"username": "users", "area": "areas"}.items():
        row.required(field)
        row.found(field, loading.made[known])
    if (row["kind"] == "包户") != bool(row["household"]):
        row.wrong("household", "must be named for 包户, and for nothing else")
    row.required("since")
    row.date("since")


def _by_key(loading: Loading, rows: list[Row]) -> dict[Key, Row]:
    found: dict[Key, Row] = {}
    for row in rows:
        user, area = loading.made["users"][row["username"]], loading.made["areas"][row["area"]]
        key = (str(KINDS[row["kind"]]), user.pk, area.pk, row["household"])
        if key in found:
            row.wrong("username", f"this link stands in line {found[key].line} already")
        found.setdefault(key, row)
    return found


def _new(key: Key, row: Row) -> ResponsibilityLink:
    kind, user, area, household = key
    since = dt.date.fromisoformat(row["since"])
    return ResponsibilityLink(kind=kind, user_id=user, area_id=area, household=household, since=since)
