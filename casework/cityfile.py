"""The kernel's part of a city folder: `calendar.toml`, `time_limits.csv`, `ladder.csv`."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import chinese_calendar

from casework.calendar import Unit
from casework.ladder import parse_moment
from casework.lifecycle import all_lifecycles
from casework.models import CalendarDay, LadderRule, TimeLimit, WorkingHours
from casework.models.case import Lamp
from casework.services import calendars
from grids.folder import Loading, Problem, Row, reads

FILE = "calendar.toml"
LAMPS = {"yellow": Lamp.YELLOW, "red": Lamp.RED}
_SPAN = re.compile(r"^(\d{2}):(\d{2})-(\d{2}):(\d{2})$")
_RUNG = re.compile(r"^[a-z_]{2,20}$")
# Statutory names of the library in the city's words; other names it gives are kept as they are.
HOLIDAYS = {
    "New Year's Day": "元旦", "Spring Festival": "春节", "Tomb-sweeping Day": "清明", "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午", "Mid-autumn Festival": "中秋", "National Day": "国庆",
}  # fmt: skip


@reads(50)
def load_calendar(loading: Loading) -> None:
    """The working hours as dated periods; holidays and make-up days from the library, and the city's own."""
    words = loading.toml(FILE)
    hours = [_hours(loading, number, period) for number, period in enumerate(words.get("periods", []), 1)]
    own = [_day(loading, number, day) for number, day in enumerate(words.get("days", []), 1)]
    if not hours:
        loading.problems.append(Problem(FILE, 0, "periods", "a city needs working hours"))
    loading.stop_if_wrong()
    WorkingHours.objects.filter(city=loading.city).delete()
    WorkingHours.objects.bulk_create(hours)
    CalendarDay.objects.filter(city=loading.city, source__in=["library", "city file"]).delete()
    entered = set(CalendarDay.objects.filter(city=loading.city).values_list("day", flat=True))
    days = {row.day: row for row in [*_library_days(loading), *own] if row.day not in entered}
    CalendarDay.objects.bulk_create(days.values())
    calendars.touch(loading.city)


@reads(51)
def load_limits(loading: Loading) -> None:
    """How long each stage may take, by condition, item or class."""
    rows = loading.table("time_limits.csv", ["category", "condition", "clock", "amount", "unit", "basis"])
    seen: dict[tuple[str, str, str], int] = {}
    for row in rows:
        row.required("clock")
        row.one_of("unit", {unit.value for unit in Unit})
        if row.number("amount") == 0:
            row.wrong("amount", "must be more than zero")
        key = (row["clock"], row["category"], row["condition"])
        if seen.setdefault(key, row.line) != row.line:
            row.wrong("category", f"line {seen[key]} has a limit for the same clock, category and condition")
    loading.stop_if_wrong()
    TimeLimit.objects.bulk_create(
        TimeLimit(
            rulebook=loading.rulebook, clock=row["clock"], subject=row["category"], condition=row["condition"],
            amount=row.number("amount"), unit=row["unit"], basis=row["basis"],
        )
        for row in rows
    )  # fmt: skip


@reads(52)
def load_ladder(loading: Loading) -> None:
    """What happens when on each clock, and who is told."""
    rows = loading.table("ladder.csv", ["clock", "applies", "rung", "moment", "lamp", "tells"])
    for row in rows:
        row.one_of("applies", LadderRule.Applies.values)
        row.one_of("lamp", LAMPS)
        if not _RUNG.match(row["rung"]):
            row.wrong("rung", f"“{row['rung']}” is not a name of small letters")
        for role in row["tells"].split():
            if role not in loading.made["roles"]:
                row.wrong("tells", f"“{role}” is not a role")
        try:
            parse_moment(row["moment"])
        except ValueError as error:
            row.wrong("moment", str(error))
    _check_red(loading, rows)
    loading.stop_if_wrong()
    LadderRule.objects.bulk_create(
        LadderRule(
            rulebook=loading.rulebook, clock=row["clock"], applies=row["applies"], name=row["rung"],
            moment=row["moment"], lamp=LAMPS[row["lamp"]], tells=row["tells"].split(), place=place,
        )
        for place, row in enumerate(rows)
    )  # fmt: skip


def _check_red(loading: Loading, rows: list[Row]) -> None:
    """Each clock with a limit has its one red rung at its end: without it nobody would ever learn that it is late."""
    ends = {row["clock"] for row in rows if row["rung"] == "due" and row["moment"] == "due" and row["lamp"] == "red"}
    limited = TimeLimit.objects.filter(rulebook=loading.rulebook).values_list("clock", flat=True).distinct()
    bounds = {bound for life in all_lifecycles() for bound in life.bounds}
    for clock in sorted(set(limited) - ends - bounds):
        loading.problems.append(Problem("ladder.csv", 0, "rung", f"{clock} has limits but no red rung “due” at “due”"))
    for row in rows:
        if row["rung"] == "due" and (row["moment"], row["lamp"]) != ("due", "red"):
            row.wrong("rung", "“due” must stand at “due” with a red lamp")


def _hours(loading: Loading, number: int, period: dict[str, Any]) -> WorkingHours:
    spans = [_span(loading, number, text) for text in period.get("hours", [])]
    since = period.get("from")
    if not isinstance(since, dt.date):
        loading.problems.append(Problem(f"{FILE} [[periods]]", number, "from", "is not a date"))
    if any(start >= end for start, end in spans) or spans != sorted(spans) or not spans:
        loading.problems.append(Problem(f"{FILE} [[periods]]", number, "hours", "must be spans of a day, in order"))
    return WorkingHours(city=loading.city, since=since or loading.today, until=period.get("until"), spans=spans)


def _span(loading: Loading, number: int, text: str) -> list[int]:
    match = _SPAN.match(str(text))
    if not match:
        loading.problems.append(Problem(f"{FILE} [[periods]]", number, "hours", f"“{text}” is not like 08:00-12:00"))
        return [0, 0]
    first, second, third, fourth = (int(part) for part in match.groups())
    return [first * 3600 + second * 60, third * 3600 + fourth * 60]


def _day(loading: Loading, number: int, day: dict[str, Any]) -> CalendarDay:
    if not isinstance(day.get("date"), dt.date) or day.get("kind") not in CalendarDay.Kind.values:
        loading.problems.append(Problem(f"{FILE} [[days]]", number, "date", "needs a date and a kind “off” or “work”"))
    return CalendarDay(
        city=loading.city,
        day=day.get("date") or loading.today,
        kind=day.get("kind", ""),
        name=day.get("name", ""),
        source="city file",
    )


def _library_days(loading: Loading) -> list[CalendarDay]:
    """Holidays and make-up days the library knows, from the rulebook's first year on."""
    first = loading.settings["effective_from"].year - 1
    found = [
        CalendarDay(city=loading.city, day=day, kind="off", name=_words(name), source="library")
        for day, name in chinese_calendar.constants.holidays.items()
        if day.year >= first
    ]
    found += [
        CalendarDay(city=loading.city, day=day, kind="work", name=_words(name), source="library")
        for day, name in chinese_calendar.constants.workdays.items()
        if day.year >= first
    ]
    return found


def _words(name: Any) -> str:
    english = getattr(name, "value", name)
    return HOLIDAYS.get(str(english), str(english))
