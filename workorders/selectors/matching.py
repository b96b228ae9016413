"""How a dispatch rule fits a matter, and when one rule covers another: no question to the database is asked here.

The same few lines answer the desk (`rules.py`), the conflict report (`conflicts.py`) and the dry run.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from casework.calendar import WorkingCalendar
from workorders.models import DispatchRule

_MIDNIGHT = dt.time()
_DAY = 86_400


@dataclass(frozen=True)
class Moment:
    """A moment as the rules see it: the city's own day and hour, and whether that day is worked."""

    day: dt.date
    hour: dt.time
    works: bool


@dataclass(frozen=True)
class Matter:
    """What the rules look at besides the moment: the code of the matter, the path of its area, its source."""

    category: str
    path: str
    source: str


def moment_at(calendar: WorkingCalendar, at: dt.datetime) -> Moment:
    """A moment in the city's own time. After midnight the new day counts, whether it is worked or not."""
    local = at.astimezone(calendar.zone)
    return Moment(local.date(), local.time(), calendar.works(local.date()))


def first_fitting(rules: Iterable[DispatchRule], matter: Matter, moment: Moment) -> DispatchRule | None:
    """The first rule from the top that fits."""
    return next((rule for rule in rules if fits_matter(rule, matter) and fits_moment(rule, moment)), None)


def fits_matter(rule: DispatchRule, matter: Matter) -> bool:
    """Whether a rule speaks of such a matter at all, at whatever hour."""
    return (
        matter.category.startswith(rule.category)
        and matter.path.startswith(_path(rule))
        and rule.source in ("", matter.source)
    )


def fits_moment(rule: DispatchRule, moment: Moment) -> bool:
    """Whether a rule holds at a moment: its dates, its kind of day, its hours."""
    if (rule.valid_from and moment.day < rule.valid_from) or (rule.valid_until and moment.day > rule.valid_until):
        return False
    if rule.days != DispatchRule.Days.ANY and (rule.days == DispatchRule.Days.WORKING) != moment.works:
        return False
    return any(start <= _second(moment.hour) < end for start, end in _spans(rule))


def matcher(rules: Sequence[DispatchRule]) -> Callable[[Matter, Moment], DispatchRule | None]:
    """`first_fitting` for many orders: what fits a matter is found once for all orders like it."""
    known: dict[Matter, list[DispatchRule]] = {}

    def first(matter: Matter, moment: Moment) -> DispatchRule | None:
        if matter not in known:
            known[matter] = [rule for rule in rules if fits_matter(rule, matter)]
        return next((rule for rule in known[matter] if fits_moment(rule, moment)), None)

    return first


def covers(earlier: DispatchRule, later: DispatchRule) -> bool:
    """Whether everything that fits the later rule fits the earlier one too."""
    return (
        later.category.startswith(earlier.category)
        and _path(later).startswith(_path(earlier))
        and earlier.source in ("", later.source)
        and earlier.days in (DispatchRule.Days.ANY, later.days)
        and (earlier.valid_from or dt.date.min) <= (later.valid_from or dt.date.min)
        and (earlier.valid_until or dt.date.max) >= (later.valid_until or dt.date.max)
        and all(any(a <= start and end <= b for a, b in _spans(earlier)) for start, end in _spans(later))
    )


def _path(rule: DispatchRule) -> str:
    return rule.area.path if rule.area else ""


def _spans(rule: DispatchRule) -> list[tuple[int, int]]:
    """The seconds of the day in which a rule holds; across midnight they are two spans."""
    if rule.hour_from is None and rule.hour_until is None:
        return [(0, _DAY)]
    start, end = _second(rule.hour_from or _MIDNIGHT), _second(rule.hour_until or _MIDNIGHT) or _DAY
    return [(start, end)] if start < end else [(start, _DAY), (0, end)]


def _second(hour: dt.time) -> int:
    return hour.hour * 3600 + hour.minute * 60 + hour.second
