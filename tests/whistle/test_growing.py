"""A whistle that nobody answers grows louder by itself: each step of it once, however the sweep comes by."""

import datetime as dt

import pytest

from casework.models import Event
from casework.refusals import NotNow, NotYours
from casework.selectors import broken_chains
from casework.services.sweep import sweep_deadlines
from tests.whistle.conftest import GOOD, Marks, clock_of, planned, replied, staff, summons, there, verbs
from whistle.models import Clue, Notice, Rating, Statement, Summons, Supervision, Whistle
from whistle.services.steps import STEPS, SUPERVISION_STEPS

pytestmark = pytest.mark.django_db


def test_units_that_come_in_time_leave_nothing_to_supervise(blow, clock, cast):
    whistle = there(blow(), "parks", "sanitation")
    clock.pass_(hours=30)
    whistle.refresh_from_db()
    assert whistle.status == "calling"
    assert [clock_of(whistle, "arrive", code) for code in ("parks", "sanitation")] == ["met", "met"]
    assert not Supervision.objects.exists()
    assert Whistle.objects.count() == 1


@pytest.mark.mechanism("2-18")
def test_who_stays_away_is_put_before_the_supervision_office_with_his_statement_demanded(blow, clock, cast):
    whistle = there(blow(), "parks")
    clock.pass_(minutes=26)
    assert not Supervision.objects.exists()
    clock.pass_(minutes=31)
    case = Supervision.objects.get()
    assert (case.followed_id, case.reason, case.status) == (whistle.pk, "not_there", "followed")
    assert [(each.department.code, each.reason) for each in case.statements.all()] == [("sanitation", "not_there")]
    assert clock_of(case, "reply", "sanitation") == "running"
    assert set(Notice.objects.filter(about="statement").values_list("user__username", flat=True)) == {"officer", "head"}
    assert "supervisor" in set(Notice.objects.filter(about="supervised").values_list("user__username", flat=True))


@pytest.mark.mechanism("2-22")
def test_missed_for_two_hours_it_becomes_the_second_whistle_that_calls_the_leader_in_charge(blow, clock, cast):
    whistle = there(blow(), "parks")
    clock.pass_(hours=3)
    whistle.refresh_from_db()
    second = Whistle.objects.get(previous=whistle)
    assert (whistle.status, second.status, second.level, second.repeat) == ("louder", "calling", 2, 2)
    assert second.matter_id == whistle.pk
    called = {str(each.who): (each.role, each.carried) for each in second.summonses.all()}
    leaders = [each for each in second.summonses.all() if each.role == "leader"]
    assert called["园林绿化所"] == ("lead", True)
    assert called["环卫所"] == ("assist", False)
    assert leaders
    assert all(each.person_id for each in leaders)
    arrive = second.deadlines.filter(clock="whistle.arrive")
    assert {(each.department and each.department.code, each.person_id) for each in arrive} == {
        ("sanitation", None), *((None, each.person_id) for each in leaders)
    }  # fmt: skip
    assert clock_of(whistle, "arrive", "sanitation") == "late"
    parks = second.deadlines.filter(department__code="parks").values_list("clock", "state")
    assert list(parks) == [("whistle.settle", "running")], "who came before still has to settle it"


def test_what_fell_due_fires_once_however_often_the_sweep_comes(blow, clock):
    whistle = blow()
    clock.pass_(hours=3)
    counted = (Whistle.objects.count(), Supervision.objects.count(), Statement.objects.count(), Event.objects.count())
    for _again in range(5):
        assert sweep_deadlines() == 0
    assert counted == (
        Whistle.objects.count(), Supervision.objects.count(), Statement.objects.count(), Event.objects.count()
    )  # fmt: skip
    assert counted[:3] == (2, 1, 2)
    whistle.refresh_from_db()
    assert verbs(whistle).count("grown_louder") == 1
    assert broken_chains() == []


