"""How working time passes in one city: pure arithmetic, no database, no `now()`.

Days come from `models/calendar.py`; the words for a page from `selectors.py`. Sources: rules.md 4.3 and 11.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

Span = tuple[int, int]  # seconds of the day, from and until
Pause = tuple[dt.datetime, dt.datetime | None]
_DAY = 86_400
# A calendar without a single working hour in ten years is a mistake, not a long weekend.
_HORIZON_DAYS = 3_660


class Unit(StrEnum):
    """How a limit counts. Amounts may be fractions: 15 minutes are 0.25 urgent hours."""

    URGENT_HOUR = "urgent_hour"
    WORK_HOUR = "work_hour"
    WORK_DAY = "work_day"
    NATURAL_DAY = "natural_day"

    @property
    def continuous(self) -> bool:
        return self in (Unit.URGENT_HOUR, Unit.NATURAL_DAY)


class DayKind(StrEnum):
    """A day that the plain week would have wrong: a rest day on a weekday, or a make-up day (调休) on a weekend."""

    OFF = "off"
    WORK = "work"


@dataclass(frozen=True)
class Hours:
    """The working hours of a dated period; local rules change them with the seasons."""

    since: dt.date
    until: dt.date | None
    spans: tuple[Span, ...]


class WorkingCalendar:
    """One city's working time. Pass it moments with a zone; it answers in UTC, to the second."""

    def __init__(self, zone: ZoneInfo, hours: Sequence[Hours], days: Mapping[dt.date, DayKind], version: int = 0):
        self.zone = zone
        self.version = version
        self.hours = sorted(hours, key=lambda period: period.since)
        self.days = dict(days)
        self.spans = lru_cache(maxsize=4096)(self._spans)
        self.length = lru_cache(maxsize=4096)(self._length)
        # The rungs of one ladder all ask for the same end.
        self.add = lru_cache(maxsize=1024)(self._add)

    def works(self, day: dt.date) -> bool:
        """Whether a day is worked: listed as off, listed as make-up, else Monday to Friday."""
        listed = self.days.get(day)
        return listed == DayKind.WORK if listed else day.weekday() < 5

    def is_working(self, moment: dt.datetime) -> bool:
        day, second = self._local(moment)
        return any(start <= second < end for start, end in self.spans(day))

    def _add(self, start: dt.datetime, amount: float, unit: Unit) -> dt.datetime:
        """The moment at which `amount` of `unit` has passed since `start`; none of it: `start` itself."""
        if unit.continuous or amount <= 0:
            return _utc(_aware(start) + dt.timedelta(seconds=max(0.0, amount) * _seconds(unit)))
        day, second = self._local(start)
        left = float(amount)
        for _tried in range(_HORIZON_DAYS):
            worth = self._worth(day, unit)
            here = self._left(day, second) * worth
            if here > 0 and left <= here + 1e-9:
                return self._moment(day, _walk(self.spans(day), second, left / worth))
            left, day, second = left - here, day + dt.timedelta(days=1), 0
        raise ValueError("this calendar has no working hours")

    def elapsed(self, unit: Unit, start: dt.datetime, end: dt.datetime) -> float:
        """How much of `unit` passes from `start` to `end`; never negative."""
        if end <= start:
            return 0.0
        if unit.continuous:
            return (_aware(end) - _aware(start)).total_seconds() / _seconds(unit)
        day, second = self._local(start)
        last, last_second = self._local(end)
        total = 0.0
        while day < last:
            total += self._left(day, second) * self._worth(day, unit)
            day, second = day + dt.timedelta(days=1), 0
        return total + _length(self.spans(last), second, last_second) * self._worth(last, unit)

    def due(self, start: dt.datetime, amount: float, unit: Unit, pauses: Iterable[Pause] = ()) -> dt.datetime | None:
        """When an allowance runs out, pauses left out; None while a pause is open and something was left.

        A pause that begins after the allowance has run out moves nothing: red is final.
        """
        left, since = float(amount), start
        for paused_at, resumed_at in pauses:
            ends = self.add(since, left, unit)
            if ends <= paused_at:
                return ends
            if resumed_at is None:
                return None
            left, since = left - self.elapsed(unit, since, paused_at), resumed_at
        return self.add(since, left, unit)

    def working_moment_before(self, moment: dt.datetime) -> dt.datetime:
        """The moment itself in working hours, else the last one before it: reminders do not ring at midnight."""
        day, second = self._local(moment)
        for _tried in range(_HORIZON_DAYS):
            for start, end in reversed(self.spans(day)):
                if start <= second:
                    return self._moment(day, min(second, end))
            day, second = day - dt.timedelta(days=1), _DAY
        raise ValueError("this calendar has no working hours")

    def working_moment_after(self, moment: dt.datetime) -> dt.datetime:
        """The moment itself in working hours, else the next one."""
        day, second = self._local(moment)
        for _tried in range(_HORIZON_DAYS):
            for start, end in self.spans(day):
                if second < end:
                    return self._moment(day, max(second, start))
            day, second = day + dt.timedelta(days=1), 0
        raise ValueError("this calendar has no working hours")

    def local_day(self, moment: dt.datetime) -> dt.date:
        return _aware(moment).astimezone(self.zone).date()

    def _spans(self, day: dt.date) -> tuple[Span, ...]:
        if not self.works(day):
            return ()
        periods = [p for p in self.hours if p.since <= day and (p.until is None or day <= p.until)]
        return periods[-1].spans if periods else ()

    def _length(self, day: dt.date) -> float:
        return _length(self.spans(day), 0)

    def _left(self, day: dt.date, second: float) -> float:
        """The worked seconds of a day from a second of it on."""
        return _length(self.spans(day), second) if second else self.length(day)

    def _worth(self, day: dt.date, unit: Unit) -> float:
        """What a worked second of a day counts: a share of an hour, or of this very day, however long it is."""
        return 1 / 3_600 if unit == Unit.WORK_HOUR else 1 / (self.length(day) or 1)

    def _local(self, moment: dt.datetime) -> tuple[dt.date, float]:
        local = _aware(moment).astimezone(self.zone)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        return local.date(), (local.replace(tzinfo=None) - midnight).total_seconds()

    def _moment(self, day: dt.date, second: float) -> dt.datetime:
        naive = dt.datetime.combine(day, dt.time()) + dt.timedelta(seconds=second)
        return _utc(naive.replace(tzinfo=self.zone))


def _aware(moment: dt.datetime) -> dt.datetime:
    """In UTC, where an hour is an hour. A moment without a zone would be read in the server's, so it is refused."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return moment.astimezone(dt.UTC)


def _utc(moment: dt.datetime) -> dt.datetime:
    """To the whole second, in UTC."""
    rounded = moment + dt.timedelta(microseconds=500_000)
    return rounded.replace(microsecond=0).astimezone(dt.UTC)


def _seconds(unit: Unit) -> int:
    return 3_600 if unit == Unit.URGENT_HOUR else _DAY


def _length(spans: tuple[Span, ...], since: float, until: float = _DAY) -> float:
    return sum(max(0.0, min(end, until) - max(start, since)) for start, end in spans)


def _walk(spans: tuple[Span, ...], since: float, seconds: float) -> float:
    """The second of the day at which `seconds` have been worked after `since`."""
    for start, end in spans:
        begin = max(start, since)
        if end > begin and seconds <= end - begin + 1e-6:
            return begin + seconds
        seconds -= max(0.0, end - begin)
    return spans[-1][1]
