"""What became of work orders: closed, handled, done again, sent back, and how many there were (rules.md 4.5).

Of an area those that lie in it, of a department those that it led. What counts are events, which nothing changes: an
order that is taken up again later was closed all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from assessment.measures import measure
from assessment.reasons import Item, Subject
from workorders.lifecycle import HANDLE, KEEP

# Due to close: the clock of handling is over, met or not. While it stands still for parking it is not (应结案 − 挂账).
_DUE: Final = """
select d.id, d.case_id, d.department_id, c.area_id as place, coalesce(d.missed_at, d.due_at) as at,
    d.missed_at is null and d.state = 'met' and d.ended_at < %(until)s as met, left(k.code, 4) as kind,
    (select min(e.at) from casework_event e where e.case_id = d.case_id and e.at >= d.started_at
        and e.at < %(until)s and e.verb in ({done})) as done_at
from casework_deadline d join casework_case c on c.id = d.case_id and c.city_id = %(city)s
join workorders_workorder o on o.case_ptr_id = d.case_id join workorders_category k on k.id = o.category_id
where d.clock in ({clocks}) and d.started_at < %(until)s {narrowed}
    and (d.missed_at is not null or d.state in ('met', 'running'))
    and coalesce(d.missed_at, d.due_at) >= %(since)s and coalesce(d.missed_at, d.due_at) < %(until)s
"""
_CLOSED: Final = "'closed', 'settled', 'closed_along'"
_FINISHED: Final = "'finished', 'settled'"
_URGENT: Final = "and k.urgency = 'urgent'"
_AREAS: Final = """
select g.subject, d.id as item, d.at, ({good})::int as good, d.kind from ({found}) d join ground g on g.area = d.place
"""
_DEPARTMENTS: Final = """
select d.department_id as subject, d.id as item, d.at, ({good})::int as good, d.kind from ({found}) d
where d.department_id is not null
"""


def due(good: str, *, done: str, narrowed: str = "") -> dict[Subject, str]:
    """Of what was due, what was done: `good` says of one, `done` names the events that do it."""
    of_departments = _DUE.format(done=done, narrowed=narrowed, clocks=f"'{HANDLE}'")
    of_areas = _DUE.format(done=done, narrowed=narrowed, clocks=f"'{HANDLE}', '{KEEP}'")
    return {
        Subject.AREA: _AREAS.format(good=good, found=of_areas),
        Subject.DEPARTMENT: _DEPARTMENTS.format(good=good, found=of_departments),
    }


@measure("closed_on_time", title=_("closed in time"), item=Item.CLOCK)
def closed_on_time() -> Mapping[Subject, str]:
    """按期结案率: handled within the limit and closed ÷ due to close without what is parked. What is due counts in the
    month in which it is due."""
    return due("d.met and d.done_at is not null", done=_CLOSED)


@measure("closed", title=_("closed"), item=Item.CLOCK)
def closed() -> Mapping[Subject, str]:
    """结案率: closed by the end of the month ÷ due to close without what is parked."""
    return due("d.done_at is not null", done=_CLOSED)


@measure("urgent_closed_on_time", title=_("urgent ones closed in time"), item=Item.CLOCK)
def urgent_closed_on_time() -> Mapping[Subject, str]:
    """紧急问题按期结案率: as closed in time, of categories that are urgent."""
    return due("d.met and d.done_at is not null", done=_CLOSED, narrowed=_URGENT)


@measure("urgent_closed", title=_("urgent ones closed"), item=Item.CLOCK)
def urgent_closed() -> Mapping[Subject, str]:
    """紧急问题结案率: as closed, of categories that are urgent."""
    return due("d.done_at is not null", done=_CLOSED, narrowed=_URGENT)


@measure("handled", title=_("handled"), item=Item.CLOCK)
def handled() -> Mapping[Subject, str]:
    """处置率: handled by the end of the month ÷ what should have been handled by then."""
    return due("d.done_at is not null", done=_FINISHED)


@measure("handled_on_time", title=_("handled in time"), item=Item.CLOCK)
def handled_on_time() -> Mapping[Subject, str]:
    """按期处置率: handled within the limit ÷ what should have been handled by then."""
    return due("d.met", done=_FINISHED)


# Who led at a moment: the latest part.
_LEAD: Final = """
cross join lateral (
    select p.department_id as subject from casework_part p
    where p.case_id = f.case_id and p.role = 'lead' and p.since <= f.at order by p.since desc, p.id desc limit 1
) lead
"""
_GROUND: Final = "join ground lead on lead.area = f.place"
_FINISHES: Final = """
select lead.subject, f.id as item, f.at, (exists (
    select from casework_event e where e.case_id = f.case_id and e.seq > f.seq and e.at < %(until)s
        and e.verb in ('reworked', 'redone')))::int as good, left(k.code, 4) as kind
from (select e.id, e.case_id, e.seq, e.at, c.area_id as place from casework_event e
      join casework_case c on c.id = e.case_id and c.city_id = %(city)s
      where e.verb = 'finished' and e.at >= %(since)s and e.at < %(until)s) f
