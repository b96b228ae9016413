"""What will happen to each report, drawn from one seed: pure, no database, the same for the same seed.

Rates: at most two reports a worker and day (rules.md 6.1: about 0.8); mornings and late afternoons busier.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass

from workorders.simulation.kinds import KINDS, PLACES, Kind

MOST_A_DAY = 2
USUAL_A_DAY = 0.8
# Of a day's reports, how many fall into which hour: patrols begin at eight and again at three.
HOURS = {7: 2, 8: 10, 9: 16, 10: 12, 11: 6, 12: 2, 13: 3, 14: 6, 15: 10, 16: 14, 17: 12, 18: 4, 19: 2, 20: 1}
STAGES = ("accept", "dispatch", "sign_for", "finish", "verify", "close")
REFUSED = 0.03
# How often nobody comes at all, stage by stage; most of it where the work is done.
FORGOTTEN = {"accept": 0.002, "dispatch": 0.002, "sign_for": 0.006, "finish": 0.02, "verify": 0.006, "close": 0.002}
LATE = {"accept": 0.03, "dispatch": 0.03, "sign_for": 0.06, "finish": 0.08, "verify": 0.04, "close": 0.01}
RATED = 0.6
STARS = (5, 5, 5, 5, 4, 4, 4, 3, 2, 1)


@dataclass(frozen=True)
class Plan:
    """One report and its fate: who sees what where and when, and how much of each stage's limit people will use."""

    reported_at: dt.datetime
    worker: int
    kind: Kind
    words: str
    place: str
    # A point of the worker's grid: shares of its box, tried one after the other until one lies inside.
    spots: tuple[tuple[float, float], ...]
    # Shares of each stage's limit that pass before its step; over 1 is late. The line ends where a stage is missing.
    shares: dict[str, float]
    refused: bool
    stars: int | None


def draw(
    *, seed: int, workers: int, first: dt.date, days: int, zone: dt.tzinfo, a_day: float = USUAL_A_DAY
) -> Iterator[Plan]:
    """All reports of some days, in the order of time."""
    for offset in range(days):
        day = first + dt.timedelta(days=offset)
        chance = random.Random(f"{seed} {day.isoformat()}")
        quiet = 0.5 if day.weekday() >= 5 else 1.0
        drawn = [
            _plan(chance, worker, day, zone)
            for worker in range(workers)
            for _report in range(_reports(chance, a_day * quiet))
        ]
        yield from sorted(drawn, key=lambda plan: (plan.reported_at, plan.worker))


def _reports(chance: random.Random, mean: float) -> int:
    """Two chances of one report each, so that nobody has more than two a day."""
    return sum(chance.random() < mean / MOST_A_DAY for _turn in range(MOST_A_DAY))


def _plan(chance: random.Random, worker: int, day: dt.date, zone: dt.tzinfo) -> Plan:
    kind = chance.choices(KINDS, [kind.weight for kind in KINDS])[0]
    hour = chance.choices(list(HOURS), list(HOURS.values()))[0]
    at = dt.datetime.combine(day, dt.time(hour, chance.randrange(60), chance.randrange(60)), zone)
    place = chance.choice(PLACES).format(n=chance.randrange(1, 30))
    refused = chance.random() < REFUSED
    shares = _shares(chance, refused)
    rated = len(shares) == len(STAGES) and chance.random() < RATED
    return Plan(
        reported_at=at, worker=worker, kind=kind, words=chance.choice(kind.words).format(place=place), place=place,
        spots=tuple((chance.random(), chance.random()) for _try in range(12)), shares=shares, refused=refused,
        stars=chance.choice(STARS) if rated else None,
    )  # fmt: skip


def _shares(chance: random.Random, refused: bool) -> dict[str, float]:
    shares: dict[str, float] = {}
    for stage in STAGES:
        late, forgotten, share = chance.random(), chance.random(), chance.lognormvariate(-1.1, 0.6)
        if forgotten < FORGOTTEN[stage]:
            break
        shares[stage] = 1.05 + share if late < LATE[stage] else min(share, 0.97)
        if refused:
            break
    return shares
