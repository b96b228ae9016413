"""Photos: who gets them, and how they are sent."""

import uuid

import pytest
from django.urls import reverse


@pytest.fixture
def photo(report, picture):
    return report(pictures=[picture]).photos.get()


def test_a_photo_is_sent_as_an_attachment_that_no_browser_runs(client, photo, cast):
    client.force_login(cast.dispatcher)
    response = client.get(reverse("photo", args=[photo.key]))
    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Disposition"].startswith("attachment; filename=")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "private" in response["Cache-Control"]
    assert b"".join(response.streaming_content)[:3] == b"\xff\xd8\xff"


def test_who_does_not_see_the_order_does_not_see_its_photos(client, photo, cast):
    for user in (cast.outsider, cast.officer, cast.worker2):
        client.force_login(user)
        assert client.get(reverse("photo", args=[photo.key])).status_code == 404


def test_a_guessed_key_is_not_found(client, cast):
    client.force_login(cast.dispatcher)
    assert client.get(reverse("photo", args=[uuid.uuid4()])).status_code == 404


def test_nobody_gets_a_photo_without_signing_in(client, photo):
    assert client.get(reverse("photo", args=[photo.key])).status_code == 302
