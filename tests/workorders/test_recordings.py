"""Spoken reports: kept once as they were spoken, heard by who may, each listening on record, erased with the name."""

from __future__ import annotations

import io
import json
import zipfile
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from casework.models import Event
from tests.workorders.phoning import KEY, SAID, digest, phone, phone_of
from tests.workorders.sounding import AMR, m4a, mp3, webm
from workorders.models import ReceivedRecording, Recording, Unmasking, WorkOrder
from workorders.services import orders, reporters
from workorders.services.sounds import read_sound

__all__ = ["phone", "phone_of"]
VOICE = webm(12)
RESIDENT = {"source": "resident", "reporter": {"name": "欧阳若兰", "phone": "13920781234"}}
# Opened by the dispatcher: what an informer says is put down at the desk, not by who walks the grid.
TIP_OFF = RESIDENT | {"nature": "tip_off"}


def signed_in(user) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client


@pytest.fixture
def spoken(report):
    """`spoken(**changes)`: an order with a recording."""
    return lambda **changes: report(recording=read_sound(VOICE), **changes)


@pytest.fixture
def handled(spoken, cast, sanitation):
    """The same, on its way to a department, so that its officer sees it."""

    def make(**changes) -> WorkOrder:
        order = orders.accept(spoken(**changes), by=cast.dispatcher)
        return orders.dispatch(order, by=cast.dispatcher, department=sanitation)

    return make


def address(order: WorkOrder) -> str:
    return reverse("recording", args=[order.recordings.get().key])


def heard(user, order: WorkOrder) -> int:
    """The answer to somebody who presses play; all of it is played."""
    told = signed_in(user).get(address(order))
    assert told.status_code != 200 or told.content == VOICE
    return told.status_code


def page_of(user, order: WorkOrder) -> str:
    return signed_in(user).get(f"/orders/{order.number}/").content.decode()


# --- from a phone ----------------------------------------------------------------------------------------------------
def test_a_report_without_a_word_is_an_order_and_what_was_spoken_follows(phone, cast):
    said = {name: value for name, value in SAID.items() if name != "words"}
    made = phone.put(said, spoken=VOICE)
    order = WorkOrder.objects.get()
    assert (made.status_code, made.json()["recording"], made.json()["whole"]) == (201, None, False)
    assert made.json()["recording_expected"] is True
    assert order.title == f"{order.category.title} (spoken report)"
    told = phone.put_recording(VOICE)
    assert (told.status_code, told.json()["whole"]) == (201, True)
    assert told.json()["recording"] == {"digest": digest(VOICE), "seconds": 12}
    kept = order.recordings.get()
    assert (kept.seconds, kept.content_type, kept.added_by) == (12, "audio/webm", cast.worker)
    with kept.file.open("rb") as file:
        assert file.read() == VOICE


def test_the_phone_is_told_of_no_recording_where_none_was_announced(phone):
    told = phone.put().json()
    assert (told["recording"], told["recording_expected"], told["whole"]) == (None, False, True)
    refused = phone.put_recording(VOICE)
    assert refused.status_code == 400
    assert "announced no recording" in refused.json()["sentence"]


def test_the_recording_may_come_before_the_photos_and_never_before_the_report(phone):
    assert phone.put_recording(VOICE).status_code == 404
    phone.put(spoken=VOICE)
    statuses = [phone.put_recording(each).status_code for each in (VOICE, VOICE, webm(4))]
    assert statuses == [201, 200, 409]
    assert (Recording.objects.count(), ReceivedRecording.objects.count()) == (1, 1)


def test_a_recording_that_arrives_in_part_is_not_kept_and_may_come_again(phone):
    phone.put(spoken=VOICE)
    cut = phone.client.put(
        f"/api/v1/reports/{KEY}/recording", VOICE[:90], content_type="audio/webm",
        headers={"Content-Digest": f"sha-256=:{'A' * 43}=:"},
    )  # fmt: skip
    assert cut.status_code == 409
    assert Recording.objects.count() == 0
    assert phone.put_recording(VOICE).status_code == 201


@pytest.mark.parametrize(("bad", "sentence"), [
    (b"no sound", "WebM, Ogg (Opus), M4A and MP3"), (AMR, "WebM, Ogg (Opus), M4A and MP3"),
    (webm(3, codec=b"V_VP9"), "without film"), (webm(75), "At most 60"),
    (mp3(3) + bytes(2 * 1024 * 1024), "larger than 2 MB"),
], ids=["words", "amr", "film", "long", "large"])  # fmt: skip
def test_what_is_no_recording_too_long_or_too_large_is_refused_in_words_and_not_kept(phone, bad, sentence):
    phone.put(spoken=bad)
    told = phone.put_recording(bad)
    assert told.status_code == 400
    assert sentence in told.json()["sentence"]
    assert (Recording.objects.count(), ReceivedRecording.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("more", "field"),
    [({"recording_digest": "abc"}, "recording_digest"), ({"recording_seconds": 600}, "recording_seconds")],
)
def test_an_announcement_that_cannot_be_kept_opens_nothing(phone, more, field):
    told = phone.client.put(f"/api/v1/reports/{KEY}", json.dumps(SAID | more), content_type="application/json")
    assert told.status_code == 400
    assert field in told.json()["fields"]
    assert WorkOrder.objects.count() == 0


