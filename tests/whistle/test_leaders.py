"""The leader's page: the louder whistles that call him, his clocks, whether he has come, how many are there."""

import pytest

from casework.refusals import NotYours
from tests.whistle.conftest import there
from whistle.models import Summons, Whistle
from whistle.selectors.leaders import calls_of
from whistle.services.steps import STEPS

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(blow, clock) -> Whistle:
    """Parks came, sanitation did not: two hours later the second whistle calls the leader in charge of sanitation."""
    first = there(blow(), "parks")
    clock.pass_(hours=3)
    return Whistle.objects.get(previous=first)


@pytest.mark.mechanism("2-22")
def test_the_leader_in_charge_sees_the_second_whistle_that_calls_him_with_his_clock(second, cast, city):
    (call,) = calls_of(cast.leader, city).rows
    assert (call.summons.whistle, call.summons.person) == (second, cast.leader)
    assert (call.arrive.state, call.sign.state, call.summons.is_there) == ("running", "running", False)
    # Parks was there already; sanitation and the leader are still to come.
    assert (call.there, call.called) == (1, 3)


def test_once_he_has_come_his_clock_is_met_and_he_is_counted(second, cast, city):
    said = {"came": "包保领导", "lng": second.lng, "lat": second.lat}
    STEPS["check_in"](second, by=cast.leader, **said)
    (call,) = calls_of(cast.leader, city).rows
    assert (call.arrive.state, call.summons.is_there, call.there, call.called) == ("met", True, 2, 3)


def test_a_leader_who_is_not_called_sees_those_of_all_and_may_ask_for_his_own(second, cast, city, who):
    other = who("leader2")
    everybody = calls_of(other, city)
    assert not everybody.mine
    assert [call.summons.person for call in everybody.rows] == [cast.leader]
    assert calls_of(other, city, whose="mine").rows == []
    own, all_of_them = calls_of(cast.leader, city), calls_of(cast.leader, city, whose="all")
    assert own.mine
    assert not all_of_them.mine
    assert len(own.rows) == len(all_of_them.rows) == 1


def test_the_third_calls_the_main_leader_too(second, cast, city, clock, who):
    clock.pass_(days=4)
    third = Whistle.objects.get(previous=second)
    (call,) = calls_of(who("main_leader"), city).rows
    assert (call.summons.whistle, call.summons.role) == (third, "main_leader")
    assert [each.summons.whistle.level for each in calls_of(cast.leader, city).rows] == [3, 2]
    late = calls_of(cast.leader, city).rows[1]
    assert late.arrive.state == "late"
    assert not late.summons.is_there


def test_who_is_neither_called_nor_logs_visits_reads_nothing(second, cast, city):
    for person in (cast.worker, cast.officer, cast.secretary):
        with pytest.raises(NotYours):
            calls_of(person, city)


def test_it_costs_the_same_however_many_call_him(second, cast, city, blow, clock, django_assert_num_queries):
    for _turn in range(2):
        with django_assert_num_queries(QUERIES):
            calls_of(cast.leader, city)
        there(blow(departments=("parks", "municipal")), "parks")
        clock.pass_(hours=3)
    assert Summons.objects.filter(role="leader").count() > 1


QUERIES = 7
