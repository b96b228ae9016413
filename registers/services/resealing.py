"""Rotation of the keys: every sealed text anew under the first key, in batches that may be interrupted and repeated.

Tables of apps above are named by `sealed_elsewhere`, so that a key is never dropped while anything still needs it.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Model

from registers.models import Care, Home, Person, RegisterLine
from registers.sealing import OF_A_PERSON, key_of, reseal, unseal

AT_ONCE = 500
# Model → its sealed columns; apps above add theirs when they are ready (`registers.services.resealing.also`).
_SEALED: dict[type[Model], tuple[str, ...]] = {
    Home: ("door",), Person: OF_A_PERSON, Care: ("note",), RegisterLine: ("cells",),
}  # fmt: skip


def also(table: type[Model], *columns: str) -> None:
    """Names a table of another app that keeps sealed texts."""
    _SEALED[table] = columns


def reseal_all() -> dict[str, int]:
    """Seals everything anew; returns by table how many rows. Safe to run again wherever it stopped."""
    return {table.__name__: _reseal(table, columns) for table, columns in _SEALED.items()}


def _reseal(table: type[Model], columns: tuple[str, ...]) -> int:
    last, done = 0, 0
    rows = table._default_manager.order_by("pk")
    while True:
        with transaction.atomic():
            batch = list(rows.filter(pk__gt=last).select_for_update(of=("self",), no_key=True)[:AT_ONCE])
            if not batch:
                return done
            written = [column for name in columns for column in _anew(batch, name)]
            table._default_manager.bulk_update(batch, sorted(set(written)), batch_size=100)
        last, done = int(batch[-1].pk), done + len(batch)


def _anew(batch: list[Any], name: str) -> list[str]:
    """One sealed column of some rows under the first key, and the key to search by where there is one."""
    sealed, key = f"{name}_sealed", f"{name}_key"
    searched = hasattr(batch[0], key)
    for row in batch:
        if searched:
            setattr(row, key, key_of(name, unseal(getattr(row, sealed))))
        setattr(row, sealed, reseal(getattr(row, sealed)))
    return [sealed, key] if searched else [sealed]
