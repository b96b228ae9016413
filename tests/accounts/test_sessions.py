"""Sessions: thirty idle minutes, one working day at most, three at once, ended with the password."""

import datetime as dt
import time

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import SignedIn
from accounts.services import set_password
from tests.accounts.conftest import PASSWORD

INSIDE = "/password/"


@pytest.fixture
def desk(sign_in, person):
    """`desk()`: the same person signs in at one more place."""

    def at(place: str = "203.0.113.40") -> Client:
        client = Client(REMOTE_ADDR=place)
        assert sign_in(person.username, client=client, next=INSIDE).status_code == 302
        return client

    return at


def test_an_idle_session_ends_after_thirty_minutes_and_each_page_begins_them_anew(desk, settings):
    assert settings.SESSION_COOKIE_AGE == 30 * 60
    client = desk()
    told = client.get(INSIDE)
    assert told.cookies["sessionid"]["max-age"] == 30 * 60
    kept = Session.objects.get(session_key=client.session.session_key)
    left = kept.expire_date - dt.datetime.now(dt.UTC)
    assert dt.timedelta(minutes=29) < left <= dt.timedelta(minutes=30)


def test_an_idle_session_is_asked_to_sign_in_again(desk):
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False) as real_time:
        client = desk()
        real_time.shift(dt.timedelta(minutes=29))
        assert client.get(INSIDE).status_code == 200
        real_time.shift(dt.timedelta(minutes=31))
        assert client.get(INSIDE).headers["Location"].startswith("/login/")


def test_no_session_outlives_a_long_working_day_however_busy(desk, settings):
    client = desk()
    session = client.session
    session["began_at"] = time.time() - settings.SESSION_LONGEST_HOURS * 3600 - 1
    session.save()
    told = client.get(INSIDE)
    assert told.headers["Location"] == f"/login/?next={INSIDE}"
    assert client.get(INSIDE).headers["Location"].startswith("/login/")


def test_a_fourth_session_ends_the_oldest_and_no_other(desk):
    first, *others = [desk(f"203.0.113.{41 + place}") for place in range(4)]
    assert first.get(INSIDE).status_code == 302
    assert [client.get(INSIDE).status_code for client in others] == [200, 200, 200]


def test_the_sessions_of_one_person_end_nobody_elses(desk, sign_in, person):
    other = type(person).objects.create(username="other", name="旁人")
    set_password(user=other, password=PASSWORD)
    client = Client(REMOTE_ADDR="203.0.113.50")
    sign_in("other", client=client, next=INSIDE)
    for _ in range(4):
        desk()
    assert client.get(INSIDE).status_code == 200


def test_signing_out_ends_the_session_and_forgets_it(desk):
    client = desk()
    key = client.session.session_key
    assert client.post("/logout/").status_code in (200, 302)
    assert not Session.objects.filter(session_key=key).exists()
    assert not SignedIn.objects.filter(session_key=key).exists()


def test_signing_out_by_a_link_does_nothing(desk):
    """A picture of another site that points at /logout/ would sign people out."""
    client = desk()
    assert client.get("/logout/").status_code == 405
    assert client.get(INSIDE).status_code == 200


def test_a_new_password_ends_every_session_and_every_token(desk, person):
    from_phone, from_desk = desk(), desk()
    token = Client(REMOTE_ADDR="203.0.113.60").post(
        "/api/v1/auth/token/", {"username": person.username, "password": PASSWORD}
    ).json()["token"]  # fmt: skip
    said = {"old_password": PASSWORD, "new_password1": "Neue-Felder-3-Wege", "new_password2": "Neue-Felder-3-Wege"}
    assert from_desk.post(INSIDE, said).status_code == 302
    assert from_phone.get(INSIDE).status_code == 302
    assert from_desk.get(INSIDE).status_code == 302
    refused = Client().get("/api/v1/orders/", headers={"Authorization": f"Token {token}"})
    assert refused.status_code == 401


def test_the_cookies_of_a_production_start_are_closed(settings):
    """The values themselves are checked where production settings are loaded (test_checks.py)."""
    assert settings.SESSION_COOKIE_HTTPONLY is True
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"


def test_a_forged_form_without_the_pages_token_is_refused(desk, person):
    client = Client(enforce_csrf_checks=True, REMOTE_ADDR="203.0.113.61")
    client.force_login(person)
    assert client.post(INSIDE, {}).status_code == 403
    assert client.post("/i18n/setlang/", {"language": "en"}).status_code == 403
    assert client.post("/api/v1/orders/", {}).status_code == 403
