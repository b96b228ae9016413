"""Reports of phones without a signal: whatever comes how often and in what order, one order, each photo once."""

from __future__ import annotations

import datetime as dt
import json
from functools import partial
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from accounts.services import give_token
from casework.selectors import broken_chains
from casework.templatetags.cases import tell
from tests.casework.threads import at_once
from tests.workorders.phoning import KEY, OTHER, PICTURES, SAID, Phone, digest, named, phone, phone_of
from tests.workorders.sounding import webm
from tests.workorders.test_costs import questions
from workorders.models import Photo, ReceivedPhoto, ReceivedRecording, ReceivedReport, Recording, WorkOrder
from workorders.services import receiving

__all__ = ["phone", "phone_of"]
COSTS = 19


# --- a report and its photos -----------------------------------------------------------------------------------------
@pytest.mark.mechanism("2-33")
@pytest.mark.mechanism("0-16")
def test_a_report_is_an_order_at_once_and_its_photos_follow_one_by_one(phone, cast):
    made = phone.put(pictures=PICTURES)
    order = WorkOrder.objects.get()
    assert (made.status_code, made.json()["number"]) == (201, order.number)
    assert (made.json()["expected"], made.json()["photos"], made.json()["whole"]) == (3, [], False)
    assert (order.status, order.reported_by, order.deadlines.count()) == ("reported", cast.worker, 1)
    for place, picture in enumerate(PICTURES, start=1):
        assert phone.put_photo(place, picture).status_code == 201
    told = phone.ask().json()
    assert told["whole"]
    assert {row["place"]: row["digest"] for row in told["photos"]} == {
        place: digest(picture) for place, picture in enumerate(PICTURES, start=1)
    }
    assert [photo.moment for photo in order.photos.all()] == ["before"] * 3


def test_the_order_s_page_says_how_many_photos_are_still_to_come(phone, cast):
    number = phone.put(pictures=PICTURES).json()["number"]
    phone.put_photo(1, PICTURES[0])
    page = phone.client.get(f"/orders/{number}/", headers={"Accept-Language": "en"}).content.decode()
    assert "1 of 3 photos of the report have arrived" in page
    for place in (2, 3):
        phone.put_photo(place, PICTURES[place - 1])
    page = phone.client.get(f"/orders/{number}/", headers={"Accept-Language": "en"}).content.decode()
    assert "photos of the report have arrived" not in page


def test_the_same_again_is_the_same_and_other_content_is_refused_and_changes_nothing(phone):
    first, again = phone.put(pictures=PICTURES), phone.put(pictures=PICTURES)
    other = phone.put(SAID | {"words": "别的事。"}, pictures=PICTURES)
    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert first.json() == again.json()
    assert other.json()["code"] == "other_content"
    assert first.json()["number"] in other.json()["sentence"]
    assert WorkOrder.objects.get().words == SAID["words"]


def test_a_photo_is_kept_once_and_another_one_in_its_place_is_refused(phone):
    phone.put(pictures=PICTURES)
    answers = [phone.put_photo(2, PICTURES[1]), phone.put_photo(2, PICTURES[1]), phone.put_photo(2, OTHER)]
    assert [one.status_code for one in answers] == [201, 200, 409]
    assert Photo.objects.count() == 1
    assert ReceivedPhoto.objects.get().digest == digest(PICTURES[1])


def test_what_arrives_in_part_is_not_kept_and_may_come_again(phone):
    phone.put(pictures=PICTURES)
    cut = phone.client.put(
        f"/api/v1/reports/{KEY}/photos/1", PICTURES[0][:200], content_type="image/jpeg",
        headers={"Content-Digest": named(PICTURES[0])},
    )  # fmt: skip
    assert (cut.status_code, cut.json()["code"]) == (400, "not_whole")
    assert Photo.objects.count() == 0
    assert phone.put_photo(1, PICTURES[0]).status_code == 201


@pytest.mark.parametrize("header", ["", "md5=:YWJj:", "sha-256=:YWJj:", "sha-256=:%%:", "sha-256=YWJj"])
def test_a_photo_without_its_digest_is_asked_for_it(phone, header):
    phone.put(pictures=PICTURES)
    told = phone.put_photo(1, PICTURES[0], **{"Content-Digest": header})
    assert (told.status_code, told.json()["code"]) == (400, "not_whole")


def test_a_photo_that_no_report_announced_is_refused(phone):
    assert phone.put_photo(1, PICTURES[0]).status_code == 404
    phone.put(pictures=PICTURES[:1])
    for place in (0, 2):
        assert phone.put_photo(place, PICTURES[0]).status_code == 400
    assert Photo.objects.count() == 0


def test_what_is_no_picture_is_refused_in_words(phone):
    phone.put(pictures=[b"no picture"])
    told = phone.put_photo(1, b"no picture")
    assert told.status_code == 400
    assert "JPEG" in told.json()["sentence"]
    assert "photo 1" in told.json()["sentence"]


