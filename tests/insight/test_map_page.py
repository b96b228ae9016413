"""The moving map in a real browser: levels by zoom, the side, the keyboard, a strict page, small and large screens."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test.utils import override_settings
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FIRST = "120106990001"


def ready(page, url: str = "/map/"):
    page.goto(url)
    page.wait_for_selector("#m-view[data-drawn] canvas")
    page.wait_for_load_state("networkidle")
    return page


def level(page, wanted: str) -> None:
    """Waits until the map shows a level, and its bar says so."""
    page.wait_for_selector(f"#m-view[data-drawn='{wanted}']")
    page.wait_for_selector(f"#m-tool [aria-current='true'][data-level='{wanted}']")


@pytest.mark.mechanism("0-7")
def test_the_level_changes_as_one_zooms(cast, browse):
    page = ready(browse(cast.dispatcher, reduced_motion="reduce"))  # moving, Leaflet would not hear the next click
    level(page, "2")
    page.click(".leaflet-control-zoom-in")
    page.click(".leaflet-control-zoom-in")
    level(page, "3")
    for _time in range(4):
        page.click(".leaflet-control-zoom-out")
    level(page, "1")


def test_labels_say_in_words_what_the_colours_say(report, cast, browse):
    report()
    report()
    page = ready(browse(cast.dispatcher))
    label = page.locator(".m-label", has_text="甲里社区")
    assert "2" in label.inner_text()
    assert page.locator(".m-legend").get_by_text("≥5").is_visible()


def test_a_click_on_an_area_opens_its_side_and_moves_the_address(report, cast, browse):
    order = report()
    page = ready(browse(cast.dispatcher))
    spot = page.locator(".m-label", has_text="甲里社区").bounding_box()
    page.mouse.click(spot["x"] + spot["width"] / 2, spot["y"] + spot["height"] + 12)
    page.wait_for_selector(f"#m-side[data-code='{FIRST}']")
    expect(page.locator("#m-side h1")).to_have_text("甲里社区")
    expect(page.locator("#m-side")).to_contain_text(order.number)
    expect(page).to_have_url(re.compile(rf"/map/\?area={FIRST}$"))
    expect(page.locator("#m-tool .crumb")).to_contain_text("甲里社区")


def test_the_list_is_the_way_of_the_keyboard(cast, browse):
    page = ready(browse(cast.dispatcher))
    page.locator(".m-rows a", has_text="甲里社区").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#m-side[data-code='{FIRST}']")
    level(page, "3")
    expect(page.locator("#m-side h1")).to_be_focused()


def test_arrow_keys_move_the_map(cast, browse):
    page = ready(browse(cast.dispatcher))
    page.focus("#m-ground")
    before = page.locator(".m-label").first.bounding_box()
    page.keyboard.press("ArrowRight")
    moved = "before => document.querySelector('.m-label').getBoundingClientRect().x < before - 20"
    page.wait_for_function(moved, arg=before["x"])


def test_open_orders_stand_as_points_on_the_lowest_level(report, cast, browse):
    report()
    page = ready(browse(cast.worker, width=1920, height=1080), f"/map/?area={FIRST}001")
    expect(page.locator(".m-point")).to_have_count(1)


def test_the_colours_follow_without_loading_the_page_again(report, cast, browse):
    page = browse(cast.dispatcher)
    page.clock.install()
    ready(page)
    report()
    page.clock.fast_forward(36_000)
    page.locator(".m-label", has_text="1").first.wait_for()
    expect(page.locator(".m-figures b").first).to_contain_text("1")


@override_settings(MAP_TILES_URL="")
def test_no_outside_address_is_asked_for(cast, browse, live_server):
    page = browse(cast.dispatcher)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    ready(page)
    assert [url for url in asked if not url.startswith((live_server.url, "data:", "blob:"))] == []


def test_without_a_script_each_area_is_a_link_and_a_page(cast, browse):
    page = browse(cast.dispatcher, java_script_enabled=False)
    page.goto("/map/")
    page.locator(".m-rows a", has_text="甲里社区").click()
    expect(page.locator("#m-side h1")).to_have_text("甲里社区")
    page.locator(".m-still a").first.click()
    expect(page.locator("#m-side h1")).to_contain_text("网格")


@pytest.mark.parametrize("width", [360, 1440, 1920])
@pytest.mark.parametrize("url", ["/map/", f"/map/?area={FIRST}"])
def test_no_page_is_wider_than_the_screen(report, cast, browse, width, url):
    report()
    page = ready(browse(cast.dispatcher, width=width, height=800), url)
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("url", ["/map/", "/calendar/?year=2026", "/status/"])
def test_axe_finds_nothing(report, cast, browse, language, url):
    report()
    page = browse(cast.organiser, language=language)
    if url == "/map/":
        ready(page)
    else:
        page.goto(url)
    found = Axe().run(page)
    assert found.response["passes"]
    assert found.response["violations"] == [], found.generate_report()


def test_the_calendar_fits_a_phone(cast, browse):
    page = browse(cast.organiser, width=360, height=740)
    page.goto("/calendar/?year=2026")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