@pytest.mark.mechanism("2-23")
def test_the_second_missed_as_well_calls_the_main_leaders_and_goes_to_discipline_inspection(blow, clock, cast):
    first = blow()
    clock.pass_(hours=3)
    second = Whistle.objects.get(previous=first)
    clock.pass_(days=4)
    third = Whistle.objects.get(previous=second)
    assert (third.level, third.repeat, third.matter_id) == (3, 3, first.pk)
    assert "main_leader" in {each.role for each in third.summonses.all()}
    clue = Clue.objects.get(whistle=second)
    assert clue.reason == "leaders_missed"
    assert clue.evidence
    clock.pass_(days=10)
    assert not Whistle.objects.filter(previous=third).exists(), "nobody is left to call"
    assert Clue.objects.filter(whistle=third, reason="leaders_missed").count() == 1
    STEPS["decide_clue"](Whistle.objects.get(pk=second.pk), by=cast.inspector, decision="约谈提醒。")
    assert Clue.objects.get(pk=clue.pk).decided_by == cast.inspector


def test_with_the_secretarys_word_it_waits_for_the_word_and_then_goes_by_itself(blow, clock, cast):
    whistle = blow("hard", meet_at=clock.now + dt.timedelta(days=1))
    clock.pass_(days=1, hours=2, minutes=5)
    whistle.refresh_from_db()
    assert whistle.status == "calling"
    assert verbs(whistle).count("word_asked") == 1
    assert clock_of(whistle, "word") == "running"
    clock.pass_(days=3)
    whistle.refresh_from_db()
    assert whistle.status == "louder"
    assert Whistle.objects.filter(previous=whistle).count() == 1


def test_who_comes_while_the_word_is_awaited_spares_the_louder_whistle(blow, clock, cast):
    whistle = blow("hard", meet_at=clock.now + dt.timedelta(days=1))
    clock.pass_(days=1, hours=2, minutes=5)
    there(whistle, "parks", "sanitation")
    clock.pass_(days=3)
    whistle.refresh_from_db()
    assert whistle.status == "calling"
    assert not Whistle.objects.filter(previous=whistle).exists()
    assert not whistle.deadlines.filter(clock="whistle.word", ended_at=None).exists()
    clock.pass_(days=20)
    whistle.refresh_from_db()
    assert verbs(whistle).count("word_asked") == 2, "not settled in time either: the word is asked anew"
    clock.pass_(days=3)
    assert Whistle.objects.filter(previous=whistle).count() == 1


def test_the_secretary_gives_the_word_himself(blow, clock, cast):
    whistle = blow("hard", meet_at=clock.now + dt.timedelta(days=1))
    clock.pass_(days=1, hours=2, minutes=5)
    said = {"reason": "not_there", "meet_at": clock.now + dt.timedelta(hours=2)}
    with pytest.raises(NotYours):
        STEPS["blow_again"](whistle, by=cast.dispatcher, **said)
    second = STEPS["blow_again"](whistle, by=cast.secretary, **said)
    assert (second.status, second.level) == ("calling", 2)
    clock.pass_(days=5)
    assert Whistle.objects.filter(previous=whistle).count() == 1


def test_nobody_late_nothing_to_blow_again(blow, clock, cast):
    whistle = blow()
    with pytest.raises(NotNow, match=r"超时|Nobody is late"):
        STEPS["blow_again"](whistle, by=cast.secretary, reason="not_there", meet_at=clock.now + dt.timedelta(hours=2))


def test_rated_unsolved_may_be_blown_again_and_everybody_has_to_come_anew(whistle_at, clock, cast):
    settled = whistle_at("settled")
    marks = {each.pk: Marks(5, 5, 2, 2, words="三天后又堆满。") for each in settled.summonses.all()}
    rated = STEPS["rate"](settled, by=cast.secretary, solved=False, marks=marks)
    second = STEPS["blow_again"](rated, by=cast.secretary, reason="unsolved", meet_at=clock.now + dt.timedelta(hours=3))
    assert not any(each.carried for each in second.summonses.all())
    with pytest.raises(NotNow):
        STEPS["blow_again"](rated, by=cast.secretary, reason="unsolved", meet_at=clock.now + dt.timedelta(hours=3))


