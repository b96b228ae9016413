"""A case's events with the very text that each hash was taken of, for a reader who has no database."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import connection

from casework.models import Case

# The same list as in PostgreSQL's `casework_event_hash` (casework migration 0003).
_SEALED = """
select seq, verb, at, before, after, note, previous, hash, jsonb_build_array(
    previous, case_id, seq, verb, actor_id, before, after, note, facts, (extract(epoch from at) * 1000000)::bigint
)::text from casework_event where case_id = %s order by seq
"""


@dataclass(frozen=True)
class Sealed:
    """One event: what it says, the text it was sealed by, its hash and the one before."""

    seq: int
    verb: str
    at: str
    before: str
    after: str
    note: str
    previous: str
    hash: str
    sealed: str


def sealed_events(case: Case) -> list[Sealed]:
    """The events of a case in their order."""
    with connection.cursor() as cursor:
        cursor.execute(_SEALED, [case.pk])
        rows = cursor.fetchall()
    return [Sealed(seq, verb, _utc(at), *words) for seq, verb, at, *words in rows]


def _utc(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat()
