"""The sweep where every rung is answered: 10,000 orders late with their departments, beside as many nobody answers.

The sweep's own figures are `sweeping.py`. An answer is called case by case under a savepoint; what it costs is here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db import connection

from bench.figures import Figure, seconds
from bench.town import BASE, Town, town
from bench.world import START
from casework.models import Event
from casework.moment import moved_to
from casework.services.sweep import sweep_deadlines
from workorders.lifecycle import HANDLE, VERIFY

# Far from the keys of the desk's own clones.
OTHERS = BASE * 10
DUE = START.astimezone(dt.UTC)
# Measured 18 to 27: an answer is two small questions under a savepoint, a rung that nobody answers a row of a set.
RATIO_BOUND = 60.0
# One red rung each, all of them due.
_MAKE_DUE = """
update casework_rung set live = name = 'due', fired_at = null, at = %(due)s - (id %% 3600) * interval '1 second'
where case_id > %(base)s
"""
_CLOCK = "update casework_deadline set clock = %(clock)s, missed_at = null where case_id > %(base)s"


def answered(small: bool) -> Iterator[Figure]:
    """Orders whose handling is late, of which the answer is more than a mark; and those whose verifying is."""
    many = 500 if small else 10_000
    with moved_to(DUE):
        place = town(base=OTHERS)
        with_answer, without = (_rate(place, clock, many) for clock in (HANDLE, VERIFY))
    sizes = {"due": many}
    yield Figure("sweep.answered_per_second", with_answer, "1/s", sizes=sizes)
    yield Figure("sweep.unanswered_per_second", without, "1/s", sizes=sizes)
    yield Figure("sweep.answered_ratio_to_unanswered", without / with_answer, "ratio", RATIO_BOUND, sizes=sizes)


def _rate(place: Town, clock: str, many: int) -> float:
    place.grow(open_too=many)
    values: dict[str, Any] = {"due": DUE, "base": OTHERS, "clock": clock}
    with connection.cursor() as cursor:
        cursor.execute(_CLOCK, values)
        cursor.execute(_MAKE_DUE, values)
        cursor.execute("vacuum (analyze) casework_rung, casework_deadline")
    events = Event.objects.count()
    taken = seconds(sweep_deadlines)
    assert Event.objects.count() - events >= many
    place.empty()
    return many / taken
