"""The month walked at random by everybody, with clocks running: what must never be met is never met.

Never: a status without an exit, a clock without an owner, an event without a sentence, a clock that was met late, a
decision by one's own unit, an upheld appeal that took nothing out, two boards in force for one month.
"""

from __future__ import annotations

import random
from collections import Counter

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from assessment.models import Appeal, Assessment, Exemption, Proposal, ScoreLine
from assessment.selectors.appeals import open_items
from assessment.services import appeals, rewards
from assessment.services.steps import OF_KIND
from casework.actors import SYSTEM
from casework.models import Deadline, Event
from casework.refusals import Refusal
from casework.selectors import available_steps, broken_chains
from casework.services.sweep import sweep_deadlines
from casework.templatetags.cases import tell
from grids.once import asked_once
from tests.assessment.monthly import OCTOBER

pytestmark = pytest.mark.django_db
WALKS, LENGTH = 5, 26
PEOPLE = (
    "worker", "worker2", "community", "community2", "duty_chief", "supervisor", "inspector", "secretary", "director",
    "leader", "officer",
)  # fmt: skip


class Walker:
    """Takes steps of the month and of all appeals and proposals as the village may, and lets time pass."""

    def __init__(self, seed: int, village, clock):
        self.chance, self.clock, self.village = random.Random(seed), clock, village
        self.people = list(User.objects.filter(username__in=PEOPLE))
        clock.set(2026, 11, 2, 9, 0)
        village.opens()
        self.taken: list[str] = []

    def walk(self) -> None:
        for _number in range(LENGTH):
            if self.chance.random() < 0.3:
                self.clock.pass_(hours=self.chance.choice([1, 5, 20, 50]))
                self.taken.append("…")
            elif self.chance.random() < 0.4:
                self.begin()
            else:
                self.stride()
            self.check()

    def cases(self) -> list:
        kinds = (Assessment, Appeal, Proposal)
        return [case for kind in kinds for case in kind.objects.order_by("pk")]

    def begin(self) -> None:
        """Somebody lodges an appeal, or proposes something."""
        line = self.chance.choice(list(ScoreLine.objects.select_related("card__person")) or [None])
        before = Event.objects.count()
        try:
            if line is not None and line.card.person and self.chance.random() < 0.8:
                item = self.chance.choice([*open_items(line), None])
                appeals.lodge(line, by=line.card.person, item=item, reason="beyond", words="暴雨封路。")
                self.taken.append("lodge")
            else:
                by, person = self.chance.sample(self.people, 2)
                rewards.propose(by=by, area=self.village.street, person=person, consequence="talk", grounds="另述。")
        except (Refusal, ValidationError):
            assert Event.objects.count() == before

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
        name, who, case = self.chance.choice(offered)
        before = Event.objects.count()
        try:
            OF_KIND[case.kind][name](case, by=who, **self.said(name))
            self.taken.append(name)
        except (Refusal, ValidationError):
            # A sentence for the person, and nothing has changed.
            assert Event.objects.count() == before, name

    def said(self, name: str) -> dict:
        if name == "look":
            return {"agrees": self.chance.random() < 0.6, "words": "漏记一次。"}
        return {} if name in ("score", "take_back") else {"words": "已核对。"}

    def check(self) -> None:
        for case in self.cases():
            final = case.lifecycle.final
            assert (case.closed_at is None) == (case.status not in final), self.taken
            assert case.status in final or available_steps(case, SYSTEM), self.taken
            for clock in Deadline.objects.filter(case=case):
                assert clock.holder is not None, self.taken
                assert clock.state != "met" or clock.ended_at <= clock.due_at, self.taken
                assert case.status not in final or clock.ended_at is not None, (case.status, self.taken)
        self.check_months()
        self.check_appeals()

    def check_months(self) -> None:
        standing = Assessment.objects.standing().filter(since=OCTOBER)
        assert standing.count() <= 1, self.taken
        for board in Assessment.objects.exclude(status="entering"):
            assert board.cards.exists(), self.taken

    def check_appeals(self) -> None:
        for case in Appeal.objects.filter(closed_at__isnull=False).exclude(status="taken_back"):
            reviewers = {case.first_by_id, case.second_by_id} - {None}
            assert case.reported_by_id not in reviewers, self.taken
            assert len(reviewers) == 2 or case.status == "rejected", self.taken
        upheld = Appeal.objects.filter(status="upheld", item__isnull=False)
        assert Exemption.objects.count() == upheld.count(), self.taken


@pytest.mark.mechanism("0-35")
@pytest.mark.parametrize("seed", range(WALKS))
def test_a_walk_at_random_meets_nothing_that_must_not_be(seed, month, reported, cast, clock):
    reported(cast)
    walker = Walker(seed, month(), clock)
    walker.walk()
    assert broken_chains() == []
    for case in walker.cases():
        for line in tell(case):
            assert len(line.sentence) > 4, line.event.verb
            assert line.sentence.endswith("。"), (line.event.verb, line.sentence)
    once = Counter(Appeal.objects.values_list("line", "item"))
    assert all(times == 1 for times in once.values())


def test_left_alone_after_any_walk_everything_that_needs_nobody_ends(month, reported, cast, clock):
    reported(cast)
    walker = Walker(77, month(), clock)
    walker.walk()
    for _turn in range(12):
        clock.pass_(days=2)
    for case in Appeal.objects.filter(closed_at=None):
        appeals.reject(
            case, by=cast.supervisor if case.first_by_id != cast.supervisor.pk else cast.inspector, words="超期。"
        )
    assert not Assessment.objects.filter(closed_at=None).exists()
    before = list(Event.objects.order_by("pk").values_list("case", "seq", "verb"))
    for _again in range(3):
        sweep_deadlines()
    assert list(Event.objects.order_by("pk").values_list("case", "seq", "verb")) == before
