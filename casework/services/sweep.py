"""The sweep: fires every rung that is due, once, set by set, and lets the upper apps answer.

Woken by beat; may overlap with itself, die half-way or come late. A batch is one transaction: the cases' rows are
held (`skip locked`), their rungs fired wave by wave (one rung a case and wave, so that the chain of events stays a
chain), and what an answer causes commits with the rung that caused it.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from casework.answers import answered_rungs, answers_to
from casework.models import Case, Rung, SetAside
from casework.moment import now
from casework.services.batches import plan_by_key
from casework.services.events import chain
from casework.services.faces import LAMP

logger = logging.getLogger(__name__)

BATCH = 2_000
SET_ASIDE_FOR = dt.timedelta(minutes=10)

_HOLD = """
select c.id from casework_rung r join casework_case c on c.id = r.case_id
where r.live and r.at <= %(now)s and (c.set_aside_until is null or c.set_aside_until <= %(now)s)
order by r.at, r.id limit %(batch)s for update of c skip locked
"""
# A rule switched off while its rung was being written is caught here: the rung goes silent instead of firing.
_FIRE = """
with first as (
    select distinct on (case_id) id, rule_id, count(*) over (partition by case_id) as waiting from casework_rung
    where live and at <= %(now)s and case_id = any(%(cases)s) order by case_id, at, id
), struck as (
    update casework_rung r
    set live = false, fired_at = case when l.switched_off_at is null then %(now)s::timestamptz end
    from first join casework_ladderrule l on l.id = first.rule_id
    where r.id = first.id and r.live
    returning r.id, r.case_id, r.deadline_id, r.name, r.fired_at, first.waiting
), missed as (
    update casework_deadline d set missed_at = d.due_at from struck
    where d.id = struck.deadline_id and struck.name = 'due' and struck.fired_at is not null and d.missed_at is null
)
select case_id, case when fired_at is not null then id end, waiting > 1 from struck
"""
_TELL = """
select r.case_id, case r.name when 'reminder' then 'deadline_near' when 'due' then 'deadline_missed'
                  else r.name || '_given' end as verb,
       null::bigint as actor_id, '' as before, '' as after, '' as note,
       jsonb_build_object('clock', d.clock, 'rung', r.name, 'due_at', to_jsonb(d.due_at), 'department', d.department_id,
                          'area', d.area_id, 'tells', l.tells)
           || case when d.person_id is null then '{}' else jsonb_build_object('person', d.person_id) end as facts,
       %(now)s::timestamptz as at
from casework_rung r join casework_deadline d on d.id = r.deadline_id join casework_ladderrule l on l.id = r.rule_id
where r.id = any(%(rungs)s)
"""


def sweep_deadlines(*, batch: int = BATCH) -> int:
    """Fires all that is due by now; returns how many rungs fired."""
    fired = 0
    while True:
        held, rungs = _sweep_batch(batch)
        fired += rungs
        if held < batch:
            return fired


@transaction.atomic
def _sweep_batch(batch: int) -> tuple[int, int]:
    """One batch; returns how many due rungs it saw and how many it fired."""
    at = now()
    plan_by_key()
    seen = _rows(_HOLD, {"now": at, "batch": batch})
    cases: set[int] = {case for (case,) in seen}
    failed: dict[int, tuple[str, str]] = {}
    while cases:
        try:
            with transaction.atomic():
                fired = _fire(sorted(cases), at)
        except _Raised as raised:
            # Nothing of this pass stands; the others go again without the cases whose answer raised.
            failed |= raised.errors
            cases -= raised.errors.keys()
        else:
            _put_aside(failed, at)
            return len(seen), fired
    _put_aside(failed, at)
    return len(seen), 0


class _Raised(Exception):
    """Some answers raised: which case, which rung, what."""

    def __init__(self, errors: dict[int, tuple[str, str]]):
        super().__init__(errors)
        self.errors = errors


def _fire(cases: list[int], at: dt.datetime) -> int:
    total, errors = 0, dict[int, tuple[str, str]]()
    while cases:
        struck = _rows(_FIRE, {"now": at, "cases": cases})
        rungs = [rung for _case, rung, _more in struck if rung]
        chain(_TELL, {"now": at, "rungs": rungs}, shown=LAMP)
        total += len(rungs)
        errors |= _answer(rungs)
        cases = [case for case, _rung, more in struck if more and case not in errors]
    if errors:
        raise _Raised(errors)
    return total


def _answer(rungs: list[int]) -> dict[int, tuple[str, str]]:
    """Lets the upper apps answer, case by case, each under its own savepoint; returns what raised."""
    heard = Q(pk__in=())
    for name, clocks in answered_rungs().items():
        heard |= Q(name=name, deadline__clock__in=clocks)
    answered = Rung.objects.filter(heard, pk__in=rungs)
    errors = {}
    for rung in answered.select_related("case", "deadline", "rule").order_by("case_id"):
        try:
            with transaction.atomic():
                for answer in answers_to(rung.deadline.clock, rung.name):
                    answer(rung)
        except Exception as error:  # any error of any app above: the rest must go on
            logger.exception("the answer to %s of case %s raised", rung.name, rung.case.number)
            errors[rung.case_id] = (f"{rung.deadline.clock} {rung.name}", repr(error))
    return errors


def _put_aside(failed: dict[int, tuple[str, str]], at: dt.datetime) -> None:
    until = at + SET_ASIDE_FOR
    Case.objects.filter(pk__in=failed).update(set_aside_until=until)
    SetAside.objects.bulk_create(
        SetAside(case_id=case, rung=rung, error=error, at=at, until=until) for case, (rung, error) in failed.items()
    )


def _rows(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
