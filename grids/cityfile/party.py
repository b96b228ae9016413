"""`party_bodies.csv` and `member_units.csv`: Party bodies of areas, and the units that joined them."""

from __future__ import annotations

from grids.folder import Loading, Row, reads
from grids.models import MemberUnit, PartyBody, PartyBodySpell
from grids.services import party as services

BODIES = ["code", "name", "kind", "area", "parent"]
UNITS = ["party_body", "name", "kind"]


@reads(42)
def load_party_bodies(loading: Loading) -> None:
    """Founds the bodies that are new, renames and re-parents those that changed, ends those that are gone."""
    rows = loading.table("party_bodies.csv", BODIES, key="code", needed=False)
    codes = {row["code"]: row for row in rows}
    for row in rows:
        row.required("code")
        row.required("name")
        row.one_of("kind", PartyBody.Kind.values)
        if not row.found("area", loading.made["areas"]):
            row.required("area")
        row.found("parent", codes)
        if row["parent"] == row["code"]:
            row.wrong("parent", "a Party body cannot belong to itself")
    loading.stop_if_wrong()
    known = {body.code: body for body in PartyBody.objects.filter(city=loading.city).select_related("parent")}
    added = _found(loading, [row for row in rows if row["code"] not in known], known)
    _renew(loading, [row for row in rows if row["code"] not in added], known)
    for code in set(known) - set(codes):
        if known[code].valid_to is None:
            services.end(known[code], on=loading.settings["effective_from"])
    loading.made["party_bodies"] = {code: known[code] for code in codes}


@reads(43)
def load_member_units(loading: Loading) -> None:
    """The units of the neighbourhood that are members; one that is gone from the file has left."""
    rows = loading.table("member_units.csv", UNITS, needed=False)
    for row in rows:
        row.required("name")
        row.one_of("kind", MemberUnit.Kind.values)
        if not row.found("party_body", loading.made["party_bodies"]):
            row.required("party_body")
    _refuse_twice(rows)
    loading.stop_if_wrong()
    on = loading.settings["effective_from"]
    wanted = {(loading.made["party_bodies"][row["party_body"]].pk, row["name"]): row for row in rows}
    present = MemberUnit.objects.filter(body__city=loading.city, until=None)
    known = {(unit.body_id, unit.name): unit for unit in present}
    present.filter(pk__in=[unit.pk for key, unit in known.items() if key not in wanted]).update(until=on)
    MemberUnit.objects.bulk_create(
        MemberUnit(body_id=key[0], name=key[1], kind=row["kind"], since=on)
        for key, row in wanted.items()
        if key not in known
    )


def _found(loading: Loading, rows: list[Row], known: dict[str, PartyBody]) -> dict[str, PartyBody]:
    """The new bodies, in a few statements; a county has more than five hundred."""
    on = loading.settings["effective_from"]
    added = {
        row["code"]: PartyBody(
            city=loading.city, code=row["code"], name=row["name"], kind=row["kind"],
            area=loading.made["areas"][row["area"]], valid_from=on,
        )
        for row in rows
    }  # fmt: skip
    PartyBody.objects.bulk_create(added.values(), batch_size=1000)
    known |= added
    for row in rows:
        added[row["code"]].parent = known.get(row["parent"])
    PartyBody.objects.bulk_update(added.values(), ["parent"], batch_size=1000)
    PartyBodySpell.objects.bulk_create(
        PartyBodySpell(body=body, name=body.name, parent=body.parent, since=on) for body in added.values()
    )
    return added


def _renew(loading: Loading, rows: list[Row], known: dict[str, PartyBody]) -> None:
    on = loading.settings["effective_from"]
    for row in rows:
        body, parent = known[row["code"]], known.get(row["parent"])
        if body.valid_to is not None:
            row.wrong("code", f"“{row['code']}” has ended; codes are never used again")
            continue
        if body.name != row["name"]:
            services.rename(body, to=row["name"], on=on)
        if body.parent != parent:
            services.move(body, under=parent, on=on)
        area = loading.made["areas"][row["area"]]
        if (body.area_id, body.kind) != (area.pk, row["kind"]):
            PartyBody.objects.filter(pk=body.pk).update(area=area, kind=row["kind"])


def _refuse_twice(rows: list[Row]) -> None:
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        key = (row["party_body"], row["name"])
        if key in seen:
            row.wrong("name", f"“{row['name']}” stands in line {seen[key]} already")
        seen.setdefault(key, row.line)