def test_a_photo_loses_what_the_camera_wrote_and_is_turned_upright(phone):
    phone.put(pictures=PICTURES[:1])
    phone.put_photo(1, PICTURES[0])
    kept = Photo.objects.get()
    assert (kept.width, kept.height) == (80, 60)
    with kept.file.open("rb") as file:
        assert file.read(2) == b"\xff\xd8"


# --- whose it is -----------------------------------------------------------------------------------------------------
def test_keys_are_each_person_s_own(phone, phone_of, cast):
    phone.put(pictures=PICTURES)
    other = phone_of(cast.worker2)
    assert other.ask().status_code == 404
    assert other.put_photo(1, PICTURES[0]).status_code == 404
    assert other.put(SAID | {"words": "另一件。"}).status_code == 201
    assert WorkOrder.objects.count() == 2


def test_nobody_reports_without_signing_in_or_without_the_post(clock, phone_of, cast, db):
    nobody = Phone(Client(), clock)
    assert (nobody.put().status_code, nobody.ask().status_code) == (401, 401)
    assert phone_of(cast.officer).put().status_code == 403
    assert ReceivedReport.objects.count() == 0


def test_a_session_needs_its_csrf_token_and_a_program_its_own_token(cast, clock):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.worker)
    assert Phone(strict, clock).put().status_code == 403
    strict.get("/password/")
    token = strict.cookies["csrftoken"].value
    assert Phone(strict, clock).put(**{"X-CSRFToken": token}).status_code == 201
    program = APIClient(HTTP_AUTHORIZATION=f"Token {give_token(user=cast.worker)['token']}")
    told = program.put(f"/api/v1/reports/{uuid4()}", {**SAID, "words": "另一件。"}, format="json")
    assert told.status_code == 201


def test_what_was_kept_for_one_person_is_not_taken_from_another_s_session(phone, phone_of, cast):
    other = phone_of(cast.worker2)
    told = other.put(**{"X-Sent-By": str(cast.worker.pk)})
    assert told.status_code == 401
    assert (other.ask().status_code, WorkOrder.objects.count()) == (404, 0)
    assert phone.put(**{"X-Sent-By": str(cast.worker.pk)}).status_code == 201


# --- the report's own rules ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"device_at": ""}, "device_at"),
        ({"category": "nonsense"}, "category"),
        ({"lng": 1.0, "lat": 1.0}, "place"),
        ({"lng": ""}, "lng"),
        ({"photo_digests": ["abc"]}, "photo_digests"),
        ({"photo_digests": ["0" * 64] * 7}, "photo_digests"),
    ],
)
def test_bad_input_gets_its_sentence_and_opens_nothing_and_mended_it_is_taken(phone, more, field):
    told = phone.client.put(f"/api/v1/reports/{KEY}", json.dumps({**SAID, **more}), content_type="application/json")
    assert told.status_code == 400
    assert field in told.json()["fields"]
    assert (WorkOrder.objects.count(), ReceivedReport.objects.count()) == (0, 0)
    assert phone.put().status_code == 201


def test_a_caller_s_repeat_is_refused_with_how_far_it_is_and_something_new_is_taken(phone):
    citizen = {**SAID, "source": "resident", "reporter_name": "李秋分", "reporter_phone": "13800001234"}
    first = phone.put(citizen)
    again = phone.put(citizen, key=uuid4())
    assert (again.status_code, again.json()["code"]) == (409, "repeated")
    assert first.json()["number"] in again.json()["sentence"]
    assert phone.put({**citizen, "new_facts": True}, key=uuid4()).status_code == 201


def test_without_words_the_item_says_what_is_the_matter(phone):
    phone.put({name: value for name, value in SAID.items() if name != "words"})
    order = WorkOrder.objects.get()
    assert order.words == order.category.title


# --- the phone's clock -----------------------------------------------------------------------------------------------
def test_the_phone_s_time_stands_beside_ours_and_moves_no_clock(phone_of, cast, clock, report):
    sent = phone_of(cast.worker, ahead=7_200)
    written = (clock.now + dt.timedelta(seconds=7_200)).isoformat()
    clock.pass_(minutes=40, sweep=False)
    sent.put(SAID | {"device_at": written})
    order, kept = WorkOrder.objects.get(), ReceivedReport.objects.get()
    assert (kept.skew, kept.received_at) == (7_200, clock.now)
    facts = order.events.get().facts
    assert (facts["skew"], facts["waited"], facts["device_at"]) == (7_200, 40, written)
    assert order.opened_at == clock.now
    assert order.due_at == report().due_at
    with translation.override("en"):
        assert "it waited 40 minutes for a signal" in tell(order)[0].sentence


def test_a_phone_that_does_not_know_the_time_is_heard_all_the_same(phone):
    assert phone.put(**{"X-Device-Now": "soon"}).status_code == 201
    assert phone.put(key=uuid4(), **{"X-Device-Now": "2026-02-30T10:00:00Z"}).status_code == 201
    assert {report.skew for report in ReceivedReport.objects.all()} == {None}


