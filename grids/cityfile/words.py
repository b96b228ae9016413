"""`city.toml`: the city's nets, panels and definitions. They are shown as the city writes them."""

from __future__ import annotations

from grids.folder import Loading, Row, reads
from grids.models import Definition, Net, Panel

WORDS = ["code", "name", "text"]


@reads(13)
def load_nets(loading: Loading) -> None:
    """Makes or renews the nets; one that is gone from the file is no longer in use."""
    rows = _rows(loading, "nets")
    loading.stop_if_wrong()
    made = {row["code"]: _renewed(loading, row, position) for position, row in enumerate(rows, start=1)}
    Net.objects.filter(city=loading.city).exclude(code__in=made).update(in_use=False)
    loading.made["nets"] = made


@reads(14)
def load_words(loading: Loading) -> None:
    """The panels and definitions of this rulebook."""
    for name, table in {"panels": Panel, "definitions": Definition}.items():
        rows = _rows(loading, name)
        loading.stop_if_wrong()
        table._default_manager.bulk_create(
            table(rulebook=loading.rulebook, code=row["code"], name=row["name"], text=row["text"], position=position)
            for position, row in enumerate(rows, start=1)
        )


def _rows(loading: Loading, name: str) -> list[Row]:
    rows = loading.blocks(name, WORDS)
    for row in rows:
        row.required("code")
        row.required("name")
    loading.refuse_twice(rows, "code")
    return rows


def _renewed(loading: Loading, row: Row, position: int) -> Net:
    facts = {"name": row["name"], "position": position, "in_use": True}
    return Net.objects.update_or_create(city=loading.city, code=row["code"], defaults=facts)[0]
