"""A month to assess: a city of as many grids as workers, and as many orders as are asked for, set by set.

Orders lie over the three months that shares are estimated by; their clocks, events, looks on site and ratings are
what the services would have left, without the texts that nobody counts.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from assessment.models import Assessment, Band, Dimension, Indicator, PeerGroup, Scheme
from bench.world import World, unchecked, world
from casework.actors import SYSTEM
from casework.services import doors
from grids.models import Level, Role

SINCE, UNTIL = dt.date(2026, 10, 1), dt.date(2026, 11, 1)
SCORED = dt.datetime(2026, 11, 1, 1, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
WINDOW = dt.date(2026, 8, 1)
DAYS = (UNTIL - WINDOW).days
# What the shipped schemes of grid workers count by.
RATES: dict[str, dict[str, Any]] = {
    "on_time": {"weight": 20, "mixed": True}, "first_response_on_time": {"weight": 10}, "check_passed": {"weight": 5},
    "valid_reports": {"weight": 15}, "returned_incomplete": {"weight": 10, "up": False},
    "missed": {"weight": 10, "up": False}, "settled_self": {"weight": 10}, "satisfied": {"weight": 10},
    "solved": {"weight": 10},
}  # fmt: skip
EACH = {"hidden_dangers": {"each": 1.0, "cap": 5.0, "most_of_a_kind": 10}, "early_signs": {"each": 0.5, "cap": 3.0}}

_GROUND = """
with made as (
    insert into grids_area (city_id, level_id, parent_id, code, name, name_en, path, kind, households, valid_from,
        drawn)
    select %(city)s, %(level)s, %(top)s, 'b' || n, '网格 ' || n, '', '', 'comprehensive', 300, '2026-01-01', true
    from generate_series(1, %(workers)s) n returning id, code
), people as (
    insert into accounts_user (username, name, password, is_superuser, is_staff, is_active, email, phone, is_demo,
        date_joined)
    select 'bench-worker-' || n, '网格员', '', false, false, true, '', '', false, now()
    from generate_series(1, %(workers)s) n returning id, username
)
insert into grids_post (user_id, role_id, area_id, seat, title, employment, source, skills, tags, promise, published,
    since)
select p.id, %(role)s, a.id, '', '', 'full_time', '', '[]', '[]', '', false, '2026-01-01'
from made a join people p on p.username = 'bench-worker-' || substr(a.code, 2)
"""
_PATHS = "update grids_area set path = %(path)s || id || '/' where parent_id = %(top)s"
_CATEGORIES = """
insert into workorders_category (rulebook_id, code, name, name_en, kind, urgency, family)
select %(book)s, (array['0101', '0202', '0301', '0501', '0601', '0602'])[1 + n %% 6] || lpad((n / 6)::text, 2, '0'),
    '事项', '', 'event', 'normal', '' from generate_series(6, 65) n
