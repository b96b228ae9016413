"""Steps of phones without a signal: whatever comes how often and in what order, one event; who was overtaken chooses."""

from __future__ import annotations

import datetime as dt
import json
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.selectors import broken_chains
from casework.templatetags.cases import tell
from tests.casework.threads import at_once
from tests.workorders.phoning import OTHER, PICTURES, digest, named
from workorders.models import Photo, ReceivedStep, WaitingPhoto, WorkOrder
from workorders.services import handling, orders, replaying
from workorders.services.ending import rework

KEY = UUID("11111111-2222-4333-8444-666666666666")
FINISH = {"step": "finish", "result": "已清运，地面冲洗过。"}
CONTACT = {"step": "contact", "note": "约周六上门。"}
FIRST = PICTURES[:2]


class Hand:
    """The phone of one person, who saw the order as of some event."""

    def __init__(self, person, order, clock):
        self.client = Client()
        self.client.force_login(person)
        self.order, self.clock, self.base = order, clock, order.event_count
        self.done_at = clock.now

    def put(self, said=FINISH, *, key=KEY, pictures=(), base=None):
        about = {"base_version": self.base if base is None else base, "device_at": self.done_at.isoformat()}
        body = {**said, **about, "photo_digests": [digest(each) for each in pictures]}
        told = {"X-Device-Now": self.clock.now.isoformat(), "Accept-Language": "en"}
        address = f"/api/v1/orders/{self.order.number}/steps/{key}"
        return self.client.put(address, json.dumps(body), content_type="application/json", headers=told)

    def put_photo(self, place, picture, *, key=KEY, cut=False):
        address = f"/api/v1/orders/{self.order.number}/steps/{key}/photos/{place}"
        told = {"Content-Digest": named(picture), "Accept-Language": "en"}
        return self.client.put(address, picture[:100] if cut else picture, content_type="image/jpeg", headers=told)

    def ask(self, key=KEY):
        return self.client.get(f"/api/v1/orders/{self.order.number}/steps/{key}")


def verbs(order) -> list[str]:
    return list(order.events.order_by("seq").values_list("verb", flat=True))


def last(order):
    return order.events.order_by("seq").last()


@pytest.fixture
def handled(order_at) -> WorkOrder:
    return order_at("handling")


@pytest.fixture
def hand(cast, handled, clock) -> Hand:
    return Hand(cast.officer, handled, clock)


# --- once ------------------------------------------------------------------------------------------------------------
@pytest.mark.mechanism("0-16")
def test_a_step_without_photos_is_taken_at_once_and_the_same_again_is_the_same(hand, handled):
    answers = [hand.put(CONTACT) for _turn in range(3)]
    assert [answer.status_code for answer in answers] == [201, 200, 200]
    handled.refresh_from_db()
    assert verbs(handled).count("contacted") == 1
    assert answers[0].json() == answers[2].json()
    assert answers[0].json()["event"] == last(handled).seq == handled.event_count
    assert last(handled).note == "约周六上门。"
    assert handled.contacted_at is not None


def test_a_step_with_photos_waits_for_the_last_of_them_and_takes_them_along(hand, handled):
    made = hand.put(pictures=FIRST)
    assert (made.status_code, made.json()["event"], made.json()["expected"]) == (201, None, 2)
    assert hand.put_photo(2, FIRST[1]).json()["event"] is None
    assert "finished" not in verbs(handled)
    told = hand.put_photo(1, FIRST[0])
    handled.refresh_from_db()
    assert (told.status_code, told.json()["event"]) == (201, handled.event_count)
    assert (handled.status, handled.result) == ("finished", FINISH["result"])
    assert [photo.moment for photo in handled.photos.all()] == ["after", "after"]
    assert {row["place"]: row["digest"] for row in told.json()["photos"]} == {
        place: digest(picture) for place, picture in enumerate(FIRST, start=1)
    }
    assert {bytes(photo.picture) for photo in WaitingPhoto.objects.all()} == {b""}
    assert ReceivedStep.objects.get().said == {}
    assert [hand.put(pictures=FIRST).status_code, hand.put_photo(1, FIRST[0]).status_code] == [200, 200]
    assert broken_chains() == []


def test_other_content_under_the_key_is_refused_and_changes_nothing(hand, handled, order_at, cast, clock):
    hand.put(CONTACT)
    other = hand.put(CONTACT | {"note": "改过的话。"})
    assert (other.status_code, other.json()["code"]) == (409, "other_content")
    elsewhere = Hand(cast.officer, order_at("handling"), clock)
    assert elsewhere.put(CONTACT, base=hand.base).json()["code"] == "other_content"
    assert verbs(handled).count("contacted") == 1


