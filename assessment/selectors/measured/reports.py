"""What somebody found and reported, and what became of it. Reports of one thing count once (rules.md 13.5 row 84)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from assessment.measures import measure, source
from assessment.reasons import Item, Subject

# Within 50 m and 24 h of an earlier one of the same reporter and category; a degree of latitude is 111,320 m.
_AGAIN: Final = """
select from told earlier where earlier.reporter = later.reporter and earlier.kind = later.kind
    and earlier.opened_at > later.opened_at - interval '24 hours'
    and (earlier.opened_at, earlier.id) < (later.opened_at, later.id)
    and ((earlier.lat - later.lat) * 111320) ^ 2
        + ((earlier.lng - later.lng) * 111320 * cos(radians(later.lat))) ^ 2 <= 2500
"""
# What those who are assessed reported, and what others reported in their grids. The first decision on a report is its
# moment: taken on, settled, joined to another, refused or taken back.
DECIDED: Final = source(
    "assessed_reports",
    f"""
    , told as materialized (
        select c.id, c.reported_by_id as reporter, c.area_id as place, c.opened_at, o.lng, o.lat, o.early_sign,
            k.code as kind, k.kind as sort, s.kind as source
        from casework_case c join workorders_workorder o on o.case_ptr_id = c.id
        join workorders_category k on k.id = o.category_id
        left join workorders_source s on s.rulebook_id = c.rulebook_id and s.code = o.source
        where c.city_id = %(city)s and c.opened_at < %(until)s and c.opened_at >= %(since)s - interval '1 year'
            and (c.reported_by_id in (select subject from who) or c.area_id in (select area from held))
    )
    select later.id, later.reporter, later.place, later.early_sign, later.kind, later.sort, later.source, e.at, e.verb
    from told later cross join lateral (
        select e.at, e.verb from casework_event e where e.case_id = later.id
            and e.verb in ('accepted', 'kept', 'settled', 'joined', 'refused', 'withdrawn') order by e.seq limit 1) e
    where e.at >= %(since)s and e.at < %(until)s and not exists ({_AGAIN})
    """,  # noqa: S608
)
_REPORTED: Final = """
select d.reporter as subject, d.id as item, d.at, {good} as good, d.kind from assessed_reports d {narrowed}
"""
_TAKEN_ON: Final = "(d.verb not in ('refused', 'withdrawn'))::int"
_HAZARDS: Final = "03"
_DISPUTES: Final = "05"
# Sent back as not to be made out, nothing there when somebody looked, not taken on, or taken back.
_INCOMPLETE: Final = "(d.verb in ('refused', 'withdrawn') or gone.id is not null or unclear.id is not null)::int"
_RETURNS: Final = """
left join (select distinct order_id as id from workorders_sitecheck
    where outcome = 'gone' and done_at < %(until)s) gone on gone.id = d.id
left join (select distinct order_id as id from workorders_objection
    where reason = 'incomplete' and at < %(until)s) unclear on unclear.id = d.id
"""
# The first look that found something out before the order was taken on.
_LOOKED: Final = f"""
join (select distinct on (order_id) order_id, outcome from workorders_sitecheck
    where moment = 'before' and done_at < %(until)s and outcome <> '' order by order_id, done_at, id
) c on c.order_id = d.id where d.kind like '{_HAZARDS}%%'
"""  # noqa: S608


def reported(good: str, narrowed: str = "") -> str:
    """A worker's reports on which was decided: `good` is what counts of one, `narrowed` which are looked at."""
    return _REPORTED.format(good=good, narrowed=narrowed)


@measure("valid_reports", title=_("valid reports"), item=Item.CASE, uses=(DECIDED,))
def valid_reports() -> Mapping[Subject, str]:
    """有效上报率: a worker's own reports that were taken on ÷ those on which was decided in the month; reports of the
    same thing within 50 m and 24 h count once."""
    return {Subject.WORKER: reported(_TAKEN_ON)}


@measure("returned_incomplete", title=_("reports returned as incomplete"), item=Item.CASE, uses=(DECIDED,))
def returned_incomplete() -> Mapping[Subject, str]:
    """A worker's own reports that were refused, taken back, sent back as not to be made out, or for which nothing was
    found on site ÷ those on which was decided."""
    return {Subject.WORKER: reported(_INCOMPLETE, _RETURNS)}


@measure("hidden_dangers", title=_("hidden dangers verified"), item=Item.CASE, uses=(DECIDED,))
def hidden_dangers() -> Mapping[Subject, str]:
    """隐患: a worker's reports of the catalogue's hazards (class 03) which a look on site has found there ÷ those
    that were looked at before they were taken on."""
    return {Subject.WORKER: reported("(c.outcome = 'there')::int", _LOOKED)}


@measure("disputes", title=_("disputes found early"), item=Item.CASE, uses=(DECIDED,))
def disputes() -> Mapping[Subject, str]:
    """矛盾纠纷: a worker's reports of disputes (class 05) that were taken on ÷ those on which was decided."""
    return {Subject.WORKER: reported(_TAKEN_ON, f"where d.kind like '{_DISPUTES}%%'")}


@measure("early_signs", title=_("early signs told"), item=Item.CASE, uses=(DECIDED,))
def early_signs() -> Mapping[Subject, str]:
    """苗头: a worker's reports marked as early signs that were taken on ÷ those on which was decided."""
    return {Subject.WORKER: reported(_TAKEN_ON, "where d.early_sign")}


# What a worker should have found: told by an inspection, another office or a camera, in the grid that was his.
_MISSED: Final = """
select h.subject, d.id as item, d.at, (own.subject is null)::int as good, d.kind
from assessed_reports d join held h on h.area = d.place and d.at >= h.since and d.at < h.until
left join held own on own.subject = d.reporter and own.area = d.place and d.at >= own.since and d.at < own.until
where d.verb in ('accepted', 'kept', 'settled') and d.source in ('patrol', 'device', 'transfer', 'superior')
    and d.sort = 'event'
"""


@measure("missed", title=_("found by others"), item=Item.CASE, uses=(DECIDED,))
def missed() -> Mapping[Subject, str]:
    """漏报率: matters of patrol in a worker's grid that others reported (inspections, departments, cameras) ÷ all that
    were reported there and taken on. What residents ask for is no omission."""
    return {Subject.WORKER: _MISSED}
