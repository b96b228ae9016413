"""What will happen to each whistle, drawn from one seed: pure, no database, the same for the same seed.

Every whistle is settled in the end (source document 2: 88 whistles, all settled). Most are met in time; how many are
not is fixed by their number, so that a small city has one of each turn as well.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from whistle.simulation.matters import GARDEN, MATTERS, Matter

MOST_CALLED: Final = 4
# The garden of a street (source document 2): from waste ground to settlement in 20-odd days.
GARDEN_DAY: Final = dt.date(2019, 9, 3)
GARDEN_STREET: Final = "丁字沽"
GARDEN_DAYS: Final = 21
MOST_DAYS: Final = 12
# Days that the longest turn takes beside its plan's own days: two meetings, the ladder, audits and the rating.
BESIDE: Final = 10


class Turn(StrEnum):
    """What becomes of a whistle on its way to its settlement."""

    STRAIGHT = "straight"
    # Somebody stays away: supervised, and the second whistle goes out by itself.
    MISSED = "missed"
    # Nobody replies by the plan's day: supervised, and the second whistle the day after.
    UNSETTLED = "unsettled"
    # Somebody comes an hour late: supervised, and that was all.
    VERY_LATE = "very_late"
    # The lead replies a morning late: supervised, and that was all.
    LATE_REPLY = "late_reply"
    UPHELD = "upheld"
    EXCUSED = "excused"


# How many of a hundred whistles take each turn; at least one of each where there are whistles enough.
SHARES: Final = {
    Turn.MISSED: 6, Turn.UPHELD: 2, Turn.UNSETTLED: 2, Turn.VERY_LATE: 3, Turn.EXCUSED: 1, Turn.LATE_REPLY: 2,
}  # fmt: skip
APPLIED, BY_FACTS = 0.15, 0.07


@dataclass(frozen=True)
class Fate:
    """How one of those called answers; shares are of the limit of the stage, over 1 is late."""

    sign: float
    # Minutes from the signature to the first contact; None: nobody calls, they just come.
    contact: int | None
    # Minutes before the time of the meeting, negative after it; None: nobody comes.
    early: int | None
    # Share of the time between the plan and its day that passes before the reply; None: no reply.
    used: float | None
    proof: str
    spot: tuple[float, float]
    announces: bool
    # Its first reply lacks one of the four elements.
    thin: bool
    # Marks that the street takes off where the clocks give all five.
    less: int


SOUND: Final = Fate(0.4, 30, 8, 0.6, "position", (0.0003, 0.0002), False, False, 0)


@dataclass(frozen=True)
class Plan:
    """One whistle: who blows for what, when all meet, and how those called answer."""

    at: dt.datetime
    street: int
    matter: Matter
    community: int
    blower: int
    meet_at: dt.datetime
    turn: Turn
    fates: tuple[Fate, ...]
    # How many days the plan gives them.
    days: int
    # A community applies and the street approves after this share of its limit; None: the street blows.
    approved: float | None
    # Share of its limit after which the street rates; None: the system's facts stand.
    rated: float | None
    # Whether it stands on a work order of the street, where there is one.
    on_order: bool = False


def draw(
    *, seed: int, number: int, days: Sequence[dt.date], streets: Sequence[str], zone: dt.tzinfo, until: dt.date
) -> list[Plan]:
    """So many whistles on some working days, in the order of time; the last begin early enough to be settled."""
    chance = random.Random(f"whistles {seed}")
    longest = min(MOST_DAYS, max(2, (until - days[0]).days // 5))
    last = until - dt.timedelta(days=BESIDE + longest * 3 // 2)
    blown_on = [day for day in days if day <= last] or list(days[:1])
    turns, places = _turns(chance, number), _dealt(chance, number, len(streets))
    matters = _dealt(chance, number, len(MATTERS))
    plans = [
        _plan(chance, Turn(turn), place, MATTERS[matter], chance.choice(blown_on), days, longest, zone)
        for turn, place, matter in zip(turns, places, matters, strict=True)
    ]
    if plans and GARDEN_DAY in blown_on:
        plans[turns.index(Turn.STRAIGHT) if Turn.STRAIGHT in turns else 0] = _garden(chance, days, streets, zone)
    return sorted(_apart(plans), key=lambda plan: (plan.at, plan.street))


def _apart(plans: Sequence[Plan]) -> Iterator[Plan]:
    """No two whistles of a street at one moment: by these two a broken run knows which it has lived."""
    known = set[tuple[int, dt.datetime]]()
    for plan in plans:
        each = plan
        while (each.street, each.at) in known:
            each = replace(each, at=each.at + dt.timedelta(minutes=1))
        known.add((each.street, each.at))
        yield each


def _turns(chance: random.Random, number: int) -> list[Turn]:
    turns = [turn for turn, share in SHARES.items() for _one in range(max(1, round(number * share / 100)))][:number]
    turns += [Turn.STRAIGHT] * (number - len(turns))
    chance.shuffle(turns)
    return turns


def _dealt(chance: random.Random, number: int, among: int) -> list[int]:
    """Each of so many as often as any other, give or take one, in no order."""
    dealt = [place % among for place in range(number)]
    chance.shuffle(dealt)
    return dealt


def _plan(
    chance: random.Random, turn: Turn, street: int, matter: Matter, day: dt.date, days: Sequence[dt.date], longest: int,
    zone: dt.tzinfo,
) -> Plan:  # fmt: skip
    hour = chance.choice([8, 9, 9, 10, 10, 11, 14, 14, 15, 16])
    at = dt.datetime.combine(day, dt.time(hour, chance.randrange(30, 60), chance.randrange(60)), zone)
    ahead = days[min(days.index(day) + chance.choice([1, 1, 1, 2]), len(days) - 1)]
    meet_at = dt.datetime.combine(ahead, dt.time(chance.choice([9, 10, 14, 15]), chance.choice([0, 30])), zone)
    fates = tuple(_fate(chance, place) for place in range(MOST_CALLED))
    return Plan(
        at=at, street=street, matter=matter, community=chance.randrange(1000), blower=chance.randrange(1000),
        meet_at=meet_at, turn=turn, fates=_turned(turn, fates), days=chance.randint(2, longest),
        approved=round(chance.uniform(0.2, 0.8), 3) if chance.random() < APPLIED else None,
        rated=None if chance.random() < BY_FACTS else round(chance.uniform(0.05, 0.6), 3),
    )  # fmt: skip


def _fate(chance: random.Random, place: int) -> Fate:
    late, slow = chance.random() < 0.06, chance.random() < 0.07
    return Fate(
        sign=round(chance.uniform(1.05, 1.7) if slow else chance.uniform(0.05, 0.9), 3),
        contact=None if chance.random() < 0.04 else chance.randint(5, 150),
        early=-chance.randint(4, 22) if late else chance.randint(1, 20),
        # The lead is done last, for the matter waits for it.
        used=round(chance.uniform(0.55, 0.9) if place == 0 else chance.uniform(0.2, 0.8), 3),
        proof=chance.choices(["position", "code", "street"], [7, 2, 1])[0],
        spot=(round(chance.uniform(-0.0008, 0.0008), 6), round(chance.uniform(-0.0008, 0.0008), 6)),
        announces=chance.random() < 0.5, thin=chance.random() < 0.08, less=chance.choice([0, 0, 0, 1, 1, 2]),
    )  # fmt: skip


def _turned(turn: Turn, fates: tuple[Fate, ...]) -> tuple[Fate, ...]:
    """The turn in the fates of those called: the second of them stays away or is late, the lead does not reply."""
    lead, second, *others = fates
    if turn == Turn.MISSED:
        second = replace(second, early=None)
    elif turn == Turn.VERY_LATE:
        second = replace(second, early=-70)
    elif turn == Turn.UNSETTLED:
        lead = replace(lead, used=None)
    elif turn == Turn.LATE_REPLY:
        lead = replace(lead, used=1.0, thin=False)
    return (lead, second, *others)


def _garden(chance: random.Random, days: Sequence[dt.date], streets: Sequence[str], zone: dt.tzinfo) -> Plan:
    """The street's garden: blown on 3 September, settled on the 24th."""
    street = next((place for place, name in enumerate(streets) if GARDEN_STREET in name), 0)
    day = days[days.index(GARDEN_DAY) + 1]
    fates = tuple(replace(SOUND, sign=0.2 + place / 10, early=5 + 3 * place) for place in range(MOST_CALLED))
    return Plan(
        at=dt.datetime.combine(GARDEN_DAY, dt.time(9, 12), zone), street=street, matter=GARDEN,
        community=chance.randrange(1000), blower=0, meet_at=dt.datetime.combine(day, dt.time(14, 30), zone),
        turn=Turn.STRAIGHT, fates=(replace(fates[0], used=0.925), *fates[1:]), days=GARDEN_DAYS, approved=None,
        rated=0.3,
    )  # fmt: skip
