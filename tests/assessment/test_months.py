"""The month: opened by beat, looked at, confirmed or published by itself, final; a correction is a later edition."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.core.exceptions import ValidationError

from assessment.models import Assessment, Entry, Scheme
from assessment.selectors.months import changes_between, months_over, schemes_for
from assessment.services import appeals, looking, months
from casework.moment import now as present
from casework.refusals import NotNow, NotYours
from casework.selectors import broken_chains
from casework.templatetags.cases import tell
from tests.assessment.monthly import MARKS, NOVEMBER, OCTOBER
from whistle.models import Notice

pytestmark = pytest.mark.django_db


def verbs(case) -> list[str]:
    return list(case.events.order_by("seq").values_list("verb", flat=True))


def test_on_the_first_day_of_the_citys_month_beat_opens_and_scores_the_last_one(month, report, clock, city):
    month()
    report()
    clock.set(2026, 10, 31, 23, 55)
    assert months.open_months() == 0
    clock.set(2026, 11, 1, 0, 5)
    months.open_months()
    (board,) = Assessment.objects.filter(since=OCTOBER, scheme__code="october")
    assert (board.until, board.edition, board.status) == (NOVEMBER, 1, "scored")
    assert board.scored_at is not None
    assert board.cards.count() == 2


def test_a_house_that_is_new_assesses_no_past(month, clock):
    month()
    clock.set(2026, 11, 1, 0, 5)
    assert months.open_months() == 0


def test_beat_that_comes_again_opens_nothing_twice(month, report, clock):
    month()
    report()
    clock.set(2026, 11, 2, 9, 0)
    months.open_months()
    assert months.open_months() == 0
    assert Assessment.objects.filter(since=OCTOBER, scheme__code="october").count() == 1


def test_nobody_is_assessed_by_a_scheme_that_was_not_in_force_before_the_month_was_over(month, clock, city):
    scheme = month().scheme
    clock.set(2026, 11, 2, 9, 0)
    (over, _year) = months_over(city)
    for activated, found in ((clock.now, False), (dt.datetime(2026, 10, 20, tzinfo=dt.UTC), True)):
        Scheme.objects.filter(pk=scheme.pk).update(activated_at=activated)
        assert (scheme in schemes_for(city, over)) is found
    Scheme.objects.filter(pk=scheme.pk).update(effective_from=NOVEMBER)
    assert scheme not in schemes_for(city, over)


def test_a_month_is_assessed_by_the_version_that_was_in_force_then(month, clock, city):
    old = month().scheme
    Scheme.objects.filter(pk=old.pk).update(state="retired")
    Scheme.objects.create(
        city=city, code=old.code, version=2, name="新方案", subject="worker", board_level=old.board_level,
        state="active", effective_from=NOVEMBER,
    )  # fmt: skip
    clock.set(2026, 11, 2, 9, 0)
    assert [each for each in schemes_for(city, months_over(city)[0]) if each.code == old.code] == [old]
    clock.set(2026, 12, 1, 9, 0)
    assert [each.version for each in schemes_for(city, months_over(city)[0]) if each.code == old.code] == [2]


@pytest.mark.mechanism("1-7")
def test_a_month_goes_from_scored_over_the_communities_and_the_street_to_final(month, reported, cast, clock):
    reported(cast)
    village = month()
    clock.set(2026, 11, 2, 9, 0)
    board = village.opens()
    assert board.status == "scored"
    assert {each.area.code for each in board.deadlines.open()} == {"120106990001", "120106990002"}
    looking.look(board, by=cast.community, agrees=True)
    clock.pass_(days=3)
    board.refresh_from_db()
    assert board.status == "looked"
    board = months.publish(board, by=cast.secretary)
    assert (board.status, board.unconfirmed) == ("published", False)
    clock.pass_(days=8)
    board.refresh_from_db()
    assert (board.status, board.closed_at is not None) == ("final", True)
    assert not board.deadlines.open().exists()
    assert broken_chains() == []


def test_nobody_confirms_and_it_is_published_by_itself_and_says_so(month, reported, cast, clock):
    reported(cast)
    village = month()
    clock.set(2026, 11, 2, 9, 0)
    board = village.opens()
    for _day in range(4):
        clock.pass_(days=2)
    board.refresh_from_db()
    assert board.published_at is not None
    assert board.unconfirmed
    told = " ".join(line.sentence for line in tell(board))
    assert "Nobody confirmed" in told or "无人按时确认" in told


def test_a_month_with_marks_to_enter_waits_for_them_and_is_scored_with_the_last(month, cast, clock):
    village = month(MARKS)
    clock.set(2026, 11, 2, 9, 0)
    board = village.opens()
    assert board.status == "entering"
    with pytest.raises(NotNow, match="2"):
        months.score(board, by=cast.secretary)
    mark(village, cast.worker, 80, by=cast.duty_chief)
    months.open_months()
    board.refresh_from_db()
    assert board.status == "entering"
    mark(village, cast.worker2, 90, by=cast.duty_chief)
    months.open_months()
    board.refresh_from_db()
    assert board.status == "scored"
    assert board.deadlines.get(clock="assessment.enter").state == "met"


def test_marks_that_nobody_enters_in_time_are_scored_without_and_the_history_says_how_many(month, cast, clock):
    village = month(MARKS)
    clock.set(2026, 11, 2, 9, 0)
    board = village.opens()
    mark(village, cast.worker, 80, by=cast.duty_chief)
    clock.pass_(days=3)
    board.refresh_from_db()
    assert board.status == "scored"
    assert board.events.get(verb="scored").facts == {"missing": 1}
    assert board.deadlines.get(clock="assessment.enter").state == "late"


def test_a_discarded_board_was_never_out_and_the_month_is_scored_anew(month, reported, cast, clock):
    reported(cast)
    village = month()
    clock.set(2026, 11, 2, 9, 0)
    board = village.opens()
    with pytest.raises(ValidationError):
        months.discard(board, by=cast.secretary, words=" ")
    with pytest.raises(NotYours):
        months.discard(board, by=cast.worker, words="不对")
    months.discard(board, by=cast.secretary, words="漏算一个网格。")
    old, new = Assessment.objects.filter(since=OCTOBER, scheme=village.scheme).order_by("pk")
    assert (old.status, new.status, new.edition) == ("discarded", "scored", 1)
    assert not old.deadlines.open().exists()
    assert new.cards.count() == 2


@pytest.mark.mechanism("0-34")
def test_only_who_confirms_boards_of_the_street_publishes_it(month, cast, clock):
    village = month()
    clock.set(2026, 11, 2, 9, 0)
    board = village.opens()
    for person in (cast.worker, cast.community, cast.duty_chief, cast.officer, cast.supervisor):
        with pytest.raises(NotYours):
            months.publish(board, by=person)
    assert months.publish(board, by=cast.director).status == "published"


def test_upheld_appeals_make_the_next_edition_and_both_stay_readable(month, reported, cast, clock):
    reported(cast)
    village = month()
    old = village.published(cast.secretary)
    appeal = village.appeal(old, cast.worker)
    appeals.support(appeal, by=cast.duty_chief, words="属实。")
    appeals.uphold(appeal, by=cast.supervisor, words="同意剔除。")
    was = village.line(old, cast.worker)
    assert (was.k, was.n, was.exempt) == (4, 6, [])
    clock.pass_(days=9)
    old.refresh_from_db()
    new = Assessment.objects.get(corrects=old)
    assert (old.status, new.status, new.edition) == ("superseded", "final", 2)
    assert new.number != old.number
    now = village.line(new, cast.worker)
    assert (now.k, now.n, now.exempt) == (4, 5, [appeal.item])
    was.refresh_from_db()
    assert (was.k, was.n) == (4, 6)
    assert [change.after.person for change in changes_between(old, new)][:1] == [cast.worker]
    told = old.events.get(verb="superseded").facts
    assert (told["by"], told["upheld"]) == (new.number, 1)
    assert new.number in tell(old)[0].sentence
    assert broken_chains() == []


def test_an_appeal_that_is_open_keeps_the_board_from_being_final(month, reported, cast, clock):
    reported(cast)
    village = month()
    board = village.published(cast.secretary)
    clock.pass_(days=2)
    appeal = village.appeal(board, cast.worker)
    clock.pass_(days=6)
    board.refresh_from_db()
    assert board.status == "published"
    appeals.reject(appeal, by=cast.inspector, words="已提醒补报，未补。")
    board.refresh_from_db()
    assert board.status == "final"
    assert not Assessment.objects.filter(corrects=board).exists()


def test_who_has_a_card_is_told_once_that_the_board_is_out(month, cast):
    board = month().published(cast.secretary)
    told = Notice.objects.filter(case=board)
    assert sorted(told.values_list("user", flat=True)) == sorted([cast.worker.pk, cast.worker2.pk])
    assert set(told.values_list("about", flat=True)) == {"board"}


def test_every_event_of_a_month_is_a_sentence(month, reported, cast, clock):
    reported(cast)
    village = month()
    board = village.published(cast.secretary)
    appeal = village.appeal(board, cast.worker)
    appeals.support(appeal, by=cast.duty_chief, words="属实。")
    appeals.uphold(appeal, by=cast.supervisor, words="同意剔除。")
    clock.pass_(days=9)
    for case in (*Assessment.objects.all(), appeal):
        for line in tell(case):
            assert len(line.sentence) > 4, line.event.verb
            assert line.sentence.endswith("。"), (line.event.verb, line.sentence)


def mark(village, person, points: float, *, by) -> Entry:
    """A mark of October as the assessment team enters it."""
    return Entry.objects.create(
        key=uuid.uuid4(), city=village.scheme.city, scheme_code=village.scheme.code, indicator_code="party",
        since=OCTOBER, subject=person.pk, points=points, words="依据台账。", by=by, at=present(),
    )  # fmt: skip
