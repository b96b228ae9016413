"""Rows of several tables in one statement: each list is a small query that answers as JSON, and becomes rows again.

One way to the database and back instead of ten; and each query is planned for itself: joined together, twenty tables
took longer to plan than to read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models

Row = dict[str, Any]
AnyRow = TypeVar("AnyRow", bound=models.Model)


_LIST = "(select coalesce(json_agg(r), '[]') from ({}) r)::text"


def gathered(queries: Mapping[str, str], values: Mapping[str, Any], *, parts: str = "") -> dict[str, list[Row]]:
    """The rows of each named query, in its order, all by one statement; `parts` begins it (`with …`)."""
    lists = ", ".join(_LIST.format(query) for query in queries.values())
    with connection.cursor() as cursor:
        cursor.execute(f"{parts} select {lists}", values)
        return {name: json.loads(rows) for name, rows in zip(queries, cursor.fetchone(), strict=True)}


def revived(model: type[AnyRow], row: Row) -> AnyRow:
    """A row that came as JSON, as its model has it; columns that were not asked for are read when they are needed."""
    fields = [each for each in model._meta.concrete_fields if each.column in row]
    values = [each.to_python(row[str(each.column)]) for each in fields]
    return model.from_db(DEFAULT_DB_ALIAS, [each.attname for each in fields], values)


def link(rows: Iterable[models.Model], name: str, others: Mapping[int, models.Model]) -> None:
    """Makes known what a foreign key of these rows points to, as `select_related` would; others are left unread."""
    for row in rows:
        key = row._meta.get_field(name)
        pointed = getattr(row, key.attname)  # type: ignore[union-attr]
        if pointed is None or pointed in others:
            key.set_cached_value(row, others.get(pointed))  # type: ignore[union-attr]


def fill(owner: models.Model, name: str, rows: list[Any], back: str) -> None:
    """Makes known what points to a row, as `prefetch_related` would; `back` is the name of the key that points."""
    for row in rows:
        row._meta.get_field(back).set_cached_value(row, owner)
    known = getattr(owner, name).get_queryset()
    known._result_cache, known._prefetch_done = rows, True
    owner.__dict__.setdefault("_prefetched_objects_cache", {})[name] = known
