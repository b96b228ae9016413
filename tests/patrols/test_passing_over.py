"""Points that a phone passed over without a signal: each once, in whatever order; what was seen stays seen."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.moment import now
from patrols.models import PassedOver, Stop
from patrols.services import checking_in, planning, walks
from tests.patrols.walking import address, as_, begin, ms, point_at, round_with

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
REASON = "大门锁着"


@pytest.fixture
def stop(cast) -> Stop:
    return round_with(cast.worker, point_at(1)).stops.select_related("point").get()


@pytest.fixture
def patrol(cast, stop):
    return begin(cast.worker)


def put(patrol, stop, *, key=None, by=None, **said):
    body = {"point": str(stop.point.key), "at": ms(now()), "reason": REASON, **said}
    return as_(by or patrol.worker).put(address(patrol.key, "skips", key or uuid4()), body, format="json")


@pytest.mark.mechanism("2-33")
def test_a_point_is_passed_over_once_however_often_it_is_told(patrol, stop):
    key, told = uuid4(), []
    at = ms(now())
    for _turn in range(3):
        told.append(put(patrol, stop, key=key, at=at))
    assert [one.status_code for one in told] == [201, 200, 200]
    assert told[0].json() == told[2].json()
    stop.refresh_from_db()
    assert (stop.state, stop.reason, PassedOver.objects.count()) == ("skipped", REASON, 1)


def test_other_content_under_the_key_is_refused(patrol, stop):
    key, at = uuid4(), ms(now())
    put(patrol, stop, key=key, at=at)
    told = put(patrol, stop, key=key, at=at, reason="修路")
    assert (told.status_code, told.json()["code"]) == (409, "other_content")
    stop.refresh_from_db()
    assert stop.reason == REASON


def test_a_point_that_was_seen_stays_seen_and_the_word_is_kept(patrol, stop, upload):
    at = ms(now())
    checking_in.check_in(patrol, by=patrol.worker, key=uuid4(), point=stop.point, reason="定位不到。", picture=upload())
    told = put(patrol, stop, at=at)
    assert (told.status_code, told.json()["state"]) == (201, "seen")
    stop.refresh_from_db()
    assert (stop.state, stop.reason, PassedOver.objects.get().reason) == ("seen", "", REASON)


def test_the_last_word_by_the_phone_s_clock_holds_whichever_comes_first(patrol, stop, clock):
    early = ms(now())
    clock.pass_(minutes=20)
    put(patrol, stop, reason="仍进不去")
    put(patrol, stop, at=early)
    stop.refresh_from_db()
    assert stop.reason == "仍进不去"


def test_it_may_come_a_day_late_when_the_round_is_over(patrol, stop, clock):
    at = now()
    walks.end(patrol, by=patrol.worker)
    clock.pass_(days=1, sweep=False)
    planning.leave_behind(city=patrol.city, day=now().date())
    stop.refresh_from_db()
    assert stop.state == "left"
    assert put(patrol, stop, at=ms(at)).status_code == 201
    stop.refresh_from_db()
    assert (stop.state, stop.state_at, stop.reason) == ("skipped", at, REASON)


def test_nothing_is_in_the_future_and_nothing_after_the_end(patrol, stop, clock):
    walks.end(patrol, by=patrol.worker)
    late = put(patrol, stop, at=ms(now() + dt.timedelta(hours=1)))
    assert (late.status_code, list(late.json()["fields"])) == (400, ["at"])
    assert PassedOver.objects.count() == 0


@pytest.mark.parametrize("reason", ["", "  ", "长" * 201])
def test_why_has_to_be_said_and_shortly(patrol, stop, reason):
    told = put(patrol, stop, reason=reason)
    assert (told.status_code, list(told.json()["fields"])) == (400, ["reason"])


def test_points_of_others_and_patrols_of_others_are_not_there(patrol, stop, cast):
    strange = round_with(cast.worker2, point_at(5)).stops.select_related("point").get()
    assert put(patrol, strange).status_code == 404
    assert put(patrol, stop, by=cast.worker2).status_code == 404
    assert PassedOver.objects.count() == 0


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.sampled_from(["skip", "changed"]), min_size=1, max_size=6))
def test_any_interleaving_of_repeats_leaves_one_effect(patrol, stop, acts):
    key, at = uuid4(), ms(now())
    words = {"skip": REASON, "changed": "修路"}
    for turn, act in enumerate(acts):
        told = put(patrol, stop, key=key, at=at, reason=words[act])
        assert told.status_code == (201 if turn == 0 else 200 if act == acts[0] else 409)
        assert PassedOver.objects.get(key=key).reason == words[acts[0]]
