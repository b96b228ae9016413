"""The broker is gone for an hour: pages answer as ever meanwhile, and afterwards all that was due happens once."""

from __future__ import annotations

import datetime as dt
import os
import signal
import time
from collections.abc import Callable

from django.db import connection
from django.db.models import F
from django.utils import timezone

from casework.models import Case, Deadline, Event, Pause, Rung
from chaos import truth
from chaos.house import House
from chaos.stories import Found, story
from chaos.town import Answer, Someone, a_report, ask, hurry, person, picture, unit, village
from embedded import processes
from workorders.models import WorkOrder
from workorders.services.steps import STEPS

HOUR = dt.timedelta(hours=1)
# Everything falls due within the hour; nothing before it.
LIMITS = dict.fromkeys(
    ("workorders.hold", "workorders.handle", "workorders.sign", "workorders.accept", "workorders.rule"), 1800
)
# How long a page may take with the broker dead or hanging; with all of them on one busy machine.
PATIENCE = 3.0


@story
def broker_gone(house: House, small: bool) -> Found:
    """Stopped, then gone for an hour in which claims run out, limits pass and the day of parked orders comes."""
    port, found, many = house.open_site(), Found(), 2 if small else 20
    hurry(village(), LIMITS | {"workorders.claim": 100_000, "workorders.verify": 100_000})
    house.at_work()
    held, parked, late = ([_order_at(road) for _ in range(many)] for road in (HELD, PARKED, LATE))
    WorkOrder.objects.filter(pk__in=parked).update(parked_until=dt.datetime.now(dt.UTC) + HOUR / 2)
    found.damage += _pages(house, port, found, small)
    _an_hour_passes()
    due = Rung.objects.filter(live=True, at__lte=dt.datetime.now(dt.UTC), case__in=late)
    found.counts["due"] = due.count()
    time.sleep(1)
    if not due.exists():
        found.damage.append("nothing is due after an hour, or it fired without a broker")
    house.valkey.start()
    found.damage += _caught_up(house, port, held, parked, late)
    found.counts["fired"] = Rung.objects.filter(case__in=late).exclude(fired_at=None).count()
    house.rest()
    found.damage += truth.damage()
    return found


LATE = ("accept", "dispatch", "sign_for")
HELD = ("accept", "offer", "claim")
PARKED = (*LATE, "ask_parking", "endorse", "park")


def _order_at(road: tuple[str, ...]) -> int:
    order, until = a_report(), timezone.localdate() + dt.timedelta(days=30)
    why = {"reason": "weather", "words": "冰冻期不能施工。", "measures": "先行围挡。", "until": until}
    by = {
        "accept": ("dispatcher", {}), "dispatch": ("dispatcher", {"department": unit("sanitation")}),
        "offer": ("dispatcher", {"departments": [unit("sanitation")]}), "claim": ("officer", {}),
        "sign_for": ("officer", {}), "ask_parking": ("officer", why), "endorse": ("head", {}),
        "park": ("duty_chief", {"answer": "同意。"}),
    }  # fmt: skip
    for name in road:
        who, said = by[name]
        order = STEPS[name](order, by=person(who), **said)
    return order.pk


def _pages(house: House, port: int, found: Found, small: bool) -> list[str]:
    """What people do meanwhile: first the broker hangs, then it is dead."""
    assert house.valkey.process is not None
    wrong = []
    os.kill(house.valkey.process.pid, signal.SIGSTOP)
    wrong += _visit(port, found, "hanging", 1 if small else 5)
    os.kill(house.valkey.process.pid, signal.SIGCONT)
    house.kill_broker()
    time.sleep(0 if small else 5)
    return wrong + _visit(port, found, "dead", 1 if small else 5)


