"""How busy somebody was: minutes, points, reports, days. 国办函〔2026〕12号 keeps these out of scores.

Each carries `activity=True`: a scheme that switches one on says for which 安保 or 应急 reason; none does by default.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from assessment.measures import measure
from assessment.reasons import Item, Subject

_PATROLS: Final = """
select w.worker_id as subject, min(w.id) as item, min(w.started_at) as at, {good} as good, '' as kind
from patrols_patrol w where w.city_id = %(city)s and w.valid and w.ended_at is not null
    and w.started_at >= %(since)s and w.started_at < %(until)s and w.end_received_at <= %(asof)s
group by w.worker_id, {each}
"""
_DAY: Final = "(w.started_at at time zone %(zone)s)::date"
_CHECK_INS: Final = """
select w.worker_id as subject, i.id as item, i.at, 1 as good, '' as kind
from patrols_checkin i join patrols_patrol w on w.id = i.patrol_id and w.city_id = %(city)s
where i.at >= %(since)s and i.at < %(until)s and i.received_at <= %(asof)s
"""
_REPORTS: Final = """
select c.reported_by_id as subject, c.id as item, c.opened_at as at, 1 as good, k.code as kind
from casework_case c join workorders_workorder o on o.case_ptr_id = c.id
join workorders_category k on k.id = o.category_id
where c.city_id = %(city)s and c.reported_by_id in (select subject from who)
    and c.opened_at >= %(since)s and c.opened_at < %(until)s
"""


@measure("patrol_minutes", title=_("minutes on patrol"), item=Item.PATROL, activity=True)
def patrol_minutes() -> Mapping[Subject, str]:
    """巡查时长: valid patrols, each as many minutes as it lasted."""
    return {Subject.WORKER: _PATROLS.format(good="sum(coalesce(w.minutes, 0))", each="w.id")}


@measure("days_patrolled", title=_("days on patrol"), item=Item.PATROL, activity=True)
def days_patrolled() -> Mapping[Subject, str]:
    """巡查天数: days with a valid patrol, each once."""
    return {Subject.WORKER: _PATROLS.format(good="1", each=_DAY)}


@measure("check_ins", title=_("points reached"), item=Item.STOP, activity=True)
def check_ins() -> Mapping[Subject, str]:
    """到点: points reached on patrol."""
    return {Subject.WORKER: _CHECK_INS}


@measure("reports_made", title=_("reports made"), item=Item.CASE, activity=True)
def reports_made() -> Mapping[Subject, str]:
    """上报数: reports made, whatever became of them."""
    return {Subject.WORKER: _REPORTS}
