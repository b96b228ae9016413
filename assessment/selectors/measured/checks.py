"""Looks on site: what was found there before an order was taken on, and after it was called done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from assessment.measures import measure
from assessment.reasons import Item, Subject

_LOOKED: Final = """
select s.id, s.order_id as case_id, s.done_at as at, s.outcome, c.area_id as place, c.reported_by_id,
    left(k.code, 4) as kind
from workorders_sitecheck s join casework_case c on c.id = s.order_id and c.city_id = %(city)s
join workorders_workorder o on o.case_ptr_id = s.order_id join workorders_category k on k.id = o.category_id
where s.done_at >= %(since)s and s.done_at < %(until)s and s.moment = '{moment}' and s.outcome <> ''
"""
_OF_WORKERS: Final = """
select f.reported_by_id as subject, f.id as item, f.at, (f.outcome = 'there')::int as good, f.kind
from ({found}) f where f.reported_by_id is not null
"""
_OF_DEPARTMENTS: Final = """
select lead.subject, f.id as item, f.at, (f.outcome = 'done')::int as good, f.kind from ({found}) f
cross join lateral (
    select p.department_id as subject from casework_part p
    where p.case_id = f.case_id and p.role = 'lead' and p.since <= f.at order by p.since desc, p.id desc limit 1
) lead
"""
_OF_AREAS: Final = """
select g.subject, f.id as item, f.at, (f.outcome = 'done')::int as good, f.kind
from ({found}) f join ground g on g.area = f.place
"""


@measure("check_passed", title=_("looks on site passed"), item=Item.CHECK)
def check_passed() -> Mapping[Subject, str]:
    """核查通过率: of a worker the looks at what he reported that found it there; of a department and an area the looks
    after handling that found it done."""
    before, after = _LOOKED.format(moment="before"), _LOOKED.format(moment="after")
    return {
        Subject.WORKER: _OF_WORKERS.format(found=before),
        Subject.DEPARTMENT: _OF_DEPARTMENTS.format(found=after),
        Subject.AREA: _OF_AREAS.format(found=after),
    }
