"""Which rounds a day needs, out of what `selectors/due.py` found: whose, of which points, in which order.

Writes nothing and asks nothing, so the same facts always make the same rounds. Random rounds: `lots.py`.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from zoneinfo import ZoneInfo

from grids.models import Area, Role
from patrols import whys
from patrols.models import KeyTime, Round, Stop
from patrols.selectors.due import Standing, Walker
from patrols.services.choosing import Candidate, divided, fitting, walk

Place = tuple[float, float]
# [CHOICE] A period that lasts longer is a season.
LONGEST_ALARM = dt.timedelta(days=31)


@dataclass(frozen=True)
class Facts:
    """All that the planning of one day of one city rests on."""

    day: dt.date
    zone: ZoneInfo
    works: bool
    minutes: int
    key_times: list[KeyTime]
    points: list[Standing]
    walkers: list[Walker]
    lowest: set[int]
    levels: list[Area]
    left: dict[int, tuple[dt.date, str]]
    made: list[dict[str, object]]
    last: dict[int, Place]
    drawn: Counter[int]

    @cached_property
    def by_area(self) -> dict[int, list[Standing]]:
        """The points of each grid."""
        found: dict[int, list[Standing]] = defaultdict(list)
        for point in self.points:
            found[point.area].append(point)
        return found

    @cached_property
    def crews(self) -> dict[int, list[Walker]]:
        """Who walks each grid: its grid workers; where it has none, those who hold a small post in it."""
        found: dict[int, list[Walker]] = defaultdict(list)
        for walker in self.walkers:
            if walker.area in self.lowest and walker.part != Role.Part.POSTED:
                found[walker.area].append(walker)
        return {area: _once(_workers(crew)) for area, crew in found.items()}

    @cached_property
    def held(self) -> set[tuple[int, int]]:
        """Who may walk where, by person and grid."""
        return {(walker.user, walker.area) for walker in self.walkers}

    @cached_property
    def grids_of(self) -> Counter[int]:
        """In how many grids each person walks: his day is divided among them."""
        return Counter(walker.user for crew in self.crews.values() for walker in crew)

    @cached_property
    def already(self) -> set[tuple[object, ...]]:
        """The rounds that the day has: the grids that are planned, and each round of an occasion."""
        return {
            (row["area"],)
            if row["sort"] == Round.Sort.DAILY
            else (row["area"], row["sort"], row["occasion"], row["number"])
            for row in self.made
        }

    @cached_property
    def walked_at_key_times(self) -> set[int]:
        """The points on the day's rounds of key times, which a daily round leaves out."""
        return {
            int(str(row["stops__point"]))
            for row in self.made
            if row["sort"] == Round.Sort.KEY_TIME and row["stops__point"]
        }


@dataclass(frozen=True)
class Planned:
    """A round that is to be made."""

    area: int
    worker: int
    stops: list[Candidate]
    sort: str = Round.Sort.DAILY
    occasion: str = ""
    number: int = 1
    team: tuple[int, ...] = ()
    span: tuple[dt.datetime, dt.datetime] | None = None

    @property
    def mark(self) -> tuple[object, ...]:
        """What tells it from the other rounds of the day."""
        return (self.area, self.sort, self.occasion, self.number)


def _workers(crew: list[Walker]) -> list[Walker]:
    return [walker for walker in crew if walker.part == Role.Part.WORKER] or crew


def _once(crew: list[Walker]) -> list[Walker]:
    """Who holds two posts in one grid walks it once."""
    return list({walker.user: walker for walker in crew}.values())


def regular_rounds(facts: Facts) -> list[Planned]:
    """The rounds of key times, and on a working day the daily ones of what those leave."""
    at_key_times = [each for each in _key_time_rounds(facts) if each.mark not in facts.already]
    if not facts.works:
        return at_key_times
    taken = {stop.point for each in at_key_times for stop in each.stops} | facts.walked_at_key_times
    daily = [each for area in facts.by_area for each in _daily_rounds(facts, area, taken)]
    return [*at_key_times, *daily]


# --- daily rounds -----------------------------------------------------------------------------------------------------
def _daily_rounds(facts: Facts, area: int, taken: set[int]) -> Iterable[Planned]:
    """A grid is planned once a day, for all who walk it; guards of key units walk their own."""
    if (area,) in facts.already:
        return
    free = [point for point in facts.by_area[area] if point.pk not in taken]
    guarded = _guarded(facts, free)
    for guard, points in guarded.items():
        whole = [Candidate(point.pk, point.place, whys.why(whys.GUARD), (0, point.weight)) for point in points]
        yield Planned(area, guard, walk(whole, facts.minutes, facts.last.get(guard)))
    kept = {point.pk for points in guarded.values() for point in points}
    crew = [walker for walker in facts.crews.get(area, []) if walker.user not in guarded]
    yield from _shared(facts, area, crew, due(facts, [point for point in free if point.pk not in kept]))


def _guarded(facts: Facts, points: list[Standing]) -> dict[int, list[Standing]]:
    """The points of key units by their guards (治安联防员), as far as these still hold a post in the grid."""
    found: dict[int, list[Standing]] = defaultdict(list)
    for point in points:
        if point.guard is not None and (point.guard, point.area) in facts.held:
            found[point.guard].append(point)
    return found