"""
# Worker and moment of the n-th order, spread so that each worker has his share of each day.
_ORDERS = """
orders as (
    select n, %(base)s + n as id, p.user_id as worker, p.area_id as area, a.path,
        timestamptz '2026-08-01 00:00+08' + ((n::bigint * 7919) %% %(minutes)s) * interval '1 minute' as opened,
        n %% 3 = 0 as kept, n %% 17 = 0 as refused, n %% 11 = 0 as late, c.id as category
    from generate_series(%(first)s, %(last)s) n
    join (select *, row_number() over (order by id) - 1 as place from grids_post where role_id = %(role)s) p
        on p.place = n %% %(workers)s
    join grids_area a on a.id = p.area_id
    join (select id, row_number() over (order by code) - 1 as place from workorders_category
        where rulebook_id = %(book)s) c on c.place = (n / 7) %% 60
)
"""
_INSERTS = (
    """
    insert into casework_case (id, kind, number, title, city_id, rulebook_id, area_id, area_path, reported_by_id,
        status, opened_at, closed_at, lamp, rung, due_clock, paused, event_count, last_hash)
    select id, 'workorder', 'B' || id, '事项', %(city)s, %(book)s, area, path, worker,
        case when refused then 'refused' else 'closed' end, opened, opened + interval '4 days', 0, '', '', false, 6, ''
    from orders
    """,
    """
    insert into workorders_workorder (case_ptr_id, category_id, condition, source, details, nature, early_sign, tags,
        words, place, lng, lat, given_lng, given_lat, given_datum, result, refusal_reason, refusal_words, joint, ruled,
        held_longer, plan, transfers, reworks, problem, calls, rating_words)
    select id, category, '', 'patrol', '{}', 'help', n %% 50 = 0, '{}', '', '', 117 + (n %% 997) * 0.01,
        39 + (n %% 991) * 0.01, 117, 39, 'wgs84', '', '', '', false, false, false, '', 0, 0, false, 0, ''
    from orders
    """,
    """
    insert into casework_event (case_id, seq, verb, actor_id, before, after, note, facts, at, previous, hash)
    select id, e.seq, case when e.verb <> 'accepted' then e.verb when refused then 'refused'
            when kept then 'kept' else 'accepted' end,
        worker, '', '', '', '{}', opened + e.after * interval '1 hour', '', ''
    from orders cross join (values (1, 'reported', 0), (2, 'accepted', 2), (3, 'dispatched', 5), (4, 'signed_for', 9),
        (5, 'settled', 30), (6, 'progressed', 40), (7, 'rated', 50)) e(seq, verb, after)
    where (not refused or e.seq < 3) and (e.verb <> 'rated' or n %% 3 = 1)
        and (e.verb <> 'settled' or kept) and (e.verb <> 'signed_for' or n %% 2 = 0)
        or e.seq > 2 and not refused and n %% 3 = 2
    """,
    """
    insert into casework_deadline (case_id, clock, area_id, state, amount, unit, started_at, due_at, ended_at,
        missed_at, calendar_version)
    select id, k.clock, area, case when late then 'late' else 'met' end, 1, 'work_day', opened,
        opened + interval '40 hours', opened + k.after * interval '1 hour',
        case when late then opened + interval '40 hours' end, 1
    from orders
    cross join (values ('workorders.keep', 30), ('workorders.check', 12), ('workorders.verify', 36)) k(clock, after)
    where not refused and (k.clock <> 'workorders.keep' or kept) and (k.clock <> 'workorders.check' or n %% 4 = 0)
    """,
    """
    insert into workorders_sitecheck (order_id, moment, worker_id, chosen, at, done_by_id, done_at, outcome, words)
    select id, 'before', worker, 'own_grid', opened, worker, opened + interval '12 hours',
        case when n %% 9 = 0 then 'gone' else 'there' end, '' from orders where n %% 4 = 0
    """,
    """
    insert into workorders_rating (order_id, round, via, stars, solved, satisfied, words, at)
    select id, 1, 'call', 4, n %% 7 <> 0, n %% 8 <> 0, '', opened + interval '50 hours' from orders
    where n %% 3 = 1 and not refused
    """,
)


@dataclass
class Month:
    """The city with its scheme, and how many orders it has."""

    place: World
    scheme: Scheme
    values: dict[str, Any]
    orders: int = 0

    def grow(self, orders: int) -> None:
        """So many orders in all."""
        values = self.values | {"first": self.orders + 1, "last": orders}
        with unchecked() as cursor:
            for statement in _INSERTS:
                cursor.execute(f"with {_ORDERS} {statement}", values)
        self.orders = orders
        with connection.cursor() as cursor:
            cursor.execute(
                "vacuum (analyze) casework_case, workorders_workorder, casework_event, casework_deadline, "
                "workorders_sitecheck, workorders_rating, grids_post, grids_area"
            )

    def count(self, table: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"select count(*) from {table} where case_id > %s", [self.values["base"]])
            return int(cursor.fetchone()[0])

    def board(self) -> Assessment:
        """An empty board of the month, to be scored."""
        case = Assessment(
            kind="assessment", title="考核", scheme=self.scheme, since=SINCE, until=UNTIL, scored_at=SCORED
        )  # fmt: skip
        return doors.open_case(case, by=SYSTEM, area=self.place.area, rulebook=self.place.rulebook)


def month(workers: int) -> Month:
    """The ground with its workers, and a scheme that counts by what the shipped ones do."""
    place = world("assessing")
    base = Level.objects.create(city=place.city, rank=2, name="网格", code_length=5, base=True)
    said = {"code": "grid_worker", "name": "网格员", "scope": "area", "permissions": ["keep_in"]}
    role = Role.objects.create(city=place.city, **said)
    values = {
        "city": place.city.pk, "level": base.pk, "top": place.area.pk, "path": place.area.path, "role": role.pk,
        "workers": workers, "book": place.rulebook.pk, "base": 500_000_000, "minutes": DAYS * 1440 - 4320,
    }  # fmt: skip
    place.category.delete()
    with unchecked() as cursor:
        for statement in (_GROUND, _PATHS, _CATEGORIES):
            cursor.execute(statement, values)
    place.rulebook.sources.create(code="patrol", name="网格巡查", kind="patrol")
    return Month(place, _scheme(place), values)


def _scheme(place: World) -> Scheme:
    scheme = Scheme.objects.create(
        city=place.city, code="bench", version=1, name="网格员", subject="worker", board_level=place.area.level,
        state="active", effective_from=WINDOW, judged_by="on_time",
    )  # fmt: skip
    for grade, colour, least in (("top", "red", 90), ("middle", "blue", 70), ("bottom", "yellow", 0)):
        Band.objects.create(scheme=scheme, grade=grade, colour=colour, name=grade, least=least)
    PeerGroup.objects.create(scheme=scheme, place=1, code="all", name="全体")
    dimension = Dimension.objects.create(scheme=scheme, place=1, code="all", name="实绩", weight=100)
    rows = {name: {"sort": "rate", **row} for name, row in RATES.items()}
    rows |= {name: {"sort": "each", **row} for name, row in EACH.items()}
    for at, (name, row) in enumerate(rows.items()):
        Indicator.objects.create(dimension=dimension, place=at, code=name[:20], name=name, measure=name, **row)
    return scheme
