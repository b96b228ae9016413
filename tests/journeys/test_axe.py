"""Accessibility of every page in both languages, and nothing that scrolls sideways on a small phone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from workorders.lifecycle import WORK_ORDER
from workorders.services import orders

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"runOnly": TAGS, "resultTypes": ["violations"]}
LANGUAGES = ("zh-hans", "en")
PHONE = {"width": 360, "height": 740}
SCREEN = {"width": 1440, "height": 900}
# How each status is looked at by whoever has most to do with it.
LOOKS_AT = {
    "reported": "dispatcher", "accepted": "dispatcher", "dispatched": "officer", "handling": "officer",
    "finished": "worker", "verified": "dispatcher", "closed": "worker", "rated": "worker", "refused": "dispatcher",
}  # fmt: skip


def faults(page: Page, address: str) -> list[str]:
    """What axe finds on a page, and whether it scrolls sideways at 360 px."""
    page.goto(address)
    found = []
    for size in (SCREEN, PHONE):
        page.set_viewport_size(size)
        page.wait_for_load_state("networkidle")
        for rule in Axe().run(page, options=RULES).response["violations"]:
            places = [node["html"][:160] for node in rule["nodes"][:3]]
            found.append(f"{address} at {size['width']}: {rule['id']} {places}")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{address} scrolls sideways at {size['width']}")
    page.set_viewport_size(SCREEN)
    return found


@pytest.fixture
def in_status(order_at, cast):
    """An order in each status, refused and rated too."""

    def make(status: str):
        if status == "refused":
            return orders.refuse(order_at("reported"), by=cast.dispatcher, reason="nothing_new", words="已在办。")
        if status == "rated":
            return orders.rate(order_at("closed"), by=cast.worker, stars=4, solved=True, words="好")
        return order_at(status)

    return make


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_order_in_every_status_is_accessible(cast, enter, in_status, picture, language):
    assert set(LOOKS_AT) == set(WORK_ORDER.statuses)
    pages = {who: enter(getattr(cast, who), language=language) for who in ("dispatcher", "officer", "worker")}
    found = []
    for status, who in LOOKS_AT.items():
        found += faults(pages[who], f"/orders/{in_status(status).number}/")
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
    violations = Axe().run(page, options=RULES).response["violations"]
    assert [rule["id"] for rule in violations] == []