def _shared(facts: Facts, area: int, crew: list[Walker], candidates: list[Candidate]) -> Iterable[Planned]:
    """What fits into the time of all, a corner each; who walks which corner changes from day to day."""
    if not crew or not candidates:
        return
    minutes = {walker.user: facts.minutes / facts.grids_of[walker.user] for walker in crew}
    slices = divided(fitting(candidates, sum(minutes.values())), len(crew))
    for turn, part in enumerate(slices):
        walker = crew[(turn + facts.day.toordinal()) % len(crew)]
        if part:
            yield Planned(area, walker.user, walk(part, minutes[walker.user], facts.last.get(walker.user)))


def due(facts: Facts, points: Iterable[Standing]) -> list[Candidate]:
    """The points that are to be seen today, each with why: left over, never seen, its interval, a key time."""
    return [candidate for point in points if (candidate := _candidate(facts, point))]


def _candidate(facts: Facts, point: Standing) -> Candidate | None:
    days, key = point.days_since(facts.day), _key_time_of(facts, point)
    ratio = days * (key.times if key else 1) / point.interval
    left = _left(facts, point)
    if ratio < 1 and not left:
        return None
    if left:
        told = whys.why(left)
    elif point.seen_on is None:
        told = whys.why(whys.NEVER)
    elif key and days < point.interval:
        told = whys.why(whys.KEY, key.name)
    else:
        told = whys.why(whys.DUE, days, point.interval)
    return Candidate(point.pk, point.place, told, (1 if left else 0, point.weight * ratio))


def _left(facts: Facts, point: Standing) -> str:
    """Whether it was left or passed over the last time, and nobody has been there since."""
    if point.pk not in facts.left:
        return ""
    on, state = facts.left[point.pk]
    if point.seen_on and point.seen_on >= on:
        return ""
    return whys.SKIPPED if state == Stop.State.SKIPPED else whys.LEFT


def _key_time_of(facts: Facts, point: Standing) -> KeyTime | None:
    """The key time of the whole day that asks for this point most often."""
    asking = [each for each in facts.key_times if each.times > 1 and not each.hours and covers(each, point)]
    return max(asking, key=lambda each: each.times, default=None)


def covers(key_time: KeyTime, point: Standing) -> bool:
    """Whether a key time speaks of this point: its ground and its kind."""
    return point.path.startswith(key_time.area.path) and (not key_time.kinds or point.kind in key_time.kinds)


# --- rounds of key times ----------------------------------------------------------------------------------------------
@dataclass
class _Turns:
    """Whose turn it is in a grid, and what is walked already: one round's points are not another's too."""

    facts: Facts
    walked: set[int] = field(default_factory=set)

    def next(self, area: int, turn: int) -> Walker | None:
        crew = self.facts.crews.get(area, [])
        return crew[(self.facts.day.toordinal() + turn) % len(crew)] if crew else None


def _key_time_rounds(facts: Facts) -> Iterable[Planned]:
    """Within named hours always; a whole day's key time makes rounds of its own where no daily ones are walked."""
    turns = _Turns(facts)
    for key_time in facts.key_times:
        if key_time.hours:
            yield from _rounds_of_hours(turns, key_time)
        elif key_time.times > 1 and not facts.works and asks_for_rest_days(key_time):
            yield from _rounds_of_rest_day(turns, key_time)


def asks_for_rest_days(key_time: KeyTime) -> bool:
    """Holidays do, and some days that stand out; through a whole season people keep their weekends."""
    if not (key_time.since and key_time.until):
        return True
    return key_time.until - key_time.since <= LONGEST_ALARM


def _rounds_of_hours(turns: _Turns, key_time: KeyTime) -> Iterable[Planned]:
    """Every point of the kinds, in each of the hours; none of them waits for its interval."""
    facts = turns.facts
    for number, (first, last) in enumerate(key_time.hours, start=1):
        span = (moment(facts, first), moment(facts, last))
        for area, points in facts.by_area.items():
            walker = turns.next(area, number)
            told = whys.why(whys.KEY, key_time.name)
            asked = [Candidate(p.pk, p.place, told, (0, p.weight)) for p in points if covers(key_time, p)]
            if walker and asked:
                stops = walk(asked, last - first)
                yield Planned(
                    area, walker.user, stops, Round.Sort.KEY_TIME, key_time.name, number, (), span
                )  # fmt: skip


def _rounds_of_rest_day(turns: _Turns, key_time: KeyTime) -> Iterable[Planned]:
    facts = turns.facts
    for area, points in facts.by_area.items():
        walker = turns.next(area, 0)
        asked = due(facts, [p for p in points if covers(key_time, p) and p.pk not in turns.walked])
        if walker and asked:
            stops = walk(asked, facts.minutes, facts.last.get(walker.user))
            turns.walked |= {stop.point for stop in stops}
            yield Planned(area, walker.user, stops, Round.Sort.KEY_TIME, key_time.name)


def moment(facts: Facts, minute: int) -> dt.datetime:
    """A minute of the day as the city's clocks show it."""
    midnight = dt.datetime.combine(facts.day, dt.time(), facts.zone)
    return midnight + dt.timedelta(minutes=minute)
