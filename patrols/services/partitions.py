"""The months of the table of track points: made before they are needed, dropped when nobody may know them any more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import OperationalError, connection, transaction
from psycopg2.errors import LockNotAvailable

from casework.moment import now

TABLE = "patrols_trackpoint"
# Points that come while a new month is being made must not wait for one that was forgotten.
AHEAD = 3
# Asked of the catalogue itself: to_regclass remembers for a while that there was none.
_HAS = """
select from pg_inherits join pg_class on pg_class.oid = inhrelid
where inhparent = %s::regclass and relname = %s
"""
_STANDING = "select inhrelid::regclass::text from pg_inherits where inhparent = %s::regclass"


def ensure(moments: Iterable[dt.datetime]) -> None:
    """Every month in which one of the moments lies has its partition when this returns.

    A partition is made beside the table and then attached, which keeps nobody waiting who reads or writes points.
    """
    months = sorted({(moment.astimezone(dt.UTC).year, moment.astimezone(dt.UTC).month) for moment in moments})
    with connection.cursor() as cursor:
        for year, month in months:
            if not _stands(cursor, year, month):
                _make(cursor, year, month)


@transaction.atomic
def make_ahead() -> None:
    """This month and the next ones, so that no point has to wait for its partition; the task's work."""
    ensure(_first(now().astimezone(dt.UTC), more) for more in range(AHEAD))


def drop_before(moment: dt.datetime) -> list[str]:
    """Drops the months that ended before a moment; one that is being read stays until the next time."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [TABLE])
        over = [name for (name,) in cursor.fetchall() if _end_of(name) <= moment]
    return [name for name in sorted(over) if _dropped(name)]


def _dropped(name: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            # Whoever waits for the whole table lets everybody behind him wait too.
            cursor.execute("set local lock_timeout = '2s'")
            cursor.execute(f"drop table if exists {name}")
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            return False
        raise
    return True


def _stands(cursor, year: int, month: int) -> bool:  # type: ignore[no-untyped-def]
    cursor.execute(_HAS, [TABLE, _name(year, month)])
    return cursor.fetchone() is not None


def _make(cursor, year: int, month: int) -> None:  # type: ignore[no-untyped-def]
    """One at a time: two phones may bring the first points of a month at the same moment."""
    cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [TABLE])
    if _stands(cursor, year, month):
        return
    name, first = _name(year, month), dt.datetime(year, month, 1, tzinfo=dt.UTC)
    cursor.execute(f"create table {name} (like {TABLE} including all)")
    cursor.execute(
        f"alter table {TABLE} attach partition {name} for values from (%s) to (%s)", [first, _first(first, 1)]
    )


def _name(year: int, month: int) -> str:
    return f"{TABLE}_{year:04}_{month:02}"


def _end_of(name: str) -> dt.datetime:
    *_table, year, month = name.split("_")
    return _first(dt.datetime(int(year), int(month), 1, tzinfo=dt.UTC), 1)


def _first(moment: dt.datetime, more: int) -> dt.datetime:
    """The first moment of the month so many months later."""
    months = moment.year * 12 + moment.month - 1 + more
    return dt.datetime(months // 12, months % 12 + 1, 1, tzinfo=dt.UTC)
