"""Visits in a real browser: the pages at 360 px in both languages and type sizes, the door by position, three taps."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Page, expect

from casework.moment import now
from grids.models import Area
from patrols.models import Visit
from registers.models import Look, Person
from registers.services import caring, homes, people
from tests.conftest import PLACE
from tests.journeys.test_axe import LANGUAGES
from tests.journeys.test_axe_phone import phone, type_size, wrong, wrong_now
from tests.registers.conftest import DOOR, GRID, NAME, NUMBER, PHONE

# ruff: noqa: F401, F811  (fixtures of the other phone pages)
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AT_DOOR = {
    "geolocation": {"longitude": PLACE["lng"], "latitude": PLACE["lat"], "accuracy": 8},
    "permissions": ["geolocation"],
}


@pytest.fixture
def person(cast, city) -> Person:
    grid = Area.objects.get(city=city, code=GRID)
    home = homes.take_in_home(by=cast.community, area=grid, building="甲里小区 3 号楼", door=DOOR, **PLACE)
    person = people.take_in(by=cast.community, area=grid, home=home, name=NAME, phone=PHONE, id_number=NUMBER)
    since = now().date() - dt.timedelta(days=20)
    caring.give_care(person, by=cast.community, kind="elderly_high", since=since)
    return person


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_and_a_visit_are_accessible_masked_and_open(phone, person, language):
    page = phone(language, **AT_DOOR)
    found = wrong(page, "/field/visits/") + wrong(page, "/field/visits/?what=homes")
    found += wrong(page, f"/field/visits/{person.home.key}/") + wrong(page, f"/field/visits/{person.key}/")
    for each in page.locator("main summary").all():
        each.click()
    page.locator(".v-event .chip").last.scroll_into_view_if_needed()
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    found += wrong_now(page, "a visit with everything unfolded")
    page.locator(".v-stand").click()
    page.wait_for_selector(".v-open")
    found += wrong_now(page, "a visit at the door")
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES[:1])
def test_an_empty_list_and_a_recorded_visit_are_accessible(phone, person, cast, language):
    page = phone(language)
    Visit.objects.create(
        digest="x", city=person.city, area=person.area, person=person, home=person.home, worker=cast.worker, at=now(),
        received_at=now(), outcome="visit", met=True, signs=["well"],
    )  # fmt: skip
    assert wrong(page, "/field/visits/") == []
    kept = Visit.objects.get()
    assert wrong(page, f"/field/visited/{kept.key}/") == []


def test_at_the_door_the_name_is_shown_and_two_taps_record_the_visit(enter, cast, person):
    page = enter(cast.worker, size=(360, 740), **AT_DOOR)
    page.goto(f"/field/visits/{person.key}/")
    assert NAME not in page.content()
    page.locator(".v-stand").click()
    expect(page.locator(".v-open")).to_contain_text(NAME)
    assert Look.objects.get(deed="look").where == "door"
    page.locator("label:has(input[value=well])").click()
    page.locator(".v-dock .pri").click()
    page.wait_for_url("**/field/visits/")
    kept = Visit.objects.get()
    assert (kept.person, kept.signs, kept.met) == (person, ["well"], True)
    assert kept.away_metres == 0
    page.goto(f"/field/visits/{person.key}/")
    assert NAME not in page.content()


def test_without_scripts_a_visit_is_recorded_by_a_plain_form(enter, cast, person):
    page: Page = enter(cast.worker, size=(360, 740), java_script_enabled=False)
    page.goto(f"/field/visits/{person.key}/")
    page.locator("input[name=met][value=false]").check(force=True)
    page.locator(".v-dock .pri").click()
    page.wait_for_url("**/field/visited/**")
    assert Visit.objects.get().met is False
