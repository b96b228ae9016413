"""The rungs of a clock: when each is due, written in a city's `ladder.csv` as `80%`, `due`, `due-48h`, `due+1work_day`.

Pure arithmetic over `calendar.py`; the rows are `models/rules.py`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from casework.calendar import Pause, Unit, WorkingCalendar

_GRAMMAR = re.compile(
    r"^(?:(?P<share>\d{1,3})%|due(?:(?P<before>-\d+(?:\.\d+)?)h|\+(?P<after>\d+(?:\.\d+)?)(?P<unit>[a-z_]+))?)$"
)
_UNITS = {unit.value: unit for unit in Unit}
# "Limits over 3 days" (rules.md 13.2 row 41), a working day being a day.
LONG = {Unit.URGENT_HOUR: 72, Unit.WORK_HOUR: 24, Unit.WORK_DAY: 3, Unit.NATURAL_DAY: 3}


@dataclass(frozen=True)
class RungMoment:
    """When a rung is due, relative to its clock: at a share of it, at its end, hours before, or some time after."""

    share: float | None = None
    hours_before: float = 0
    after: float = 0
    after_unit: Unit = Unit.WORK_DAY


@lru_cache(maxsize=1024)
def parse_moment(text: str) -> RungMoment:
    """Reads one moment; ValueError with the reason if it is not one."""
    match = _GRAMMAR.match(text.strip())
    if not match:
        raise ValueError(f"“{text}” is not a moment like 80%, due, due-48h or due+1work_day")
    if match["share"]:
        if not 0 < int(match["share"]) < 100:
            raise ValueError(f"“{text}” must lie between 1% and 99%")
        return RungMoment(share=int(match["share"]) / 100)
    if match["unit"] and match["unit"] not in _UNITS:
        raise ValueError(f"“{match['unit']}” is not a unit of time")
    return RungMoment(
        hours_before=-float(match["before"] or 0),
        after=float(match["after"] or 0),
        after_unit=_UNITS.get(match["unit"] or "", Unit.WORK_DAY),
    )


def is_long(amount: float, unit: Unit) -> bool:
    return amount > LONG[unit]


@dataclass(frozen=True)
class Allowance:
    """How long a holder has, from when, in which unit, with which pauses; and when it ran out, if it did."""

    started_at: dt.datetime
    amount: float
    unit: Unit
    pauses: Sequence[Pause] = ()
    missed_at: dt.datetime | None = None


def end_of(allowance: Allowance, calendar: WorkingCalendar) -> dt.datetime | None:
    """When the time runs out; None while a pause is open. Once missed it stands, whatever changes: red is final."""
    return allowance.missed_at or calendar.due(allowance.started_at, allowance.amount, allowance.unit, allowance.pauses)


def moment_of(rung: RungMoment, allowance: Allowance, calendar: WorkingCalendar, *, quiet: bool) -> dt.datetime | None:
    """When a rung fires; None while its clock is paused before it. `quiet` rungs only remind, so never at night."""
    if rung.share is not None:
        at = calendar.due(allowance.started_at, allowance.amount * rung.share, allowance.unit, allowance.pauses)
    else:
        at = end_of(allowance, calendar)
    if at is None:
        return None
    if rung.after:
        # Lateness does not grow either while the other side is to act.
        return calendar.due(at, rung.after, rung.after_unit, [pause for pause in allowance.pauses if pause[0] >= at])
    at -= dt.timedelta(hours=rung.hours_before)
    if quiet and allowance.unit != Unit.URGENT_HOUR:
        at = _by_day(at, allowance, calendar)
    return max(at, allowance.started_at)


def _by_day(at: dt.datetime, allowance: Allowance, calendar: WorkingCalendar) -> dt.datetime:
    """A reminder's moment when people work: earlier rather than later, but not before its clock nor after its end."""
    earlier = calendar.working_moment_before(at)
    if earlier >= allowance.started_at:
        return earlier
    later = calendar.working_moment_after(allowance.started_at)
    return min(later, end_of(allowance, calendar) or later)
