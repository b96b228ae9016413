"""A phone as the server meets it, for the tests of what phones keep until they can send it."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from uuid import UUID

import pytest
from django.test import Client

from tests.conftest import MORNING, PLACE, jpeg

KEY = UUID("11111111-2222-4333-8444-555555555555")
PICTURES = [jpeg(colour, (80, 60)) for colour in ("olive", "navy", "maroon")]
OTHER = jpeg("white", (80, 60))
SAID = {"category": "060101", "words": "3 号楼前垃圾外露。", "device_at": MORNING.isoformat(), **PLACE}


def digest(picture: bytes) -> str:
    return hashlib.sha256(picture).hexdigest()


def named(picture: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(picture).digest()).decode()}:"


class Phone:
    """A phone as the server meets it: signed in by its session or by a token, its clock somewhat off."""

    def __init__(self, client, clock, ahead: int = 0):
        self.client, self.clock, self.ahead = client, clock, ahead

    def put(self, said: dict | None = None, *, key=KEY, pictures=(), spoken: bytes = b"", **headers):
        body = {**(SAID if said is None else said), "photo_digests": [digest(each) for each in pictures]}
        body |= {"recording_digest": digest(spoken), "recording_seconds": 3} if spoken else {}
        now = (self.clock.now + dt.timedelta(seconds=self.ahead)).isoformat()
        return self.client.put(
            f"/api/v1/reports/{key}", json.dumps(body), content_type="application/json",
            headers={"X-Device-Now": now, "Accept-Language": "en", **headers},
        )  # fmt: skip

    def put_photo(self, place: int, picture: bytes, *, key=KEY, **headers):
        told = {"Content-Digest": named(picture), "Accept-Language": "en", **headers}
        path = f"/api/v1/reports/{key}/photos/{place}"
        return self.client.put(path, picture, content_type="image/jpeg", headers=told)

    def put_recording(self, spoken: bytes, *, key=KEY, **headers):
        told = {"Content-Digest": named(spoken), "Accept-Language": "en", **headers}
        path = f"/api/v1/reports/{key}/recording"
        return self.client.put(path, spoken, content_type="audio/webm;codecs=opus", headers=told)

    def ask(self, key=KEY):
        return self.client.get(f"/api/v1/reports/{key}", headers={"Accept-Language": "en"})


@pytest.fixture
def phone_of(clock):
    def make(person, **more) -> Phone:
        client = Client()
        client.force_login(person)
        return Phone(client, clock, **more)

    return make


@pytest.fixture
def phone(phone_of, cast) -> Phone:
    return phone_of(cast.worker)