def test_where_the_sound_does_not_say_how_long_it_is_the_phone_is_believed(phone):
    silent = webm(0)
    phone.put(spoken=silent)
    phone.put_recording(silent)
    assert Recording.objects.get().seconds == 3


def test_what_was_spoken_may_be_added_to_an_order_that_is_open(phone, report):
    order = report()
    phone.put({"same_as": order.number, "device_at": SAID["device_at"]}, spoken=VOICE)
    assert phone.put_recording(VOICE).status_code == 201
    assert order.recordings.count() == 1


# --- from a form -----------------------------------------------------------------------------------------------------
def file_of(content: bytes, name: str = "voice.m4a") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "audio/mp4")


@pytest.fixture(params=["/orders/new/", "/field/report/", "/api/v1/orders/"])
def send(request, cast, clock, category):
    """`send(file)`: a report without a word, from either page or a program."""
    worker = signed_in(cast.worker)
    chosen = category.pk if request.param == "/orders/new/" else category.code
    said = {"category": chosen, "source": "patrol", "datum": "wgs84", "lng": "117.151", "lat": "39.165"}
    return lambda recording=None: worker.post(
        request.param, said | {"once": str(uuid4())} | ({"recording": recording} if recording else {})
    )


def test_a_file_is_taken_in_place_of_words(send):
    assert send(file_of(m4a(5))).status_code in (201, 302)
    order = WorkOrder.objects.get()
    assert (order.recordings.get().seconds, order.recordings.get().content_type) == (5, "audio/mp4")
    assert order.title.endswith("(spoken report)")
    assert order.events.get().facts["spoken"] is True


@pytest.mark.parametrize(("bad", "sentence"), [
    (AMR, "WebM, Ogg (Opus), M4A and MP3 without film"), (m4a(80), "80 seconds long"),
    (mp3(3) + bytes(2 * 1024 * 1024), "larger than 2 MB"),
], ids=["amr", "long", "large"])  # fmt: skip
def test_a_file_that_is_refused_is_refused_in_the_same_words_and_nothing_is_opened(send, bad, sentence):
    told = send(file_of(bad))
    assert told.status_code in (400, 422)
    assert sentence in told.content.decode()
    assert WorkOrder.objects.count() == 0


def test_the_desk_wants_words_where_nothing_was_spoken(cast, category):
    said = {"category": category.pk, "source": "patrol", "datum": "wgs84", "lng": "117.151", "lat": "39.165"}
    told = signed_in(cast.worker).post("/orders/new/", said)
    assert told.status_code == 422
    assert "in writing or aloud" in told.content.decode()
    assert WorkOrder.objects.count() == 0


# --- who hears it ----------------------------------------------------------------------------------------------------
def test_a_recording_is_sent_as_an_attachment_that_no_browser_runs(spoken, cast):
    told = signed_in(cast.dispatcher).get(address(spoken()))
    assert told["Content-Type"] == "audio/webm"
    assert told["Content-Disposition"].startswith("attachment; filename=")
    assert told["X-Content-Type-Options"] == "nosniff"
    assert told["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in told["Cache-Control"]
    assert told.content == VOICE


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-", 206, VOICE), ("bytes=0-1", 206, VOICE[:2]), ("bytes=10-99", 206, VOICE[10:100]),
        ("bytes=90-99999999", 206, VOICE[90:]), ("bytes=99999999-", 200, VOICE), ("bytes=5-2", 200, VOICE),
        ("bytes=-5", 200, VOICE), ("bytes=0-1,4-5", 200, VOICE), ("lines=1-2", 200, VOICE),
    ],
)  # fmt: skip
def test_it_is_played_in_parts_where_a_browser_asks_for_parts(spoken, cast, asked, status, part):
    order, desk = spoken(), signed_in(cast.dispatcher)
    told = desk.get(address(order), headers={"Range": asked})
    assert (told.status_code, told.content) == (status, part)
    assert told["Content-Length"] == str(len(part))
    desk.get(address(order), headers={"Range": asked})
    assert Unmasking.objects.count() == 1  # one playing


def test_who_sees_the_order_hears_it_and_each_listening_but_the_speaker_s_own_is_on_record(handled, cast, clock):
    order = handled(**RESIDENT)
    for person in (cast.worker, cast.dispatcher, cast.officer, cast.officer):
        assert heard(person, order) == 200
    first = clock.now
    clock.pass_(minutes=11, sweep=False)
    assert heard(cast.officer, order) == 200
    looks = Unmasking.objects.order_by("pk").values_list("by__username", "recording__order__number", "reason", "at")
    at = [("dispatcher", first), ("officer", first), ("officer", clock.now)]
    assert list(looks) == [(who, order.number, "", when) for who, when in at]


