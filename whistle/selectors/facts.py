"""What the boards count by: one row a whistle blown, one row a department called, and what of them each figure takes.

A figure is a condition on these rows. Tables count by it and lists show by it: a count is its own list's length.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db import connection

from whistle.lifecycle import ARRIVE, CONTACT, SETTLE, SIGN
from whistle.selectors.sight import Period, Sight
from whistle.statuses import CALLED_OFF, CALLING, HANDLING, LOUDER, RATED, SETTLED, WITHDRAWN

# No unit is scored for a whistle that was taken back.
VOID: Final = (WITHDRAWN, CALLED_OFF)
STAGES: Final = {"sign": SIGN, "contact": CONTACT, "arrive": ARRIVE, "settle": SETTLE}

# The caller rolled up to the area whose desk accepts (grids.selectors.desk_of), for all that blew at once.
STREET_OF_BLOWN: Final = """
    select distinct on (blown.caller) blown.caller, a.id as street
    from (select distinct caller from blown) blown
    join grids_area own on own.id = blown.caller
    cross join unnest(string_to_array(btrim(own.path, '/'), '/')::bigint[]) with ordinality as up(key, place)
    join grids_area a on a.id = up.key join grids_level l on l.id = a.level_id
    order by blown.caller, l.accepts desc, case when l.accepts then -up.place else up.place end
"""
# `facts`: of a stage in time is what met its clock; a clock that still runs and is not late says nothing yet.
_ROWS: Final = f"""
with blown as (
    select w.case_ptr_id as whistle, w.caller_id as caller, w.blown_by_id is null as grown, c.status,
           exists (select from whistle_summons s where s.whistle_id = c.id and s.improper) as improper,
           exists (select from whistle_summons s join whistle_rating r on r.summons_id = s.id
                   where s.whistle_id = c.id and r.source = 'street') as by_street
    from whistle_whistle w join casework_case c on c.id = w.case_ptr_id
    where c.city_id = %(city)s and w.blown_at >= %(since)s and w.blown_at < %(until)s
      and c.area_path like any (%(paths)s)
), street as ({STREET_OF_BLOWN}), facts as (
    select b.whistle, s.department_id as department, street.street, k.sign, k.contact, k.arrive, k.settle,
           (r.signing + r.arriving + r.handling + r.effect - 4) / 16.0 * 100 as points, r.source
    from blown b join street using (caller)
    join whistle_summons s on s.whistle_id = b.whistle and s.excused_at is null and s.called_at is not null
    join grids_department d on d.id = s.department_id and d.area_id = %(top)s
    left join whistle_rating r on r.summons_id = s.id
    left join lateral (
        select bool_and(e.state = 'met') filter (where e.clock = 'whistle.sign') as sign,
               bool_and(e.state = 'met') filter (where e.clock = 'whistle.contact') as contact,
               bool_and(e.state = 'met') filter (where e.clock = 'whistle.arrive') as arrive,
               bool_and(e.state = 'met') filter (where e.clock = 'whistle.settle') as settle
        from casework_deadline e where e.case_id = b.whistle and e.department_id = s.department_id
          and (e.state in ('met', 'late') or e.ended_at is null and e.missed_at is not null)
    ) k on true
    where b.status <> all (%(void)s)
      and (%(departments)s::bigint[] is null or s.department_id = any (%(departments)s::bigint[]))
)
"""  # noqa: S608

# Figures of a department: conditions on `facts`.
OF_DEPARTMENT: Final[dict[str, str]] = {
    "called": "true",
    **{f"{stage}_met": stage for stage in STAGES},
    **{f"{stage}_late": f"not {stage}" for stage in STAGES},
    "rated": "points is not null",
    "rated_facts": "points is not null and source = 'facts'",
}
# Figures of a street, and of the whole city: conditions on `blown`.
OF_STREET: Final[dict[str, str]] = {
    "whistles": "true",
    "blown": "not grown",
    "grown": "grown",
    "improper": "improper and not grown",
    "rated_in_time": f"by_street and not grown and status = '{RATED}'",
    "rated_by_facts": f"not by_street and not grown and status = '{RATED}'",
    "settled": f"status in ('{SETTLED}', '{RATED}')",
    "running": f"status in ('{CALLING}', '{HANDLING}')",
    "went_on": f"status = '{LOUDER}'",
    "void": f"status in ('{WITHDRAWN}', '{CALLED_OFF}')",
}


def rows(asked: str, sight: Sight, period: Period, **more: Any) -> list[dict[str, Any]]:
    """What a statement over `blown`, `street` and `facts` of a period answers, each row by its columns."""
    values: Mapping[str, Any] = {
        **sight.values, "since": period.since, "until": period.until, "void": list(VOID), **more,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_ROWS + asked, values)
        names = [column.name for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def counting(figures: Mapping[str, str]) -> str:
    """The columns that count each of these figures."""
    return ", ".join(f'count(*) filter (where {condition}) as "{name}"' for name, condition in figures.items())
