"""The lifecycle walked at random by the whole cast, with clocks running: what must never be met is never met.

Never: a status without an exit, a clock without an owner, an open order on nobody's desk, an event without a
sentence, a clock that was met late.
"""

import random
from collections import Counter

import pytest
from django.core.exceptions import ValidationError

from casework.actors import SYSTEM
from casework.models import Deadline
from casework.refusals import Refusal
from casework.selectors import available_steps, broken_chains
from casework.services.sweep import sweep_deadlines
from casework.templatetags.cases import tell
from grids.models import Department
from workorders.lifecycle import WORK_ORDER
from workorders.models import WorkOrder
from workorders.services import applications, dispatching
from workorders.services.steps import STEPS
from workorders.statuses import OPEN

WALKS, LENGTH = 8, 30
# They end a walk before it has begun.
SHORT = {"refuse", "withdraw", "settle", "join"}


class Walker:
    """Takes steps at random as the cast may, and lets time pass in between."""

    def __init__(self, seed: int, cast, city, clock, picture: bytes, report, known: Counter | None = None):
        self.chance = random.Random(seed)
        self.people = [person for part, person in vars(cast).items() if part != "outsider"]
        self.cast, self.clock, self.picture = cast, clock, picture
        self.departments = list(Department.objects.filter(city=city, code__in=["sanitation", "housing", "estates"]))
        self.order = report(
            source=self.chance.choice(["patrol", "resident"]), reporter={"name": "李秋分", "phone": f"138000{seed:05}"}
        )
        self.other = report(words="旁边的另一件。")
        self.taken: list[str] = []
        # How often each step was tried: with it, the walk goes where it has been least.
        self.known = known

    def walk(self) -> None:
        for _number in range(LENGTH):
            self.stride()
            self.order.refresh_from_db()
            self.check()

    def stride(self) -> None:
        if self.chance.random() < 0.25:
            self.clock.pass_(hours=self.chance.choice([0.1, 1, 5, 30, 200]))
            dispatching.release_holds()
            applications.resume_parked()
            return
        offered = [(step.name, who) for who in self.people for step in available_steps(self.order, who)]
        if not offered:
            return
        self.chance.shuffle(offered)
        if self.known is not None:
            offered.sort(key=lambda step: self.known[step[0]] + 3 * (step[0] in SHORT))
            self.known[offered[0][0]] += 1
        name, who = offered[0]
        try:
            STEPS[name](self.order, by=who, **self.said(name))
            self.taken.append(name)
        except (Refusal, ValidationError):
            pass  # a sentence for the person, and nothing has changed: `check` sees to that

    def said(self, name: str) -> dict:
        unit, why = self.chance.choice(self.departments), {"reason": "weather", "words": "雨天。"}
        until = self.clock.now.date().replace(day=1).replace(year=self.clock.now.year + 1)
        others = self.chance.sample(self.departments, self.chance.randint(0, 1))
        words = {
            "refuse": {"reason": "unlawful", "words": "不予受理。"}, "check": {"there": True},
            "settle": {"result": "已清。", "pictures": [self.picture]}, "pass_up": {"tried": "劝过。"},
            "withdraw": {"reason": "解决了"}, "join": {"lead": self.other},
            "dispatch": {"department": unit, "assistants": others}, "offer": {"departments": self.departments},
            "recall": {"reason": "派错"}, "contact": {"note": "已联系。"}, "plan": {"words": "明日清运。"},
            "progress": {"note": "过半。"}, "hand_to": {"officer": self.cast.officer},
            "finish": {"result": "已清。", "pictures": [self.picture]}, "assist": {"note": "已配合。"},
            "release": {"department": unit, "reason": "不需要"},
            "send_back": {"reason": "not_our_duty", "basis": "清单"}, "question": {"words": "两家之间。"},
            "uphold": {"decision": "维持。"}, "grant": {"decision": "同意。"},
            "name_owner": {"department": unit, "decision": "兜底。"}, "ask_longer": why,
            "ask_parking": {**why, "measures": "围挡。", "until": until}, "lengthen": {"answer": "同意。"},
            "park": {"answer": "同意。"}, "decline": {"answer": "不同意。"}, "review": {"note": "继续。"},
            "rework": {"words": "没好。"}, "rate": {"stars": self.chance.randint(1, 5), "solved": True},
            "record_rating": {"solved": False, "satisfied": False}, "redo": {"words": "没好。"},
            "press": {"level": self.chance.randint(1, 3), "words": "快办。"}, "answer_press": {"reply": "在办。"},
            "lift_press": {"reason": "误发"}, "file_clue": {"reason": "other", "words": "证据。"},
            "decide_clue": {"decision": "提醒。"}, "tag": {"tags": ["hot"]},
        }  # fmt: skip
        return words.get(name, {})

    def check(self) -> None:
        order = self.order
        assert (order.closed_at is None) == (order.status in OPEN), self.taken
        assert available_steps(order, SYSTEM) or order.status not in OPEN, self.taken
        for clock in Deadline.objects.filter(case=order):
            assert (clock.department_id, clock.area_id, clock.person_id) != (None, None, None), self.taken
            assert clock.state != "met" or clock.ended_at <= clock.due_at, self.taken
            assert clock.state != "late" or clock.missed_at is not None, self.taken
        if order.closed_at is None:
            assert any(
                WorkOrder.objects.visible_to(who).filter(pk=order.pk).exists() and available_steps(order, who)
                for who in self.people
            ), (order.status, self.taken)
        leads = list(order.parts.present().filter(role="lead").values_list("department", flat=True))
        if order.closed_at is None:
            assert leads == ([order.department_id] if order.department_id else []), (order.status, self.taken)


@pytest.mark.parametrize("seed", range(WALKS))
def test_a_walk_at_random_meets_nothing_that_must_not_be(seed, cast, city, clock, picture, report):
    walker = Walker(seed, cast, city, clock, picture, report)
    walker.walk()
    assert broken_chains() == []
    for told in tell(walker.order):
        assert len(told.sentence) > 4, told.event.verb
        assert told.sentence.endswith("。"), told.sentence
    seen = list(walker.order.events.order_by("seq").values_list("seq", flat=True))
    assert seen == list(range(1, len(seen) + 1))


def test_the_walks_come_by_most_of_the_steps(cast, city, clock, picture, report):
    """The walk is no walk round the first corner: longer ones reach what is far from the beginning."""
    taken: set[str] = set()
    known: Counter = Counter()
    for seed in range(100, 108):
        walker = Walker(seed, cast, city, clock, picture, report, known)
        walker.walk()
        taken |= set(walker.taken)
    persons = {step.name for step in WORK_ORDER.steps if step.permission}
    assert len(taken & persons) >= 0.6 * len(persons), sorted(persons - taken)


def test_sweeping_ten_times_over_a_walk_fires_nothing_twice(cast, city, clock, picture, report):
    walker = Walker(7, cast, city, clock, picture, report)
    walker.walk()
    clock.pass_(days=60)
    before = list(walker.order.events.values_list("seq", "verb"))
    for _again in range(10):
        sweep_deadlines()
    assert list(walker.order.events.values_list("seq", "verb")) == before
    assert len(set(walker.order.presses.filter(lifted_at=None).values_list("level", flat=True))) == (
        walker.order.presses.filter(lifted_at=None).count()
    )