def _visit(port: int, found: Found, how: str, rounds: int) -> list[str]:
    longest, wrong = 0.0, []
    for turn in range(rounds):
        visits = _visits(port, a_report().number, WorkOrder.objects.get(pk=_order_at(LATE)).number)
        # Once: whoever tries a wrong password again and again is locked out, with a broker or without.
        for visit in visits if turn else [*visits, lambda: _token(port)]:
            began = time.monotonic()
            answer = visit()
            longest = max(longest, time.monotonic() - began)
            if answer.status >= 400 and answer.status != 400:
                wrong.append(f"with the broker {how}: {answer.status} {answer.text[:200]}")
    found.counts[f"longest_ms_{how}"] = int(longest * 1000)
    return wrong + ([f"a page took {longest:.1f} s with the broker {how}"] if longest > PATIENCE else [])


def _visits(port: int, new: str, handled: str) -> list[Callable[[], Answer]]:
    desk, program = Someone("dispatcher", port, pages=True), Someone("officer", port, pages=False)
    finish = {"result": "已清运。", "photos": picture()}
    return [
        lambda: desk.ask("GET", "/orders/"), lambda: desk.ask("GET", f"/orders/{new}/"),
        lambda: desk.take(new, "accept", {}), lambda: program.ask("GET", "/api/v1/orders/"),
        lambda: program.take(handled, "finish", finish),
    ]  # fmt: skip


def _token(port: int) -> Answer:
    """A wrong password: refused with 400 by the form, whatever becomes of the counter of tries."""
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return ask(port, "POST", "/api/v1/auth/token/", b"username=nobody&password=wrong", kind)


def _an_hour_passes() -> None:
    """For the rows, which is all that an hour is to the house: every moment that lies ahead comes an hour nearer."""
    Deadline.objects.open().update(started_at=F("started_at") - HOUR, due_at=F("due_at") - HOUR)
    Pause.objects.filter(until=None).update(since=F("since") - HOUR)
    Rung.objects.filter(fired_at=None).update(at=F("at") - HOUR)
    WorkOrder.objects.exclude(held_until=None).update(held_until=F("held_until") - HOUR)
    WorkOrder.objects.exclude(parked_until=None).update(parked_until=F("parked_until") - HOUR)
    Case.objects.exclude(due_at=None).update(due_at=F("due_at") - HOUR, due_from=F("due_from") - HOUR)


def _caught_up(house: House, port: int, held: list[int], parked: list[int], late: list[int]) -> list[str]:
    """Waits until nothing is due any more, and counts that each thing happened once."""
    cases = [*held, *parked, *late]

    def settled() -> bool:
        due = Rung.objects.filter(live=True, at__lte=dt.datetime.now(dt.UTC), case__in=cases)
        waiting = WorkOrder.objects.filter(pk__in=[*held, *parked], status__in=["held", "parked"])
        return not due.exists() and not waiting.exists()

    wrong = [] if processes.wait_until(settled, 120, pause=0.3) else ["it has not caught up within two minutes"]
    for verb, orders in (("lapsed", held), ("resumed", parked), ("deadline_missed", late)):
        told = Event.objects.filter(verb=verb, case__in=orders).values_list("case", flat=True)
        once = verb != "deadline_missed"
        if (sorted(told) if once else sorted(set(told))) != sorted(orders):
            wrong.append(f"{verb}: {sorted(told)}, not once for each of {orders}")
    rungs = Rung.objects.filter(case__in=cases).exclude(fired_at=None).count()
    events = Event.objects.filter(case__in=cases, facts__has_key="rung").count()
    # A claim that lapsed before its red lamp was swept is late all the same.
    pardoned = Deadline.objects.filter(case__in=held, clock="workorders.handle", missed_at=None)
    wrong += [f"pardoned: {clock.case.number}" for clock in pardoned.filter(ended_at__isnull=False)]
    connection.close()
    ready = ask(port, "GET", "/readyz", None, {})
    wrong += [] if ready.status == 200 else [f"it is not ready: {ready.text}"]
    return wrong + ([f"{rungs} rungs fired, {events} events"] if rungs != events else [])
