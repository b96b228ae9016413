"""A worker calls for help: kept once, seen at the centre, taken by one, ended with a word."""

from __future__ import annotations

import time
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from casework.refusals import NotFound, NotNow, NotYours
from grids.jurisdiction import derive_grants
from grids.models import Area
from patrols.models import Alarm
from patrols.selectors import alarms as found
from patrols.services import alarms
from patrols.services.keyed import Spot
from tests.casework.threads import at_once
from tests.conftest import PLACE
from tests.patrols.walking import as_

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
HERE = Spot(PLACE["lng"], PLACE["lat"], 9)
NEXT_DOOR = Spot(117.155, 39.165, 9)


def call(by: User, spot: Spot | None = HERE, key: uuid.UUID | None = None) -> Alarm:
    return alarms.raise_alarm(by=by, key=key or uuid.uuid4(), spot=spot)[0]


def seat(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


# --- raised -----------------------------------------------------------------------------------------------------------
def test_a_call_sent_twice_is_one_call(cast):
    key = uuid.uuid4()
    one, new = alarms.raise_alarm(by=cast.worker, key=key, spot=HERE)
    again, second = alarms.raise_alarm(by=cast.worker, key=key, spot=HERE)
    assert (new, second, again.pk) == (True, False, one.pk)


@pytest.mark.django_db(transaction=True)
def test_two_sendings_at_one_moment_leave_one_call(cast):
    key = uuid.uuid4()
    answers = at_once(*[lambda: alarms.raise_alarm(by=cast.worker, key=key, spot=HERE)[1] for _turn in range(4)])
    assert sorted(answers) == [False, False, False, True]
    assert Alarm.objects.filter(key=key).count() == 1


def test_other_content_under_a_key_is_refused_and_changes_nothing(cast):
    alarm = call(cast.worker)
    with pytest.raises(NotNow):
        alarms.raise_alarm(by=cast.worker, key=alarm.key, spot=NEXT_DOOR)
    with pytest.raises(NotNow):
        alarms.raise_alarm(by=cast.worker2, key=alarm.key, spot=HERE)
    alarm.refresh_from_db()
    assert (alarm.worker, alarm.lng) == (cast.worker, HERE.lng)


def test_without_a_place_the_worker_s_own_ground_stands_for_it(cast):
    alarm = call(cast.worker, spot=None)
    assert alarm.area.code == "120106990001001"
    assert alarm.lng is None


def test_with_a_place_the_call_belongs_to_where_it_comes_from(cast):
    assert call(cast.worker, NEXT_DOOR).area.code == "120106990002001"


def test_a_place_outside_the_city_still_calls(cast):
    assert call(cast.worker, Spot(100.0, 30.0)).area.code == "120106990001001"


def test_who_holds_no_post_is_told_to_dial(cast):
    with translation.override("en"), pytest.raises(NotYours, match="Dial 110"):
        call(cast.outsider)
    assert not Alarm.objects.exists()


# --- seen, taken, ended -------------------------------------------------------------------------------------------------
def test_the_desk_of_the_street_sees_the_call_and_nobody_else_does(cast):
    alarm = call(cast.worker)
    seers = {name for name in vars(cast) if found.watched_by(getattr(cast, name)).filter(pk=alarm.pk).exists()}
    assert seers == {"dispatcher", "duty_chief"}
    with pytest.raises(NotFound):
        found.alarm_seen_by(cast.secretary, alarm.key)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_a_call_at_once_one_has_it_and_the_other_is_told_who(cast):
    alarm = call(cast.worker)
    answers = at_once(*[lambda by=by: alarms.take(alarm, by=by) for by in (cast.dispatcher, cast.duty_chief)])
    refused = [answer for answer in answers if isinstance(answer, NotNow)]
    taken = [answer for answer in answers if isinstance(answer, Alarm)]
    assert (len(refused), len(taken)) == (1, 1)
    assert str(taken[0].taken_by) in refused[0].sentence


def test_to_take_again_what_one_has_taken_changes_nothing(cast, clock):
    alarm = alarms.take(call(cast.worker), by=cast.dispatcher)
    clock.pass_(minutes=3)
    assert alarms.take(alarm, by=cast.dispatcher).taken_at == alarm.taken_at


def test_who_does_not_watch_this_ground_takes_and_ends_nothing(cast):
    alarm = call(cast.worker)
    for act in (lambda: alarms.take(alarm, by=cast.secretary), lambda: alarms.end(alarm, by=cast.worker, note="x")):
        with pytest.raises(NotYours):
            act()
    alarm.refresh_from_db()
    assert alarm.state == Alarm.State.RAISED


def test_a_call_ends_with_a_word_and_once(cast):
    alarm = call(cast.worker)
    with pytest.raises(NotNow):
        alarms.end(alarm, by=cast.dispatcher, note="人已安全。")
    alarms.take(alarm, by=cast.dispatcher)
    with pytest.raises(ValidationError) as refusal:
        alarms.end(alarm, by=cast.dispatcher, note="  ")
    assert "note" in refusal.value.message_dict
    ended = alarms.end(alarm, by=cast.duty_chief, note="人已安全，民警到场。")
    assert (ended.state, ended.ended_by) == (Alarm.State.ENDED, cast.duty_chief)
    with pytest.raises(NotNow):
        alarms.end(alarm, by=cast.dispatcher, note="again")


# --- the centre's face --------------------------------------------------------------------------------------------------
def test_the_strip_asks_as_much_of_a_long_past_as_of_none(cast, django_assert_num_queries):
    desk, live = seat(cast.dispatcher), {"X-Live": "1"}
    desk.get(reverse("alarm_strip"), headers=live)
    call(cast.worker)
    with django_assert_num_queries(4):  # session, account, rights, calls
        assert desk.get(reverse("alarm_strip"), headers=live).status_code == 200
    for _turn in range(40):
        old = alarms.take(call(cast.worker), by=cast.dispatcher)
        alarms.end(old, by=cast.dispatcher, note="演练")
    with django_assert_num_queries(4):
        html = desk.get(reverse("alarm_strip"), headers=live).content.decode()
    assert html.count('class="alarm-strip ') == 1


def test_every_desk_page_of_who_watches_has_the_strip_and_no_other_page_has(cast):
    call(cast.worker)
    assert "林小满" in seat(cast.dispatcher).get("/orders/").content.decode().split("<main")[0]
    assert reverse("alarm_strip") not in seat(cast.secretary).get("/orders/").content.decode()
    assert "林小满" not in seat(cast.secretary).get(reverse("alarm_strip")).content.decode()


def test_from_the_phone_s_call_to_the_strip_goes_less_than_a_poll(cast):
    """What the house itself takes; to it comes at most one poll of the strip."""
    desk, key = seat(cast.dispatcher), uuid.uuid4()
    began = time.perf_counter()
    answer = as_(cast.worker).put(f"/api/v1/alarms/{key}", {"lng": HERE.lng, "lat": HERE.lat}, format="json")
    html = desk.get(reverse("alarm_strip")).content.decode()
    assert answer.status_code == 201
    assert "林小满" in html
    assert time.perf_counter() - began < 1.0


def test_the_page_tells_how_long_nobody_has_answered_and_whom_to_reach_on_each_level(cast, clock):
    User.objects.filter(username="community").update(phone="13800001234")
    call(cast.worker)
    desk = seat(cast.duty_chief)
    assert "chip-warn" in desk.get(reverse("alarms")).content.decode()
    clock.pass_(minutes=3, sweep=False)
    html = desk.get(reverse("alarms")).content.decode()
    assert "chip-late" in html
    assert "已 3 分钟无人响应" in html
    levels = found.contacts_of(Area.objects.get(code="120106990001001", city__slug="village"))
    assert [level.area.level.rank for level in levels] == [3, 2, 1]
    assert "13800001234" in html  # a desk that may see numbers sees the colleague's whole


def test_a_number_is_masked_for_a_desk_that_may_not_see_numbers(cast):
    User.objects.filter(username="community").update(phone="13800001234")
    role = cast.duty_chief.posts.get().role
    role.permissions = [name for name in role.permissions if name != "unmask_in"]
    role.save()
    derive_grants([cast.duty_chief])
    call(cast.worker)
    html = seat(cast.duty_chief).get(reverse("alarms")).content.decode()
    assert "13800001234" not in html
    assert "138****34" in html


def test_taking_and_ending_by_the_page_s_forms(cast):
    alarm, desk = call(cast.worker), seat(cast.dispatcher)
    assert desk.post(reverse("alarm_take", args=[alarm.key])).url == reverse("alarms")
    refused = desk.post(reverse("alarm_end", args=[alarm.key]), {"note": ""})
    assert refused.status_code == 422
    assert "请说明经过" in refused.content.decode()
    desk.post(reverse("alarm_end", args=[alarm.key]), {"note": "人已安全。"})
    alarm.refresh_from_db()
    assert (alarm.state, alarm.note) == (Alarm.State.ENDED, "人已安全。")
    assert "人已安全。" in seat(cast.worker).get(reverse("field_sos")).content.decode()


# --- the worker's face --------------------------------------------------------------------------------------------------
@pytest.mark.mechanism("2-33")
def test_without_a_script_the_call_is_a_form_and_sending_it_twice_calls_once(cast):
    phone = seat(cast.worker)
    form = phone.get(reverse("field_sos")).context["form"]
    for _turn in range(2):
        phone.post(reverse("field_sos"), {"key": str(form["key"].value())})
    assert Alarm.objects.filter(worker=cast.worker).count() == 1
    assert "中心" in phone.get(reverse("field_sos")).content.decode()


def test_the_worker_learns_who_sees_to_his_call(cast):
    alarms.take(call(cast.worker), by=cast.duty_chief)
    html = seat(cast.worker).get(reverse("field_sos"), {"part": "state"}).content.decode()
    assert "夏白露" in html
    assert "<html" not in html


# --- the API --------------------------------------------------------------------------------------------------------------
def test_the_api_answers_201_then_200_then_409(cast):
    phone, key = as_(cast.worker), uuid.uuid4()
    said = {"at": "2026-10-09T10:41:30+08:00", "lng": HERE.lng, "lat": HERE.lat, "accuracy": 9}
    answers = [phone.put(f"/api/v1/alarms/{key}", told, format="json") for told in (said, said, {**said, "lng": 117.2})]
    assert [answer.status_code for answer in answers] == [201, 200, 409]
    assert answers[2].json()["code"] == "other_content"


@pytest.mark.parametrize("bad", [{"lng": "east", "lat": 39}, {"lng": 200, "lat": 39}, {"lng": 117.1, "lat": "nan"}])
def test_a_place_that_is_none_is_refused_with_a_sentence(cast, bad):
    answer = as_(cast.worker).put(f"/api/v1/alarms/{uuid.uuid4()}", bad, format="json")
    assert answer.status_code == 400
    assert answer.json()["sentence"]
    assert not Alarm.objects.exists()


def test_a_phone_whose_clock_is_wrong_calls_all_the_same(cast, clock):
    answer = as_(cast.worker).put(f"/api/v1/alarms/{uuid.uuid4()}", {"at": "2031-01-01T00:00:00Z"}, format="json")
    assert answer.status_code == 201
    assert Alarm.objects.get().at == Alarm.objects.get().received_at
