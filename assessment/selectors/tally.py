"""What each indicator's measure finds for all subjects of a board at once: k of n, and the keys behind them.

One statement an indicator. What makes points of it: `weighing.py`. The measures: `selectors/measured/`.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

from django.db import connection, transaction

from assessment import measures, statuses
from assessment.models import Indicator, Scheme
from assessment.reasons import Sort
from assessment.reasons import Subject as Kind
from assessment.selectors.subjects import WORKER_ROLES, Subject, subjects_of
from assessment.weighing import Counted
from casework.moment import now
from grids.models import Area, City

Tally = dict[tuple[int, int], Counted]

_WHO: Final = "who(subject, peer) as (select * from unnest(%(subjects)s::bigint[], %(peers)s::bigint[]))"
# The grids that those who are assessed held, with everybody who held one of them beside or after them.
_HELD: Final = """
held(subject, area, since, until, alone) as materialized (
    select person, area, lower(spell), coalesce(upper(spell), 'infinity'),
        min(person) over (partition by area) = max(person) over (partition by area) from (
        select p.user_id as person, p.area_id as area, unnest(range_agg(tstzrange(
            p.since::timestamp at time zone %(zone)s, p.until::timestamp at time zone %(zone)s))) as spell
        from grids_post p join grids_role r on r.id = p.role_id join grids_area a on a.id = p.area_id
        join grids_level l on l.id = a.level_id
        where r.code = any(%(worker_roles)s) and l.base and (p.until is null or p.until > p.since) and p.area_id in (
            select theirs.area_id from grids_post theirs join who on who.subject = theirs.user_id)
        group by p.user_id, p.area_id) posts
)
"""
# The areas assessed with all below them.
_GROUND: Final = """
ground(subject, area) as materialized (
    select who.subject, a.id from grids_area a
    cross join unnest(string_to_array(btrim(a.path, '/'), '/')::bigint[]) as above(key)
    join who on who.subject = above.key where a.city_id = %(city)s
)
"""
_BESIDE: Final = {Kind.WORKER: _HELD, Kind.AREA: _GROUND}
# 剔除: what an appeal took out counts nowhere, and stays in `items`. `place` is the padding guard: so many of a kind
# in a month count, the first ones.
_MARKED: Final = """
marked as (
    select who.subject, who.peer, f.item, f.good::float8 as good, f.kind,
        f.at >= %(month)s as here, f.at >= %(before)s and f.at < %(month)s as before, f.at >= %(window)s as inside,
        x.item is not null as exempt, x.item is null and {within_cap} as counts
    from found f join who on who.subject = f.subject
    left join assessment_exemption x on x.measure = %(measure)s and x.subject = f.subject and x.item = f.item
        and x.city_id = %(city)s and x.at <= %(exempt_by)s
)
"""
_PLACE: Final = """
row_number() over (
    partition by f.subject, f.kind, date_trunc('month', f.at at time zone %(zone)s), x.item is null
    order by f.at, f.item) <= %(most)s
