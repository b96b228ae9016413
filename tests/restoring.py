"""The village as it stood before a test that commits: its rows are kept beside the tables and put back afterwards.

Django would empty every table instead, and each test that follows would load the village again. Used by conftest.
"""

from __future__ import annotations

from django.db import connection, transaction

# A schema that no search path names, so nothing of the product can meet it.
KEPT = "kept_for_tests"
# Tables whose own triggers refuse what happens here: events are append-only.
GUARDED = "select distinct tgrelid::regclass::text from pg_trigger where not tgisinternal"
KEY = """
    select attname from pg_index join pg_attribute on attrelid = indrelid and attnum = any(indkey)
    where indisprimary and indrelid = %s::regclass
"""
COLUMNS = """
    select quote_ident(attname) from pg_attribute
    where attrelid = %s::regclass and attnum > 0 and not attisdropped and attgenerated = ''
"""


class Village:
    """Every row there is when it is made; `put_back` makes it so again, under the same keys."""

    def __init__(self) -> None:
        self._keep()
        guarded = _column(GUARDED)
        kept = _tables(KEPT)
        written_since = [f'delete from public."{table}"' for table in _tables("public") if table not in kept]
        restored = [statement for table in kept for statement in _restoring(table)]
        self.way_back = "; ".join([
            *(f"alter table {table} disable trigger user" for table in guarded),
            *written_since,
            *restored,
            "set constraints all immediate",
            *(f"alter table {table} enable trigger user" for table in guarded),
        ])  # fmt: skip

    def _keep(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"create schema {KEPT}")
            for table in _tables("public"):
                cursor.execute(f'create table {KEPT}."{table}" as table public."{table}"')
                if not cursor.rowcount:
                    cursor.execute(f'drop table {KEPT}."{table}"')

    def put_back(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(self.way_back)


def _restoring(table: str) -> list[str]:
    """Only what differs is touched: to write every row anew would ask every other table who refers to it."""
    here, there = f'public."{table}"', f'{KEPT}."{table}"'
    (key,) = _column(KEY, here)
    columns = _column(COLUMNS, here)
    mine, kept = ", ".join(columns), ", ".join(f"kept.{column}" for column in columns)
    return [
        f"delete from {here} mine where not exists (select from {there} kept where kept.{key} = mine.{key})",
        f"update {here} mine set ({mine}) = row({kept}) from {there} kept "
        f"where kept.{key} = mine.{key} and mine is distinct from kept",
        f"insert into {here} ({mine}) select {kept} from {there} kept "
        f"where not exists (select from {here} mine where mine.{key} = kept.{key})",
    ]


def _tables(schema: str) -> list[str]:
    return _column("select tablename from pg_tables where schemaname = %s order by tablename", schema)


def _column(query: str, *parameters: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return [row[0] for row in cursor.fetchall()]
