"""Many at one pool of orders over real HTTP: a crowd at random, four writers on one order, one thing sent twice."""

from __future__ import annotations

import datetime as dt
import json
import random
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from uuid import uuid4

from django.db import connection
from django.utils import timezone

from casework.services.sweep import sweep_deadlines
from chaos import truth
from chaos.house import House
from chaos.stories import Found, story
from chaos.town import (
    PLACE,
    RUBBISH,
    Answer,
    Someone,
    a_report,
    all_at_once,
    ask,
    hurry,
    person,
    picture,
    unit,
    village,
)  # fmt: skip
from workorders.lifecycle import WORK_ORDER
from workorders.models import WorkOrder
from workorders.services import integrations, signing
from workorders.services.applications import resume_parked
from workorders.services.dispatching import release_holds
from workorders.services.steps import STEPS
from workorders.statuses import PARKED

DESK = (
    "accept", "refuse", "ask_check", "dispatch", "offer", "recall", "question", "close", "redo", "call",
    "record_rating", "join", "part", "tag", "verify", "rework",
)  # fmt: skip
UNIT = (
    "claim", "hold_on", "let_go", "sign_for", "contact", "plan", "progress", "hand_to", "take_back", "finish",
    "sign_assist", "assist", "release", "send_back", "ask_longer", "ask_parking", "answer_press",
)  # fmt: skip
RULES = (
    *DESK, "uphold", "grant", "name_owner", "lengthen", "park", "decline", "review", "resume", "press", "lift_press",
)  # fmt: skip
GRID = ("keep", "settle", "pass_up", "withdraw", "check", "verify", "rework", "rate")
# Who, by which way, and what he is up to.
CROWD = (
    ("dispatcher", True, DESK), ("dispatcher", False, DESK), ("duty_chief", True, RULES), ("officer", True, UNIT),
    ("officer", False, UNIT), ("officer_b", False, UNIT), ("head", True, (*UNIT, "endorse")), ("worker", False, GRID),
)  # fmt: skip
# An order in one of these goes nowhere any more: another is reported in its place.
OVER = ("refused", "withdrawn", "unrated", "rated")
ROAD = ("accept", "dispatch", "sign_for", "finish", "verify", "close")
# By which steps each order of the pool got to where the crowd finds it.
BEGINNINGS = (
    (), (), ROAD[:1], ROAD[:1], ("accept", "offer"), ("accept", "offer"), ROAD[:2], ROAD[:3], ROAD[:3], ROAD[:4],
)  # fmt: skip


