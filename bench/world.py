"""A small city to measure in (chaos/ destroys it), and as many open clocks in it as are asked for, set by set."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from accounts.models import User
from casework.calendar import Unit
from casework.ladder import Allowance, moment_of, parse_moment
from casework.models import CalendarVersion, LadderRule, TimeLimit, WorkingHours
from casework.models.case import Lamp
from casework.selectors import calendar_of
from casework.services.calendars import touch
from grids.models import Area, City, Department, Level, Rulebook
from workorders.models import Category

# Its red rung is answered by no app: the sweep alone is measured, not what an app does about it.
CLOCK = "workorders.sign"
# Tuesday morning, a plain week.
START = dt.datetime(2026, 11, 3, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
LADDER = (
    ("reminder", "due-48h", Lamp.YELLOW), ("reminder", "due-24h", Lamp.YELLOW), ("due", "due", Lamp.RED),
    ("press", "due+1urgent_hour", Lamp.RED), ("yellow_card", "due+1work_day", Lamp.RED),
    ("red_card", "due+3work_day", Lamp.RED),
)  # fmt: skip


@dataclass(frozen=True)
class World:
    """The city's rows that cases point at."""

    city: City
    area: Area
    department: Department
    rulebook: Rulebook
    limit: TimeLimit
    rules: list[LadderRule]
    category: Category
    person: User


@transaction.atomic
def world(
    slug: str,
    *,
    ladder: Sequence[tuple[str, str, int]] = LADDER,
    amount: float = 5,
    unit: Unit = Unit.WORK_DAY,
) -> World:
    """A city of one area, one department and one limit with its ladder."""
    city = City.objects.create(slug=slug, name=slug)
    level = Level.objects.create(city=city, rank=1, name="区", code_length=2)
    area = Area.objects.create(city=city, level=level, code="01", name="区", valid_from=dt.date(2026, 1, 1))
    Area.objects.filter(pk=area.pk).update(path=f"/{area.pk}/")
    area.refresh_from_db()
    department = Department.objects.create(
        city=city, code="d", name="环卫所", area=area, valid_from=dt.date(2026, 1, 1)
    )
    book = Rulebook.objects.create(city=city, version=1, effective_from=dt.date(2026, 1, 1), published_at=START)
    limit = TimeLimit.objects.create(rulebook=book, clock=CLOCK, amount=amount, unit=unit)
    rules = [
        LadderRule.objects.create(rulebook=book, clock=CLOCK, name=name, moment=moment, lamp=lamp, place=place)
        for place, (name, moment, lamp) in enumerate(ladder)
    ]
    WorkingHours.objects.create(city=city, since=dt.date(2026, 1, 1), spans=[[28800, 43200], [50400, 64800]])
    touch(city)
    category = Category.objects.create(rulebook=book, code="01", name="垃圾")
    person = User.objects.create(username=f"bench-{slug}", name="测量")
    return World(city, area, department, book, limit, rules, category, person)


_CASES = """
insert into casework_case (kind, number, title, city_id, rulebook_id, area_id, area_path, department_id, status,
    opened_at, lamp, rung, due_clock, due_from, due_at, paused, event_count, last_hash)
select 'workorder', %(slug)s || '-' || n, '垃圾外露', %(city)s, %(book)s, %(area)s, %(path)s, %(department)s,
    'handling', %(start)s, 0, '', %(clock)s, %(start)s, %(due)s + n * interval '1 second', false, 0, ''
from generate_series(%(first)s, %(last)s) n
"""
_CLOCKS = """
insert into casework_deadline (case_id, clock, department_id, state, limit_id, amount, unit, started_at, due_at,
    calendar_version)
select id, %(clock)s, %(department)s, 'running', %(limit)s, 5, 'work_day', %(start)s, %(due)s, %(version)s
from casework_case where number = any(select %(slug)s || '-' || n from generate_series(%(first)s, %(last)s) n)
"""
_RUNGS = """
insert into casework_rung (deadline_id, case_id, rule_id, name, lamp, at, live)
select d.id, d.case_id, r.id, r.name, r.lamp, r.at, true
from unnest(%(rules)s::bigint[], %(names)s::text[], %(lamps)s::int[], %(moments)s::timestamptz[]) r(id, name, lamp, at),
     casework_deadline d join casework_case c on c.id = d.case_id
where c.number = any(select %(slug)s || '-' || n from generate_series(%(first)s, %(last)s) n)
"""


def open_clocks(place: World, first: int, last: int, *, rungs: int = len(LADDER)) -> None:
    """Cases numbered from `first` to `last`, each with one open clock and the first so many rungs of its ladder."""
    calendar = calendar_of(place.city)
    allowance = Allowance(START, 5, Unit.WORK_DAY)
    rules = place.rules[:rungs]
    moments = [moment_of(parse_moment(rule.moment), allowance, calendar, quiet=rule.lamp < Lamp.RED) for rule in rules]
    values = {
        "slug": place.city.slug, "city": place.city.pk, "book": place.rulebook.pk, "area": place.area.pk,
        "path": place.area.path, "department": place.department.pk, "limit": place.limit.pk, "clock": CLOCK,
        "start": START, "due": calendar.due(START, 5, Unit.WORK_DAY), "first": first, "last": last,
        "version": CalendarVersion.objects.get(city=place.city).version, "rules": [rule.pk for rule in rules],
        "names": [rule.name for rule in rules], "lamps": [int(rule.lamp) for rule in rules], "moments": moments,
    }  # fmt: skip
    with unchecked() as cursor:
        for statement in (_CASES, _CLOCKS, _RUNGS):
            cursor.execute(statement, values)
    settle()


@contextmanager
def unchecked() -> Iterator[CursorWrapper]:
    """Foreign keys of rows that are made right need not be looked up one by one: the owner may say so."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        yield cursor


def settle() -> None:
    """The planner knows the tables, and nothing is left to be cleaned during a measurement."""
    with connection.cursor() as cursor:
        cursor.execute("vacuum (analyze) casework_case, casework_deadline, casework_rung, casework_event")
