"""Questions about any case: why is its deadline what it is, what happened, is the chain whole, is the sweep awake?"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from casework import jurisdiction
from casework.actors import Actor
from casework.calendar import DayKind, Hours, Unit, WorkingCalendar
from casework.lifecycle import Step
from casework.models import (
    CalendarDay,
    CalendarVersion,
    Case,
    Deadline,
    Event,
    LadderRule,
    Rung,
    TimeLimit,
    WorkingHours,
)  # fmt: skip
from casework.moment import now
from grids.gathering import Row, gathered, revived
from grids.models import City, Rulebook
from grids.once import once, tell

_BROKEN = """
with chained as (
    select case_id, seq, hash, previous, row_number() over w as place, lag(hash, 1, '') over w as before_it,
           casework_event_hash(previous, case_id, seq, verb, actor_id, before, after, note, facts, at) as reckoned
    from casework_event window w as (partition by case_id order by seq)
)
select c.number, min(chained.seq) from chained join casework_case c on c.id = chained.case_id
where hash <> reckoned or previous <> before_it or seq <> place group by c.number
union
select number, event_count from casework_case c
where (select count(*) from casework_event e where e.case_id = c.id) <> event_count
   or last_hash <> coalesce((select hash from casework_event e where e.case_id = c.id order by seq desc limit 1), '')
order by 1
"""


# Each with the mark of the row it was read under: the version alone comes again after a rollback, with other days.
_calendars: dict[int, tuple[tuple[int, int], WorkingCalendar]] = {}
_MARK = RawSQL("casework_calendarversion.xmin::text::bigint", ())


def calendar_of(city: City) -> WorkingCalendar:
    """The city's calendar; read once a process and again whenever its version has moved on."""
    versions = CalendarVersion.objects.filter(city=city).values_list("version", _MARK)
    mark = once(("calendar", city.pk), versions.first) or (0, 0)
    known = _calendars.get(city.pk)
    if known is None or known[0] != mark:
        _calendars[city.pk] = known = (mark, read_calendar(city, mark[0]))
    return known[1]


# The same mark, for who asks more in one statement and then says what came (`calendar_told`).
CALENDAR = "select version, xmin::text::bigint as mark from casework_calendarversion where city_id = %(city)s"


def calendar_told(city: int, rows: list[Row]) -> None:
    """What came of `CALENDAR`: for the rest of this request the mark need not be asked."""
    tell(("calendar", city), next(((row["version"], row["mark"]) for row in rows), None))


def read_calendar(city: City, version: int) -> WorkingCalendar:
    """The city's calendar straight from its rows."""
    hours = [
        Hours(row.since, row.until, tuple((start, end) for start, end in row.spans))
        for row in WorkingHours.objects.filter(city=city)
    ]
    days = {row.day: DayKind(row.kind) for row in CalendarDay.objects.filter(city=city)}
    return WorkingCalendar(city.zone, hours, days, version)


def broken_chains() -> list[tuple[str, int]]:
    """The cases whose history was changed behind the house's back, each with the first event that does not fit."""
    with connection.cursor() as cursor:
        cursor.execute(_BROKEN)
        return list(cursor.fetchall())


def head_of_all_chains() -> str:
    """One digest over the last hash of every case: kept elsewhere, it shows that even a rebuilt chain is another."""
    digest = hashlib.sha256()
    for number, last in Case.objects.order_by("number").values_list("number", "last_hash").iterator():
        digest.update(f"{number} {last}\n".encode())
    return digest.hexdigest()


def sweep_lag() -> dt.timedelta:
    """How long the oldest due and unfired rung has been waiting; zero when none is. Cases set aside wait by intent."""
    at = now()
    waits = Q(case__set_aside_until=None) | Q(case__set_aside_until__lte=at)
    waiting = Rung.objects.filter(waits, live=True, at__lte=at).order_by("at").first()
    return at - waiting.at if waiting else dt.timedelta(0)


def limit_for(rulebook: Rulebook, clock: str, *, subject: str, condition: str = "") -> TimeLimit | None:
    """The limit of a stage: of the condition, else of the item, else of its class, else of all (rules 13.2 row 28)."""
    found = TimeLimit.objects.filter(
        rulebook=rulebook, clock=clock, subject__in=_beginnings(subject), condition__in=["", condition]
    )
    return closest(found)


def _beginnings(subject: str) -> list[str]:
    return [subject[:length] for length in range(len(subject) + 1)]


def closest(limits: Iterable[TimeLimit]) -> TimeLimit | None:
    """Of the limits that fit, the one that holds: the more it says of the matter, the nearer."""
    return max(limits, key=lambda limit: (bool(limit.condition), len(limit.subject)), default=None)


@dataclass(frozen=True)
class StageRules:
    """What a rulebook says of a stage for a matter: how long it may take, and all rungs of its clock."""

    clock: str
    limit: TimeLimit | None
    ladder: list[LadderRule]