join workorders_workorder o on o.case_ptr_id = f.case_id join workorders_category k on k.id = o.category_id {whose}
"""


@measure("rework", title=_("done again"), item=Item.EVENT)
def rework() -> Mapping[Subject, str]:
    """返工率: of what was called done in the month, what had to be done again: found not done on site, or taken up
    again after the citizen was asked. A department's: what it led then."""
    return {
        Subject.DEPARTMENT: _FINISHES.format(whose=_LEAD),
        Subject.AREA: _FINISHES.format(whose=_GROUND),
    }


# A case that came twice to one department counts once, at the first time; what came back from there is bad.
_RECEIVED: Final = """
select distinct on ({subject}, p.case_id) {subject} as subject, p.case_id as item, p.since as at,
    (bool_or(p.outcome = 'returned' and p.until < %(until)s) over (partition by {subject}, p.case_id))::int as good,
    left(k.code, 4) as kind
from casework_part p join casework_case c on c.id = p.case_id and c.city_id = %(city)s
join workorders_workorder o on o.case_ptr_id = p.case_id join workorders_category k on k.id = o.category_id {ground}
where p.role = 'lead' and p.since >= %(since)s and p.since < %(until)s
order by {subject}, p.case_id, p.since
"""


@measure("sent_back", title=_("orders sent back"), item=Item.CASE)
def sent_back() -> Mapping[Subject, str]:
    """回退率: orders that were sent back ÷ orders received to lead, in the month in which they came."""
    return {
        Subject.DEPARTMENT: _RECEIVED.format(subject="p.department_id", ground=""),
        Subject.AREA: _RECEIVED.format(subject="g.subject", ground="join ground g on g.area = c.area_id"),
    }


# Signed for and the citizen reached, each in its time: one thing per order and department.
_RESPONDED: Final = """
select {subject} as subject, d.case_id as item, max(coalesce(d.missed_at, d.ended_at, d.due_at)) as at,
    bool_and(d.missed_at is null and d.state <> 'running')::int as good, min(left(k.code, 4)) as kind
from casework_deadline d join casework_case c on c.id = d.case_id and c.city_id = %(city)s
join workorders_workorder o on o.case_ptr_id = d.case_id join workorders_category k on k.id = o.category_id {ground}
where d.clock in ('workorders.sign', 'workorders.contact') and d.department_id is not null
    and d.started_at < %(until)s and d.started_at >= %(since)s - interval '1 year'
group by {subject}, d.case_id, d.department_id
having bool_and(d.missed_at is not null or d.ended_at < %(until)s or d.state = 'running' and d.due_at < %(until)s)
    and bool_or(d.missed_at is not null or d.state in ('met', 'running'))
    and max(coalesce(d.missed_at, d.ended_at, d.due_at)) >= %(since)s
    and max(coalesce(d.missed_at, d.ended_at, d.due_at)) < %(until)s
"""


@measure("responded", title=_("responded in time"), item=Item.CASE)
def responded() -> Mapping[Subject, str]:
    """响应率 (rules.md 3.4): orders signed for and the citizen contacted, both in time ÷ orders due for response."""
    return {
        Subject.DEPARTMENT: _RESPONDED.format(subject="d.department_id", ground=""),
        Subject.AREA: _RESPONDED.format(subject="g.subject", ground="join ground g on g.area = c.area_id"),
    }


_VOLUME: Final = """
select g.subject, c.id as item, c.opened_at as at, 1 as good, k.code as kind
from casework_case c join workorders_workorder o on o.case_ptr_id = c.id
join workorders_category k on k.id = o.category_id join ground g on g.area = c.area_id
where c.city_id = %(city)s and c.opened_at >= %(since)s and c.opened_at < %(until)s
"""
_HOUSEHOLDS: Final = """
select who.subject, sum(a.households) from who join grids_area own on own.id = who.subject
join grids_area a on a.path like own.path || '%%' and a.households is not null
    and not exists (select from grids_area below where below.parent_id = a.id and below.households is not null)
group by who.subject
"""


@measure("volume", title=_("orders per household"), item=Item.CASE, exposures={Subject.AREA: _HOUSEHOLDS})
def volume() -> Mapping[Subject, str]:
    """工单量: orders opened in an area, against what its households let expect if all peers had the same (O ÷ E)."""
    return {Subject.AREA: _VOLUME}


_SETTLED: Final = """
select e.actor_id as subject, e.case_id as item, max(e.at) as at, bool_or(e.verb = 'settled')::int as good,
    min(k.code) as kind
from casework_event e join casework_case c on c.id = e.case_id and c.city_id = %(city)s
join workorders_workorder o on o.case_ptr_id = e.case_id join workorders_category k on k.id = o.category_id
where e.verb in ('settled', 'passed_up') and e.at >= %(since)s and e.at < %(until)s
    and e.actor_id in (select subject from who)
group by e.actor_id, e.case_id
"""


@measure("settled_self", title=_("settled in the grid"), item=Item.CASE)
def settled_self() -> Mapping[Subject, str]:
    """自行处置: orders that a worker settled himself ÷ those he settled or passed up after he had tried."""
    return {Subject.WORKER: _SETTLED}