"""
_SUMS: Final = """
summed as (
    select subject,
        coalesce(sum(good) filter (where here and counts), 0) as k, count(*) filter (where here and counts) as n,
        coalesce(sum(good) filter (where before and counts), 0) as before_k,
        count(*) filter (where before and counts) as before_n,
        coalesce(sum(good) filter (where inside and counts), 0) as window_k,
        count(*) filter (where inside and counts) as window_n,
        coalesce(array_agg(item) filter (where here), '{{}}')::text as items,
        coalesce(array_agg(item) filter (where here and counts and {costs}), '{{}}')::text as against,
        coalesce(array_agg(item) filter (where here and exempt), '{{}}')::text as exempt
    from marked group by subject
)
"""
# What the peers' shares of the same categories let expect: O − E is what is somebody's own.
_EXPECTED: Final = """
kinds as (
    select subject, count(*) as n, sum(sum(good)) over same / sum(count(*)) over same as share
    from marked where inside and counts group by subject, peer, kind window same as (partition by peer, kind)
), expected as (select subject, sum(n * share) as expected from kinds group by subject)
"""
_PLANNED: Final = {"enable_nestloop": "off", "enable_mergejoin": "off", "work_mem": "64MB", "jit": "off"}
_COLUMNS: Final = "s.subject, k, n, before_k, before_n, window_k, window_n, {expected}, items, against, exempt"
# The latest mark of each, and what an appeal that was upheld lets its line have instead.
_MARKS: Final = """
with who(subject, peer) as (select * from unnest(%(subjects)s::bigint[], %(peers)s::bigint[])), marks as (
    select distinct on (e.subject) e.subject, e.points / 100.0 as k, '{' || e.id || '}' as items
    from assessment_entry e join who using (subject)
    where e.city_id = %(city)s and e.scheme_code = %(scheme)s and e.indicator_code = %(indicator)s
        and e.since = %(since_day)s and e.at <= %(asof)s
    order by e.subject, e.at desc, e.id desc
)
select m.subject, m.k, 1, 0, 0, m.k, 1, null, m.items, case when m.k < 1 then m.items else '{}' end, '{}', (
    select a.points_after from assessment_appeal a
    join casework_case c on c.id = a.case_ptr_id join assessment_scoreline l on l.id = a.line_id
    join assessment_scorecard d on d.id = l.card_id join assessment_assessment b on b.case_ptr_id = d.assessment_id
    join assessment_scheme s on s.id = b.scheme_id join assessment_indicator i on i.id = l.indicator_id
    where c.status = %(upheld)s and a.points_after is not null and a.second_at <= %(exempt_by)s
        and d.subject = m.subject and b.since = %(since_day)s and s.city_id = %(city)s and s.code = %(scheme)s
        and i.code = %(indicator)s
    order by a.second_at desc, a.case_ptr_id desc limit 1)
from marks m
"""


@dataclass(frozen=True)
class Span:
    """Of which time, and by what was known when: nothing that was told after `asof`, no appeal after `exempt_by`."""

    city: City
    since: dt.date
    until: dt.date
    months: int
    asof: dt.datetime
    exempt_by: dt.datetime

    def midnight(self, day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(), self.city.zone)

    def values(self) -> dict[str, Any]:
        """Moments as the statements ask for them; `since` is the earliest that any of the sums needs."""
        month, until = self.midnight(self.since), self.midnight(self.until)
        before = self.midnight(months_before(self.since, 1))
        window = min(month, self.midnight(months_before(self.until, self.months)))
        return {
            "city": self.city.pk, "zone": self.city.time_zone, "since": min(before, window),
            "until": min(until, self.asof),
            "month": month, "before": before, "window": window, "asof": self.asof, "exempt_by": self.exempt_by,
            "since_day": self.since,
        }  # fmt: skip


def months_before(day: dt.date, months: int) -> dt.date:
    """The first day of a month so many months earlier; months and years that are assessed begin on the first."""
    month = day.year * 12 + day.month - 1 - months
    return dt.date(month // 12, month % 12 + 1, 1)


def span_of(scheme: Scheme, since: dt.date, until: dt.date, *, asof: dt.datetime | None = None) -> Span:
    """The time that a scheme looks at for [since, until), as it stands now, or stood at a moment."""
    moment = asof or now()
    return Span(scheme.city, since, until, scheme.window_months, moment, moment)


def tally(scheme: Scheme, area: Area, since: dt.date, until: dt.date) -> Tally:
    """By indicator and subject, what there is for [since, until) on this area's board as it stands now."""
    return tally_of(scheme, subjects_of(scheme, area, since, until), span_of(scheme, since, until))


def tally_of(
    scheme: Scheme, subjects: Sequence[Subject], span: Span, *, only: Iterable[Indicator] | None = None
) -> Tally:
    """The same for these subjects (and these indicators); exempt things are out of k and n."""
    indicators = list(only) if only is not None else indicators_of(scheme)
    found: Tally = {}
    if not subjects:
        return found
    with for_whole_sets(), _sources(scheme, indicators, _values(subjects, span)):
        for indicator in indicators:
            for key, counted in _counted(scheme, indicator, subjects, span).items():
                found[indicator.pk, key] = counted
    return found


@contextmanager
def for_whole_sets() -> Iterator[None]:
    """Tells the planner that whole tables are joined: it cannot know how many clocks fall into a month, takes them for
    few, and would look each of them up one by one. For what is asked within, and nothing after."""
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute("select name, current_setting(name) from unnest(%s::text[]) as name", [list(_PLANNED)])
        before = cursor.fetchall()
        cursor.executemany("select set_config(%s, %s, true)", list(_PLANNED.items()))
        yield
        cursor.executemany("select set_config(%s, %s, true)", before)


