"""Visits to people who are looked after, and what the register was put right by. Of a worker those of his grids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from assessment.measures import measure
from assessment.reasons import Item, Subject

# Who was looked after at a month's end, and whether anybody had met him within the time that the rules of then give.
# By the rulebook that was published and in force when it was scored: a later one changes nothing of a month that is
# over. Before a city's first rulebook was published, by that.
_DUE: Final = """
with months as (
    select (m at time zone %(zone)s) as ends from generate_series(
        date_trunc('month', %(since)s at time zone %(zone)s) + interval '1 month', %(until)s at time zone %(zone)s,
        interval '1 month') as m
), rule as (
    select m.ends, r.kind, r.stability, r.least_level, r.every_days, r.first_within_days from months m
    cross join lateral (
        select id from grids_rulebook b
        where b.city_id = %(city)s and b.effective_from < (m.ends at time zone %(zone)s)::date
        order by b.published_at <= %(asof)s desc,
            case when b.published_at <= %(asof)s then - b.version else b.version end limit 1) book
    join patrols_visitrule r on r.rulebook_id = book.id
), looked_after as (
    select p.id as person, p.area_id as place, r.ends, min(c.kind) as kind,
        min(coalesce(r.every_days, 36500)) as days, min(c.since) as since, min(r.first_within_days) as first
    from registers_person p join registers_care c on c.person_id = p.id and c.given_at <= %(asof)s
    join rule r on r.kind = c.kind and (r.stability = '' or r.stability = c.stability)
        and (r.least_level is null or r.least_level <= c.level)
        and c.since < (r.ends at time zone %(zone)s)::date
        and (c.until is null or c.until >= (r.ends at time zone %(zone)s)::date)
    where p.city_id = %(city)s and (p.erased_at is null or p.erased_at >= r.ends)
    group by p.id, p.area_id, r.ends
), seen as (
    select l.*, exists (
        select from patrols_visit v where v.person_id = l.person and v.met and v.received_at <= %(asof)s
            and v.at < l.ends and v.at >= l.ends - l.days * interval '1 day') as met
    from looked_after l where l.since + coalesce(l.first, l.days) < (l.ends at time zone %(zone)s)::date
)
select {subject} as subject, s.person as item, s.ends - interval '1 second' as at, s.met::int as good, s.kind
from seen s {whose}
"""
_HELD: Final = "join held h on h.area = s.place and s.ends > h.since and s.ends <= h.until"
_GROUND: Final = "join ground g on g.area = s.place"


@measure("visits_done", title=_("visits done"), item=Item.PERSON)
def visits_done() -> Mapping[Subject, str]:
    """走访: people looked after in the grid at the month's end whom somebody met within the time of the rules ÷ all
    who were due. Whoever went, the visit counts for all who hold the grid."""
    return {
        Subject.WORKER: _DUE.format(subject="h.subject", whose=_HELD),
        Subject.AREA: _DUE.format(subject="g.subject", whose=_GROUND),
    }


_DECIDED: Final = """
select {subject} as subject, v.id as item, v.decided_at as at, (v.proposal = 'accepted')::int as good, v.outcome as kind
from patrols_visit v {whose}
where v.city_id = %(city)s and v.proposal in ('accepted', 'declined') and v.decided_at >= %(since)s
    and v.decided_at < %(until)s
"""


@measure("corrections_accepted", title=_("corrections of data accepted"), item=Item.CORRECTION)
def corrections_accepted() -> Mapping[Subject, str]:
    """信息采集: what a worker proposed that the register should say instead, accepted ÷ decided."""
    return {
        Subject.WORKER: _DECIDED.format(subject="v.worker_id", whose=""),
        Subject.AREA: _DECIDED.format(subject="g.subject", whose="join ground g on g.area = v.area_id"),
    }
