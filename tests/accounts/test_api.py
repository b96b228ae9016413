"""Tokens for programs: given for a name and a password, limited, ended; odd bytes are no token."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from knox.models import AuthToken

from accounts.models import SignedIn
from tests.accounts.conftest import PASSWORD

TOKEN, END, INSIDE = "/api/v1/auth/token/", "/api/v1/auth/token/end/", "/api/v1/orders/"


@pytest.fixture
def ask(browser, person):
    """`ask("password")`: a program asks for a token."""

    def post(password: str = PASSWORD, username: str = person.username, client=None):
        said = {"username": username, "password": password}
        return (client or browser).post(TOKEN, said, content_type="application/json")

    return post


def using(token: str) -> dict[str, str]:
    return {"Authorization": f"Token {token}"}


def test_a_token_opens_what_the_person_may_see_and_says_when_it_ends(browser, ask, settings):
    given = ask()
    assert given.status_code == 200
    assert set(given.json()) == {"token", "expiry"}
    ends = dt.datetime.fromisoformat(given.json()["expiry"])
    assert ends - timezone.now() <= dt.timedelta(hours=settings.SESSION_LONGEST_HOURS)
    assert Client().get(INSIDE, headers=using(given.json()["token"])).status_code == 200


def test_a_token_is_kept_as_a_hash_alone(ask):
    token = ask().json()["token"]
    [row] = AuthToken.objects.all()
    assert token not in (row.digest, row.token_key)


def test_asking_for_a_token_begins_no_session(browser, ask):
    given = ask()
    assert "sessionid" not in given.cookies
    assert SignedIn.objects.count() == 0


def test_a_wrong_password_and_an_unknown_name_are_told_the_same(ask):
    wrong, unknown = ask("nicht-dieses-9"), ask("nicht-dieses-9", username="nobody")
    assert wrong.status_code == unknown.status_code == 400
    assert wrong.json() == unknown.json()
    assert wrong.json()["sentence"].startswith("Please enter a correct")


def test_five_failures_lock_the_account_in_the_api_and_on_the_page(ask, sign_in, person):
    answers = [ask("nicht-dieses-9").status_code for _ in range(5)]
    assert answers == [400, 400, 400, 400, 429]
    locked = ask()
    assert (locked.status_code, locked.json()["code"]) == (429, "locked_out")
    assert "30 minutes" in locked.json()["sentence"]
    assert sign_in(person.username, client=Client(REMOTE_ADDR="203.0.113.70")).status_code == 429


def test_too_many_askings_in_a_minute_are_put_off(browser, ask, address):
    cache.delete(f"throttle_token_{address}")
    answers = [ask().status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]
    refused = ask()
    assert (refused.json()["code"], "Retry-After" in refused.headers) == ("throttled", True)


def test_a_forged_forwarding_header_does_not_escape_the_throttle(ask, address):
    cache.delete(f"throttle_token_{address}")
    clients = [Client(REMOTE_ADDR=address, headers={"X-Forwarded-For": f"198.51.100.{n}"}) for n in range(11)]
    assert [ask(client=client).status_code for client in clients][-1] == 429


def test_a_sixth_token_ends_the_oldest(ask, settings):
    tokens = [ask().json()["token"] for _ in range(settings.TOKENS_AT_ONCE + 1)]
    answers = [Client().get(INSIDE, headers=using(token)).status_code for token in tokens]
    assert answers == [401] + [200] * settings.TOKENS_AT_ONCE


def test_a_token_ends_when_it_is_asked_to(ask):
    first, second = ask().json()["token"], ask().json()["token"]
    assert Client().post(END, headers=using(first)).status_code == 204
    answers = [Client().get(INSIDE, headers=using(token)).status_code for token in (first, second)]
    assert answers == [401, 200]


def test_a_token_that_is_over_opens_nothing(ask):
    token = ask().json()["token"]
    AuthToken.objects.update(expiry=timezone.now() - dt.timedelta(seconds=1))
    assert Client().get(INSIDE, headers=using(token)).status_code == 401


def test_a_closed_account_has_no_token_any_more(ask, person):
    token = ask().json()["token"]
    person.is_active = False
    person.save(update_fields=["is_active"])
    assert Client().get(INSIDE, headers=using(token)).status_code == 401
    assert ask().status_code == 400


def test_an_old_password_gives_no_token_and_says_why(ask, person):
    person.password_set_at = timezone.now() - dt.timedelta(days=91)
    person.save(update_fields=["password_set_at"])
    refused = ask()
    assert refused.status_code == 403
    assert "too old" in refused.json()["sentence"]


@pytest.mark.parametrize("token", ["", "x", "x" * 10_000, "\xff\xfe", "a\x00b", "a b", "' or 1=1 --", "令牌"], ids=repr)
def test_odd_bytes_are_no_token(db, token):
    header = b"Token " + token.encode()
    refused = Client(HTTP_AUTHORIZATION=header.decode("latin-1")).get(INSIDE)
    assert refused.status_code == 401
    assert refused.json()["sentence"]


def test_nobody_without_a_token_sees_anything(db):
    refused = Client(headers={"Accept-Language": "en"}).get(INSIDE)
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Token")
    assert set(refused.json()) == {"code", "sentence", "fields"}