def test_not_settled_in_time_it_is_supervised_and_grows_louder_too(blow, clock, cast):
    whistle = planned(there(blow(), "parks", "sanitation"), cast.secretary, "parks", "sanitation", days=3)
    replied(whistle, cast.secretary, "sanitation")
    clock.pass_(days=4)
    case = Supervision.objects.get(followed=whistle)
    assert [(each.department.code, each.reason) for each in case.statements.all()] == [("parks", "not_settled")]
    clock.pass_(days=3)
    second = Whistle.objects.get(previous=whistle)
    assert not any(each.carried for each in second.summonses.all())


def test_what_was_never_rated_is_rated_by_the_clocks_when_it_grows_louder(blow, clock):
    whistle = there(blow(), "parks")
    clock.pass_(hours=3)
    rows = {each.summons.department.code: each for each in Rating.objects.filter(summons__whistle=whistle)}
    assert (rows["parks"].source, rows["parks"].signing, rows["parks"].arriving) == ("facts", 5, 5)
    assert (rows["sanitation"].signing, rows["sanitation"].arriving) == (1, 1)


def test_not_signed_in_is_pressed_and_told(blow, clock):
    whistle = blow(meet_at=clock.now + dt.timedelta(days=2, hours=4))
    clock.pass_(hours=5)
    assert verbs(whistle).count("press_given") == 2
    assert Notice.objects.filter(about="pressed", user__username="gardener").count() == 1


def test_a_statement_is_made_and_the_office_concludes_after_the_whistle(blow, clock, cast):
    whistle = blow()
    clock.pass_(minutes=56)
    case = Supervision.objects.get(followed=whistle)
    with pytest.raises(NotNow):
        SUPERVISION_STEPS["conclude"](case, by=cast.supervisor, words="已督办到位。")
    case = SUPERVISION_STEPS["answer"](case, by=staff("parks"), words="车辆故障，已整改。")
    assert clock_of(case, "reply", "parks") == "met"
    STEPS["withdraw"](whistle, by=cast.secretary, reason="另行处理。")
    case = SUPERVISION_STEPS["conclude"](case, by=cast.supervisor, words="已督办到位。")
    assert case.status == "concluded"
    assert not case.deadlines.filter(ended_at=None).exists()


def test_ratings_by_the_street_are_kept_over_the_systems(whistle_at, cast):
    whistle = whistle_at("settled")
    marks = {each.pk: GOOD for each in whistle.summonses.all()}
    STEPS["rate"](whistle, by=cast.secretary, solved=True, marks=marks)
    assert {each.source for each in Rating.objects.filter(summons__whistle=whistle)} == {"street"}


def test_the_street_that_does_not_rate_leaves_it_to_the_facts(whistle_at, clock):
    whistle = whistle_at("settled")
    clock.pass_(days=12)
    whistle.refresh_from_db()
    assert whistle.status == "rated"
    assert whistle.solved is None
    assert {each.source for each in Rating.objects.filter(summons__whistle=whistle)} == {"facts"}


def test_a_summons_of_a_leader_is_his_own(blow, clock, who):
    whistle = there(blow(departments=("sanitation", "parks")), "sanitation")
    clock.pass_(hours=3)
    second = Whistle.objects.get(previous=whistle)
    mine = Summons.objects.filter(whistle=second, role="leader").select_related("person").first()
    STEPS["check_in"](second, by=mine.person, came="分管领导", lng=second.lng, lat=second.lat)
    mine.refresh_from_db()
    assert mine.arrived_at is not None
    assert second.deadlines.get(clock="whistle.arrive", person=mine.person).state == "met"
    assert summons(second, "parks").arrived_at is None
