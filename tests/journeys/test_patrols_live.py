"""The duty desk's page of who is out: accessible, moving by itself, honest when nobody answers; and one walk's page."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from casework.moment import now
from patrols.models import Patrol, TrackLook
from patrols.services import looks, walks
from tests.journeys.test_axe import LANGUAGES, faults
from tests.patrols.walking import begin, fix, fixes, send

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIVE = "/patrols/live/"


@pytest.fixture
def out(cast, clock) -> Patrol:
    """Somebody who walks, somebody whose position is odd, somebody silent, somebody without a position."""
    patrol, odd, silent = begin(cast.worker), begin(cast.worker2), begin(cast.community)
    clock.pass_(minutes=30, sweep=False)
    send(patrol, fixes(patrol.started_at, 180))
    send(odd, [fix(now(), 3, lng=117.156, accuracy=300)])
    send(silent, [fix(silent.started_at, 9, lat=39.162)])
    begin(cast.secretary)
    return patrol


@pytest.mark.mechanism("2-34")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_walks_are_accessible(cast, enter, out, language):
    desk, worker = enter(cast.dispatcher, language=language), enter(cast.worker, language=language)
    one = reverse("walk", args=[out.key])
    found = faults(desk, LIVE) + faults(desk, one)
    looks.look(out, by=cast.dispatcher, why="附近来电求助")
    found += faults(desk, one) + faults(worker, one) + faults(worker, "/patrols/walks/")
    walks.end(out, by=cast.worker, ended_at=now())
    found += faults(worker, one)
    assert found == []


def signs(page: Page):
    return page.locator(".w-mark")


@pytest.mark.mechanism("2-34")
def test_who_moves_moves_on_the_map_and_who_ends_is_gone_without_a_hand(cast, enter, out, clock):
    page = enter(cast.dispatcher, language="zh-hans")
    page.goto(LIVE)
    expect(signs(page)).to_have_count(3)
    expect(page.locator("[data-walk]")).to_have_count(4)
    row = page.locator(f"[data-walk='{out.key}']")
    before = row.get_attribute("data-lng")
    clock.pass_(seconds=10, sweep=False)
    send(out, [fix(now(), 186)])
    expect(row).not_to_have_attribute("data-lng", before, timeout=20_000)
    walks.end(out, by=cast.worker, ended_at=now())
    expect(row).to_have_count(0, timeout=20_000)
    expect(signs(page)).to_have_count(2)


@pytest.mark.mechanism("2-34")
def test_patrols_are_a_layer_of_the_map_for_who_watches_them_and_the_look_is_on_record(cast, enter, out):
    page = enter(cast.dispatcher, language="zh-hans")
    page.goto("/map/")
    layer = page.locator("[data-patrols]")
    expect(signs(page)).to_have_count(0)
    assert not TrackLook.objects.exists()
    layer.click()
    expect(layer).to_have_attribute("aria-pressed", "true")
    expect(signs(page)).to_have_count(3)
    assert TrackLook.objects.filter(patrol=out, by=cast.dispatcher).count() == 1
    layer.click()
    expect(signs(page)).to_have_count(0)
    leader = enter(cast.leader, language="zh-hans")
    leader.goto("/map/")
    expect(leader.locator("[data-patrols]")).to_have_count(0)


def test_a_row_and_its_sign_light_up_together_and_a_click_on_the_sign_finds_the_row(cast, enter, out):
    page = enter(cast.dispatcher, language="zh-hans")
    page.goto(LIVE)
    page.locator(f"[data-walk='{out.key}']").hover()
    expect(page.locator(".w-mark-on b")).to_have_text("林小满")
    signs(page).filter(has_text="何清明").click()
    expect(page.locator("[data-walk].w-on > a")).to_have_text("何清明")


def test_when_nobody_answers_any_more_the_page_says_since_when_it_stands_still(cast, enter, out):
    page = enter(cast.dispatcher, language="zh-hans")
    page.clock.install(time=dt.datetime(2026, 10, 9, 3, 12, tzinfo=dt.UTC))
    page.goto(LIVE)
    expect(signs(page)).to_have_count(3)
    page.route("**/patrols/live/", lambda route: None)  # asked, and never answered
    page.clock.run_for(80_000)
    expect(page.locator("[data-stale]")).to_be_visible()
    expect(page.locator("html.is-stale")).to_have_count(1)


def test_without_a_script_the_list_says_it_all(cast, enter, out):
    page = enter(cast.dispatcher, language="zh-hans", java_script_enabled=False)
    page.goto(LIVE)
    expect(page.locator("[data-walk]")).to_have_count(4)
    expect(page.locator(".m-none")).to_be_visible()
