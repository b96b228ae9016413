"""Signing in: locked after five failures, the same answer for names that do not exist, a new session each time."""

import datetime as dt

import pytest
import time_machine
from axes.models import AccessAttempt
from django.test import Client

from accounts.services import remember_password
from tests.accounts.conftest import PASSWORD

WRONG = "nicht-dieses-Wort-9"


def test_a_right_password_signs_in(browser, sign_in, person):
    told = sign_in(person.username, next="/password/")
    assert (told.status_code, told.headers["Location"]) == (302, "/password/")
    assert browser.session["_auth_user_id"] == str(person.pk)


def test_five_failures_lock_the_account_even_for_the_right_password_and_from_elsewhere(sign_in, person):
    answers = [sign_in(person.username, WRONG).status_code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    elsewhere = Client(REMOTE_ADDR="203.0.113.7")
    locked = sign_in(person.username, client=elsewhere)
    assert locked.status_code == 429
    assert "_auth_user_id" not in elsewhere.session


def test_five_failures_lock_the_address_for_every_account(sign_in, person):
    for number in range(5):
        sign_in(f"guess-{number}", WRONG)
    assert sign_in(person.username).status_code == 429


def test_a_name_that_does_not_exist_is_answered_word_for_word_like_one_that_does(person):
    """Neither before the lock nor behind it does the page tell whether there is such an account."""
    told = {}
    for place, name in enumerate(["bai.lu", "bai.la"]):
        client = Client(REMOTE_ADDR=f"203.0.113.{place + 10}", headers={"Accept-Language": "en"})
        pages = [client.post("/login/", {"username": name, "password": WRONG}) for _ in range(6)]
        told[name] = [(page.status_code, _without_tokens(page.content.decode(), name)) for page in pages]
    assert told["bai.lu"] == told["bai.la"]
    assert told["bai.lu"][-1][0] == 429


def _without_tokens(page: str, name: str) -> str:
    lines = page.replace(name, "NAME").splitlines()
    return "\n".join(line for line in lines if "csrf" not in line.lower() and "<time" not in line)


def test_the_lock_opens_thirty_minutes_after_the_last_attempt(sign_in, person):
    with time_machine.travel(dt.datetime(2026, 10, 9, 2, 0, tzinfo=dt.UTC), tick=False) as real_time:
        person.refresh_from_db()
        remember_password(user=person, password=PASSWORD)
        for _ in range(5):
            sign_in(person.username, WRONG)
        real_time.shift(dt.timedelta(minutes=29))
        assert sign_in(person.username).status_code == 429
        real_time.shift(dt.timedelta(minutes=31))
        assert sign_in(person.username, next="/password/").status_code == 302


def test_four_failures_are_forgiven_to_the_account_that_then_signs_in(browser, sign_in, person):
    for _ in range(4):
        sign_in(person.username, WRONG)
    assert sign_in(person.username, next="/password/").status_code == 302
    assert not AccessAttempt.objects.filter(username=person.username).exists()


def test_signing_in_oneself_does_not_forgive_the_failures_at_a_neighbours_account(sign_in, person, db):
    """Else a colleague could guess for ever: four wrong passwords, his own right one, four wrong ones …"""
    neighbour = type(person).objects.create(username="neighbour", name="邻座")
    remember_password(user=neighbour, password=PASSWORD)
    for _ in range(2):
        for _guess in range(2):
            sign_in(neighbour.username, WRONG)
        sign_in(person.username, client=Client(REMOTE_ADDR="203.0.113.20"))
    assert AccessAttempt.objects.filter(username="neighbour").count() == 1
    assert sign_in(neighbour.username, WRONG).status_code == 429


def test_a_forged_forwarding_header_moves_nobody_to_another_address(browser, sign_in, person):
    for number in range(5):
        client = Client(REMOTE_ADDR="203.0.113.30", headers={"X-Forwarded-For": f"198.51.100.{number}"})
        sign_in(f"guess-{number}", WRONG, client=client)
    assert sign_in(person.username, client=Client(REMOTE_ADDR="203.0.113.30")).status_code == 429


def test_an_account_that_was_closed_does_not_sign_in(browser, sign_in, person):
    person.is_active = False
    person.save(update_fields=["is_active"])
    assert sign_in(person.username).status_code == 200
    assert "_auth_user_id" not in browser.session


def test_the_session_is_a_new_one_after_signing_in(browser, sign_in, person):
    """A session key that somebody planted beforehand is worth nothing afterwards."""
    session = browser.session
    session["planted"] = True
    session.save()
    browser.cookies["sessionid"] = session.session_key
    sign_in(person.username, next="/password/")
    assert browser.session.session_key != session.session_key
    assert not type(session)().exists(session.session_key)


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_signing_in_leads_nowhere_outside(sign_in, person, target, settings):
    settings.LOGIN_REDIRECT_URL = "/password/"
    assert sign_in(person.username, next=target).headers["Location"] == "/password/"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
@pytest.mark.parametrize("way", ["next", "referer"])
def test_changing_the_language_leads_nowhere_outside(browser, db, target, way):
    said = {"language": "en"} | ({"next": target} if way == "next" else {})
    headers = {"Referer": target} if way == "referer" else {}
    told = browser.post("/i18n/setlang/", said, headers=headers)
    assert told.status_code == 302
    assert told.headers["Location"] == "/"


def test_names_and_passwords_of_odd_bytes_are_wrong_and_nothing_else(sign_in, db):
    for odd in ("\x00", "a\x00b", "'; drop table accounts_user; --", "x" * 5_000, "𝕏\u202e"):
        assert sign_in(odd, odd).status_code in (200, 429)
