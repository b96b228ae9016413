"""The worker's pages without a network: a walk, a call for help, help given; each is kept on the phone and arrives once."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from patrols.models import Alarm, Patrol, Stop
from tests.journeys.pocket import Pocket, until
from tests.journeys.screens import arrived
from tests.journeys.test_patrol_page import hold, place_of
from tests.patrols.walking import point_at, points_kept, round_with

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def stops(cast) -> list[Stop]:
    points = [point_at(place, name=f"点 {place}") for place in (1, 11, 31)]
    return list(round_with(cast.worker, *points).stops.select_related("point").order_by("place"))


def test_without_a_network_a_whole_walk_is_kept_and_arrives_once(phone: Pocket, line, cast, stops):
    phone.open("/field/patrol/")  # kept on the phone from now on
    phone.context.set_geolocation(place_of(stops[0]))
    line.down = True
    set_out_here = phone.page.locator("[data-start] button")
    set_out_here.click()
    expect(phone.page.locator("[data-range-words]")).to_have_text("在范围内，可以确认")
    phone.page.click("[data-confirm]")
    expect(phone.page.locator("[data-count]")).to_have_text("1/3")
    expect(phone.page.locator("[data-unsent]")).to_contain_text("条待发送")
    phone.page.reload()
    expect(phone.page.locator("header.rec")).to_be_visible()
    expect(phone.page.locator("[data-count]")).to_have_text("1/3")
    phone.page.click("[data-end]")
    phone.page.click("[data-end-now]")
    expect(phone.page.locator("[data-start]")).to_be_visible()
    assert not Patrol.objects.exists()
    line.down = False
    phone.poke()
    patrol = until(lambda: Patrol.objects.exclude(ended_at=None).first(), "the walk is here, with its end")
    until(lambda: phone.waiting() == [], "nothing waits on the phone")
    assert Patrol.objects.count() == 1
    assert [one.point_id for one in patrol.check_ins.all()] == [stops[0].point_id]
    assert points_kept(patrol)


def test_without_a_network_the_phone_dials_and_the_call_arrives_when_the_net_is_back(phone: Pocket, line, cast):
    phone.open("/home/")
    line.down = True
    hold(phone.page, 2.3)
    expect(phone.page.locator("[data-sos-says]")).to_have_text("没有网，改拨 110", timeout=15_000)
    until(lambda: [row["kind"] for row in phone.waiting()] == ["alarm"], "the call is kept")
    line.down = False
    phone.poke()
    until(lambda: Alarm.objects.filter(worker=cast.worker).count() == 1, "the call is here")


@pytest.mark.mechanism("0-20")
def test_help_given_is_recorded_in_three_taps_also_without_a_network(phone: Pocket, line, cast):
    page = phone.open("/field/help/")
    arrived(page)
    line.down = True
    page.locator("label", has_text="有人摔倒").click()
    page.locator("label", has_text="交给家人").click()
    page.click(".dock button")
    until(lambda: [row["kind"] for row in phone.waiting()] == ["help"], "the record is kept")
    line.down = False
    phone.poke()
    until(lambda: cast.worker.help_records.count() == 1, "the record is here")
    assert cast.worker.help_records.get().kind == "fall"