@contextmanager
def _sources(scheme: Scheme, indicators: Iterable[Indicator], values: dict[str, Any]) -> Iterator[None]:
    """Tables that several measures look into, there while a board is counted."""
    kind = Kind(scheme.subject)
    named = [measures.measure_of(one.measure) for one in indicators if one.sort != Sort.ENTERED]
    tables = sorted({table for one in named for table in one.uses if table in one.statements[kind]})
    beside = _BESIDE.get(kind)
    prelude = f"with {', '.join([_WHO, *([beside] if beside else [])])}"
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"create temporary table {table} as {prelude} {measures.source_of(table)}", values)
            cursor.execute(f"analyze {table}")
        yield
        for table in tables:
            cursor.execute(f"drop table {table}")


def _values(subjects: Sequence[Subject], span: Span) -> dict[str, Any]:
    return span.values() | {
        "subjects": [one.subject for one in subjects], "peers": [one.group.pk for one in subjects],
        "worker_roles": WORKER_ROLES,
    }  # fmt: skip


def indicators_of(scheme: Scheme) -> list[Indicator]:
    """All indicators of a scheme that are on."""
    return list(Indicator.objects.filter(dimension__scheme=scheme, on=True).order_by("dimension__place", "place"))


def _counted(
    scheme: Scheme, indicator: Indicator, subjects: Sequence[Subject], span: Span
) -> dict[int, Counted]:  # fmt: skip
    values = _values(subjects, span) | {
        "most": indicator.most_of_a_kind, "measure": indicator.measure, "scheme": scheme.code,
        "indicator": indicator.code, "upheld": statuses.UPHELD,
    }  # fmt: skip
    if indicator.sort == Sort.ENTERED:
        return {row[0]: Counted(*row[1:]) for row in _asked(_MARKS, values)}
    measure = measures.measure_of(indicator.measure)
    kind = Kind(scheme.subject)
    rows = _asked(statement_of(measure, kind, indicator), values)
    found = {row[0]: Counted(*row[1:]) for row in rows}
    return _shared_out(measure, kind, subjects, values, found) if kind in measure.exposures else found


def statement_of(measure: measures.Measure, kind: Kind, indicator: Indicator) -> str:
    """The one statement that counts an indicator for all subjects."""
    within_cap = _PLACE if indicator.most_of_a_kind else "true"
    parts = [_WHO, *([_BESIDE[kind]] if kind in _BESIDE else []), f"found as ({measure.statements[kind]})"]
    parts += [_MARKED.format(within_cap=within_cap), _SUMS.format(costs=_costs(indicator))]
    columns = _COLUMNS.format(expected="expected" if indicator.mixed else "null::float8")
    if not indicator.mixed:
        return f"with {', '.join(parts)} select {columns} from summed s"  # noqa: S608
    return f"with {', '.join([*parts, _EXPECTED])} select {columns} from summed s left join expected using (subject)"  # noqa: S608


def _costs(indicator: Indicator) -> str:
    """What of an indicator's things cost points."""
    if indicator.sort == Sort.EACH:
        return "good > 0" if indicator.each < 0 else "false"
    return "good < 1" if indicator.up else "good > 0"


def _shared_out(
    measure: measures.Measure, kind: Kind, subjects: Sequence[Subject], values: dict[str, Any],
    found: dict[int, Counted],
) -> dict[int, Counted]:  # fmt: skip
    """How many there would be of each if all peers had the same by their size (households): O against E."""
    statement = f"with {_WHO} {measure.exposures[kind]}"
    sizes = {key: float(amount or 0) for key, amount in _asked(statement, values)}
    total: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for one in subjects:
        if sizes.get(one.subject):
            total[one.group.pk][0] += found.get(one.subject, Counted()).window_n
            total[one.group.pk][1] += sizes[one.subject]
    out = {}
    for one in subjects:
        seen, size = total[one.group.pk]
        expected = sizes.get(one.subject, 0.0) * seen / size if sizes.get(one.subject) else None
        out[one.subject] = replace(found.get(one.subject, Counted()), expected=expected)
    return out


def _asked(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