def test_to_look_at_the_page_or_to_ask_for_the_head_is_no_listening(spoken, cast):
    order = spoken()
    page = page_of(cast.dispatcher, order)
    assert address(order) in page
    assert "12 seconds" in page
    assert 'preload="none"' in page
    assert signed_in(cast.dispatcher).head(address(order)).status_code == 200
    assert Unmasking.objects.count() == 0


def test_the_desk_s_preview_and_the_task_on_the_phone_play_it_too(spoken, cast):
    order = spoken()
    desk = signed_in(cast.dispatcher).get("/orders/", {"view": "open", "open": order.number}).content.decode()
    task = signed_in(cast.worker).get(f"/field/tasks/{order.number}/").content.decode()
    assert (address(order) in desk, address(order) in task) == (True, True)


def test_who_does_not_see_the_order_does_not_hear_it(spoken, cast):
    order = spoken()
    for person in (cast.outsider, cast.officer, cast.worker2):
        assert heard(person, order) == 404
    assert Client().get(address(order)).status_code == 302
    assert signed_in(cast.dispatcher).get(reverse("recording", args=[UUID(int=0)])).status_code == 404
    assert Unmasking.objects.count() == 0


@pytest.mark.parametrize("person", ["officer", "supervisor", "leader"])
def test_of_a_tip_off_only_who_may_look_behind_the_mask_hears_the_voice(handled, cast, person):
    order = handled(**TIP_OFF, by=cast.dispatcher)
    listener = getattr(cast, person)
    assert heard(listener, order) == 404
    page = page_of(listener, order)
    assert address(order) not in page
    assert "the voice would tell who reported" in page
    told = signed_in(listener).get(f"/api/v1/orders/{order.number}/").json()
    assert told["recordings"] == []
    assert Unmasking.objects.count() == 0
    assert heard(cast.dispatcher, order) == 200


def test_the_accused_department_never_hears_who_accuses_it(handled, cast, unit_of):
    order = handled(**RESIDENT, nature="complaint", accused_department=unit_of("housing"))
    WorkOrder.objects.filter(pk=order.pk).update(department=unit_of("housing"))
    assert heard(cast.officer_b, order) == 404
    assert address(order) not in page_of(cast.officer_b, order)


@pytest.fixture
def unit_of(city):
    return lambda code: city.departments.get(code=code)


def test_the_api_names_what_may_be_heard_and_where(spoken, cast):
    order = spoken()
    [told] = signed_in(cast.dispatcher).get(f"/api/v1/orders/{order.number}/").json()["recordings"]
    assert (told["seconds"], told["content_type"]) == (12, "audio/webm")
    assert told["url"].endswith(address(order))


# --- what becomes of it ----------------------------------------------------------------------------------------------
def test_erasing_takes_the_voice_out_for_ever_and_keeps_that_it_was_there(
    handled, cast, django_capture_on_commit_callbacks
):
    order = handled(**RESIDENT)
    where, kept = address(order), order.recordings.get()
    heard(cast.officer, order)
    before = list(Event.objects.filter(case=order).values_list("seq", "hash"))
    with django_capture_on_commit_callbacks(execute=True):
        reporters.erase(order)
    assert not kept.file.storage.exists(kept.file.name)
    assert signed_in(cast.dispatcher).get(where).status_code == 404
    assert "it was erased" in page_of(cast.dispatcher, order)
    assert list(Event.objects.filter(case=order).values_list("seq", "hash")) == before
    assert Unmasking.objects.get().recording == kept


def test_an_erased_recording_does_not_come_again_from_the_phone(phone):
    phone.put(spoken=VOICE)
    phone.put_recording(VOICE)
    reporters.erase(WorkOrder.objects.get())
    assert phone.put_recording(VOICE).status_code == 200
    assert Recording.objects.get().file.name == ""


def archive_of(order: WorkOrder, user) -> zipfile.ZipFile:
    told = signed_in(user).get(f"/orders/{order.number}/archive.zip")
    return zipfile.ZipFile(io.BytesIO(b"".join(told.streaming_content)))


def test_the_archive_holds_what_was_spoken_with_its_hash_and_to_take_it_is_a_listening(spoken, cast):
    box = archive_of(spoken(**RESIDENT), cast.dispatcher)
    files = {file["name"]: file["sha256"] for file in json.loads(box.read("manifest.json"))["files"]}
    assert box.read("recordings/01.webm") == VOICE
    assert files["recordings/01.webm"] == digest(VOICE)
    assert Unmasking.objects.get().by == cast.dispatcher


def test_the_voice_of_a_hidden_reporter_leaves_the_house_with_nobody(spoken, cast):
    box = archive_of(spoken(**TIP_OFF), cast.dispatcher)
    assert [name for name in box.namelist() if name.startswith("recordings/")] == []
    assert Unmasking.objects.count() == 0