class Pool:
    """What the crowd fights over, and what it was told: status by number, accepted steps, answers by status."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.status: dict[str, str] = {}
        self.accepted: truth.Steps = Counter()
        self.answers: Counter[int] = Counter()
        self.faults: list[str] = []

    def add(self, number: str, who: str) -> None:
        with self.lock:
            self.status[number] = "reported"
            self.accepted[number, "reported", who] += 1

    def note(self, who: str, number: str, step: str, answer: Answer) -> None:
        known = WORK_ORDER.by_name[step]
        with self.lock:
            self.answers[answer.status] += 1
            if answer.done:
                self.accepted[number, known.past, who] += 1
                self.status[number] = known.to or self.status[number]
            if answer.status >= 500:
                self.faults.append(f"{who} {step} {number}: {answer.status} {answer.text[:200]}")


@story
def crowd(house: House, small: bool) -> Found:
    """Eight people act at random on ten orders while lamps turn, claims lapse and parked orders are taken up."""
    port, pool, over = house.open_site(), Pool(), threading.Event()
    hurry(village())
    house.at_work()
    for road in BEGINNINGS:
        order = at(road)
        pool.status[order.number] = order.status
    since = truth.last_event()
    people = [(Someone(name, port, pages=pages), steps) for name, pages, steps in CROWD]
    threads = [threading.Thread(target=_act, args=(who, steps, pool, over, n)) for n, (who, steps) in enumerate(people)]
    threads.append(threading.Thread(target=_beside, args=(pool, over)))
    for thread in threads:
        thread.start()
    time.sleep(5 if small else 60)
    over.set()
    for thread in threads:
        thread.join(60)
    house.rest()
    found = Found({"orders": len(pool.status), "steps": sum(pool.accepted.values()), "not_now": pool.answers[409]})
    found.counts |= {f"answers_{status}": many for status, many in sorted(pool.answers.items())}
    found.damage = pool.faults + truth.damage(pool.accepted, since=since) + _said_by(house)
    return found


def _act(who: Someone, steps: tuple[str, ...], pool: Pool, over: threading.Event, seed: int) -> None:
    dice = random.Random(seed)
    while not over.is_set():
        with pool.lock:
            running = [(number, status) for number, status in pool.status.items() if status not in OVER]
        if len(running) < len(BEGINNINGS) and who.name == "worker":
            _report(who, pool)
        likely = [
            (number, step) for number, status in running for step in steps if status in WORK_ORDER.by_name[step].from_
        ]
        number, step = dice.choice(likely) if likely else (dice.choice(running)[0], dice.choice(steps))
        if dice.random() < 0.1:  # what he knows is old, or he tries his luck
            step = dice.choice(steps)
        others = [other for other, _status in running if other != number] or [number]
        pool.note(who.name, number, step, who.take(number, step, said(step, dice, others)))


def _report(who: Someone, pool: Pool) -> None:
    answer = who.ask("POST", "/api/v1/orders/", {"category": RUBBISH, "words": "又有垃圾。", **PLACE})
    pool.answers[answer.status] += 1
    if answer.done:
        pool.add(answer.json["number"], who.name)


def _beside(pool: Pool, over: threading.Event) -> None:
    """What beat does, closer together; and the day of every parked order comes at once."""
    while not over.is_set():
        try:
            for work in (sweep_deadlines, release_holds, resume_parked):
                work()
            WorkOrder.objects.filter(status=PARKED).update(parked_until=timezone.now())
        except Exception as error:
            pool.faults.append(f"beside: {error!r}")
        over.wait(0.3)
    connection.close()


def said(step: str, dice: random.Random, others: list[str]) -> dict:
    """What a person must say to take the step, in the words of its form."""
    units = ["sanitation", "housing", "estates"]
    lead, assistant = dice.sample(units, 2)
    why = {"reason": "weather", "words": "冰冻期不能施工。"}
    forms: dict[str, dict] = {
        "refuse": {"reason": "nothing_new", "words": "此事已在办理。"},
        "dispatch": {"department": lead, "assistants": [assistant] if dice.random() < 0.4 else []},
        "offer": {"departments": units},
        "name_owner": {"department": lead, "decision": "由其兜底办理。"},
        "release": {"department": assistant, "reason": "无需配合"},
        "join": {"lead": dice.choice(others)},
        "finish": {"result": "已清运。", "photos": picture()},
        "settle": {"result": "已清运。", "photos": picture()},
        "check": {"there": "yes"},
        "hand_to": {"officer": "head"},
        "send_back": {"reason": "not_our_duty", "basis": "权责清单第 12 项"},
        "question": {"words": "两家之间。"},
        "ask_longer": why,
        "ask_parking": {**why, "measures": "先行围挡。", "until": f"{timezone.localdate() + dt.timedelta(days=60)}"},
        "press": {"level": dice.choice([1, 2, 3]), "words": "限期办结。"},
        "rate": {"stars": dice.choice([1, 5]), "solved": dice.choice(["yes", "no"])},
        "record_rating": {"solved": "yes", "satisfied": "yes"},
        "tag": {"tags": []},
    }
    sentences = dict.fromkeys(("reason", "words", "note", "tried", "decision", "answer", "reply"), "现场已看。")
    return forms.get(step, sentences)


def _said_by(house: House) -> list[str]:
    """The web server's own complaints."""
    log = house.folder / "web.log"
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    faults = [n for n, line in enumerate(lines) if "Traceback" in line or "Internal Server Error" in line]
    return ["\n".join(lines[faults[0] : faults[0] + 60])[-3000:]] if faults else []


