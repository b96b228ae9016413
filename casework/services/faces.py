"""The face of a case: what lists show of its open clocks, so that they read one table.

One statement writes it, for one case or for thousands, so that no board can show what another way would not.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from casework.models import Case

# The soonest end of the running clocks, and the loudest rung that has fired on an open one.
_FACES = """
update casework_case c
set lamp = coalesce(loud.lamp, 0), rung = coalesce(loud.name, ''), due_at = soon.due_at, due_from = soon.started_at,
    due_clock = coalesce(soon.clock, still.clock, ''), paused = soon.clock is null and still.clock is not null
from unnest(%(cases)s::bigint[]) as asked(id)
left join lateral (
    select due_at, started_at, clock from casework_deadline d
    where d.case_id = asked.id and d.state = 'running' order by d.due_at, d.id limit 1
) soon on true
left join lateral (
    select clock from casework_deadline d
    where d.case_id = asked.id and d.state = 'paused' order by d.started_at, d.id limit 1
) still on true
left join lateral (
    select r.lamp, r.name from casework_rung r
    join casework_deadline d on d.id = r.deadline_id and d.ended_at is null
    join casework_ladderrule l on l.id = r.rule_id
    where r.case_id = asked.id and r.fired_at is not null order by r.lamp desc, l.place desc, r.id desc limit 1
) loud on true
where c.id = asked.id
"""
_SHOWN = " returning c.lamp, c.rung, c.due_at, c.due_from, c.due_clock, c.paused"


def refresh_face(case: Case) -> None:
    """Writes the face of one case whose row the caller holds, and shows it on the instance too."""
    with connection.cursor() as cursor:
        cursor.execute(_FACES + _SHOWN, {"cases": [case.pk]})
        case.lamp, case.rung, case.due_at, case.due_from, case.due_clock, case.paused = cursor.fetchone()


def refresh_faces(cases: Sequence[int]) -> None:
    """The same for many cases whose rows the caller holds, by key."""
    with connection.cursor() as cursor:
        cursor.execute(_FACES, {"cases": list(cases)})
