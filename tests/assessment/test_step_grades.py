"""阶梯式管理: the rows propose by duty, years and results; people decide; what was given stays in the history."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from assessment.models import StepGrade, StepRule
from assessment.reasons import Grade
from assessment.selectors import step_grades as select
from assessment.services import step_grades as steps
from casework.refusals import NotFound, NotNow, NotYours
from grids.models import Area, Post, Role
from tests.assessment.boarding import make_board, make_scheme

pytestmark = [pytest.mark.django_db, pytest.mark.mechanism("3-51")]
State = StepGrade.State


@pytest.fixture
def street(city):
    return Area.objects.get(city=city, parent=None)


@pytest.fixture
def duty(city):
    return Role.objects.get(city=city, code="grid_worker")


@pytest.fixture
def rows(street, duty, cast, clock):
    """First step at once, second after a year with one best month, third after three years with two."""
    told = ((1, "一级", 0, 0), (2, "二级", 1, 1), (3, "三级", 3, 2))
    return [
        steps.set_step(
            by=cast.director, area=street, duty=duty, step=step, name=name, least_years=years, least_tops=tops
        )
        for step, name, years, tops in told
    ]


@pytest.fixture
def two_years(cast, duty):
    """The worker has been in the duty for two years, in two grids one after the other."""
    post = Post.objects.get(user=cast.worker, role=duty)
    Post.objects.filter(pk=post.pk).update(since=dt.date(2025, 10, 9))
    Post.objects.create(
        user=cast.worker,
        role=duty,
        area=Area.objects.get(code="120106990001002"),
        since=dt.date(2024, 10, 9),
        until=dt.date(2025, 10, 9),
    )


def month_of(city, cast, street, grade=Grade.TOP, month=9, status="published"):
    scheme = make_scheme(city, code=f"m{month}")
    area = Area.objects.get(code="120106990001001")
    return make_board(
        scheme,
        street,
        [{"person": cast.worker, "area": area, "grade": grade}],
        since=dt.date(2026, month, 1),
        status=status,
    )


def standing_of(street, person):
    return next(each for each in select.standings_of(street) if each.post.user == person)


def test_years_are_those_of_the_duty_and_two_posts_at_once_count_once(rows, two_years, cast, street, duty):
    assert standing_of(street, cast.worker).years == pytest.approx(2, abs=0.01)
    Post.objects.create(
        user=cast.worker, role=duty, area=Area.objects.get(code="120106990002001"), since=dt.date(2024, 12, 1)
    )
    assert standing_of(street, cast.worker).days == 730


def test_the_rows_propose_the_highest_step_that_years_and_results_allow(rows, two_years, cast, street, city):
    assert standing_of(street, cast.worker).may_have == rows[0]
    month_of(city, cast, street)
    assert standing_of(street, cast.worker).may_have == rows[1]
    month_of(city, cast, street, month=8)
    standing = standing_of(street, cast.worker)
    assert (standing.tops, standing.may_have) == (2, rows[1])


def test_boards_that_are_not_published_or_were_replaced_count_for_nothing(rows, two_years, cast, street, city):
    month_of(city, cast, street, month=7, status="scored")
    old = month_of(city, cast, street, month=8)
    area = Area.objects.get(code="120106990001001")
    make_board(
        old.scheme,
        street,
        [{"person": cast.worker, "area": area, "grade": Grade.MIDDLE}],
        corrects=old,
        since=dt.date(2026, 8, 1),
    )
    assert standing_of(street, cast.worker).tops == 0


def test_who_has_reached_a_step_is_proposed_once_and_people_decide(rows, two_years, cast, street, city):
    month_of(city, cast, street)
    assert steps.propose_steps(by=cast.director, area=street) == 2
    assert steps.propose_steps(by=cast.director, area=street) == 0
    grade = StepGrade.objects.get(person=cast.worker)
    assert (grade.rule, grade.tops, grade.state) == (rows[1], 1, State.PROPOSED)
    given = steps.decide_step(grade, by=cast.secretary, given=True, words="同意定为二级。", since=dt.date(2026, 11, 1))
    assert (given.state, given.decided_by, given.since) == (State.GRANTED, cast.secretary, dt.date(2026, 11, 1))
    assert standing_of(street, cast.worker).has == rows[1]
    assert steps.propose_steps(by=cast.director, area=street) == 0
    with pytest.raises(NotNow):
        steps.decide_step(grade, by=cast.director, given=False, words="不同意。")


def test_a_declined_step_may_be_proposed_again_and_both_stay_in_the_history(rows, cast, street, city):
    steps.propose_steps(by=cast.director, area=street)
    grade = StepGrade.objects.get(person=cast.worker)
    steps.decide_step(grade, by=cast.director, given=False, words="待补材料。")
    assert steps.propose_steps(by=cast.director, area=street) == 1
    again = StepGrade.objects.get(person=cast.worker, state=State.PROPOSED)
    steps.decide_step(again, by=cast.director, given=True, words="材料齐全。", since=dt.date(2026, 11, 1))
    mine = [row.words for row in select.history_seen(cast.worker, city)]
    assert mine == ["材料齐全。", "待补材料。"]
    assert select.history_seen(cast.worker2, city) == []


def test_nobody_decides_on_himself(rows, cast, street, city, duty):
    Post.objects.create(
        user=cast.director, role=duty, area=Area.objects.get(code="120106990001002"), since=dt.date(2026, 1, 1)
    )
    steps.propose_steps(by=cast.secretary, area=street)
    grade = StepGrade.objects.get(person=cast.director)
    with pytest.raises(NotYours):
        steps.decide_step(grade, by=cast.director, given=True, words="同意。", since=dt.date(2026, 11, 1))
    assert grade not in select.proposals_seen(cast.director, city)
    with pytest.raises(IntegrityError), transaction.atomic():
        StepGrade.objects.filter(pk=grade.pk).update(decided_by=cast.director)


def test_a_higher_step_never_asks_for_less(rows, cast, street, duty):
    for change in ({"least_years": 0, "least_tops": 0}, {"least_years": 5, "least_tops": 0}):
        with pytest.raises(ValidationError) as refused:
            steps.set_step(by=cast.director, area=street, duty=duty, step=4, name="四级", **change)
        assert "step" in refused.value.message_dict
    with pytest.raises(ValidationError):
        steps.set_step(by=cast.director, area=street, duty=duty, step=1, name="一级", least_years=2, least_tops=0)


def test_a_row_set_again_replaces_the_old_one_and_who_has_a_step_keeps_it(rows, cast, street, duty):
    steps.propose_steps(by=cast.director, area=street)
    grade = StepGrade.objects.get(person=cast.worker)
    steps.decide_step(grade, by=cast.director, given=True, words="同意。", since=dt.date(2026, 11, 1))
    new = steps.set_step(by=cast.director, area=street, duty=duty, step=1, name="初级", least_years=0, least_tops=0)
    assert StepRule.objects.filter(duty=duty, step=1, ended_at=None).get() == new
    grade.refresh_from_db()
    assert grade.rule.name == "一级"
    assert not standing_of(street, cast.worker).is_due
    steps.end_step(new, by=cast.director)
    with pytest.raises(NotNow):
        steps.end_step(new, by=cast.director)


def test_a_community_with_rows_of_its_own_goes_by_them(rows, cast, street, duty, city):
    community = Area.objects.get(city=city, code="120106990001")
    own = steps.set_step(
        by=cast.director, area=community, duty=duty, step=1, name="社区一级", least_years=0, least_tops=0
    )
    assert select.rules_on(community) == [own]
    assert set(select.rules_on(street)) == set(rows)


def test_who_may_not_neither_writes_rows_nor_proposes_nor_decides(rows, cast, street, duty):
    with pytest.raises(PermissionDenied):
        steps.set_step(by=cast.secretary, area=street, duty=duty, step=4, name="四级", least_years=9, least_tops=9)
    with pytest.raises(PermissionDenied):
        steps.propose_steps(by=cast.worker, area=street)
    steps.propose_steps(by=cast.director, area=street)
    grade = StepGrade.objects.get(person=cast.worker)
    with pytest.raises(PermissionDenied):
        steps.decide_step(grade, by=cast.dispatcher, given=True, words="同意。", since=dt.date(2026, 11, 1))
    with pytest.raises(NotFound):
        select.grade_to_decide(cast.worker, grade.pk)


def test_a_decision_needs_words_and_a_given_step_a_day(rows, cast, street):
    steps.propose_steps(by=cast.director, area=street)
    grade = StepGrade.objects.get(person=cast.worker)
    for said, field in (({"given": True, "words": "同意。"}, "since"), ({"given": False, "words": " "}, "words")):
        with pytest.raises(ValidationError) as refused:
            steps.decide_step(grade, by=cast.director, **said)
        assert field in refused.value.message_dict
    grade.refresh_from_db()
    assert grade.state == State.PROPOSED


def test_the_pages_go_all_the_way_from_a_row_to_a_given_step(client, cast, street, duty, clock):
    client.force_login(cast.director)
    row = {"area": street.pk, "duty": duty.pk, "step": 1, "name": "一级", "least_years": 0, "least_tops": 0}
    assert client.post(reverse("step_grades"), {**row, "step": "x"}).status_code == 422
    assert client.post(reverse("step_grades"), row).status_code == 302
    assert client.post(reverse("propose_steps"), {"area": street.pk}).status_code == 302
    grade = StepGrade.objects.get(person=cast.worker)
    page = client.get(reverse("step_grades")).content.decode()
    assert reverse("decide_step", args=[grade.pk]) in page
    decide = reverse("decide_step", args=[grade.pk])
    assert client.post(decide, {"given": "yes", "words": "同意。"}).status_code == 422
    assert client.post(decide, {"given": "yes", "words": "同意。", "since": "2026-11-01"}).status_code == 302
    assert client.post(decide, {"given": "yes", "words": "同意。", "since": "2026-11-01"}).status_code == 409
    client.force_login(cast.worker)
    assert "一级" in client.get(reverse("step_grades")).content.decode()
    assert client.post(reverse("propose_steps"), {"area": street.pk}).status_code == 403
    assert client.post(reverse("step_grades"), row).status_code == 403
