"""The whistle's life walked at random by everybody, with clocks running: what must never be met is never met.

Never: a status without an exit, a clock without an owner, an open whistle that nobody can move, an event without a
sentence, a clock that was met late, a whistle that grew louder twice, an order left waiting for a whistle that is over.
"""

import datetime as dt
import random
from collections import Counter

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from casework.actors import SYSTEM
from casework.models import Deadline, Event
from casework.moment import now
from casework.refusals import Refusal
from casework.selectors import available_steps, broken_chains
from casework.services.sweep import sweep_deadlines
from casework.templatetags.cases import tell
from grids.models import Department
from grids.once import asked_once
from whistle.lifecycle import SUPERVISION, WHISTLE
from whistle.models import Objection, Reply, Supervision, Whistle
from whistle.services import blowing
from whistle.services.agreeing import Line
from whistle.services.ending import Marks
from whistle.services.reporting_in import WrongCode
from whistle.services.steps import STEPS, SUPERVISION_STEPS
from workorders.models import WorkOrder

pytestmark = pytest.mark.django_db
WALKS, LENGTH = 6, 26
# They end a walk before it has begun.
SHORT = {"decline", "withdraw", "excuse"}
# One of each post that has to do with a whistle.
PEOPLE = (
    "community", "secretary", "deputy", "duty_chief", "dispatcher", "supervisor", "inspector", "leader", "leader2",
    "main_leader", "gardener", "officer", "officer_b",
)  # fmt: skip


class Walker:
    """Takes steps of all whistles and supervised cases of one matter as the village may, and lets time pass."""

    def __init__(self, seed: int, told, order_at, clock, cast, known: Counter | None = None):
        self.chance, self.clock, self.known = random.Random(seed), clock, known
        self.people = list(User.objects.filter(username__in=PEOPLE))
        self.order = order_at("handling") if self.chance.random() < 0.6 else None
        kind = self.chance.choice(["work", "hard", "rescue"])
        said = told(kind, order=self.order, departments=("parks", "sanitation", "housing"))
        if kind == "hard":
            said["meet_at"] = clock.now + dt.timedelta(days=1)
        blowing.raise_whistle(by=cast.community, **said)
        self.taken: list[str] = []

    def walk(self) -> None:
        for _number in range(LENGTH):
            if self.chance.random() < 0.25:
                self.clock.pass_(hours=self.chance.choice([0.1, 0.4, 1, 3, 30]))
                self.taken.append("…")
            else:
                self.stride()
            self.check()

    def cases(self) -> list:
        return [*Whistle.objects.order_by("pk"), *Supervision.objects.order_by("pk")]

    def stride(self) -> None:
        with asked_once():
            offered = [
                (step.name, who, case)
                for case in self.cases()
                for who in self.people
                for step in available_steps(case, who)
            ]
        if not offered:
            return
        self.chance.shuffle(offered)
        if self.known is not None:
            offered.sort(key=lambda step: self.known[step[0]] + 3 * (step[0] in SHORT))
            self.known[offered[0][0]] += 1
        name, who, case = offered[0]
        table = STEPS if isinstance(case, Whistle) else SUPERVISION_STEPS
        before = Event.objects.count()
        try:
            table[name](case, by=who, **self.said(name, case))
            self.taken.append(name)
        except (Refusal, ValidationError, WrongCode):
            # A sentence for the person, and nothing has changed.
            assert Event.objects.count() == before, name

    def said(self, name: str, case) -> dict:
        whistle = case if isinstance(case, Whistle) else case.followed
        standing = list(whistle.summonses.standing())
        day = now().astimezone(whistle.city.zone).date() + dt.timedelta(days=self.chance.randint(0, 9))
        one = self.chance.choice(standing) if standing else None
        place = {"lng": whistle.lng, "lat": whistle.lat}
        marks = {each.pk: Marks(*(self.chance.randint(1, 5) for _ in range(4)), words="按实。") for each in standing}
        units = [Line("清运", day, each) for each in standing if each.department_id]
        lines = {"lines": units or [Line("看护", day, who="街道")]}
        words = {
            "plan": lines, "replan": lines,
            "decline": {"reason": "先自办。"}, "withdraw": {"reason": "另定。"},
            "contact": {"how": "phone", "with_whom": "街道"}, "announce": {"came": "科长", "came_rank": "科长"},
            "check_in": {"came": "科长", **place}, "register": {"summons": one, "came": "科长"},
            "object_to": {"reason": "not_our_duty", "basis": "清单"}, "uphold": {"ruling": "应到。"},
            "excuse": {"ruling": "免到。", "improper": self.chance.random() < 0.5},
            "attach": {"title": "代管协议", "parties": "甲、乙", "content": b"%PDF-1.4"},
            "progress": {"note": "过半。"},
            "reply": {"received_at": now(), "spoke_with": "街道", "measures": "已清。", "finish_on": day},
            "audit": {"passed": self.chance.random() < 0.7, "words": "缺时限。"}, "settle": {"result": "已建成。"},
            "rate": {"solved": self.chance.random() < 0.5, "marks": marks},
            "blow_again": {"reason": self.chance.choice(["not_there", "unsolved"]), "cause": "反复堆放。",
                           "meet_at": now() + dt.timedelta(minutes=25)},
            "file_clue": {"reason": "poor_work", "words": "证据。"}, "decide_clue": {"decision": "提醒。"},
            "demand": {"department": Department.objects.get(code="parks"), "words": "说明原因。"},
            "answer": {"words": "车辆故障。"}, "conclude": {"words": "已到位。"},
        }  # fmt: skip
        return words.get(name, {})

    def check(self) -> None:
        for case in self.cases():
            final = case.lifecycle.final
            assert (case.closed_at is None) == (case.status not in final), self.taken
            assert case.status in final or available_steps(case, SYSTEM), self.taken
            if case.closed_at is None:
                with asked_once():
                    assert any(available_steps(case, who) for who in self.people), (case.status, self.taken)
            clocks = list(Deadline.objects.filter(case=case))
            for clock in clocks:
                assert clock.holder is not None, self.taken
                assert clock.state != "met" or clock.ended_at <= clock.due_at, self.taken
                assert clock.state != "late" or clock.missed_at is not None, self.taken
            if case.status in final:
                assert not [clock for clock in clocks if clock.ended_at is None], (case.status, self.taken)
        self.check_order()

    def check_order(self) -> None:
        if self.order is not None:
            runs = Whistle.objects.filter(order=self.order, status__in=["calling", "handling"]).exists()
            waits = WorkOrder.objects.get(pk=self.order.pk).status == "whistled"
            assert waits == runs, self.taken


