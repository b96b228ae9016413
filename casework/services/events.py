"""Writes what happened, chained: one statement adds events and moves each case's last hash.

The hash is PostgreSQL's own function `casework_event_hash` (migration 0003), so that one event written here and ten
thousand written by the sweep are chained by the same code. `selectors.broken_chains` reads them back.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from casework.actors import Actor
from casework.models import Case

# `source` selects, for cases whose rows are held, one row each: what is to be written.
_CHAIN = """
with source as ({source}), link as (
    select source.*, c.event_count + 1 as seq, c.last_hash as previous
    from source join casework_case c on c.id = source.case_id
), added as (
    insert into casework_event (case_id, seq, verb, actor_id, before, after, note, facts, at, previous, hash)
    select case_id, seq, verb, actor_id, before, after, note, facts, at, previous,
           casework_event_hash(previous, case_id, seq, verb, actor_id, before, after, note, facts, at)
    from link returning case_id, seq, hash
)
update casework_case c set event_count = added.seq, last_hash = added.hash{shown}
from added where c.id = added.case_id returning c.id, c.last_hash, c.event_count
"""
_ROWS = """
select * from jsonb_to_recordset(%(rows)s::jsonb) as told(
    case_id bigint, verb text, actor_id bigint, before text, after text, note text, facts jsonb, at timestamptz)
"""


# What belongs to a case's event of one verb although the service that writes it knows nothing of it.
_beside: ContextVar[tuple[int, str, Mapping[str, Any]] | None] = ContextVar("beside", default=None)


@contextmanager
def told_beside(case: Case, verb: str, facts: Mapping[str, Any]) -> Iterator[None]:
    """The case's events of that verb written meanwhile hold these facts besides their own: how a phone sent a step."""
    before = _beside.set((case.pk, verb, facts))
    try:
        yield
    finally:
        _beside.reset(before)


@dataclass(frozen=True)
class Entry:
    """What is to be written of one case."""

    case_id: int
    verb: str
    at: dt.datetime
    actor: Actor
    before: str = ""
    after: str = ""
    note: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


def record(
    case: Case,
    verb: str,
    *,
    by: Actor,
    at: dt.datetime,
    before: str = "",
    after: str = "",
    note: str = "",
    facts: dict[str, Any] | None = None,
) -> None:
    """Adds one event to a case whose row the caller holds."""
    told = _beside.get()
    if told and told[:2] == (case.pk, verb):
        facts = {**told[2], **(facts or {})}
    [(_key, case.last_hash, case.event_count)] = record_many(
        [Entry(case.pk, verb, at, by, before, after, note, facts or {})]
    )


def record_many(entries: Iterable[Entry]) -> list[tuple[int, str, int]]:
    """Adds one event to each of many cases whose rows the caller holds; a case may stand among them only once."""
    rows = [
        {
            "case_id": entry.case_id, "verb": entry.verb, "actor_id": entry.actor.pk, "before": entry.before,
            "after": entry.after, "note": entry.note, "facts": entry.facts, "at": entry.at.isoformat(),
        }
        for entry in entries
    ]  # fmt: skip
    return chain(_ROWS, {"rows": json.dumps(rows, cls=DjangoJSONEncoder, ensure_ascii=False)})


def chain(source: str, values: dict[str, Any], *, shown: str = "") -> list[tuple[int, str, int]]:
    """Adds the events that a query selects, one a case; returns each case's key, last hash and count of events.

    `shown` sets more of the cases' columns in the same breath: a row written once is half as dear as one written twice.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CHAIN.format(source=source, shown=f", {shown}" if shown else ""), values)
        return list(cursor.fetchall())
