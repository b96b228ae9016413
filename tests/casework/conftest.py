"""What the kernel's tests share: a case without a running clock, and limits of any length for it."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from casework.answers import _answers as registry
from casework.calendar import Unit
from casework.models import Case, TimeLimit
from casework.services import clocks, doors
from grids.models import Department
from workorders.lifecycle import ACCEPT

# A busy machine is no counter-example; and where nothing may be skipped, the same examples come every time.
settings.register_profile(
    "house", deadline=None, database=None, derandomize=os.environ.get("GRIDWHISTLE_NO_SKIPS") == "1"
)  # fmt: skip
settings.load_profile("house")


@pytest.fixture
def case(report):
    """A reported order, its row held, with no clock running."""
    order = doors.lock(report())
    clocks.stop_clock(order, ACCEPT)
    return order


@pytest.fixture
def housing(city) -> Department:
    return Department.objects.get(city=city, code="housing")


@pytest.fixture
def limit(city):
    """`limit(5, Unit.WORK_DAY)`: a limit of the rulebook that a case was opened under."""

    def make(amount: float, unit: Unit = Unit.WORK_DAY, clock: str = "workorders.handle") -> TimeLimit:
        book = city.rulebooks.latest("version")
        condition = f"{amount} {unit}"
        return TimeLimit.objects.get_or_create(
            rulebook=book, clock=clock, condition=condition, defaults={"amount": amount, "unit": unit}
        )[0]

    return make


@pytest.fixture
def face_of():
    """The face a case should have, reckoned from its clocks one by one, beside the one that lists show."""

    def reckon(case: Case) -> tuple:
        open_clocks = sorted(case.deadlines.open(), key=lambda clock: (clock.started_at, clock.pk))
        running = sorted((c for c in open_clocks if c.state == "running"), key=lambda clock: (clock.due_at, clock.pk))
        fired = [rung for clock in open_clocks for rung in clock.rungs.select_related("rule") if rung.fired_at]
        loud = max(fired, key=lambda rung: (rung.lamp, rung.rule.place, rung.pk), default=None)
        soonest = running[0] if running else None
        first = soonest or (open_clocks[0] if open_clocks else None)
        return (
            loud.lamp if loud else 0,
            loud.name if loud else "",
            soonest.due_at if soonest else None,
            soonest.started_at if soonest else None,
            first.clock if first else "",
            bool(open_clocks) and not running,
        )

    return reckon


@pytest.fixture
def face_shown():
    def shown(case: Case) -> tuple:
        fields = ("lamp", "rung", "due_at", "due_from", "due_clock", "paused")
        return Case.objects.values_list(*fields).get(pk=case.pk)

    return shown


@pytest.fixture
def answers():
    """What a test registers with `when` is forgotten after it."""
    kept = {key: list(several) for key, several in registry.items()}
    yield
    registry.clear()
    registry.update(kept)
