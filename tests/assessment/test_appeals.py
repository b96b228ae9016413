"""Appeals: who may lodge one and when, who may not decide, what an upheld one takes out of the statistic."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from assessment.models import Appeal, Exemption
from assessment.selectors.appeals import unit_of, waiting_for
from assessment.services import appeals, months
from casework.refusals import NotNow, NotYours
from casework.selectors import available_steps
from grids.models import Area, Department, Role
from grids.services.posts import appoint
from tests.assessment.monthly import MARKS, OCTOBER
from tests.assessment.test_months import mark
from whistle.models import Notice

pytestmark = pytest.mark.django_db
REVIEWS = {"support", "uphold", "reject"}


@pytest.fixture
def village(month, reported, cast):
    reported(cast)
    return month()


@pytest.fixture
def board(village, cast):
    return village.published(cast.secretary)


@pytest.fixture
def appeal(village, board, cast):
    return village.appeal(board, cast.worker)


def may(person, case) -> set[str]:
    return {step.name for step in available_steps(case, person)} & REVIEWS


def test_a_worker_appeals_against_one_thing_that_counts_against_him(village, board, appeal, cast):
    line = village.line(board, cast.worker)
    assert len(line.against) == 2
    assert (appeal.status, appeal.reported_by, appeal.item) == ("lodged", cast.worker, line.against[0])
    assert appeal.unit_area.code == "120106990001"
    assert appeal.deadlines.get().clock == "assessment.review"


def test_against_a_line_nobody_appeals_but_who_is_assessed_by_it(village, board, cast):
    line = village.line(board, cast.worker)
    for person in (cast.worker2, cast.community, cast.secretary, cast.duty_chief, cast.outsider):
        with pytest.raises(NotYours):
            appeals.lodge(line, by=person, item=line.against[0], reason="other", words="不公。")
    assert not Appeal.objects.exists()


def test_each_thing_is_appealed_against_once(village, board, appeal, cast):
    with pytest.raises(NotNow):
        village.appeal(board, cast.worker)
    appeals.take_back(appeal, by=cast.worker)
    with pytest.raises(NotNow):
        village.appeal(board, cast.worker)
    other = village.line(board, cast.worker).against[1]
    assert village.appeal(board, cast.worker, item=other).pk != appeal.pk


@pytest.mark.parametrize(("said", "field"), [
    ({"reason": "nonsense"}, "reason"), ({"words": "  "}, "words"), ({"item": None}, "item"), ({"item": 1}, "item"),
])  # fmt: skip
def test_what_is_missing_or_wrong_is_said_at_its_field_and_nothing_is_lodged(village, board, cast, said, field):
    with pytest.raises(ValidationError) as refused:
        village.appeal(board, cast.worker, **said)
    assert list(refused.value.message_dict) == [field]
    assert not Appeal.objects.exists()


def test_what_was_good_cannot_be_appealed_against(village, board, cast):
    line = village.line(board, cast.worker)
    good = next(item for item in line.items if item not in line.against)
    with pytest.raises(ValidationError):
        village.appeal(board, cast.worker, item=good)


def test_only_a_published_board_may_be_appealed_against_and_only_three_working_days(village, cast, clock):
    clock.set(2026, 11, 2, 9, 0)
    board = village.opens()
    with pytest.raises(NotNow):
        village.appeal(board, cast.worker)
    board = months.publish(board, by=cast.secretary)
    clock.set(2026, 11, 5, 8, 59)
    village.appeal(board, cast.worker)
    clock.set(2026, 11, 5, 9, 1)
    with pytest.raises(NotNow, match="11-05"):
        village.appeal(board, cast.worker, item=village.line(board, cast.worker).against[1])


@pytest.mark.mechanism("0-35")
def test_nobody_of_the_subjects_own_unit_can_decide(village, board, appeal, cast, city):
    chief = Role.objects.get(city=city, code="duty_chief")
    for place, barred in (("120106990001", True), ("120106990001002", True), ("120106990002", False)):
        person = User.objects.create(username=f"also-{place}", name="某某")
        appoint(person, role=chief, area=Area.objects.get(city=city, parent=None), since=OCTOBER)
        appoint(person, role=Role.objects.get(city=city, code="grid_supervisor"),
                area=Area.objects.get(city=city, code=place), since=OCTOBER)  # fmt: skip
        assert (may(person, appeal) == set()) is barred, place
        if barred:
            with pytest.raises(NotYours):
                appeals.support(appeal, by=person, words="同意。")
            assert appeal not in waiting_for(person, city)
        else:
            assert appeal in waiting_for(person, city)


def test_nobody_decides_on_his_own_appeal(village, board, appeal, cast, city):
    appoint(cast.worker, role=Role.objects.get(city=city, code="duty_chief"),
            area=Area.objects.get(city=city, parent=None), since=OCTOBER)  # fmt: skip
    for service in (appeals.support, appeals.reject):
        with pytest.raises(NotYours):
            service(appeal, by=cast.worker, words="同意。")


def test_the_second_reviewer_is_another_than_the_first(appeal, cast, city):
    appeals.support(appeal, by=cast.duty_chief, words="属实。")
    appeal.refresh_from_db()
    for service in (appeals.uphold, appeals.reject):
        with pytest.raises(NotYours):
            service(appeal, by=cast.duty_chief, words="同意。")
    assert appeal not in waiting_for(cast.duty_chief, city)
    assert appeal in waiting_for(cast.supervisor, city)
    assert appeals.uphold(appeal, by=cast.supervisor, words="同意。").status == "upheld"


def test_the_first_reviewer_alone_upholds_nothing(appeal, cast):
    with pytest.raises(NotNow):
        appeals.uphold(appeal, by=cast.duty_chief, words="同意。")


def test_who_entered_a_mark_does_not_review_it(month, cast, clock, city):
    village = month(MARKS)
    clock.set(2026, 11, 2, 9, 0)
    for person in (cast.worker, cast.worker2):
        mark(village, person, 60, by=cast.duty_chief)
    board = months.publish(village.opens(), by=cast.secretary)
    line = village.line(board, cast.worker, "party")
    appeal = appeals.lodge(line, by=cast.worker, reason="wrong_record", words="台账已补。")
    assert appeal.item is None
    with pytest.raises(NotYours):
        appeals.support(appeal, by=cast.duty_chief, words="同意。")
    appeals.support(appeal, by=cast.supervisor, words="台账属实。")
    for given in (None, 50, 101):
        with pytest.raises(ValidationError):
            appeals.uphold(appeal, by=cast.inspector, words="同意。", mark=given)
    appeal = appeals.uphold(appeal, by=cast.inspector, words="同意。", mark=90)
    assert appeal.points_after == pytest.approx(line.points * 1.5)
    assert not Exemption.objects.exists()
    clock.pass_(days=9)
    board.refresh_from_db()
    assert village.line(board.corrected, cast.worker, "party").points == pytest.approx(line.points * 1.5)
    line.refresh_from_db()
    assert line.points == pytest.approx(appeal.points_before)


def test_upheld_the_item_is_out_of_the_statistic_and_the_fact_stays(village, board, appeal, cast):
    appeals.support(appeal, by=cast.inspector, words="属实。")
    appeals.uphold(appeal, by=cast.duty_chief, words="同意。")
    exempt = Exemption.objects.get()
    assert (exempt.measure, exempt.subject, exempt.item) == ("valid_reports", cast.worker.pk, appeal.item)
    line = village.line(board, cast.worker)
    assert appeal.item in line.items
    assert appeal.item in line.against


def test_rejected_by_either_reviewer_it_ends_and_nothing_is_exempt(village, board, appeal, cast):
    appeal = appeals.reject(appeal, by=cast.duty_chief, words="证据不足。")
    assert (appeal.status, appeal.first_by, appeal.second_by) == ("rejected", cast.duty_chief, None)
    assert appeal.deadlines.get().state == "met"
    other = village.appeal(board, cast.worker, item=village.line(board, cast.worker).against[1])
    appeals.support(other, by=cast.duty_chief, words="属实。")
    other = appeals.reject(other, by=cast.supervisor, words="不足以剔除。")
    assert (other.status, other.second_by) == ("rejected", cast.supervisor)
    assert not Exemption.objects.exists()


def test_a_review_without_words_changes_nothing(appeal, cast):
    before = appeal.events.count()
    for service in (appeals.support, appeals.reject):
        with pytest.raises(ValidationError):
            service(appeal, by=cast.duty_chief, words=" ")
    assert appeal.events.count() == before


def test_five_working_days_over_the_review_is_late_and_goes_on(appeal, cast, clock):
    clock.pass_(days=9)
    appeal.refresh_from_db()
    assert appeal.lamp == 2
    appeal = appeals.reject(appeal, by=cast.duty_chief, words="证据不足。")
    assert appeal.deadlines.get().state == "late"


def test_who_lodged_it_is_told_and_others_are_not(appeal, cast):
    appeals.reject(appeal, by=cast.duty_chief, words="证据不足。")
    assert list(Notice.objects.filter(about="appeal").values_list("user", flat=True)) == [cast.worker.pk]


def test_an_appeal_is_seen_by_who_lodged_it_who_reviews_and_who_sees_all_scores(appeal, cast):
    seen = {
        name for name in ("worker", "worker2", "officer", "dispatcher", "community", "duty_chief", "supervisor", "inspector", "secretary", "outsider")
        if Appeal.objects.visible_to(getattr(cast, name)).filter(pk=appeal.pk).exists()
    }  # fmt: skip
    assert seen == {"worker", "duty_chief", "supervisor", "inspector", "secretary"}


def test_a_departments_head_appeals_for_it_and_its_own_people_do_not_review(
    scheme, street, cast, clock, limits, order_at, city
):
    order_at("closed")
    clock.set(2026, 11, 2, 9, 0)
    rows = {"办理": {"on_time": {"weight": 100}}}
    made = months.open_month(scheme=scheme(rows=rows, subject="department", code="units"), area=street, since=OCTOBER,
                             until=OCTOBER.replace(month=11))  # fmt: skip
    board = months.publish(made, by=cast.secretary)
    card = board.cards.get(department=Department.objects.get(city=city, code="sanitation"))
    assert unit_of(card).department == card.department
    line = card.lines.get()
    with pytest.raises(NotYours):
        appeals.lodge(line, by=cast.officer, item=1, reason="other", words="x")
    with pytest.raises(ValidationError):
        appeals.lodge(line, by=cast.head, item=1, reason="other", words="x")


def test_two_at_once_against_one_thing_are_one_appeal(village, board, cast):
    line = village.line(board, cast.worker)
    appeals.lodge(line, by=cast.worker, item=line.against[0], reason="other", words="甲")
    with pytest.raises(NotNow):
        appeals.lodge(line, by=cast.worker, item=line.against[0], reason="other", words="乙")
    assert Appeal.objects.count() == 1
