"""What is killed, when, and what must still be true afterwards: nothing lost, nothing twice, every chain whole."""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from django.db import connection, transaction
from django.utils import timezone

from bench.world import CLOCK, World, world
from casework.calendar import Unit
from casework.models import Case, Deadline, Event, Rung
from casework.models.case import Lamp
from casework.selectors import broken_chains
from casework.services.clocks import start_clock
from casework.services.doors import lock, open_case
from chaos.house import House
from embedded import processes
from workorders.lifecycle import WORK_ORDER
from workorders.models import WorkOrder

# A limit of one hour of which all but some seconds are over, and a ladder that goes on for some seconds more.
LADDER = (
    ("reminder", "50%", Lamp.YELLOW), ("due", "due", Lamp.RED), ("press", "due+0.0003urgent_hour", Lamp.RED),
    ("yellow_card", "due+0.0006urgent_hour", Lamp.RED), ("red_card", "due+0.001urgent_hour", Lamp.RED),
)  # fmt: skip
HOUR = dt.timedelta(hours=1)


@dataclass
class Found:
    """What is left after a story: counts, and sentences about damage."""

    counts: dict[str, int] = field(default_factory=dict)
    damage: list[str] = field(default_factory=list)


Story = Callable[[House, bool], Found]
stories: dict[str, Story] = {}


def story(tell: Story) -> Story:
    stories[tell.__name__] = tell
    return tell


@story
def sweep_killed(house: House, small: bool) -> Found:
    """A sweep dies in a batch, at its first answer, in the middle and at its last; then several overlap."""
    many = 60 if small else 500
    cases = _due_over(many=many, over=0, late=60)
    for answers in (many // 2,) if small else (1, many // 2, many):
        sweeper, _backend = _sweeper(house, "sweeper")
        _hear(sweeper, str(answers))
        house.kill("sweeper")
    several = [_sweeper(house, f"sweeper-{n}")[0] for n in range(2 if small else 4)]
    fired = [int(_hear(sweeper, "fired").split()[1]) for sweeper in several]
    found = _settled(cases, marked=True)
    if sum(fired) != len(cases) * len(LADDER):
        found.damage.append(f"the sweeps said they fired {fired}, together not {len(cases) * len(LADDER)}")
    return found


@story
def backend_killed(house: House, small: bool) -> Found:
    """PostgreSQL's own process of a sweep dies with -9: the server throws everybody out and recovers from its log."""
    many = 40 if small else 400
    cases = _due_over(many=many, over=0, late=60)
    for answers in (many // 2,) if small else (1, many // 2, many):
        sweeper, backend = _sweeper(house, "sweeper")
        _hear(sweeper, str(answers))
        os.kill(backend, signal.SIGKILL)
        sweeper.wait(60)
        connection.close()
        house.database_is_back()
    again, _backend = _sweeper(house, "again")
    _hear(again, "fired")
    return _settled(cases, marked=True)


@story
def worker_killed(house: House, small: bool) -> Found:
    """The worker dies in the middle of its work, again and again; beat goes on and a new one takes over."""
    dice = random.Random(1)
    house.at_work()
    cases = _due_over(many=40 if small else 400, over=3 if small else 20)
    for _ in range(2 if small else 8):
        time.sleep(dice.uniform(0.3, 1.5))
        house.kill("worker")
        house.at_work()
    return _settled(cases)


@story
def broker_killed(house: House, small: bool) -> Found:
    """The broker dies with all it held and comes back empty; worker and beat find it again by themselves."""
    dice = random.Random(2)
    house.at_work()
    cases = _due_over(many=40 if small else 400, over=3 if small else 20)
    for _ in range(1 if small else 4):
        time.sleep(dice.uniform(0.3, 1.5))
        house.kill_broker()
        time.sleep(0.5)
        house.valkey.start()
    return _settled(cases)


@story
def database_killed(house: House, small: bool) -> Found:
    """The whole server dies while worker and beat are at work, and is started again."""
    house.at_work()
    cases = _due_over(many=30 if small else 300, over=2 if small else 15)
    for _ in range(1 if small else 3):
        time.sleep(1)
        connection.close()
        house.kill_database()
        house.postgres.start()
    return _settled(cases)


# --- what a story is made of -----------------------------------------------------------------------------------------


@lru_cache
def _world() -> World:
    return world("chaos", ladder=LADDER, amount=1, unit=Unit.URGENT_HOUR)


def _due_over(*, many: int, over: float, late: float = 0) -> list[int]:
    """So many cases, opened by the house's own door, whose red lamps fall due over the next seconds (or are late)."""
    place, made = _world(), []
    for number in range(many):
        order = WorkOrder(
            kind=WORK_ORDER.kind, title="垃圾外露", category=place.category, words="垃圾外露", reported_by=place.person,
            lng=117, lat=39, given_lng=117, given_lat=39,
        )  # fmt: skip
        ahead = dt.timedelta(seconds=1 + over * number / many - late)
        with transaction.atomic():
            case = lock(open_case(order, by=place.person, area=place.area, rulebook=place.rulebook))
            start_clock(case, CLOCK, place.department, place.limit, at=timezone.now() - HOUR + ahead)
        made.append(case.pk)
    return made


def _sweeper(house: House, name: str) -> tuple[subprocess.Popen[str], int]:
    process = house.start(
        name, [sys.executable, "-m", "chaos.sweeper"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    return process, int(_hear(process, "backend").split()[1])


def _hear(process: subprocess.Popen[str], word: str) -> str:
    """Listens until a line begins with a word; a process that ends before is a fault of the story."""
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if line.split()[:1] == [word]:
            return line
    raise RuntimeError(f"ended without saying “{word}”: {''.join(said[-20:])}")


def _settled(cases: list[int], *, marked: bool = False) -> Found:
    """Waits until every rung of these cases has fired, and counts."""
    rungs = Rung.objects.filter(case__in=cases)
    done = processes.wait_until(lambda: not rungs.filter(fired_at=None).exists(), 90, pause=0.2)
    found = Found({"cases": len(cases), "rungs": rungs.count(), "fired": rungs.exclude(fired_at=None).count()})
    found.counts["events"] = Event.objects.filter(case__in=cases, facts__has_key="rung").count()
    wanted = len(cases) * len(LADDER)
    if not done or found.counts["fired"] != wanted:
        found.damage.append(f"{found.counts['fired']} of {wanted} rungs fired")
    if found.counts["events"] != wanted:
        found.damage.append(f"{found.counts['events']} events of {wanted} rungs")
    found.damage += _told_wrongly(cases)
    found.damage += [f"the chain of {number} breaks at {seq}" for number, seq in broken_chains()]
    if Deadline.objects.filter(case__in=cases, missed_at=None).exists():
        found.damage.append("a late clock is not marked as missed")
    if marked and Case.objects.filter(pk__in=cases).exclude(title="垃圾外露!").exists():
        found.damage.append("an answer was lost or given twice")
    return found


def _told_wrongly(cases: list[int]) -> list[str]:
    """Each case tells its ladder once, in its order, after its opening; a red card files a clue."""
    wanted = [
        "reported", "deadline_near", "deadline_missed", "press_given", "yellow_card_given", "red_card_given",
        "clue_filed",
    ]  # fmt: skip
    told: dict[int, list[str]] = {case: [] for case in cases}
    for case, verb in Event.objects.filter(case__in=cases).order_by("case", "seq").values_list("case_id", "verb"):
        told[case].append(verb)
    return [f"case {case} tells {verbs}" for case, verbs in told.items() if verbs != wanted]