_STAGE = {
    "limits": """
        select * from casework_timelimit where rulebook_id = %(rulebook)s and clock = %(clock)s
        and subject = any(%(subjects)s) and condition in ('', %(condition)s)
    """,
    "ladder": """
        select * from casework_ladderrule where rulebook_id = %(rulebook)s and clock = %(clock)s order by clock, place
    """,
    "calendar": CALENDAR,
}


def stage_of(rulebook: Rulebook, clock: str, *, subject: str, condition: str = "") -> StageRules:
    """The limit and the ladder of a stage; the mark of the city's calendar comes along, for who reckons with them."""
    asked = {"rulebook": rulebook.pk, "clock": clock, "city": rulebook.city_id, "condition": condition}
    found = gathered(_STAGE, {**asked, "subjects": _beginnings(subject)})
    calendar_told(rulebook.city_id, found["calendar"])
    limits = [revived(TimeLimit, row) for row in found["limits"]]
    return StageRules(clock, closest(limits), [revived(LadderRule, row) for row in found["ladder"]])


def available_steps(case: Case, user: Actor, parts: dict[str, set[int]] | None = None) -> list[Step]:
    """What this person may do to this case now; `parts`: its departments by role, where they are known already."""
    return jurisdiction.open_steps(user, case, parts)


def history_of(case: Case) -> QuerySet[Event]:
    """All that happened, newest first, with who did it."""
    return case.events.select_related("actor").order_by("-seq")


@dataclass(frozen=True)
class CountedDay:
    """One day between a clock's start and its end: whether it counted, why not, and how far it got."""

    day: dt.date
    works: bool
    name: str
    make_up: bool
    # Whole days of the limit used up by its end, pauses left out, for a limit in working days.
    counted: int | None
    starts: bool
    ends: bool
    today: bool


def counted_days(deadline: Deadline, *, most: int = 28) -> list[CountedDay]:
    """Why a clock ends when it does: each day from its start to its end, the skipped ones with their reason."""
    city = deadline.case.city
    calendar = calendar_of(city)
    first, last = calendar.local_day(deadline.started_at), calendar.local_day(deadline.due_at)
    names = {row.day: row for row in CalendarDay.objects.filter(city=city, day__range=(first, last))}
    used = _days_used(deadline, calendar) if deadline.unit == Unit.WORK_DAY else None
    today = calendar.local_day(now())
    days = []
    for offset in range(min((last - first).days + 1, most)):
        day = first + dt.timedelta(days=offset)
        works, listed = calendar.works(day), names.get(day)
        days.append(
            CountedDay(
                day=day, works=works, name=listed.name if listed else "",
                make_up=listed is not None and listed.kind == DayKind.WORK and works,
                counted=used(day) if used and works else None,
                starts=day == first, ends=day == last, today=day == today,
            )
        )  # fmt: skip
    return days


def _days_used(deadline: Deadline, calendar: WorkingCalendar) -> Callable[[dt.date], int]:
    """Answers how many whole working days of a clock's limit had passed by the end of a day, or by its own end."""
    pauses = [(pause.since, pause.until) for pause in deadline.pauses.all()]
    begins = [deadline.started_at, *(until for _since, until in pauses if until)]
    stops = [*(since for since, _until in pauses), deadline.due_at]

    def used(day: dt.date) -> int:
        midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), calendar.zone)
        spans = zip(begins, stops, strict=False)
        passed = sum(calendar.elapsed(Unit.WORK_DAY, begin, min(stop, midnight)) for begin, stop in spans)
        return int(passed + 1e-3)  # moments are kept to the second

    return used


def paused_for(deadline: Deadline) -> dt.timedelta:
    """How long the clock has stood still in all."""
    spans = [(pause.until or now()) - pause.since for pause in deadline.pauses.all()]
    return sum(spans, dt.timedelta(0))


NATIONAL_DAYS = ((10, 1), (10, 2), (10, 3))


def unpublished_years(city: City, *, ahead: int = 1) -> list[int]:
    """Years whose holidays the calendar does not know, from this one on; pages warn of them.

    A year is known by its National Day: a single local day off entered for it does not publish it. The next year
    counts from 1 December on (rules 13.8 row 133), or as soon as an open clock reaches into it.
    """
    return years_unknown(city, last_due_in(city.pk).first(), ahead=ahead)


def last_due_in(city: int | OuterRef) -> QuerySet[Case, dt.datetime]:
    """When the last open clock of a city ends, for a question of its own or within another."""
    dated = Case.objects.open().filter(city=city, due_at__isnull=False)
    return dated.order_by("-due_at").values_list("due_at", flat=True)[:1]


def years_unknown(city: City, last_due: dt.datetime | None, *, ahead: int = 1) -> list[int]:
    """The same, where it is known how far the open clocks reach."""
    today = now().astimezone(city.zone).date()
    days = calendar_of(city).days.items()
    known = {day.year for day, kind in days if kind == DayKind.OFF and (day.month, day.day) in NATIONAL_DAYS}
    wanted = {today.year} | ({today.year + ahead} if today.month == 12 else set())
    if last_due:
        wanted |= set(range(today.year, last_due.astimezone(city.zone).year + 1))
    return sorted(wanted - known)
