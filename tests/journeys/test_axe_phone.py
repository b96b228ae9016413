"""Accessibility of every phone page at 360 px in both languages and both type sizes; targets for a thumb; nothing that
scrolls sideways; and of the desk's pages for calls and help.
"""

from __future__ import annotations

import uuid

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from patrols.models import Checklist, ChecklistItem
from patrols.services import alarms, helping, walks
from patrols.services.keyed import Spot
from tests.conftest import PLACE
from tests.journeys.test_axe import LANGUAGES, RULES, faults, violations
from tests.patrols.walking import point_at, round_with

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]
SIZE = (360, 740)
LEAST = 44
HERE = Spot(PLACE["lng"], PLACE["lat"], 9)
TARGETS = """(least) => [...document.querySelectorAll("a, button, summary, select, textarea, input:not([type=hidden])")]
  .filter((node) => node.checkVisibility() && !node.matches(".skip"))
  .map((node) => (node.matches("input") && node.closest("label")) || node)
  .map((node) => [node.textContent.trim().slice(0, 20) || node.className, node.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.width < least || box.height < least))
  .map(([name, box]) => `${name} ${Math.round(box.width)} x ${Math.round(box.height)}`)"""

IN_MENU = """(menu, least) => [...menu.querySelectorAll("a, button")]
  .filter((node) => node.getBoundingClientRect().height < least).map((node) => node.textContent.trim())"""


def wrong(page: Page, address: str) -> list[str]:
    """What is wrong with a phone page."""
    page.goto(address)
    page.wait_for_load_state("load")
    page.wait_for_timeout(300)
    return wrong_now(page, address)


def wrong_now(page: Page, where: str) -> list[str]:
    found = violations(page, where)
    found += [f"{where}: target {name}" for name in page.evaluate(TARGETS, LEAST)]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append(f"{where} scrolls sideways")
    return found


@pytest.fixture
def round_(cast, city, sanitation):
    made = round_with(cast.worker, *[point_at(place, name=f"充电棚 {place}") for place in (1, 4, 7)])
    checklist = Checklist.objects.create(city=city, department=sanitation, name="充电安全", made_at=made.made_at)
    for place, text in enumerate(("有没有飞线充电", "灭火器在不在有效期"), 1):
        ChecklistItem.objects.create(checklist=checklist, place=place, text=text, item="060101")
    first = made.stops.get(place=1).point
    first.checklist = checklist
    first.save()
    return made


@pytest.fixture(params=["usual", "large"])
def type_size(request) -> str:
    return request.param


@pytest.fixture
def phone(enter, cast, type_size, live_server):
    def of(language: str, **options) -> Page:
        page = enter(cast.worker, language=language, size=SIZE, **options)
        page.context.add_cookies([{"name": "type", "value": type_size, "url": live_server.url}])
        return page

    return of


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_the_tasks_and_a_task_are_accessible(phone, order_at, round_, language):
    waiting, check = order_at("finished"), order_at("checking")
    page = phone(language)
    found = wrong(page, "/home/") + wrong(page, "/field/tasks/") + wrong(page, "/field/tasks/kept/")
    assert found + wrong(page, f"/field/tasks/{waiting.number}/") + wrong(page, f"/field/tasks/{check.number}/") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_first_page_with_nothing_on_it_is_accessible(phone, language):
    page = phone(language)
    assert wrong(page, "/home/") + wrong(page, "/field/tasks/") + wrong(page, "/field/patrol/") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_patrol_is_accessible_before_on_the_way_and_at_its_end(phone, cast, round_, language):
    where = {"longitude": PLACE["lng"], "latitude": PLACE["lat"], "accuracy": 9}
    page = phone(language, permissions=["geolocation"], geolocation=where)
    stop = f"/field/patrol/stops/{round_.stops.get(place=1).pk}/"
    found = wrong(page, "/field/patrol/") + wrong(page, stop)
    walks.start(by=cast.worker, key=uuid.uuid4())
    found += wrong(page, stop) + wrong(page, "/field/patrol/end/") + wrong(page, "/field/patrol/")
    page.locator("[data-lines]:not([hidden]) summary").click()
    found += wrong_now(page, "the checklist")
    page.locator("[data-lines]:not([hidden]) summary").click()
    for panel in ("skip", "end"):
        page.click(f"[data-{panel}]")
        found += wrong_now(page, f"the panel {panel}")
        page.keyboard.press("Escape")
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_given_and_the_call_for_help_are_accessible(phone, cast, language):
    helping.record(by=cast.worker, key=uuid.uuid4(), kind="fall", handed_to="family", done="扶起老人。")
    page = phone(language)
    found = wrong(page, "/field/help/") + wrong(page, "/field/sos/")
    alarm, _new = alarms.raise_alarm(by=cast.worker, key=uuid.uuid4(), spot=HERE)
    found += wrong(page, "/home/") + wrong(page, "/field/sos/")
    alarms.take(alarm, by=cast.dispatcher)
    assert found + wrong(page, "/field/sos/") == []


def test_the_menu_is_accessible(phone):
    page = phone("zh-hans")
    page.goto("/home/")
    page.wait_for_load_state("load")
    page.locator("details.menu summary").click()
    rules = Axe().run(page, context=".menu-body", options=RULES).response["violations"]
    assert [rule["id"] for rule in rules] == []
    assert [name for name in page.locator(".menu-body").evaluate(IN_MENU, LEAST) if name] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_centre_s_pages_are_accessible_with_and_without_a_call(enter, cast, language):
    page = enter(cast.dispatcher, language=language)
    found = faults(page, "/patrols/alarms/")
    first, _new = alarms.raise_alarm(by=cast.worker, key=uuid.uuid4(), spot=HERE)
    alarms.raise_alarm(by=cast.worker2, key=uuid.uuid4())
    alarms.take(first, by=cast.dispatcher)
    helping.record(by=cast.worker, key=uuid.uuid4(), kind="lost", handed_to="police")
    for address in ("/patrols/alarms/", "/orders/", "/patrols/help/"):
        found += faults(page, address)
    assert found == []
