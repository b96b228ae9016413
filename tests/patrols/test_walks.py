"""A patrol begins and ends: once, one at a time, and what the phone tells late is believed."""

import datetime as dt
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from casework.moment import now
from casework.refusals import NotFound, NotNow, NotYours
from grids.models import Area
from patrols.models import LastSign, Patrol
from patrols.selectors.walks import running
from patrols.services import walks
from tests.casework.threads import at_once
from tests.patrols.walking import GRID, begin, fixes, point_at, round_with, send
from workorders.services.receiving import OtherContent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "english")]
COMMITS = pytest.mark.django_db(transaction=True)


def ago(**delta) -> dt.datetime:
    return now() - dt.timedelta(**delta)


@pytest.mark.mechanism("2-33")
def test_who_sets_out_is_on_his_own_ground_from_the_tap_on(cast):
    patrol = begin(cast.worker)
    assert (patrol.area.code, patrol.ended_at, patrol.valid, patrol.marks) == (GRID, None, None, [])
    assert running(cast.worker) == patrol
    assert running(cast.worker2) is None
    assert LastSign.objects.get(patrol=patrol).lng is None


def test_the_same_start_again_is_the_same_patrol_and_another_start_under_its_key_is_refused(cast):
    key, at = uuid4(), now()
    first = walks.take_start(by=cast.worker, key=key, started_at=at)
    again = walks.take_start(by=cast.worker, key=key, started_at=at)
    assert (first.new, again.new, first.patrol) == (True, False, again.patrol)
    with pytest.raises(OtherContent):
        walks.start(by=cast.worker, key=key, started_at=at - dt.timedelta(minutes=1))
    assert Patrol.objects.get().started_at == at


def test_the_key_of_another_person_s_patrol_tells_nothing(cast):
    patrol = begin(cast.worker)
    with pytest.raises(NotFound, match="no such patrol"):
        walks.start(by=cast.worker2, key=patrol.key, started_at=patrol.started_at)
    with pytest.raises(NotFound):
        walks.end(patrol, by=cast.worker2)
    assert Patrol.objects.get().ended_at is None


def test_a_second_patrol_beside_a_running_one_is_refused_with_the_hour(cast):
    begin(cast.worker, started_at=ago(minutes=20))
    with pytest.raises(NotNow, match="10:22"):
        begin(cast.worker)
    begin(cast.worker2)
    assert Patrol.objects.count() == 2


def test_a_forgotten_patrol_does_not_keep_the_next_one_from_beginning(cast):
    old = begin(cast.worker, started_at=ago(hours=2))
    send(old, fixes(ago(hours=2), 6))
    fresh = begin(cast.worker)
    old.refresh_from_db()
    assert (old.ending, old.ended_at) == (Patrol.Ending.FORGOTTEN, ago(hours=2) + dt.timedelta(seconds=50))
    assert running(cast.worker) == fresh


def test_a_patrol_that_comes_after_a_later_one_stands_as_past_and_takes_its_own_end(cast):
    later = begin(cast.worker)
    earlier = begin(cast.worker, started_at=ago(hours=3))
    assert (earlier.ended_at, running(cast.worker)) == (earlier.started_at, later)
    send(earlier, fixes(earlier.started_at, 20))
    ended = walks.end(earlier, by=cast.worker, ended_at=ago(hours=2))
    assert (ended.ending, ended.minutes, ended.ended_at) == (Patrol.Ending.BY_HAND, 60, ago(hours=2))


def test_who_may_not_patrol_there_is_told_so(cast, city):
    with pytest.raises(NotYours, match="go on patrol in"):
        begin(cast.worker, area=Area.objects.get(city=city, code="120106990002"))
    with pytest.raises(NotYours):
        begin(cast.officer)
    with pytest.raises(ValidationError, match="in which area"):
        begin(cast.outsider)
    assert not Patrol.objects.exists()


@pytest.mark.parametrize("moment", [{"days": 2}, {"days": -91}])
def test_a_wild_clock_is_told_so_and_begins_nothing(cast, moment):
    with pytest.raises(ValidationError) as refused:
        begin(cast.worker, started_at=now() + dt.timedelta(**moment))
    assert set(refused.value.message_dict) == {"started_at"}
    assert not Patrol.objects.exists()


