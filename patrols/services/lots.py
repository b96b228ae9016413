"""Random red-armband rounds of mixed teams (红袖章巡逻队): where, when and with whom is drawn by lot.

The lot's seed is the day, the area and the key time: drawn again it falls alike, so nobody can draw until it suits
him, and two makers at once make the same. Who went least of late is drawn first.
"""

from __future__ import annotations

import datetime as dt
import math
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from grids.models import Area, Role
from patrols import whys
from patrols.models import KeyTime, Round
from patrols.selectors.due import Standing, Walker
from patrols.services.choosing import Candidate, walk
from patrols.services.day_plan import Facts, Planned, covers, moment
from patrols.services.walking_order import flattened

# [CHOICE] When streets, stations and shops are busy; a key time's own hours go before.
USUAL_HOURS = [[9 * 60, 21 * 60]]
QUARTER = 15
# Of so many points round the one that was drawn a walk is made.
AROUND = 12
# One with an armband is no team.
LEAST_TEAM = 2


def random_rounds(facts: Facts) -> list[Planned]:
    """The random rounds of a day: as many as each key time asks for, in each of its areas."""
    drawn, found = Counter(facts.drawn), []
    for key_time in facts.key_times:
        for area in _areas(facts, key_time):
            for number in range(1, key_time.rounds + 1):
                planned = _draw(facts, key_time, area, number, drawn)
                if planned and planned.mark not in facts.already:
                    found.append(planned)
    return found


def _areas(facts: Facts, key_time: KeyTime) -> Sequence[Area]:
    if key_time.level is None:
        return [key_time.area]
    within = [area for area in facts.levels if area.path.startswith(key_time.area.path)]
    return [area for area in within if area.level.rank == key_time.level]


def _draw(facts: Facts, key_time: KeyTime, area: Area, number: int, drawn: Counter[int]) -> Planned | None:
    """One round: a team, an hour, a point and what lies around it; None where there is nobody or nothing."""
    lot = random.Random(f"{facts.day}/{area.code}/{key_time.name}/{number}")  # noqa: S311  # to be drawn alike
    points = [point for point in facts.points if point.path.startswith(area.path) and covers(key_time, point)]
    team = _team(_eligible(facts, area), key_time.team, drawn, lot)
    if not points or len(team) < LEAST_TEAM:
        return None
    drawn.update(team)
    stops = walk(_around(points, lot), facts.minutes)
    span = _span(facts, key_time, lot)
    leader, *others = team
    return Planned(area.pk, leader, stops, Round.Sort.RED_ARMBAND, key_time.name, number, tuple(others), span)


def _eligible(facts: Facts, area: Area) -> list[Walker]:
    """Who walks in this area: on ground within it, or holding a post on ground that holds it."""
    return [each for each in facts.walkers if each.path.startswith(area.path) or area.path.startswith(each.path)]


# A mixed team is filled seat by seat: a worker leads, then police, then a Party member, then whoever is there.
SEATS: tuple[Callable[[Walker], bool], ...] = (
    lambda walker: walker.part == Role.Part.WORKER,
    lambda walker: walker.police,
    lambda walker: walker.party,
)


def _team(eligible: Sequence[Walker], size: int, drawn: Counter[int], lot: random.Random) -> list[int]:
    """So many people, of each kind in turn; where a kind is missing, its seat is filled from all."""
    ranked = _ranked(eligible, drawn, lot)
    team: list[int] = []
    for fits in [*SEATS, *[_anybody] * size][:size]:
        left = [walker for walker in ranked if walker.user not in team]
        chosen = next((walker for walker in left if fits(walker)), None)
        if chosen:
            team.append(chosen.user)
    return _filled(team, size, ranked)


def _filled(team: list[int], size: int, ranked: Iterable[Walker]) -> list[int]:
    for walker in ranked:
        if len(team) < size and walker.user not in team:
            team.append(walker.user)
    return team


def _anybody(_walker: Walker) -> bool:
    return True


def _ranked(eligible: Sequence[Walker], drawn: Counter[int], lot: random.Random) -> list[Walker]:
    """Who went least of late first, those who went as often in the order of the lot."""
    shuffled = sorted(eligible, key=lambda each: (each.user, each.area))
    lot.shuffle(shuffled)
    return sorted(shuffled, key=lambda each: drawn[each.user])


def _around(points: Sequence[Standing], lot: random.Random) -> list[Candidate]:
    """A point drawn by its weight, and the nearest ones to it: what is near is walked, what is far another day."""
    flat = flattened([point.place for point in points])
    (first,) = lot.choices(range(len(points)), weights=[point.weight for point in points])
    near = sorted(range(len(points)), key=lambda index: (math.dist(flat[first], flat[index]), points[index].pk))
    told = whys.why(whys.DRAWN)
    return [
        Candidate(points[index].pk, points[index].place, told, (0, -rank)) for rank, index in enumerate(near[:AROUND])
    ]


def _span(facts: Facts, key_time: KeyTime, lot: random.Random) -> tuple[dt.datetime, dt.datetime]:
    """An hour of the key time's own, or of the usual ones, at a full quarter."""
    first, last = lot.choice(key_time.hours or USUAL_HOURS)
    latest = max(first, last - facts.minutes)
    begins = first + QUARTER * lot.randint(0, (latest - first) // QUARTER)
    return moment(facts, begins), moment(facts, min(begins + facts.minutes, last))
