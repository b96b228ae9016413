"""The sweep: 10,000 rungs due among 1,000,000 open clocks, beside the one bare statement that marks the same rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from statistics import median

from django.db import connection, transaction

from bench.answering import answered
from bench.figures import Figure, measures, seconds
from bench.world import World, open_clocks, settle, world
from casework.models import Event, Rung
from casework.moment import moved_to
from casework.services.sweep import sweep_deadlines

# When the chosen clocks are due, long before all others.
DUE = dt.datetime(2026, 11, 4, 2, 0, tzinfo=dt.UTC)
ROUNDS = 3
_BARE = "update casework_rung set fired_at = %s, live = false where live and at <= %s"
_MAKE_DUE = """
update casework_rung r set at = %(due)s - (r.id %% 3600) * interval '1 second'
from casework_case c where c.id = r.case_id and r.name = 'due'
and c.number = any(select %(slug)s || '-' || n from generate_series(%(first)s, %(last)s) n)
"""

# Measured on two busy cores (PostgreSQL 15, 1,000,000 clocks): ratio 5.5 to 8, growth 1.1 to 1.9. Each rung costs an
# event with its hash, the case's lamp, the clock's own mark and a row lock beside the mark itself; the growth is that
# of the caches. Small tables vary more, for a thousand rungs are a few milliseconds.
RATIO_BOUND = 16.0
GROWTH_BOUND = 4.0
IDLE_GROWTH_BOUND = 4.0


@measures("sweep")
def sweep(small: bool) -> Iterator[Figure]:
    """At a tenth of the clocks and at all of them; the due ones are as many each time."""
    total, due = (100_000, 1_000) if small else (1_000_000, 10_000)
    place = world("sweep")
    sizes = {"open_clocks": total, "due": due}
    open_clocks(place, 1, total // 10, rungs=3)
    tenth, _bare, idle_tenth = _measured(place, 1, due)
    open_clocks(place, total // 10 + 1, total, rungs=3)
    whole, bare, idle = _measured(place, total // 2, due)
    yield Figure("sweep.seconds", whole, "s", sizes=sizes)
    yield Figure("sweep.ratio_to_bare_statement", whole / bare, "ratio", RATIO_BOUND, sizes=sizes)
    yield Figure("sweep.growth_from_a_tenth", whole / tenth, "ratio", GROWTH_BOUND, sizes=sizes)
    yield Figure("sweep.nothing_due", idle * 1000, "ms", sizes=sizes)
    # What a beat costs that finds nothing must not depend on how much is open.
    yield Figure("sweep.nothing_due_growth", idle / idle_tenth, "ratio", IDLE_GROWTH_BOUND, sizes=sizes)
    yield from answered(small)


def _measured(place: World, first: int, due: int) -> tuple[float, float, float]:
    """Seconds of the sweep, of the bare statement, and of a sweep that finds nothing: the median of three rounds."""
    rounds = []
    for number in range(ROUNDS):
        moment = DUE + dt.timedelta(hours=2 * number)
        _make_due(place, moment, first + number * due, due)
        rounds.append((_swept(moment, due), _bare(place, moment, first + (ROUNDS + number) * due, due)))
    settle()  # as autovacuum does: the ends of the index that have been fired off are given back
    with moved_to(DUE):
        idle = seconds(sweep_deadlines, times=15)
    return median(swept for swept, _bare in rounds), median(bare for _swept, bare in rounds), idle


def _make_due(place: World, moment: dt.datetime, first: int, due: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_MAKE_DUE, {"due": moment, "slug": place.city.slug, "first": first, "last": first + due - 1})
        assert cursor.rowcount == due
        cursor.execute("analyze casework_rung")


def _swept(moment: dt.datetime, due: int) -> float:
    events = Event.objects.count()
    with moved_to(moment):
        taken = seconds(sweep_deadlines)
    assert Event.objects.count() - events == due
    assert not Rung.objects.filter(live=True, at__lte=moment).exists()
    return taken


def _bare(place: World, moment: dt.datetime, first: int, due: int) -> float:
    """On rows of its own, as many, and taken back afterwards."""

    def mark() -> None:
        with connection.cursor() as cursor:
            cursor.execute(_BARE, [moment, moment])
            assert cursor.rowcount == due

    with transaction.atomic():
        _make_due(place, moment, first, due)
        taken = seconds(mark)
        transaction.set_rollback(True)
    return taken
