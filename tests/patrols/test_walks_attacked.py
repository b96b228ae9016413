"""What no phone of ours sends: wrong bytes, wrong shapes, other people's keys. A sentence each, and nothing is changed."""

import datetime as dt
import json
from uuid import uuid4

import pytest
from django.test import Client

from casework.moment import now
from patrols.models import CheckIn, LastSign, Patrol, TrackChunk, TrackGap
from patrols.services import walks
from tests.casework.threads import at_once
from tests.patrols.walking import address, as_, begin, fixes, ms, point_at, points_kept, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "english")]
NOW = 1_791_513_720_000
POINT = [NOW, 117.151, 39.164, 8, None, 0]
JSON = "application/json"


@pytest.fixture
def patrol(cast) -> Patrol:
    return begin(cast.worker)


@pytest.fixture
def put(cast):
    """`put(address, body)`: raw bytes as the worker's own signed-in phone could send them."""
    client = Client(enforce_csrf_checks=False)
    client.force_login(cast.worker)
    return lambda where, body, kind=JSON, **headers: client.put(where, body, content_type=kind, headers=headers)


def untouched() -> tuple[int, ...]:
    return (
        len(points_kept()), TrackChunk.objects.count(), TrackGap.objects.count(), CheckIn.objects.count(),
        Patrol.objects.count(), LastSign.objects.count(), Patrol.objects.exclude(ended_at=None).count(),
    )  # fmt: skip


BODIES = {
    "nothing": b"",
    "no JSON": b"\xff\xfe\x00points",
    "half of it": b'{"points": [[1, 2',
    "NaN": b'{"points": [[1791513720000, NaN, 39, 8, null, 0]]}',
    "Infinity": b'{"points": [[1791513720000, Infinity, 39, 8, null, 0]]}',
    "too large a number": b'{"points": [[1791513720000, 1e999, 39, 8, null, 0]]}',
    "a number of 5,000 digits": b'{"points": [[' + b"9" * 5000 + b", 117, 39, 8, null, 0]]}",
    "a list": b"[1, 2, 3]",
    "a word": b'"points"',
    "null": b"null",
    "no points": b"{}",
    "points as null": b'{"points": null}',
    "points as a word": b'{"points": "all"}',
    "points by name": b'{"points": {"0": [1, 2]}}',
    "a bottomless list": b'{"points": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "negative accuracy": json.dumps({"points": [[NOW, 117.1, 39.1, -3, None, 0]]}).encode(),
    "ten thousand points": json.dumps({"points": [POINT] * 10_000}).encode(),
    "a hundred and one gaps": json.dumps({"points": [POINT], "gaps": [[NOW, NOW + 1]] * 101}).encode(),
    "a gap backwards": json.dumps({"points": [POINT], "gaps": [[NOW + 1, NOW]]}).encode(),
    "gaps as a word": json.dumps({"points": [POINT], "gaps": "none"}).encode(),
    "sent in the year 30000": json.dumps({"points": [POINT], "sent_at": 10**15}).encode(),
    "sent yesterday": json.dumps({"points": [POINT], "sent_at": "yesterday"}).encode(),
    "half a sign": b'{"points": [], "note": "\\ud800"}',
    "a NUL": b'{"points": [], "no\\u0000te": 1}',
    "points of 1970": json.dumps({"points": [[5, 117.1, 39.1, 3, None, 0]]}).encode(),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_chunk_of_wrong_bytes_is_refused_in_a_sentence(patrol, put, body):
    before = untouched()
    answer = put(address(patrol.key, "tracks", uuid4()), body)
    told = answer.json()
    assert (answer.status_code, bool(told["sentence"])) == (400, True), told
    assert untouched() == before


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
def test_what_is_not_said_to_be_json_is_not_read(patrol, put, kind):
    answer = put(address(patrol.key, "tracks", uuid4()), json.dumps({"points": [POINT]}), kind)
    assert answer.status_code in (400, 415)
    assert points_kept() == []


def test_five_megabytes_are_not_read_at_all(patrol, put):
    answer = put(address(patrol.key, "tracks", uuid4()), b'{"points": "' + b"x" * 6_000_000 + b'"}')
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "started_at"), ({"started_at": "soon"}, "started_at"), ({"started_at": "2026-10-09T10:00"}, "started_at"),
        ({"started_at": -1}, "started_at"), ({"started_at": [1]}, "started_at"), ({"started_at": True}, "started_at"),
        ({"started_at": NOW, "round": "first"}, "round"), ({"started_at": NOW, "area": "9" * 25}, "area"),
        ({"started_at": NOW, "area": {"code": 1}}, "area"),
    ],
)  # fmt: skip
def test_a_start_of_a_wrong_shape_is_refused_at_its_field(cast, said, field):
    refused = as_(cast.worker).put(address(uuid4()), said, format="json")
    assert (refused.status_code, set(refused.data["fields"])) == (400, {field})
    assert not Patrol.objects.exists()


