"""Consequences: proposed by runs of months or by a person; people decide with words, and not whom it concerns."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from assessment.models import Proposal, ScoreCard
from assessment.services import months, proposals, rewards
from casework.refusals import NotNow, NotYours
from casework.templatetags.cases import tell
from whistle.models import Notice

pytestmark = pytest.mark.django_db
MONTHS = [dt.date(2026, month, 1) for month in (7, 8, 9, 10, 11, 12)]


@pytest.fixture
def lived(month, cast, clock):
    """`lived(["top", "top", "top"])`: so many final boards from July on, with this grade of the worker's."""
    village = month()

    def make(grades: list[str]) -> list[Proposal]:
        for since, until, grade in zip(MONTHS, MONTHS[1:], grades, strict=False):
            clock.set(until.year, until.month, 1, 9, 0)
            board = months.publish(village.opens(since, until), by=cast.secretary)
            # What the figures of a whole quarter would have made of it.
            ScoreCard.objects.filter(assessment=board, person=cast.worker).update(grade=grade)
            ScoreCard.objects.filter(assessment=board).exclude(person=cast.worker).update(grade="middle")
            clock.pass_(days=14)
        return list(Proposal.objects.order_by("pk"))

    return make


def test_three_months_running_on_top_are_an_award_proposal(lived, cast):
    (award,) = lived(["top", "top", "top"])
    assert (award.consequence, award.person, award.status) == ("award", cast.worker, "proposed")
    assert [card.assessment.since.month for card in award.cards.order_by("assessment__since")] == [7, 8, 9]
    assert award.deadlines.get().clock == "assessment.decide"


@pytest.mark.mechanism("0-35")
def test_two_months_running_in_the_lowest_band_are_proposals_that_people_decide(lived, cast):
    found = lived(["bottom", "bottom"])
    assert [each.consequence for each in found] == ["talk", "training", "dismissal"]
    assert {each.status for each in found} == {"proposed"}
    assert cast.worker.posts.get(role__code="grid_worker").until is None


@pytest.mark.parametrize(
    "grades", [["top", "middle", "top"], ["bottom", "middle", "bottom"], ["top", "none", "top"], ["top", "top"]]
)
def test_months_that_do_not_run_on_lead_to_nothing(lived, grades):
    assert lived(grades) == []


def test_a_card_counts_in_one_run_of_its_kind(lived):
    assert len(lived(["top", "top", "top", "top"])) == 1


def test_a_proposal_is_seen_by_who_decides_and_by_the_person_only_once_it_is_decided(lived, cast):
    _talk, _training, dismissal = lived(["bottom", "bottom"])

    def seen() -> set[str]:
        names = (
            "worker",
            "worker2",
            "dispatcher",
            "officer",
            "duty_chief",
            "community",
            "secretary",
            "director",
            "supervisor",
            "inspector",
            "outsider",
        )
        return {n for n in names if Proposal.objects.visible_to(getattr(cast, n)).filter(pk=dismissal.pk).exists()}  # fmt: skip

    makers = {"duty_chief", "community", "secretary", "director", "supervisor"}
    assert seen() == makers
    proposals.decline(dismissal, by=cast.secretary, words="先行帮扶。")
    assert seen() == makers | {"worker"}


def test_no_name_and_no_reason_stands_in_the_history_or_the_title(lived, cast):
    talk, *_others = lived(["bottom", "bottom"])
    talk = proposals.approve(talk, by=cast.director, words="林小满本月谈话。")
    told = " ".join(
        [talk.title, *(line.sentence for line in tell(talk)), *(str(e.facts) + e.note for e in talk.events.all())]
    )
    assert "林小满" not in told
    assert talk.decision == "林小满本月谈话。"


def test_people_decide_with_words_and_record_what_was_done(lived, cast):
    talk, *_others = lived(["bottom", "bottom"])
    with pytest.raises(ValidationError):
        proposals.approve(talk, by=cast.secretary, words=" ")
    with pytest.raises(NotYours):
        proposals.approve(talk, by=cast.duty_chief, words="同意。")
    with pytest.raises(NotNow):
        proposals.carry_out(talk, by=cast.secretary, words="已谈话。")
    talk = proposals.approve(talk, by=cast.secretary, words="同意谈话。")
    assert talk.deadlines.get().state == "met"
    talk = proposals.carry_out(talk, by=cast.director, words="11 月 20 日由主任谈话。")
    assert (talk.status, talk.decided_by, talk.done) == ("carried_out", cast.secretary, "11 月 20 日由主任谈话。")


def test_whom_it_concerns_learns_of_the_decision_and_not_before(lived, cast):
    talk, *_others = lived(["bottom", "bottom"])
    assert not Notice.objects.filter(user=cast.worker, about="reward").exists()
    proposals.approve(talk, by=cast.secretary, words="同意谈话。")
    assert Notice.objects.filter(user=cast.worker, about="reward", case=talk).count() == 1


@pytest.mark.mechanism("4-44")
def test_a_heavy_reward_names_its_merit_and_grade_and_the_city_says_the_sum(city, cast, street, clock, limits):
    said = {
        "by": cast.duty_chief,
        "area": street,
        "person": cast.worker,
        "consequence": "heavy_reward",
        "grounds": "报告重大隐患。",
    }
    for wrong, field in (({}, "merit"), ({"merit": "big_case"}, "grade"), ({"merit": "big_case", "grade": 9}, "grade")):
        with pytest.raises(ValidationError) as refused:
            rewards.propose(**said, **wrong)
        assert list(refused.value.message_dict) == [field]
    reward = rewards.propose(**said, merit="disaster_prevented", grade=2)
    assert (reward.yuan, reward.get_merit_display()) == (1000, str(reward.get_merit_display()))
    reward = proposals.approve(reward, by=cast.secretary, words="同意。")
    assert proposals.carry_out(reward, by=cast.secretary, words="已发放。").status == "carried_out"


def test_nobody_proposes_for_himself_nor_decides_on_his_own_proposal(cast, street, clock, limits):
    said = {"area": street, "consequence": "award", "grounds": "成绩突出。"}
    with pytest.raises(ValidationError):
        rewards.propose(by=cast.secretary, person=cast.secretary, **said)
    with pytest.raises(NotYours):
        rewards.propose(by=cast.worker, person=cast.worker2, **said)
    with pytest.raises(ValidationError):
        rewards.propose(by=cast.secretary, **said)
    mine = rewards.propose(by=cast.secretary, person=cast.worker, **said)
    about_me = rewards.propose(by=cast.duty_chief, person=cast.secretary, **said)
    for case in (mine, about_me):
        with pytest.raises(NotYours):
            proposals.approve(case, by=cast.secretary, words="同意。")
        assert proposals.approve(case, by=cast.director, words="同意。").status == "approved"