def test_what_is_a_month_old_is_forgotten_and_cannot_come_again(phone, clock):
    phone.put()
    clock.pass_(days=30, sweep=False)
    assert (receiving.forget_received(), phone.put().status_code) == (0, 200)
    clock.pass_(days=1, minutes=1, sweep=False)
    assert receiving.forget_received() == 1
    told = phone.put()
    assert (told.status_code, list(told.json()["fields"])) == (400, ["device_at"])
    assert WorkOrder.objects.count() == 1


# --- at once ---------------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_eight_at_once_under_one_key_are_one_report_one_photo_and_one_recording(phone):
    answers = at_once(*[lambda: _as(phone).put(pictures=PICTURES, spoken=VOICE)] * 8)
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json()["number"] for answer in answers}) == 1
    for put in (lambda: _as(phone).put_photo(1, PICTURES[0]), lambda: _as(phone).put_recording(VOICE)):
        answers = at_once(*[put] * 8)
        assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert (WorkOrder.objects.count(), Photo.objects.count(), ReceivedPhoto.objects.count()) == (1, 1, 1)
    assert (Recording.objects.count(), ReceivedRecording.objects.count()) == (1, 1)
    assert broken_chains() == []


def _as(phone: Phone) -> Phone:
    """The same phone on a line of its own."""
    client = Client()
    client.cookies = phone.client.cookies.copy()
    return Phone(client, phone.clock)


@pytest.mark.django_db(transaction=True)
def test_of_eight_different_reports_under_one_key_one_stands(phone):
    works = [lambda words=f"第 {number} 种说法。": _as(phone).put(SAID | {"words": words}) for number in range(8)]
    answers = at_once(*works)
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert WorkOrder.objects.count() == 1


# The recording among the numbers of the photos.
SPOKEN = 0
ACTS = st.one_of(
    st.just(("report", 0)), st.just(("changed", 0)), st.just(("ask", 0)),
    st.tuples(st.sampled_from(["photo", "wrong photo", "cut photo"]), st.integers(1, 3)),
    st.tuples(st.sampled_from(["recording", "wrong recording", "cut recording"]), st.just(SPOKEN)),
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, min_size=1, max_size=12))
def test_any_interleaving_of_repeats_leaves_one_order_and_each_photo_and_the_recording_once(phone, acts):
    """Each example under a key of its own: what one leaves does not help the next."""
    key, first, parts = uuid4(), "", set()
    for act, place in acts:
        answer = _act(phone, key, act, place)
        assert answer.status_code == _expected(act, place, first, parts), (act, place)
        first = first or (act if act in WORDS else "")
        parts |= {place} if act in ("photo", "recording") and first else set()
        report = ReceivedReport.objects.filter(key=key).select_related("order").first()
        assert (report is not None) == bool(first)
        if report:
            kept = {(place, digest(PICTURES[place - 1])) for place in parts - {SPOKEN}}
            assert set(report.photos.values_list("place", "digest")) == kept
            assert (report.order.photos.count(), report.order.words) == (len(kept), WORDS[first])
            voices = list(report.order.recordings.values_list("sha256", flat=True))
            assert voices == ([digest(VOICE)] if SPOKEN in parts else [])


VOICE = webm()
WORDS = {"report": SAID["words"], "changed": "改过的话。"}


def _expected(act: str, place: int, first: str, parts: set[int]) -> int:
    """What the rules say, said once more in the plainest way."""
    if act in WORDS:
        return 201 if not first else 200 if first == act else 409
    if not first:
        return 404
    if act.startswith("wrong"):
        return 409
    if act.startswith("cut"):
        return 200 if place in parts else 400
    return 201 if act in ("photo", "recording") and place not in parts else 200


def _act(phone: Phone, key, act: str, place: int):
    if act in WORDS:
        return phone.put(SAID | {"words": WORDS[act]}, key=key, pictures=PICTURES, spoken=VOICE)
    if act == "ask":
        return phone.ask(key)
    whole = VOICE if place == SPOKEN else PICTURES[place - 1]
    put = phone.put_recording if place == SPOKEN else partial(phone.put_photo, place)
    if act.startswith("wrong"):
        return put(OTHER, key=key)
    return put(whole[:100] if act.startswith("cut") else whole, key=key, **{"Content-Digest": named(whole)})


# --- what it costs ---------------------------------------------------------------------------------------------------
def test_a_report_from_a_phone_takes_few_statements_and_a_repeat_hardly_any(phone, cast):
    program = APIClient(HTTP_AUTHORIZATION=f"Token {give_token(user=cast.worker)['token']}")
    known = Phone(program, phone.clock)

    def counted(**more) -> int:
        with CaptureQueriesContext(connection) as seen:
            body = {**SAID, "photo_digests": [digest(each) for each in PICTURES]}
            answer = program.put(f"/api/v1/reports/{more['key']}", body, format="json")
        assert answer.status_code == more["status"], answer.data
        return len(questions(seen))

    assert known.client.put(f"/api/v1/reports/{uuid4()}", SAID, format="json").status_code == 201  # the map is known
    assert counted(key=KEY, status=201) <= COSTS
    assert counted(key=KEY, status=200) <= 5