# --- four writers on one order ---------------------------------------------------------------------------------------

BY: dict[str, tuple[str, Callable[[], dict]]] = {
    "accept": ("dispatcher", dict),
    "dispatch": ("dispatcher", lambda: {"department": unit("sanitation")}),
    "offer": ("dispatcher", lambda: {"departments": [unit("sanitation"), unit("housing")]}),
    "sign_for": ("officer", dict),
    "finish": ("officer", lambda: {"result": "已清运。", "pictures": [picture()]}),
    "verify": ("worker", dict),
    "close": ("dispatcher", dict),
}
# Where the order stands, what the four do at once, and who they are.
FOURS = (
    ((), "accept", ("dispatcher", "duty_chief", "dispatcher", "duty_chief")),
    (("accept",), "dispatch", ("dispatcher", "duty_chief", "dispatcher", "duty_chief")),
    (("accept", "offer"), "claim", ("officer", "officer_b", "officer_b", "head")),
    (ROAD[:2], "sign_for", ("officer", "head", "officer", "head")),
    (ROAD[:3], "finish", ("officer", "head", "officer", "head")),
    (ROAD[:4], "verify", ("worker", "dispatcher", "duty_chief", "worker")),
    (ROAD[:5], "close", ("dispatcher", "duty_chief", "dispatcher", "duty_chief")),
)


def at(road: tuple[str, ...]) -> WorkOrder:
    """A new order, taken so far by the services."""
    order = a_report()
    for name in road:
        by, given = BY[name]
        order = STEPS[name](order, by=person(by), **given())
    return order


@story
def four_writers(house: House, small: bool) -> Found:
    """Four at once take the same step of one order, two by pages, two by the API: one does, three learn what is now."""
    port, found = house.open_site(), Found({"rounds": 0, "done": 0, "not_now": 0})
    village()
    found.damage += _cross_joins(port, found, rounds=1 if small else 20)
    for _ in range(1 if small else 6):
        for road, step, names in FOURS[:3] if small else FOURS:
            found.damage += _four(port, found, road, step, names)
    found.damage += truth.damage() + _said_by(house)
    return found


def _four(port: int, found: Found, road: tuple[str, ...], step: str, names: tuple[str, ...]) -> list[str]:
    order = at(road)
    writers = [Someone(name, port, pages=n % 2 == 0) for n, name in enumerate(names)]
    told = {"dispatch": {"department": "sanitation"}, "finish": {"result": "已清运。", "photos": picture()}}
    answers = all_at_once([lambda who=who: who.take(order.number, step, told.get(step, {})) for who in writers])
    order.refresh_from_db()
    done, late = [one for one in answers if one.done], [one for one in answers if one.status == 409]
    found.counts["rounds"] += 1
    found.counts["done"] += len(done)
    found.counts["not_now"] += len(late)
    wrong = [f"{step}: answered {[one.status for one in answers]}"] if (len(done), len(late)) != (1, 3) else []
    now = str(order.status_label)
    said_no = [(who, one) for who, one in zip(writers, answers, strict=True) if one.status == 409]
    untold = [one for who, one in said_no if not _tells(who, one, order)]
    return wrong + [f"{step}: a 409 does not tell “{now}”: {one.text[:300]}" for one in untold]


def _tells(who: Someone, answer: Answer, order: WorkOrder) -> bool:
    if who.pages:
        return str(order.status_label) in answer.text
    state = answer.json.get("state", {})
    return state.get("status") == order.status and bool(answer.json["sentence"])