@pytest.mark.parametrize("area", ["000", "330727990001001", "120106990'--"])
def test_an_area_that_is_none_or_not_of_his_city_is_not_there(cast, area):
    answer = as_(cast.worker).put(address(uuid4()), {"started_at": ms(now()), "area": area}, format="json")
    assert (answer.status_code, Patrol.objects.count()) == (404, 0)


def test_the_ground_of_another_worker_is_refused_and_said(cast):
    answer = as_(cast.worker).put(address(uuid4()), {"started_at": ms(now()), "area": "120106990002001"}, format="json")
    assert (answer.status_code, Patrol.objects.count()) == (403, 0)
    assert "乙里社区 01 网格" in answer.data["sentence"]


def test_with_another_s_key_there_is_nothing_whatever_is_sent(cast, patrol, picture):
    send(patrol, fixes(now(), 2))
    point, thief, before = point_at(3), as_(cast.worker2), untouched()
    answers = [
        thief.put(address(patrol.key), {"started_at": ms(now())}, format="json"),
        thief.put(address(patrol.key, "end"), {"ended_at": ms(now())}, format="json"),
        thief.put(address(patrol.key, "tracks", uuid4()), {"points": [POINT]}, format="json"),
        thief.put(address(patrol.key, "tracks", uuid4()), {"points": "rubbish"}, format="json"),
        thief.put(address(patrol.key, "check-ins", uuid4()), {"point": str(point.key), "at": ms(now())}, format="json"),
        thief.get(address(patrol.key)),
    ]
    assert [answer.status_code for answer in answers] == [404] * 6
    assert untouched() == before
    nobody = Client()
    assert nobody.put(address(patrol.key, "end"), "{}", content_type=JSON).status_code == 401


def test_a_check_in_s_photo_without_its_digest_or_with_another_is_refused(cast, patrol, put):
    where = address(patrol.key, "check-ins", uuid4(), "photo")
    assert put(where, b"x", "image/jpeg").json()["code"] == "not_whole"
    wrong = {"Content-Digest": "sha-256=:" + "A" * 43 + "=:"}
    assert put(where, b"x", "image/jpeg", **wrong).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_send_the_same_outbox_leave_one_walk(cast, clock):
    """Both drain the same queue in order: start, chunks, end; each item is new for one of them."""
    key, began = uuid4(), now()
    clock.pass_(minutes=30, sweep=False)
    chunks = [(uuid4(), fixes(began + dt.timedelta(seconds=500 * n), 50, first=50 * n)) for n in range(3)]
    ended = began + dt.timedelta(seconds=1500)

    def drain() -> list[int]:
        phone = as_(cast.worker)
        answers = [phone.put(address(key), {"started_at": ms(began)}, format="json")]
        answers += [phone.put(address(key, "tracks", one), {"points": told}, format="json") for one, told in chunks]
        answers.append(phone.put(address(key, "end"), {"ended_at": ms(ended)}, format="json"))
        return [answer.status_code for answer in answers]

    one, other = at_once(drain, drain)
    assert [sorted(pair) for pair in zip(one, other, strict=True)] == [[200, 201]] * 5
    patrol = Patrol.objects.get()
    assert (len(points_kept()), patrol.minutes, patrol.valid) == (150, 25, True)


def test_a_phone_that_died_between_its_last_chunk_and_the_end_goes_on_where_it_was(cast, clock):
    """Hours later it is charged: the house has ended the patrol meanwhile; chunk and end come, and are what counts."""
    patrol = begin(cast.worker)
    clock.pass_(minutes=20, sweep=False)
    send(patrol, fixes(patrol.started_at, 100))
    clock.pass_(hours=6, sweep=False)
    assert walks.end_forgotten() == 1
    phone = as_(cast.worker)
    told = fixes(patrol.started_at + dt.timedelta(seconds=1000), 100, first=100)
    assert phone.put(address(patrol.key, "tracks", uuid4()), {"points": told}, format="json").status_code == 201
    ended = phone.put(address(patrol.key, "end"), {"ended_at": ms(patrol.started_at) + 2_000_000}, format="json")
    assert (ended.status_code, ended.data["ending"], ended.data["minutes"], ended.data["valid"]) == (
        201, "by_hand", 33, True,
    )  # fmt: skip


def test_a_clock_that_is_put_right_on_the_way_loses_nothing(cast, clock):
    """Two hours ahead at the start, right from then on: marked, kept, and the desk sees where he is now."""
    patrol = begin(cast.worker, started_at=now() + dt.timedelta(hours=2))
    send(patrol, fixes(patrol.started_at, 3))
    clock.pass_(minutes=5, sweep=False)
    told = fixes(now(), 1, first=9)
    answer = as_(cast.worker).put(address(patrol.key, "tracks", uuid4()), {"points": told}, format="json")
    assert (answer.status_code, LastSign.objects.get().lng) == (201, told[0][1])
    clock.pass_(minutes=5, sweep=False)
    ended = as_(cast.worker).put(address(patrol.key, "end"), {"ended_at": ms(now())}, format="json")
    assert (ended.status_code, "skewed" in ended.data["marks"], ended.data["valid"]) == (201, True, False)
    assert (ended.data["minutes"], len(points_kept())) == (10, 4)
