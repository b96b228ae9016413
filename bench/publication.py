"""A holiday published later: how many open clocks move in a second, each with its ladder, its face and its event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from bench.figures import Figure, measures, seconds
from bench.world import START, open_clocks, world
from casework.models import Deadline, Event
from casework.moment import moved_to
from casework.selectors import broken_chains
from casework.services.calendars import publish_days
from casework.services.follow import move_clocks_of_changed_calendars

HOLIDAY = dt.date(2026, 11, 6)
# What a city needs: a million clocks in a quarter of an hour. An unoccupied core moves about 2,400 (12,000 clocks took
# 2.5 s of Python and 2.5 s of PostgreSQL); on a machine that eight others share it was 300 to 700.
BOUND = 1_000.0


@measures("publication")
def publication(small: bool) -> Iterator[Figure]:
    """All open clocks of a city move over one new day off."""
    clocks = 4_000 if small else 40_000
    place = world("publication")
    open_clocks(place, 1, clocks)
    with moved_to(START.astimezone(dt.UTC)):
        publish_days(city=place.city, days={HOLIDAY: ("off", "临时放假")}, source="bench")
        taken = seconds(lambda: _all_moved(clocks))
    events = Event.objects.filter(case__city=place.city, verb="deadline_moved").count()
    sizes = {"open_clocks": clocks, "events": events}
    assert not broken_chains()
    # Seconds say more about the machine, so the small run, which CI makes on any, only prints it.
    bound = None if small else BOUND
    yield Figure("publication.moved_per_second", clocks / taken, "1/s", bound, at_least=True, sizes=sizes)
    yield Figure("publication.events_per_clock", events / clocks, "ratio", 1.0, sizes=sizes)


def _all_moved(clocks: int) -> None:
    assert move_clocks_of_changed_calendars() == clocks
    assert not Deadline.objects.filter(due_at__lt=dt.datetime(2026, 11, 11, tzinfo=dt.UTC)).filter(
        case__city__slug="publication"
    )[:1]
