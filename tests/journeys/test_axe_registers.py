"""Accessibility of the pages of the registers and of visits at the desk, in both languages, also on a small phone."""

from __future__ import annotations

import pytest

from casework.moment import now
from registers.services import caring, homes, people
from tests.journeys.test_axe import LANGUAGES, faults
from tests.patrols.pointing import grid
from tests.registers.conftest import DOOR, NAME, NUMBER, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_registers_and_the_visits_that_are_due_are_accessible(cast, enter, language):
    area, keeper = grid(), cast.community
    home = homes.take_in_home(by=keeper, area=area, building="甲里小区 3 号楼", door=DOOR, lng=117.151, lat=39.165)
    person = people.take_in(by=keeper, area=area, home=home, name=NAME, phone=PHONE, id_number=NUMBER)
    caring.give_care(person, by=keeper, kind="elderly_high", since=now().date())
    page = enter(keeper, language=language)
    addresses = (
        "/registers/", "/registers/people/new/", f"/registers/people/{person.key}/", "/registers/homes/",
        f"/registers/homes/{home.key}/", "/registers/homes/new/", "/registers/imports/", "/patrols/visits/",
        "/patrols/proposals/",
    )  # fmt: skip
    assert [fault for address in addresses for fault in faults(page, address)] == []
