"""Accessibility of every page in both languages, and nothing that scrolls sideways on a small phone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.screens import arrived
from workorders.lifecycle import WORK_ORDER

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"runOnly": TAGS, "resultTypes": ["violations"]}
LANGUAGES = ("zh-hans", "en")
PHONE = {"width": 360, "height": 740}
SCREEN = {"width": 1440, "height": 900}
# How each status is looked at by whoever has most to do with it.
LOOKS_AT = {
    "reported": "dispatcher", "checking": "worker", "kept": "worker", "accepted": "dispatcher", "pooled": "officer",
    "held": "officer", "dispatched": "officer", "handling": "officer", "ruling": "duty_chief", "parked": "duty_chief",
    "finished": "worker", "verified": "dispatcher", "joined": "dispatcher", "closed": "worker", "rated": "worker",
    "unrated": "worker", "refused": "dispatcher", "withdrawn": "worker",
    "whistled": "dispatcher",
}  # fmt: skip
# Many steps with long forms; and an order all of whose history is there.
IN_BOTH = {"handling", "closed"}


def faults(page: Page, address: str, *, small: bool = True) -> list[str]:
    """What axe finds on a page, on a phone too where it is laid out anew there, and whether it scrolls sideways."""
    page.goto(address)
    page.wait_for_load_state("load")
    found = violations(page, address)
    page.set_viewport_size(PHONE)
    if small:
        found += violations(page, f"{address} on a phone")
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append(f"{address} scrolls sideways on a phone")
    page.set_viewport_size(SCREEN)
    return found


def violations(page: Page, where: str) -> list[str]:
    rules = Axe().run(page, options=RULES).response["violations"]
    return [f"{where}: {rule['id']} {[node['html'][:160] for node in rule['nodes'][:3]]}" for rule in rules]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_order_in_every_status_is_accessible(cast, enter, order_at, language):
    """Every status in one of the languages, turn by turn, and those with the longest forms in both."""
    assert set(LOOKS_AT) == set(WORK_ORDER.statuses)
    found: list[str] = []
    pages: dict[str, Page] = {}
    for turn, (status, who) in enumerate(LOOKS_AT.items()):
        if LANGUAGES[turn % 2] == language or status in IN_BOTH:
            page = pages[who] = pages.get(who) or enter(getattr(cast, who), language=language)
            found += faults(page, f"/orders/{order_at(status).number}/", small=status in IN_BOTH)
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_desk_is_accessible_full_empty_and_late(cast, enter, order_at, clock, language):
    for status in ("reported", "accepted", "handling", "finished"):
        order_at(status)
    clock.pass_(minutes=20)
    late = order_at("reported")
    page = enter(cast.dispatcher, language=language)
    addresses = ["/orders/?view=mine", "/orders/?view=late", "/orders/?view=closed", "/orders/?q=nothing"]
    found = [fault for address in addresses for fault in faults(page, address)]
    assert found + faults(page, f"/orders/?view=open&open={late.number}") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_the_home_and_the_door_are_accessible(cast, enter, order_at, language):
    order_at("finished")
    page = enter(cast.worker, language=language)
    found = faults(page, "/home/") + faults(page, "/orders/new/")
    outsider = enter(cast.outsider, language=language)
    found += faults(outsider, "/")
    outsider.context.clear_cookies(name="sessionid")
    assert found + faults(outsider, "/login/") == []


def test_a_refused_form_is_accessible(cast, enter, order_at):
    order = order_at("handling")
    page = enter(cast.officer)
    page.goto(f"/orders/{order.number}/")
    page.evaluate("for (const field of document.querySelectorAll('[required]')) field.removeAttribute('required')")
    with page.expect_response(lambda answer: answer.status == 422):
        page.click(".next .btn-main")
    expect(page.locator(".errors")).to_be_visible()
    arrived(page)
    violations = Axe().run(page, options=RULES).response["violations"]
    assert [rule["id"] for rule in violations] == []
