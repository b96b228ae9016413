"""How a case stood, as plain rows: remembered before a step and put back when the step is undone.

The rows of its clocks and parts are written here; its status is the door's (`doors.take_back`). A clock that the step
had stopped goes on as if it had never stopped: it keeps the moment at which it is due.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Model, QuerySet

from casework.models import Case, Deadline, Part, Pause, Rung
from casework.services.faces import refresh_face

Rows = list[dict[str, Any]]


def remember(rows: Iterable[Model]) -> Rows:
    """Rows as they are now, fit for JSON, to the microsecond."""
    return [{field.attname: _plain(row, field) for field in row._meta.local_concrete_fields} for row in rows]


def _plain(row: Model, field: Any) -> Any:
    value = getattr(row, field.attname)
    return value.isoformat() if isinstance(value, dt.date | dt.datetime) else value


def put_back(now_there: QuerySet[Any], rows: Rows) -> None:
    """Makes a table's rows of a case what they were: what came since goes, what changed is as before."""
    table = now_there.model
    wanted = {row[table._meta.pk.attname]: row for row in rows}
    now_there.exclude(pk__in=wanted).delete()
    for present in now_there.filter(pk__in=wanted):
        changed = changes_in(present, wanted[present.pk])
        for name, value in changed.items():
            setattr(present, name, value)
        if changed:
            present.save(update_fields=list(changed))


def changes_in(present: Model, row: dict[str, Any]) -> dict[str, Any]:
    """What must be set for a row to be as it was."""
    was = {
        field.attname: field.to_python(row[field.attname])
        for field in present._meta.local_concrete_fields if field.attname in row
    }  # fmt: skip
    return {name: value for name, value in was.items() if getattr(present, name) != value}


def clocks_of(case: Case) -> dict[str, Rows]:
    """The clocks of a case with all that belongs to them, and who has a part in it."""
    return {name: remember(rows) for name, rows in _tables(case)}


def put_clocks_back(case: Case, was: dict[str, Rows]) -> None:
    """Clocks, pauses, rungs and parts as they were; with the case's row held."""
    for name, rows in _tables(case):
        put_back(rows, was[name])
    refresh_face(case)


def _tables(case: Case) -> list[tuple[str, QuerySet[Any]]]:
    return [
        ("clocks", Deadline.objects.filter(case=case)),
        ("pauses", Pause.objects.filter(deadline__case=case)),
        ("rungs", Rung.objects.filter(deadline__case=case)),
        ("parts", Part.objects.filter(case=case)),
    ]