@pytest.mark.mechanism("2-14")
@pytest.mark.parametrize("seed", range(WALKS))
def test_a_walk_at_random_meets_nothing_that_must_not_be(seed, told, order_at, clock, cast):
    walker = Walker(seed, told, order_at, clock, cast)
    walker.walk()
    assert broken_chains() == []
    for case in walker.cases():
        for line in tell(case):
            assert len(line.sentence) > 4, line.event.verb
            assert line.sentence.endswith("。"), (line.event.verb, line.sentence)
    counted = Counter(Whistle.objects.exclude(previous=None).values_list("previous", flat=True))
    assert all(times == 1 for times in counted.values())
    assert Objection.objects.filter(granted=None).exclude(ruled_at=None).count() == 0
    assert Reply.objects.filter(passed=None).exclude(audited_at=None).count() == 0


def test_the_walks_come_by_most_of_the_steps(told, order_at, clock, cast):
    """The walk is no walk round the first corner: longer ones reach what is far from the beginning."""
    taken: set[str] = set()
    known: Counter = Counter()
    walker = None
    for seed in range(100, 105):
        walker = Walker(seed, told, order_at, clock, cast, known)
        walker.walk()
        taken |= set(walker.taken)
    persons = {step.name for life in (WHISTLE, SUPERVISION) for step in life.steps if step.permission}
    assert len(taken & persons) >= 0.6 * len(persons), sorted(persons - taken)


def test_sweeping_ten_times_over_fires_nothing_twice(told, order_at, clock, cast):
    walker = Walker(7, told, order_at, clock, cast)
    walker.walk()
    for _turn in range(4):
        clock.pass_(days=20)
    before = list(Event.objects.order_by("pk").values_list("case", "seq", "verb"))
    for _again in range(10):
        sweep_deadlines()
    assert list(Event.objects.order_by("pk").values_list("case", "seq", "verb")) == before
