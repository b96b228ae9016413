"""Invented visits for a demo, so that some are overdue, some due and most in time: the same seed, the same visits."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Iterator, Sequence
from typing import Final

from accounts.models import User
from patrols.models import Visit
from registers.models import Home, Person

# The last visit lies so many of its intervals back; above 1 it is overdue.
LEAST, MOST = 0.05, 1.12
SIGNS: Final = (["well"], ["well"], ["well"], ["unwell"], ["needy"], ["low"])
HOME_DAYS: Final = 180
NAMESPACE: Final = uuid.UUID("6d9e0c1a-5a39-4f6c-9a0b-3f8d4a1f7b20")


def visits_to(
    people: Sequence[tuple[Person, int]], homes: Sequence[Home], workers: dict[int, User], *, at: dt.datetime, seed: int
) -> Iterator[Visit]:
    """The last visit to each of these people (with his interval in days) and homes, by whoever works in their grid."""
    chance = random.Random(seed)  # noqa: S311  # the same for the same seed is the point
    for person, days in people:
        if person.area_id in workers:
            yield _visit(person, person.home, workers[person.area_id], days, chance, at)
    for home in homes:
        if home.area_id in workers:
            yield _visit(None, home, workers[home.area_id], HOME_DAYS, chance, at)


def _visit(
    person: Person | None, home: Home | None, worker: User, days: int, chance: random.Random, at: dt.datetime
) -> Visit:
    back = dt.timedelta(days=days * chance.uniform(LEAST, MOST))
    moment = (at - back).replace(hour=chance.randrange(1, 9), minute=chance.randrange(60), second=0, microsecond=0)
    of = person or home
    assert of is not None  # noqa: S101  # one of the two there is
    key = uuid.uuid5(NAMESPACE, f"{type(of).__name__} {of.pk}")
    return Visit(
        key=key, digest=key.hex, city_id=of.city_id, area_id=of.area_id, person=person, home=home, worker=worker,
        at=min(moment, at), received_at=min(moment, at), outcome=Visit.Outcome.VISIT, met=True,
        signs=chance.choice(SIGNS), away_metres=chance.randrange(30),
    )  # fmt: skip
