"""Sealing: at rest nothing can be read, what is typed differently is found all the same, keys can be changed."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from patrols.models import Visit
from patrols.services import visiting
from registers import sealing
from registers.checks import the_registers_have_their_keys
from registers.sealing import Unreadable, key_of, seal, unseal
from registers.services import caring
from tests.registers.conftest import DOOR, NAME, NUMBER, PHONE


def test_a_sealed_text_cannot_be_read_and_opens_again():
    token = seal(NAME)
    assert NAME not in token
    assert unseal(token) == NAME
    assert seal(NAME) != token  # nobody sees from two tokens that they hold the same
    assert (seal(""), unseal("")) == ("", "")


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        ("phone", "10020781234", "１００ 2078-1234"),
        ("name", "买买提·艾力", "买买提•艾力"),
        ("name", "欧阳 若兰", "欧阳若兰"),
        ("name", "Anne Li", "anne li"),
        ("id_number", "99010619401002204x", "９９010619401002204X"),
        ("door", "3 单元 702", "３单元702"),
    ],
)
def test_the_same_written_otherwise_has_the_same_key(field, one, other):
    assert key_of(field, one) == key_of(field, other)


def test_the_same_text_has_another_key_in_each_field_and_nothing_has_none():
    keys = {key_of(field, "10020781234") for field in ("phone", "name", "id_number", "door")}
    assert len(keys) == 4
    assert key_of("phone", "") == key_of("name", None) == ""


def test_a_key_tells_nothing_without_the_houses_secret(settings):
    before = key_of("phone", PHONE)
    settings.SECRET_KEY = "another secret of fifty signs and more, for this one test"
    assert key_of("phone", PHONE) != before


def test_the_first_key_seals_and_all_open(settings):
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.REGISTER_KEYS = [old]
    token = seal(NAME)
    settings.REGISTER_KEYS = [new, old]
    assert unseal(token) == NAME
    assert Fernet(new).decrypt(seal(NAME).encode()).decode() == NAME
    settings.REGISTER_KEYS = [new]
    with pytest.raises(Unreadable):
        unseal(token)


def test_resealing_brings_everything_under_the_new_key_so_the_old_one_can_go(settings, cast, person):
    caring.give_care(person, by=cast.community, kind="key", note="独居")
    kept, _new = visiting.record(
        by=cast.worker, key=person.key, target=person.key, outcome="correct", found="膝盖疼", changes={"phone": PHONE}
    )
    new = Fernet.generate_key().decode()
    settings.REGISTER_KEYS = [new, *sealing.keys_given()]
    call_command("reseal_registers")
    call_command("reseal_registers")
    settings.REGISTER_KEYS = [new]
    person.refresh_from_db()
    assert [unseal(getattr(person, f"{field}_sealed")) for field in ("name", "phone", "id_number")] == [
        NAME,
        PHONE,
        NUMBER,
    ]
    person.home.refresh_from_db()
    assert (unseal(person.home.door_sealed), unseal(person.cares.get().note_sealed)) == (DOOR, "独居")
    again = Visit.objects.get(pk=kept.pk)
    assert (unseal(again.found_sealed), PHONE in unseal(again.proposal_sealed)) == ("膝盖疼", True)


def test_resealing_after_a_change_of_the_secret_lets_people_be_found_again(settings, person):
    settings.REGISTER_KEYS = sealing.keys_given()
    settings.SECRET_KEY = "another secret of fifty signs and more, for this one test"
    call_command("reseal_registers")
    person.refresh_from_db()
    assert person.phone_key == key_of("phone", PHONE)


def test_production_without_keys_is_refused_and_so_is_a_key_that_is_none(settings):
    settings.SECURE_PLAIN_HTTP = False
    assert [error.id for error in the_registers_have_their_keys(None)] == ["registers.E001"]
    with pytest.raises(ImproperlyConfigured):
        seal(NAME)
    settings.REGISTER_KEYS = ["short"]
    assert [error.id for error in the_registers_have_their_keys(None)] == ["registers.E002"]
    settings.REGISTER_KEYS = [Fernet.generate_key().decode()]
    assert the_registers_have_their_keys(None) == []


def test_the_embedded_default_derives_one_key_from_its_secret(settings):
    assert len(sealing.keys_given()) == 1
    token = seal(NAME)
    settings.SECRET_KEY = "another secret of fifty signs and more, for this one test"
    with pytest.raises(Unreadable):
        unseal(token)