def test_a_cut_photo_a_wrong_one_and_one_too_many_are_refused(hand):
    assert hand.put_photo(1, FIRST[0]).status_code == 404
    hand.put(pictures=FIRST)
    told = [hand.put_photo(1, FIRST[0], cut=True), hand.put_photo(1, OTHER), hand.put_photo(3, FIRST[0])]
    assert [(one.status_code, one.json()["code"]) for one in told] == [
        (400, "not_whole"), (409, "other_content"), (400, "invalid"),
    ]  # fmt: skip
    assert WaitingPhoto.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_under_one_key_are_one_event(hand, handled):
    def again(put):
        other = Client()
        other.cookies = hand.client.cookies
        mine = object.__new__(Hand)
        mine.__dict__ = {**hand.__dict__, "client": other}
        return put(mine)

    answers = at_once(*[lambda: again(lambda one: one.put(pictures=FIRST[:1]))] * 8)
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    answers = at_once(*[lambda: again(lambda one: one.put_photo(1, FIRST[0]))] * 8)
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert (verbs(handled).count("finished"), Photo.objects.filter(moment="after").count()) == (1, 1)


ACTS = st.one_of(
    st.just(("step", 0)), st.just(("changed", 0)), st.just(("other", 0)),
    st.tuples(st.sampled_from(["photo", "photo", "cut"]), st.integers(1, 2)),
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, min_size=1, max_size=12))
def test_any_interleaving_of_repeats_leaves_one_effect(order_at, cast, clock, acts):
    """Each example with an order and a key of its own; a colleague tells the progress in between."""
    order, key = order_at("handling"), uuid4()
    mine, first, photos = Hand(cast.officer, order, clock), "", set()
    for act, place in acts:
        if act == "other":
            if order.status == "handling":
                handling.progress(order, by=cast.head, note="在路上。")
        else:
            answer = _act(mine, key, act, place)
            assert answer.status_code == _expected(act, place, first, photos), (act, place)
            first = first or (act if act in WORDS else "")
            photos |= {place} if act == "photo" and first else set()
        order.refresh_from_db()
        is_done = bool(first) and photos == {1, 2}
        assert verbs(order).count("finished") == int(is_done)
        assert order.photos.filter(moment="after").count() == 2 * is_done
        assert order.result == (WORDS[first] if is_done else "")


WORDS = {"step": FINISH["result"], "changed": "改过的话。"}


def _act(mine: Hand, key: UUID, act: str, place: int):
    if act in WORDS:
        return mine.put(FINISH | {"result": WORDS[act]}, key=key, pictures=FIRST)
    return mine.put_photo(place, FIRST[place - 1], key=key, cut=act == "cut")


def _expected(act: str, place: int, first: str, photos: set[int]) -> int:
    """What the rules say, said once more in the plainest way."""
    if act in WORDS:
        return 201 if not first else 200 if first == act else 409
    if not first:
        return 404
    if act == "cut":
        return 200 if place in photos else 400
    return 200 if place in photos else 201


# --- what others did meanwhile ----------------------------------------------------------------------------------------
@pytest.mark.mechanism("0-16")
def test_what_touches_another_field_is_taken_and_marked_as_parallel(hand, handled, cast):
    handling.progress(handled, by=cast.head, note="吊车已约。")
    assert hand.put(CONTACT).status_code == 201
    assert (last(handled).facts["parallel"], last(handled).facts["seen"]) == (True, hand.base)
    with translation.override("en"):
        assert "Parallel change" in tell(handled)[0].sentence


def test_alone_it_is_no_parallel_change_and_one_s_own_doings_are_none(hand, handled, cast):
    handling.progress(handled, by=cast.officer, note="在路上。")
    hand.put(CONTACT)
    assert "parallel" not in last(handled).facts


def test_the_same_field_is_a_conflict_with_both_values_and_nothing_changes(hand, handled, cast):
    handling.contact(handled, by=cast.head, note="约周日上门。")
    told = hand.put(CONTACT)
    assert (told.status_code, told.json()["code"]) == (409, "same_field")
    values, state = told.json()["values"], told.json()["state"]
    assert "约周六上门" in values["yours"]
    assert "约周日上门" in values["theirs"]
    assert verbs(handled).count("contacted") == 1
    assert ReceivedStep.objects.count() == 0
    mine = hand.put(CONTACT, key=uuid4(), base=state["seen"])
    assert (mine.status_code, last(handled).note) == (201, "约周六上门。")


def test_a_second_finish_is_not_verified_by_a_look_at_the_first(order_at, cast, clock, picture):
    order = order_at("finished")
    look = Hand(cast.worker, order, clock)
    rework(order, by=cast.dispatcher, words="还有一袋。")
    orders.finish(order, by=cast.officer, result="第二次清运。", pictures=[picture])
    told = look.put({"step": "verify", "note": "看过了。"})
    assert (told.status_code, told.json()["code"]) == (409, "same_field")
    assert "第二次清运" in told.json()["values"]["theirs"]
    order.refresh_from_db()
    assert order.status == "finished"