def _cross_joins(port: int, found: Found, *, rounds: int) -> list[str]:
    """Two orders of one matter, and each of four does something to both: nobody waits for ever, nobody sees a fault."""
    wrong = []
    for _ in range(rounds):
        one, other = (STEPS["accept"](a_report(), by=person("dispatcher")) for _each in range(2))
        people = [Someone(name, port, pages=pages) for name in ("dispatcher", "duty_chief") for pages in (True, False)]
        turns = ((one, other, "join"), (other, one, "join"), (one, other, "part"), (other, one, "part"))
        works = [
            lambda who=who, a=a, b=b, step=step: who.take(a.number, step, {"lead": b.number})
            for who, (a, b, step) in zip(people, turns, strict=True)
        ]  # fmt: skip
        answers = all_at_once(works)
        found.counts["not_now"] += sum(one.status == 409 for one in answers)
        wrong += [f"join: answered {one.status} {one.text[:200]}" for one in answers if one.status >= 500]
    return wrong


# --- one thing sent twice --------------------------------------------------------------------------------------------


@story
def sent_twice(house: House, small: bool) -> Found:
    """The same order of another system, and the same caller's report, eight times at once: one order each."""
    port, found = house.open_site(), Found({"orders": 0})
    city = village()
    peer = integrations.make_client(city=city, source="12345", name="12345平台")
    for number in range(1 if small else 10):
        told = {"words": "楼前垃圾外露。", "category": RUBBISH, **PLACE}
        sent = all_at_once([lambda: _put(port, peer, f"T-{number}", told)] * 8)  # noqa: B023  (ends before the next)
        numbers = {one.json.get("number") for one in sent}
        if sorted(one.status for one in sent) != [200] * 7 + [201] or len(numbers) != 1:
            found.damage.append(f"sent at once: {[(one.status, one.text[:100]) for one in sent]}")
        other = _put(port, peer, f"T-{number}", {**told, "words": "另一件事。"})
        if other.status != 409:
            found.damage.append(f"other content under a known number: {other.status} {other.text[:200]}")
        found.damage += _called(port, number) + _impatient(port)
        found.counts["orders"] += 2
    opened = WorkOrder.objects.filter(source__in=["12345", "resident"]).count()
    if opened != found.counts["orders"]:
        found.damage.append(f"{opened} orders, not {found.counts['orders']}")
    found.damage += truth.damage() + _said_by(house)
    return found


def _called(port: int, number: int) -> list[str]:
    """One resident's report, sent eight times at once by whoever took the call."""
    desk = Someone("dispatcher", port, pages=False)
    told = {
        "category": RUBBISH, "words": "楼道堆物。", "source": "resident", "reporter_name": "李秋分",
        "reporter_phone": f"138{number:08d}", **PLACE,
    }  # fmt: skip
    answers = all_at_once([lambda: desk.ask("POST", "/api/v1/orders/", told)] * 8)
    statuses = sorted(one.status for one in answers)
    return [] if statuses == [201] + [409] * 7 else [f"a report sent at once: {statuses} {answers[0].text[:200]}"]


def _impatient(port: int) -> list[str]:
    """One form of the grid worker's, sent eight times at once."""
    worker = Someone("worker", port, pages=False)
    told = {"category": RUBBISH, "words": "垃圾外露。", "once": str(uuid4()), **PLACE}
    answers = all_at_once([lambda: worker.ask("POST", "/api/v1/orders/", told)] * 8)
    numbers = {one.json.get("number") for one in answers}
    return [] if len(numbers) == 1 else [f"one form sent at once: {[(one.status, one.text[:99]) for one in answers]}"]


def _put(port: int, peer, number: str, told: dict) -> Answer:
    path, body = f"/api/v1/integrations/12345/orders/{number}", json.dumps(told).encode()
    stamp, nonce = str(int(time.time())), secrets.token_hex(12)
    proof = signing.signature(peer.secret, method="PUT", path=path, timestamp=stamp, nonce=nonce, body=body)
    headers = {
        signing.KEY: peer.key_id, signing.TIMESTAMP: stamp, signing.NONCE: nonce, signing.SIGNATURE: proof,
        "Content-Type": "application/json",
    }  # fmt: skip
    return ask(port, "PUT", path, body, headers)