def test_the_round_of_the_day_comes_along_and_nobody_else_s(cast):
    mine, other = round_with(cast.worker, point_at(3)), round_with(cast.worker2, point_at(4, code="120106990002001"))
    assert begin(cast.worker).round == mine
    with pytest.raises(NotFound):
        walks.start(by=cast.worker2, key=uuid4(), round=mine, started_at=now())
    assert begin(cast.worker2, round=other).round == other


def test_a_round_of_another_day_is_not_walked_today(cast):
    yesterday = round_with(cast.worker, point_at(3), day=ago(days=1).date())
    assert begin(cast.worker, round=yesterday).round is None


def test_an_end_comes_once_and_the_same_again_changes_nothing(cast, clock):
    patrol = begin(cast.worker)
    clock.pass_(minutes=61, sweep=False)
    at = now()
    first = walks.take_end(patrol, by=cast.worker, ended_at=at)
    again = walks.take_end(patrol, by=cast.worker, ended_at=at)
    assert (first.new, again.new, first.patrol.minutes) == (True, False, 61)
    with pytest.raises(OtherContent):
        walks.end(patrol, by=cast.worker, ended_at=at - dt.timedelta(minutes=5))
    assert not LastSign.objects.exists()
    assert running(cast.worker) is None


def test_an_end_before_its_start_is_the_start_and_comes_again_as_it_was_sent(cast):
    patrol = begin(cast.worker)
    for new in (True, False):
        taken = walks.take_end(patrol, by=cast.worker, ended_at=ago(hours=1))
        assert (taken.new, taken.patrol.ended_at, taken.patrol.minutes) == (new, patrol.started_at, 0)


def test_a_patrol_of_which_nothing_is_heard_for_hours_is_ended_by_the_house_at_its_last_sign(cast, clock):
    patrol = begin(cast.worker)
    send(patrol, fixes(now(), 7))
    clock.pass_(hours=3, sweep=False)
    assert walks.end_forgotten() == 0
    clock.pass_(hours=1, minutes=1, sweep=False)
    assert (walks.end_forgotten(), walks.end_forgotten()) == (1, 0)
    patrol.refresh_from_db()
    assert (patrol.ending, patrol.ended_at - patrol.started_at) == (Patrol.Ending.FORGOTTEN, dt.timedelta(minutes=1))
    assert patrol.metres > 50


def test_what_a_phone_without_a_signal_brings_after_the_house_gave_it_up_still_counts(cast, clock):
    patrol = begin(cast.worker)
    began = now()
    clock.pass_(hours=5, sweep=False)
    walks.end_forgotten()
    send(patrol, fixes(began, 400))
    patrol.refresh_from_db()
    assert patrol.ended_at == began + dt.timedelta(seconds=3990)
    ended = walks.end(patrol, by=cast.worker, ended_at=began + dt.timedelta(minutes=70))
    assert (ended.ending, ended.minutes, ended.valid) == (Patrol.Ending.BY_HAND, 70, True)


@COMMITS
def test_of_eight_starts_at_once_one_is_new_and_all_are_the_same(cast):
    key, at = uuid4(), now()
    answers = at_once(*[lambda: walks.take_start(by=cast.worker, key=key, started_at=at)] * 8)
    assert sorted(one.new for one in answers) == [False] * 7 + [True]
    assert len({one.patrol.pk for one in answers}) == Patrol.objects.count() == 1


@COMMITS
def test_of_eight_different_starts_at_once_one_patrol_runs(cast):
    at = now()
    answers = at_once(*[lambda: walks.take_start(by=cast.worker, key=uuid4(), started_at=at)] * 8)
    assert len([one for one in answers if isinstance(one, NotNow)]) == 7
    assert Patrol.objects.filter(ended_at=None).count() == 1


@COMMITS
def test_of_eight_ends_at_once_one_is_new(cast):
    patrol, at = begin(cast.worker), now()
    answers = at_once(*[lambda: walks.take_end(patrol, by=cast.worker, ended_at=at)] * 8)
    assert sorted(one.new for one in answers) == [False] * 7 + [True]
