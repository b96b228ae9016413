"""The work order's part of a city folder: `sources.csv`, by which ways matters reach the centre."""

from __future__ import annotations

from grids.folder import Loading, Row, reads
from workorders.models import Source
from workorders.models.details import DETAILS

COLUMNS = ["code", "name", "name_en", "kind", "required", "optional", "citizen", "hides_reporter"]
LONGEST_CODE, LONGEST_NAME, LONGEST_NAME_EN = 20, 40, 80


@reads(62)
def load_sources(loading: Loading) -> None:
    """The sources in the order in which the report form offers them; a city has at least its own patrol."""
    rows = loading.table("sources.csv", COLUMNS, key="code")
    for row in rows:
        _check(row)
    loading.stop_if_wrong()
    made = Source.objects.bulk_create(_new(loading, row) for row in rows)
    loading.made["sources"] = {source.code: source for source in made}


def _check(row: Row) -> None:
    row.required("name")
    row.one_of("kind", Source.Kind.values)
    for name in ("citizen", "hides_reporter"):
        row.one_of(name, {"yes", "no"})
    for name, longest in (("code", LONGEST_CODE), ("name", LONGEST_NAME), ("name_en", LONGEST_NAME_EN)):
        if len(row[name]) > longest:
            row.wrong(name, f"is longer than {longest} signs")
    # The code stands in addresses: PUT /api/v1/integrations/{source}/…
    if not row["code"].isascii() or not row["code"].replace("_", "").isalnum():
        row.wrong("code", f"“{row['code']}” is not made of letters, digits and underscores")
    _check_details(row)


def _check_details(row: Row) -> None:
    for name in ("required", "optional"):
        for field in set(row.words(name)) - set(DETAILS):
            row.wrong(name, f"“{field}” is not one of {', '.join(DETAILS)}")
    twice = set(row.words("required")) & set(row.words("optional"))
    if twice:
        row.wrong("optional", f"“{', '.join(sorted(twice))}” is required already")


def _new(loading: Loading, row: Row) -> Source:
    return Source(
        rulebook=loading.rulebook, code=row["code"], name=row["name"], name_en=row["name_en"], kind=row["kind"],
        required=row.words("required"), optional=row.words("optional"), citizen=row["citizen"] == "yes",
        hides_reporter=row["hides_reporter"] == "yes",
    )  # fmt: skip
