"""Which points fit into a day's walk, and how they are divided among those who walk one grid. Pure: no database."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from patrols.services.walking_order import Flat, Place, flattened, length_of, walking_order

# [CHOICE] Until a city has walked for some weeks nobody knows better: four minutes to look at a point and note what
# was found, 4 km/h on foot (product.md D.5), and streets that make a way a third longer than the straight line.
MINUTES_AT_A_POINT = 4.0
METRES_A_MINUTE = 4000 / 60
DETOUR = 1.3


@dataclass(frozen=True)
class Candidate:
    """A point that could be walked to: its key, where it is, why it is asked for, and how urgently."""

    point: int
    place: Place
    why: str
    urgency: tuple[int, float]


def minutes_of(metres: float, points: int) -> float:
    """About how long a walk takes."""
    return points * MINUTES_AT_A_POINT + metres * DETOUR / METRES_A_MINUTE


def by_urgency(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The most urgent first; of two as urgent, the one that was set first."""
    return sorted(candidates, key=lambda each: (-each.urgency[0], -each.urgency[1], each.point))


def fitting(candidates: Sequence[Candidate], minutes: float) -> list[Candidate]:
    """As many as fit, the most urgent first; one always does, however far it lies.

    Reckoned by the way from the nearest one chosen already: less than the way itself, so `walk` looks once more.
    """
    ranked = by_urgency(candidates)
    flat = flattened([each.place for each in ranked])
    chosen: list[int] = []
    spent = 0.0
    for index, here in enumerate(flat):
        more = minutes_of(_to_nearest(here, [flat[each] for each in chosen]), 1)
        if not chosen or spent + more <= minutes:
            chosen.append(index)
            spent += more
    return [ranked[index] for index in chosen]


def _to_nearest(here: Flat, others: Sequence[Flat]) -> float:
    return min((math.dist(here, other) for other in others), default=0.0)


def walk(candidates: Sequence[Candidate], minutes: float, start: Place | None = None) -> list[Candidate]:
    """One person's walk in its order, within the minutes: what is least urgent stays for another day."""
    chosen = by_urgency(candidates)
    while chosen:
        places = [each.place for each in chosen]
        order = walking_order(places, start)
        # The way to the first point is not counted: one begins where one comes to work.
        if len(chosen) == 1 or minutes_of(length_of(places, order), len(chosen)) <= minutes:
            return [chosen[index] for index in order]
        chosen.pop()
    return []


def divided(candidates: Sequence[Candidate], people: int) -> list[list[Candidate]]:
    """The points cut like a cake around their middle, a slice a person: each walks in one corner of the grid."""
    if people < 2 or len(candidates) < 2:
        return [list(candidates), *[[] for _person in range(people - 1)]]
    flat = flattened([each.place for each in candidates])
    east, north = (sum(axis) / len(flat) for axis in zip(*flat, strict=True))
    around = sorted(
        range(len(flat)), key=lambda index: (math.atan2(flat[index][1] - north, flat[index][0] - east), index)
    )
    slices: list[list[Candidate]] = [[] for _person in range(people)]
    for turn, index in enumerate(around):
        slices[turn * people // len(around)].append(candidates[index])
    return slices
