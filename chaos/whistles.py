"""Whistles run out while worker and beat are killed with -9 at random: each grows louder, once, and all is told."""

from __future__ import annotations

import datetime as dt
import random
import time
from collections import Counter
from collections.abc import Iterator

from django.db import connection, transaction
from django.utils import timezone

from casework.calendar import Unit
from casework.models import Event, LadderRule, Rung, TimeLimit
from casework.selectors import broken_chains
from chaos import truth
from chaos.house import House
from chaos.stories import Found, story
from chaos.town import PLACE, person, unit, village
from embedded import processes
from grids.selectors import rulebook_in_force
from whistle.models import Clue, Notice, Statement, Supervision, Whistle, WhistleItem, WhistleKind
from whistle.reasons import Role, Spring
from whistle.services.blowing import blow_now
from whistle.services.calling import Asked

UNITS = ("parks", "sanitation", "housing", "municipal", "police", "enforcement")
# A whistle of the first kind becomes the second; one of the other goes on to the third and to discipline inspection.
ONCE, TO_THE_END = "work", "rescue"
SUPERVISED, LOUDER = "due+0.0006urgent_hour", "due+0.002urgent_hour"
# Moves the meeting, and with it every clock to report in, to another moment.
_MOVE = """
with moved as (
    update whistle_whistle set meet_at = %(at)s where case_ptr_id = %(case)s returning case_ptr_id
), clocks as (
    update casework_deadline d set due_at = %(at)s, started_at = least(started_at, %(at)s - interval '1 minute')
    from moved where d.case_id = moved.case_ptr_id and d.clock = 'whistle.arrive' returning d.id
)
update casework_rung r set at = %(at)s + (r.at - %(was)s)
from casework_deadline d where d.id = r.deadline_id and d.case_id = %(case)s and d.clock = 'whistle.arrive'
"""


@story
def whistles_run_out(house: House, small: bool) -> Found:
    """Nobody answers; worker and beat die again and again; afterwards every whistle has grown louder exactly once."""
    once, to_the_end = (8, 2) if small else (480, 20)
    lasts, dice, found = (6, random.Random(4), Found()) if small else (60, random.Random(4), Found())
    _hurry()
    blown = [_blow(ONCE) for _ in range(once)] + [_blow(TO_THE_END) for _ in range(to_the_end)]
    dice.shuffle(blown)
    for place, whistle in enumerate(blown):
        _move(whistle, timezone.now() + dt.timedelta(seconds=1 + lasts * place / len(blown)))
    house.at_work()
    until, kills = time.monotonic() + lasts, Counter[str]()
    while time.monotonic() < until:
        time.sleep(dice.uniform(0.2, 2))
        for name in dice.choice((("worker",), ("beat",), ("worker", "beat"))):
            house.kill(name)
            kills[name] += 1
        house.at_work()
    done = processes.wait_until(_is_over, 120 if small else 900, pause=0.5)
    house.rest()
    found.counts |= _counts(len(blown)) | {f"{name}s_killed": many for name, many in kills.items()}
    if not done:
        found.damage.append(f"{_waiting()} rungs are due and have not fired")
    found.damage += [*_of_first(blown), *_of_all(), *truth.damage()]
    return found


def _hurry() -> None:
    """Seconds instead of hours; the leaders of the ordinary kind have an hour, so that its second whistle waits."""
    book = rulebook_in_force(village(), timezone.localdate())
    rules = LadderRule.objects.filter(rulebook=book, clock="whistle.arrive")
    rules.filter(name="supervise").update(moment=SUPERVISED)
    rules.filter(name="louder").update(moment=LOUDER)
    rules.filter(name="reminder").update(moment="due")
    limits = TimeLimit.objects.filter(rulebook=book, clock="whistle.arrive")
    limits.update(amount=1, unit=Unit.URGENT_HOUR)
    limits.filter(subject=TO_THE_END, condition="leader").update(amount=4 / 3600)


def _blow(kind: str) -> Whistle:
    city = village()
    book = rulebook_in_force(city, timezone.localdate())
    return blow_now(
        by=person("secretary"), sort=WhistleKind.objects.get(rulebook=book, code=kind), caller=unit("parks").area,
        words="空地垃圾堆积。", spring=Spring.MASSES, place="空地东侧", **PLACE,
        meet_at=timezone.now() + dt.timedelta(minutes=50), called=[Asked(department=unit(code)) for code in UNITS],
        efforts=[(timezone.localdate(), "已清理两次。")], item=WhistleItem.objects.filter(rulebook=book).first(),
    )  # fmt: skip


def _move(whistle: Whistle, at: dt.datetime) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_MOVE, {"case": whistle.pk, "at": at, "was": whistle.meet_at})


def _waiting() -> int:
    """Rungs of arrivals that are due, or will be within the minute."""
    soon = timezone.now() + dt.timedelta(minutes=1)
    return Rung.objects.filter(live=True, at__lte=soon, deadline__clock="whistle.arrive").count()


def _is_over() -> bool:
    return _waiting() == 0


def _counts(blown: int) -> dict[str, int]:
    levels = Counter(Whistle.objects.values_list("level", flat=True))
    return {
        "whistles": blown, "second": levels[2], "third": levels[3], "supervised": Supervision.objects.count(),
        "statements": Statement.objects.count(), "clues": Clue.objects.count(), "notices": Notice.objects.count(),
        "fired": Event.objects.filter(facts__has_key="rung", facts__clock="whistle.arrive").count(),
    }  # fmt: skip


def _of_first(blown: list[Whistle]) -> Iterator[str]:
    """Every whistle grew louder once, the one kind to the end; each unit's statement was demanded once a whistle."""
    for first in blown:
        levels = sorted(Whistle.objects.filter(matter=first).values_list("level", flat=True))
        wanted = [2] if first.sort.code == ONCE else [2, 3]
        if levels != wanted:
            yield f"{first.number}: followed by the levels {levels}, not {wanted}"


def _of_all() -> Iterator[str]:
    """What a missed whistle leaves behind: one growth, one supervised case, one statement a unit, one clue a level."""
    for whistle in Whistle.objects.select_related("sort", "supervision"):
        told = Counter(whistle.events.values_list("verb", flat=True))
        missed = whistle.level == 1 or whistle.sort.code == TO_THE_END
        grown = missed and whistle.level < 3
        if told["grown_louder"] != grown or (whistle.status == "louder") != grown:
            yield f"{whistle.number}: grew louder {told['grown_louder']} times and is {whistle.status}"
        statements = Counter(
            Statement.objects.filter(supervision__followed=whistle).values_list("department", flat=True)
        )
        if dict(statements) != dict.fromkeys([unit(code).pk for code in UNITS] if missed else [], 1):
            yield f"{whistle.number}: statements {dict(statements)}"
        clues = Clue.objects.filter(whistle=whistle).count()
        if clues != (missed and whistle.level > 1):
            yield f"{whistle.number}: {clues} clues"
        called = Notice.objects.filter(case=whistle, about="called").values_list("user", flat=True)
        if len(called) != len(set(called)):
            yield f"{whistle.number}: somebody was called twice"
        leaders = whistle.summonses.filter(role__in=[Role.LEADER, Role.MAIN_LEADER]).count()
        if (leaders > 0) != (whistle.level > 1):
            yield f"{whistle.number}: {leaders} leaders at level {whistle.level}"
    yield from (f"the chain of {number} breaks at {seq}" for number, seq in broken_chains())
