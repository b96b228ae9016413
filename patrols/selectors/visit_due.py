"""Who is to be visited by when, computed from care, visits and events in one statement; nothing of it is stored.

Words and masks for pages: `visits.py`. The rules: rows of `VisitRule`, of several that fit the strictest each way.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from django.db import connection

from casework.moment import now
from grids.models import City
from grids.once import once
from grids.selectors import rulebook_in_force
from registers.models import CareKind


class Due(NamedTuple):
    """One person or home that is to be visited, with the moment by which, and why."""

    person: int | None
    home: int | None
    area: int
    kind: str
    due_at: dt.datetime
    last_at: dt.datetime | None
    # The change in the person's life that brought the visit forward; empty for the usual interval.
    event: str


# A day's limit ends with that day in the city; an event's limit ends on the hour. Visits before a care began do not
# count for it, and an event counts until somebody was met after it.
_PEOPLE: Final = """
select p.id as person, null::bigint as home, p.area_id as area, c.kind,
    least(usual.at, hurry.at) as due_at, last.at as last_at,
    case when hurry.at < usual.at then hurry.kind else '' end as event
from registers_person p
join registers_care c on c.person_id = p.id and c.until is null
join lateral (
    select min(r.every_days) as days, min(r.first_within_days) as first, min(r.after_event_hours) as hours
    from patrols_visitrule r
    where r.rulebook_id = %(book)s and r.kind = c.kind and (r.stability = '' or r.stability = c.stability)
        and (r.least_level is null or r.least_level <= c.level)
) rule on rule.days is not null
left join lateral (
    select max(v.at) as at from patrols_visit v where v.person_id = p.id and v.met
) last on true
cross join lateral (
    select case when last.at >= c.since::timestamp at time zone %(zone)s then
        ((last.at at time zone %(zone)s)::date + rule.days + 1)::timestamp at time zone %(zone)s
    else (c.since + coalesce(rule.first, rule.days) + 1)::timestamp at time zone %(zone)s end as at
) usual
left join lateral (
    select e.at + rule.hours * interval '1 hour' as at, e.kind from patrols_visitevent e
    where rule.hours is not null and e.person_id = p.id and e.at > coalesce(last.at, '-infinity')
    order by e.at limit 1
) hurry on true
where p.area_id = any(%(areas)s) and p.city_id = %(city)s and p.erased_at is null
"""
_HOMES: Final = """
select null::bigint as person, h.id as home, h.area_id as area, rule.kind,
    case when last.at is null then
        ((h.taken_in_at at time zone %(zone)s)::date + coalesce(rule.first, rule.days) + 1)::timestamp
    else ((last.at at time zone %(zone)s)::date + rule.days + 1)::timestamp end at time zone %(zone)s as due_at,
    last.at as last_at, '' as event
from registers_home h
cross join (
    select min(r.kind) as kind, min(r.every_days) as days, min(r.first_within_days) as first
    from patrols_visitrule r where r.rulebook_id = %(book)s and r.kind = any(%(kinds)s)
) rule
left join lateral (select max(v.at) as at from patrols_visit v where v.home_id = h.id and v.met) last on true
where h.area_id = any(%(areas)s) and h.city_id = %(city)s and rule.days is not null
"""
# Somebody who is looked after for several reasons is due by the first of them.
_FIRST: Final = "select distinct on (person, home) * from ({rows}) found order by person, home, due_at, kind"
_LIST: Final = "select * from ({first}) d where due_at <= %(until)s order by due_at, person, home limit %(most)s"
_COUNT: Final = """
select area, count(*) filter (where due_at <= %(at)s) as late, count(*) filter (where due_at > %(at)s) as soon
from ({first}) d where due_at <= %(until)s group by area
"""
_ONE: Final = "select * from ({first}) d where {column} = %(key)s"


class Counted(NamedTuple):
    """How many visits of one grid are overdue, and how many are due soon."""

    area: int
    late: int
    soon: int


def due_people(city: City, areas: Sequence[int], *, until: dt.datetime, most: int) -> list[Due]:
    """The people of these areas who are due until a moment, most overdue first."""
    return [Due(*row) for row in _asked(_LIST.format(first=_first(_PEOPLE)), city, areas, until=until, most=most)]


def due_homes(city: City, areas: Sequence[int], *, until: dt.datetime, most: int) -> list[Due]:
    """The same of homes; who visited anybody there visited the home."""
    return [Due(*row) for row in _asked(_LIST.format(first=_first(_HOMES)), city, areas, until=until, most=most)]


def counted(city: City, areas: Sequence[int], *, at: dt.datetime, until: dt.datetime, homes: bool) -> list[Counted]:
    """By grid how many are overdue and how many are due until a moment."""
    rows = _asked(_COUNT.format(first=_first(_HOMES if homes else _PEOPLE)), city, areas, at=at, until=until)
    return [Counted(*row) for row in rows]


def due_of_person(city: City, area: int, person: int) -> Due | None:
    """When one person is to be visited; nothing for whom no rule speaks."""
    rows = _PEOPLE + " and p.id = %(key)s"
    found = _asked(_ONE.format(first=_first(rows), column="person"), city, [area], key=person)
    return Due(*found[0]) if found else None


def due_of_home(city: City, area: int, home: int) -> Due | None:
    """When one home is to be visited."""
    rows = _HOMES + " and h.id = %(key)s"
    found = _asked(_ONE.format(first=_first(rows), column="home"), city, [area], key=home)
    return Due(*found[0]) if found else None


def _first(rows: str) -> str:
    return _FIRST.format(rows=rows)


def _asked(statement: str, city: City, areas: Sequence[int], **values: Any) -> list[tuple[Any, ...]]:
    book = rulebook_in_force(city, now().astimezone(city.zone).date())
    known: dict[str, Any] = {
        "book": book.pk, "zone": city.time_zone, "city": city.pk, "areas": list(areas), "kinds": _home_kinds(book.pk),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(statement, known | values)
        return list(cursor.fetchall())


def _home_kinds(book: int) -> list[str]:
    about = CareKind.objects.filter(rulebook=book, about=CareKind.About.HOME)
    return once(("home kinds", book), lambda: list(about.values_list("code", flat=True)))
