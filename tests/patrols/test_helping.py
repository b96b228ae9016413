"""Help given on the way: a record of its own, kept once, and nobody's name in it."""

from __future__ import annotations

import base64
import hashlib
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from casework.refusals import NotNow, NotYours
from patrols.models import HelpRecord
from patrols.selectors import help as found
from patrols.services import helping
from patrols.services.keyed import Spot
from tests.casework.threads import at_once
from tests.conftest import PLACE, jpeg
from tests.patrols.walking import as_

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
SAID = {"kind": "fall", "handed_to": "family"}


def helped(by: User, key: uuid.UUID | None = None, **said) -> HelpRecord:
    return helping.record(by=by, key=key or uuid.uuid4(), **{**SAID, **said})[0]


def seat(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.mechanism("0-20")
def test_a_fall_an_accident_or_a_lost_child_is_recorded_in_three_taps(cast):
    """What happened, who took over, send: nothing else is asked."""
    phone = seat(cast.worker)
    form = phone.get(reverse("field_help")).context["form"]
    asked = [name for name, field in form.fields.items() if field.required and not field.widget.is_hidden]
    assert asked == ["kind", "handed_to"]
    answer = phone.post(reverse("field_help"), {"key": str(form["key"].value()), **SAID})
    assert answer.url == reverse("field_help")
    record = HelpRecord.objects.get()
    assert (record.kind, record.handed_to, record.worker) == ("fall", "family", cast.worker)
    assert {"accident", "fall", "lost", "urgent", "other"} <= set(HelpRecord.Kind.values)


@pytest.mark.mechanism("0-20")
def test_whom_one_helped_is_neither_asked_nor_kept():
    columns = {field.name for field in HelpRecord._meta.get_fields()}
    assert columns.isdisjoint({"name", "phone", "person", "helped", "id_number"})


def test_a_record_sent_twice_is_one_and_other_content_is_refused(cast):
    key = uuid.uuid4()
    assert helped(cast.worker, key).pk == helped(cast.worker, key).pk
    with pytest.raises(NotNow):
        helped(cast.worker, key, handed_to="police")
    assert HelpRecord.objects.get().handed_to == "family"


@pytest.mark.django_db(transaction=True)
def test_sent_at_one_moment_it_is_kept_once(cast):
    key = uuid.uuid4()
    answers = at_once(*[lambda: helping.record(by=cast.worker, key=key, **SAID)[1] for _turn in range(3)])
    assert sorted(answers) == [False, False, True]


def test_what_is_missing_is_said_at_both_fields_and_nothing_is_kept(cast):
    with pytest.raises(ValidationError) as refusal:
        helped(cast.worker, kind="", handed_to="nobody knows")
    assert set(refusal.value.message_dict) == {"kind", "handed_to"}
    phone = seat(cast.worker)
    answer = phone.post(reverse("field_help"), {"key": str(uuid.uuid4())})
    assert answer.status_code == 422
    assert "请选择发生了什么。" in answer.content.decode()
    assert not HelpRecord.objects.exists()


def test_the_record_belongs_to_where_it_was(cast):
    assert helped(cast.worker, spot=Spot(117.155, 39.165)).area.code == "120106990002001"
    assert helped(cast.worker).area.code == "120106990001001"


def test_who_holds_no_post_records_nothing(cast):
    with pytest.raises(NotYours):
        helped(cast.outsider)


# --- the photo ------------------------------------------------------------------------------------------------------------
def test_a_photo_is_kept_once_and_never_overwritten(cast):
    record, sent = helped(cast.worker), jpeg()
    assert helping.add_photo(record, by=cast.worker, sent=sent)[1] is True
    assert helping.add_photo(record, by=cast.worker, sent=sent)[1] is False
    with pytest.raises(NotNow):
        helping.add_photo(record, by=cast.worker, sent=jpeg("navy"))
    with pytest.raises(NotYours):
        helping.add_photo(record, by=cast.worker2, sent=sent)
    record.refresh_from_db()
    assert record.photo_sha256 == hashlib.sha256(sent).hexdigest()


def test_a_photo_is_seen_by_its_worker_and_by_the_desk_alone(cast, upload):
    phone = seat(cast.worker)
    phone.post(reverse("field_help"), {"key": str(uuid.uuid4()), **SAID, "photo": upload()})
    address = reverse("help_photo", args=[HelpRecord.objects.get().key])
    answers = {name: seat(getattr(cast, name)).get(address) for name in vars(cast)}
    seen = {name for name, answer in answers.items() if answer.status_code == 200}
    assert seen == {"worker", "dispatcher", "duty_chief", "director", "community"}
    assert answers["worker"].headers["Content-Disposition"].startswith("attachment")
    for answer in answers.values():
        answer.close()


def test_what_is_no_picture_is_refused_and_nothing_is_kept(cast, upload):
    said = {"key": str(uuid.uuid4()), **SAID, "photo": upload(content=b"no picture")}
    answer = seat(cast.worker).post(reverse("field_help"), said)
    assert answer.status_code == 422
    assert not HelpRecord.objects.exists()


# --- lists and counts -------------------------------------------------------------------------------------------------------
def test_a_worker_reads_his_own_records_and_the_desk_all_of_its_ground_with_counts(cast):
    helped(cast.worker)
    helped(cast.worker2, kind="lost", spot=Spot(117.155, 39.165))
    assert [record.worker for record in found.own(cast.worker)] == [cast.worker]
    sizes = {name: found.read_by(getattr(cast, name)).count() for name in vars(cast)}
    assert {name: size for name, size in sizes.items() if size} == {
        "dispatcher": 2, "duty_chief": 2, "director": 2, "community": 1,
    }  # fmt: skip
    counted = dict(found.counted(found.read_by(cast.dispatcher)))
    assert sum(counted.values()) == 2
    assert 0 in counted.values()
    assert seat(cast.dispatcher).get(reverse("help_given")).status_code == 200
    assert seat(cast.worker).get(reverse("help_given")).status_code == 403


# --- the API --------------------------------------------------------------------------------------------------------------
def test_the_api_answers_201_then_200_then_409(cast):
    phone, key = as_(cast.worker), uuid.uuid4()
    said = {**SAID, "lng": PLACE["lng"], "lat": PLACE["lat"], "at": "2026-10-09T10:30:00+08:00", "done": "扶起老人。"}
    answers = [
        phone.put(f"/api/v1/help-records/{key}", told, format="json")
        for told in (said, said, {**said, "kind": "other"})
    ]
    assert [answer.status_code for answer in answers] == [201, 200, 409]


def test_the_api_says_the_page_s_own_sentences(cast):
    answer = as_(cast.worker).put(f"/api/v1/help-records/{uuid.uuid4()}", {"kind": "fall"}, format="json")
    assert answer.status_code == 400
    assert answer.json()["fields"] == {"handed_to": ["请选择交给了谁。"]}


def test_the_photo_comes_as_the_body_with_its_digest_and_once(cast):
    phone, key, sent = as_(cast.worker), uuid.uuid4(), jpeg()
    address = f"/api/v1/help-records/{key}/photos/1"
    assert phone.put(address, sent, content_type="image/jpeg").status_code == 404
    phone.put(f"/api/v1/help-records/{key}", SAID, format="json")
    proof = {"Content-Digest": f"sha-256=:{_base64(hashlib.sha256(sent).digest())}:"}
    put = [phone.put(address, sent, content_type="image/jpeg", headers=proof).status_code for _turn in range(2)]
    assert put == [201, 200]
    other = jpeg("navy")
    wrong = phone.put(address, other, content_type="image/jpeg", headers=proof)
    assert (wrong.status_code, wrong.json()["code"]) == (400, "not_whole")


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
