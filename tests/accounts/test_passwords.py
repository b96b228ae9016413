"""Passwords: ten characters of three kinds, none of the last five, ninety days (rules 13.8 row 120)."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.services import set_password
from tests.accounts.conftest import PASSWORD


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("Kurz-2", "password_too_short"),
        ("nurkleinebuchstaben", "password_too_plain"),
        ("nurkleine2buchstaben", "password_too_plain"),
        ("NURGROSSE2BUCHSTABEN", "password_too_plain"),
        ("2718281828459045", "password_too_plain"),
        ("Bai.lu-1-x", "password_too_similar"),
    ],
)
def test_a_weak_password_is_refused_and_changes_nothing(person, password, code):
    before = person.password
    with pytest.raises(ValidationError) as refused:
        set_password(user=person, password=password)
    assert code in {error.code for error in refused.value.error_list}
    person.refresh_from_db()
    assert (person.password, person.used_passwords.count()) == (before, 1)


@pytest.mark.parametrize(
    "password", ["kleine-2-zeichen", "GROSSE-2-ZEICHEN", "Grosse-Kleine-Zeichen", "天干地支-2-Abc"]
)
def test_three_kinds_in_any_mixture_are_enough(person, password):
    set_password(user=person, password=password)
    assert person.check_password(password)


def test_none_of_the_last_five_comes_back_and_the_sixth_may(person):
    later = [f"Wechsel-Nummer-{number}" for number in range(4)]
    for password in later:
        set_password(user=person, password=password)
    for password in (PASSWORD, *later):
        with pytest.raises(ValidationError):
            set_password(user=person, password=password)
    set_password(user=person, password="Wechsel-Nummer-9")
    set_password(user=person, password=PASSWORD)
    assert person.check_password(PASSWORD)


def test_used_passwords_are_kept_as_hashes_alone(person):
    kept = person.used_passwords.values_list("password", flat=True)
    assert all(PASSWORD not in one and "$" in one for one in kept)


def test_a_password_of_ninety_one_days_leads_to_the_page_for_a_new_one(browser, sign_in, person):
    person.password_set_at = timezone.now() - dt.timedelta(days=91)
    person.save(update_fields=["password_set_at"])
    sign_in(person.username, next="/password/")
    assert browser.get("/api/").headers["Location"] == "/password/"
    assert browser.get("/password/").status_code == 200
    new = "Neue-Felder-3-Wege"
    said = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert browser.post("/password/", said).headers["Location"] == "/login/"
    sign_in(person.username, new, next="/password/")
    assert browser.get("/api/").status_code == 200


def test_a_password_of_ninety_days_still_opens(browser, sign_in, person):
    person.password_set_at = timezone.now() - dt.timedelta(days=89, hours=23)
    person.save(update_fields=["password_set_at"])
    sign_in(person.username, next="/password/")
    assert browser.get("/api/").status_code == 200


def test_the_page_refuses_what_the_rules_refuse(browser, sign_in, person):
    sign_in(person.username, next="/password/")
    said = {"old_password": PASSWORD, "new_password1": PASSWORD, "new_password2": PASSWORD}
    page = browser.post("/password/", said)
    assert page.status_code == 200
    assert "Do not use one of your last five passwords again." in page.content.decode()
    person.refresh_from_db()
    assert person.used_passwords.count() == 1
