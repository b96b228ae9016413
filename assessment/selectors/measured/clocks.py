"""What clocks say: in time or not. Of a grid those of its workers, of a department its own, of an area all there.

A clock counts once it is met or missed, at that moment: `missed_at` is final, and one whose time is over is missed
whether or not a sweep has come by. Dropped ones count nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from assessment.measures import measure
from assessment.reasons import Item, Subject
from whistle.lifecycle import ARRIVE
from whistle.lifecycle import SIGN as SIGN_WHISTLE
from workorders.lifecycle import (
    ACCEPT,
    ASSIST,
    CALL_BACK,
    CHECK,
    CLOSE,
    CONTACT,
    DISPATCH,
    HANDLE,
    KEEP,
    REPLY,
    SIGN,
    VERIFY,
)  # fmt: skip

IN_THE_GRID: Final = (KEEP, CHECK, VERIFY)
IN_THE_DEPARTMENT: Final = (SIGN, CONTACT, HANDLE, ASSIST, REPLY)
ALL: Final = (*IN_THE_GRID, *IN_THE_DEPARTMENT, ACCEPT, DISPATCH, CLOSE, CALL_BACK)
FIRST: Final = (ACCEPT, DISPATCH, SIGN, CONTACT)

# Each stage and each group of the catalogue has its own share that peers meet: that is the mix.
_DECIDED: Final = """
select d.id, d.case_id, d.area_id, d.department_id, c.area_id as place,
    coalesce(d.missed_at, d.ended_at, d.due_at) as at, (d.missed_at is null and d.state = 'met')::int as good,
    d.clock || ' ' || coalesce(left(k.code, 4), '') as kind
from casework_deadline d join casework_case c on c.id = d.case_id and c.city_id = %(city)s
left join workorders_workorder o on o.case_ptr_id = d.case_id left join workorders_category k on k.id = o.category_id
where d.clock in ({clocks}) and (d.missed_at is not null or d.state in ('met', 'running'))
    and coalesce(d.missed_at, d.ended_at, d.due_at) >= %(since)s
    and coalesce(d.missed_at, d.ended_at, d.due_at) < %(until)s
"""
# Where several hold a grid: whoever of them did something in the case; where nobody did, all of them.
_OF_WORKERS: Final = """
with theirs as (
    select h.subject, h.alone, d.id, d.case_id, d.at, d.good, d.kind
    from ({decided}) d join held h on h.area = d.area_id and d.at >= h.since and d.at < h.until
), acted as (
    select distinct s.id, s.subject from theirs s
    join casework_event e on e.case_id = s.case_id and e.actor_id = s.subject and e.at < %(until)s where not s.alone
)
select t.subject, t.id as item, t.at, t.good, t.kind from theirs t
left join acted a on a.id = t.id and a.subject = t.subject
where t.alone or a.id is not null or t.id not in (select b.id from acted b)
"""


def _decided(*clocks: str) -> str:
    return _DECIDED.format(clocks=", ".join(f"'{clock}'" for clock in clocks))


def of_workers(*clocks: str) -> str:
    """Clocks that a worker's grid held, decided while he held the grid."""
    return _OF_WORKERS.format(decided=_decided(*clocks))


def of_areas(*clocks: str) -> str:
    """Clocks of all orders of an area, whoever held them."""
    found = _decided(*clocks)
    return f"select g.subject, d.id as item, at, good, kind from ({found}) d join ground g on g.area = d.place"  # noqa: S608


def of_departments(*clocks: str) -> str:
    """Clocks that a department held."""
    return f"""
    select d.department_id as subject, d.id as item, at, good, kind from ({_decided(*clocks)}) d
    where d.department_id is not null
    """  # noqa: S608


@measure("on_time", title=_("clocks met"), item=Item.CLOCK)
def on_time() -> Mapping[Subject, str]:
    """按时: clocks met ÷ clocks decided.

    A worker's are those his grid held while it was his (settling in the grid, looks on site); where several hold it,
    of whoever acted in the case, else of all. A department's: signing, contact, handling, assisting, replies. An
    area's: all clocks of its orders.
    """
    return {
        Subject.WORKER: of_workers(*IN_THE_GRID),
        Subject.AREA: of_areas(*ALL),
        Subject.DEPARTMENT: of_departments(*IN_THE_DEPARTMENT),
    }


@measure("first_response_on_time", title=_("first responses in time"), item=Item.CLOCK)
def first_response_on_time() -> Mapping[Subject, str]:
    """首次响应: of a worker the looks on site that he was asked for before an order is taken on; of a department
    signing and first contact; of an area accepting, dispatching, signing and first contact."""
    return {
        Subject.WORKER: of_workers(CHECK),
        Subject.AREA: of_areas(*FIRST),
        Subject.DEPARTMENT: of_departments(SIGN, CONTACT),
    }


@measure("arrived_on_time", title=_("reported in to whistles in time"), item=Item.CLOCK)
def arrived_on_time() -> Mapping[Subject, str]:
    """报到及时: of a department each whistle's clock for being on site; of an area those of the whistles there."""
    return {Subject.DEPARTMENT: of_departments(ARRIVE), Subject.AREA: of_areas(ARRIVE)}


@measure("signed_on_time", title=_("whistles signed for in time"), item=Item.CLOCK)
def signed_on_time() -> Mapping[Subject, str]:
    """签收及时: of a department each whistle's clock for signing in; of an area those of the whistles there."""
    return {Subject.DEPARTMENT: of_departments(SIGN_WHISTLE), Subject.AREA: of_areas(SIGN_WHISTLE)}
