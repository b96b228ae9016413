"""A handful of whistles around now, one in each state, so that the pages of a demo have life.

They begin so long before the last moment that each is in its state then, at whatever hour of whatever day; from then on
their clocks run as everybody's do.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final

from grids.services.demo import demo_cast
from whistle.simulation.cast import Stage
from whistle.simulation.matters import MATTERS, Matter
from whistle.simulation.plan import SOUND, Fate, Plan, Turn

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
LATE_EACH: Final = {0: replace(SOUND, early=25), 1: replace(SOUND, early=20), 2: replace(SOUND, early=-20)}

SLOW_EACH: Final = {place: replace(SOUND, sign=0.97) for place in range(4)}


def around(stage: Stage, until: dt.datetime) -> list[Plan]:
    """Those of a demo: at the demo's own street, and beside it, in the order of time."""
    here = _street_of_demo(stage)
    beside = [(here + place) % len(stage.streets) for place in (1, 2, 3)]
    plans = [
        # Rated; the last of them was sent back, and had to come.
        _plan("消防通道长期堵塞", beside[0], until - 26 * DAY, until - 25 * DAY, turn=Turn.UPHELD, days=4),
        # A second whistle that was settled, its supervised case concluded.
        _plan("占路经营顽疾", beside[1], until - 24 * DAY, until - 23 * DAY, _away(), turn=Turn.MISSED, days=3),
        # Settled, to be rated.
        _plan("无主空地整治", here, until - 9 * DAY, until - 8 * DAY, days=2, rated=None),
        # Being done by plan, long before its day.
        _plan("铁路沿线与河岸环境整治", here, until - 5 * DAY, until - 4 * DAY, days=15),
        # A second whistle that calls the leader in charge.
        _plan("积水点改造", beside[2], until - 30 * HOUR, until - 5 * HOUR, _away()),
        # Supervised: one unit is an hour late.
        _plan("违法建设拆除", beside[0], until - 26 * HOUR, until - HOUR, _away()),
        # On site: some are there, the others are awaited.
        _plan("弃管小区物业托底", here, until - DAY, until + HOUR / 4, LATE_EACH),
        # Just blown, on a work order where one waits: signed in for by nobody.
        _plan("废弃线缆清理", here, until - HOUR / 2, until + DAY, SLOW_EACH, on_order=True),
        # Applied for by a community, to be blown or not.
        _plan("老旧管网破裂", here, until - HOUR / 3, until + DAY, approved=0.98),
    ]  # fmt: skip
    return sorted(plans, key=lambda plan: plan.at)


def _street_of_demo(stage: Stage) -> int:
    """The street of the demo's own secretary or director; the first one where no account is named so."""
    named = {account.user.pk for account in demo_cast(stage.city)}
    places = (place for place, street in enumerate(stage.streets) if {user.pk for user in street.blowers} & named)
    return next(places, 0)


def _away() -> dict[int, Fate]:
    """The second of those called does not come."""
    return {1: replace(SOUND, early=None)}


def _plan(
    item: str, street: int, at: dt.datetime, meet_at: dt.datetime, fates: dict[int, Fate] | None = None, *,
    turn: Turn = Turn.STRAIGHT, days: int = 3, approved: float | None = None, rated: float | None = 0.2,
    on_order: bool = False,
) -> Plan:  # fmt: skip
    whole = tuple((fates or {}).get(place, SOUND) for place in range(4))
    return Plan(
        at=at, street=street, matter=_matter(item), community=0, blower=0, meet_at=meet_at, turn=turn, fates=whole,
        days=days, approved=approved, rated=rated, on_order=on_order,
    )  # fmt: skip


def _matter(item: str) -> Matter:
    return next(matter for matter in MATTERS if matter.item == item)