def test_an_illegal_step_is_refused_with_its_sentence_and_what_others_did(hand, handled, cast, picture):
    orders.finish(handled, by=cast.head, result="已由同事办完。", pictures=[picture])
    told = hand.put(pictures=FIRST[:1])
    assert (told.status_code, told.json()["code"]) == (409, "overtaken")
    assert handled.number in told.json()["sentence"]
    assert "已由同事办完" in told.json()["values"]["theirs"]
    assert FINISH["result"] in told.json()["values"]["yours"]
    assert ReceivedStep.objects.count() == 0


def test_overtaken_between_its_words_and_its_last_photo_it_leaves_no_trace_on_the_order(hand, handled, cast, picture):
    hand.put(pictures=FIRST)
    hand.put_photo(1, FIRST[0])
    orders.finish(handled, by=cast.head, result="已由同事办完。", pictures=[picture])
    before = verbs(handled)
    told = [hand.put_photo(2, FIRST[1]) for _turn in range(2)]
    assert [(one.status_code, one.json()["code"]) for one in told] == [(409, "overtaken")] * 2
    assert FINISH["result"] in told[0].json()["values"]["yours"]
    assert verbs(handled) == before
    assert handled.photos.filter(moment="after").count() == 1


def test_without_news_it_is_refused_as_on_the_page(order_at, cast, clock):
    told = Hand(cast.officer, order_at("finished"), clock).put(pictures=FIRST[:1])
    assert (told.status_code, told.json()["code"]) == (409, "not_now")
    stranger = Hand(cast.worker, order_at("handling"), clock).put(pictures=FIRST[:1])
    assert (stranger.status_code, stranger.json()["code"]) == (403, "not_yours")


# --- what it says ----------------------------------------------------------------------------------------------------
def test_the_forms_of_the_page_ask_for_what_is_missing(hand, handled, order_at, cast, clock):
    told = [hand.put(CONTACT | {"note": " "}), hand.put(), hand.put(CONTACT, pictures=FIRST)]
    assert [list(one.json()["fields"]) for one in told] == [["note"], ["photos"], ["photo_digests"]]
    look = Hand(cast.worker, order_at("checking"), clock)
    assert list(look.put({"step": "check"}).json()["fields"]) == ["there"]
    assert look.put({"step": "check", "there": "no", "words": "没有了。"}, key=uuid4()).status_code == 201
    assert verbs(handled)[-1] != "contacted"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"step": "close"}, "step"), ({"step": "fly"}, "step"), ({"base_version": "-1"}, "base_version"),
        ({"device_at": "soon"}, "device_at"), ({"photo_digests": ["abc"]}, "photo_digests"),
    ],
)  # fmt: skip
def test_what_no_phone_sends_is_refused_in_words(hand, said, field):
    body = {**CONTACT, "base_version": 1, "device_at": hand.done_at.isoformat(), **said}
    told = hand.client.put(
        f"/api/v1/orders/{hand.order.number}/steps/{KEY}", json.dumps(body), content_type="application/json"
    )
    assert (told.status_code, list(told.json()["fields"])) == (400, [field])


def test_its_history_says_that_it_was_done_without_a_signal_and_no_clock_moves(hand, handled, clock):
    clock.pass_(minutes=40)
    hand.put(CONTACT)
    handled.refresh_from_db()
    assert last(handled).at == handled.contacted_at == clock.now
    assert last(handled).facts["offline_minutes"] == 40
    with translation.override("en"):
        assert "came 40 minutes later" in tell(handled)[0].sentence


def test_a_phone_whose_clock_is_wrong_is_put_right(hand, handled, clock):
    hand.done_at = clock.now + dt.timedelta(hours=2)
    body = {**CONTACT, "base_version": hand.base, "device_at": hand.done_at.isoformat()}
    hand.client.put(
        f"/api/v1/orders/{handled.number}/steps/{KEY}", json.dumps(body), content_type="application/json",
        headers={"X-Device-Now": (clock.now + dt.timedelta(hours=2)).isoformat()},
    )  # fmt: skip
    assert (last(handled).facts["skew"], "offline_minutes" in last(handled).facts) == (7_200, False)


# --- whose it is -----------------------------------------------------------------------------------------------------
def test_who_does_not_see_the_order_is_told_that_there_is_none(hand, handled, cast, clock):
    hand.put(CONTACT)
    stranger = Hand(cast.outsider, handled, clock)
    assert [stranger.put(CONTACT).status_code, stranger.ask().status_code] == [404, 404]
    assert Hand(cast.head, handled, clock).ask().status_code == 404
    assert Client().put(f"/api/v1/orders/{handled.number}/steps/{KEY}").status_code == 401


def test_what_is_a_month_old_is_forgotten_and_cannot_come_again(hand, handled, clock):
    hand.put(CONTACT)
    clock.pass_(days=30, sweep=False)
    assert (replaying.forget_steps(), hand.put(CONTACT).status_code) == (0, 200)
    clock.pass_(days=1, minutes=1, sweep=False)
    assert replaying.forget_steps() == 1
    told = hand.put(CONTACT)
    assert (told.status_code, list(told.json()["fields"])) == (400, ["device_at"])
    assert verbs(handled).count("contacted") == 1
