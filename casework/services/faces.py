"""The face of a case: what lists show of its open clocks, so that they read one table.

One statement writes it, for one case or for thousands, so that no board can show what another way would not.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from casework.models import Case

# The loudest rung that has fired on an open clock of a case.
_LOUDEST = """
select r.lamp, r.name from casework_rung r
join casework_deadline d on d.id = r.deadline_id and d.ended_at is null
join casework_ladderrule l on l.id = r.rule_id
where r.case_id = c.id and r.fired_at is not null order by r.lamp desc, l.place desc, r.id desc limit 1
"""
# What firing a rung changes of a face, for a statement that updates `casework_case c` anyway (the sweep's).
LAMP = f"""
(lamp, rung) = (select coalesce(loud.lamp, 0), coalesce(loud.name, '') from (values (1)) one left join ({_LOUDEST}) loud
                on true)
"""  # noqa: S608
_WRITE = """
update casework_case c
set lamp = coalesce(f.lamp, 0), rung = coalesce(f.rung, ''), due_at = f.due_at, due_from = f.started_at,
    due_clock = coalesce(f.clock, f.still, ''), paused = f.clock is null and f.still is not null
from (
    select c.id, loud.lamp, loud.name as rung, soon.due_at, soon.started_at, soon.clock, stood.clock as still
    from casework_case c
    left join lateral (
        select due_at, started_at, clock from casework_deadline d
        where d.case_id = c.id and d.state = 'running' order by d.due_at, d.id limit 1
    ) soon on true
    left join lateral (
        select clock from casework_deadline d
        where d.case_id = c.id and d.state = 'paused' order by d.started_at, d.id limit 1
    ) stood on true
    left join lateral ({loudest}) loud on true
    where c.id = any(%(cases)s)
) f
where c.id = f.id
"""
_FACES = _WRITE.format(loudest=_LOUDEST)
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
