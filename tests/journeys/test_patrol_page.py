"""A walk with the phone in a real Chromium: set out, reach points, gaps as gaps, end; and the call for help."""

from __future__ import annotations

import gzip
import time

import pytest
from playwright.sync_api import Page, expect

from patrols.models import Alarm, CheckIn, Patrol, Stop
from tests.journeys.pocket import until
from tests.journeys.screens import arrived
from tests.patrols.walking import point_at, points_kept, round_with

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZE = (360, 740)
FIRST_LOAD = 200 * 1024


def place_of(stop: Stop, *, north: float = 0.0, accuracy: float = 9) -> dict[str, float]:
    """Where a phone stands to a point, so many degrees north of it."""
    return {"longitude": stop.point.lng, "latitude": stop.point.lat + north, "accuracy": accuracy}


@pytest.fixture
def stops(cast) -> list[Stop]:
    """Three points of today's round, about 130 m from one to the next."""
    points = [point_at(place, name=f"点 {place}") for place in (1, 11, 31)]
    return list(round_with(cast.worker, *points).stops.select_related("point").order_by("place"))


@pytest.fixture
def walker(enter, cast, stops):
    """The worker's phone, which lets the page know its place."""
    where = {"permissions": ["geolocation"], "geolocation": place_of(stops[0], north=0.0008)}
    return enter(cast.worker, size=SIZE, **where)


def set_out(page: Page) -> None:
    page.goto("/field/patrol/")
    arrived(page)
    page.click("[data-start] button")
    expect(page.locator("header.rec")).to_be_visible()
    until(lambda: Patrol.objects.exists(), "the start is here")


def end(page: Page) -> None:
    page.click("[data-end]")
    page.click("[data-end-now]")
    page.wait_for_url("**/field/patrol/?ended=1")


@pytest.mark.mechanism("2-33")
def test_a_point_is_far_then_in_range_then_confirmed_and_the_track_is_kept(walker, cast, stops):
    set_out(walker)
    sign, range_ = walker.locator("[data-rec-words]"), walker.locator("[data-range-words]")
    expect(sign).to_have_text("正在记录轨迹")
    expect(walker.locator("[data-rec-dot]")).to_be_visible()
    expect(walker.locator(".priv")).to_be_visible()
    expect(range_).to_contain_text("还差")
    walker.context.set_geolocation(place_of(stops[0], north=0.0001))
    expect(range_).to_have_text("在范围内，可以确认")
    walker.click("[data-confirm]")
    expect(walker.locator("[data-count]")).to_have_text("1/3")
    expect(walker.locator("[data-here-name]")).to_have_text("点 11")
    found = until(lambda: CheckIn.objects.filter(point=stops[0].point).first(), "the check-in is here")
    assert (found.how, found.marks) == ("position", [])
    end(walker)
    patrol = until(lambda: Patrol.objects.filter(worker=cast.worker).exclude(ended_at=None).first(), "it is ended")
    assert len(until(lambda: points_kept(patrol), "the track is here")) >= 2
    expect(walker.locator("header.rec")).to_be_hidden()
    assert (
        walker.evaluate("localStorage.getItem(`walk:${document.querySelector('meta[name=field-user]').content}`)")
        is None
    )


def test_a_place_that_is_not_exact_is_confirmed_by_a_photo_and_a_reason(walker, stops, photo_file):
    set_out(walker)
    walker.context.set_geolocation(place_of(stops[0], accuracy=85))
    expect(walker.locator("[data-range-words]")).to_have_text("定位不准，误差 ±85 米")
    walker.click("[data-confirm]")
    panel = walker.locator("[data-panel=photo]")
    panel.locator("button.pri").click()
    expect(panel.locator("[data-problem-words]")).to_be_visible()
    panel.locator("input[type=file]").set_input_files(photo_file)
    panel.locator("button.pri").click()
    expect(walker.locator("[data-count]")).to_have_text("1/3")
    found = until(lambda: CheckIn.objects.exclude(photo="").first(), "check-in and photo are here")
    assert (found.how, found.marks) == ("photo", ["vague"])


def test_without_permission_nothing_is_recorded_and_a_photo_still_confirms(enter, cast, stops, photo_file):
    page = enter(cast.worker, size=SIZE)
    set_out(page)
    expect(page.locator("[data-rec-words]")).to_have_text("巡查中，不记轨迹")
    expect(page.locator("[data-rec-dot]")).to_be_hidden()
    expect(page.locator("[data-range-words]")).to_have_text("手机没让我们用定位")
    page.click("[data-confirm]")
    page.locator("[data-panel=photo] input[type=file]").set_input_files(photo_file)
    page.locator("[data-panel=photo] button.pri").click()
    found = until(lambda: CheckIn.objects.exclude(photo="").first(), "check-in and photo are here")
    assert found.marks == ["no_position"]
    assert points_kept() == []


def test_a_refused_wake_lock_is_said(walker):
    walker.add_init_script(
        "Object.defineProperty(navigator, 'wakeLock', { value: { request: () => Promise.reject() } })"
    )
    set_out(walker)
    expect(walker.locator("[data-rec-lit-words]")).to_have_text("请调长熄屏时间")


def test_a_point_is_passed_over_with_a_reason(walker, stops):
    set_out(walker)
    walker.click("[data-skip]")
    panel = walker.locator("[data-panel=skip]")
    panel.locator("label", has_text="大门锁着").click()
    panel.locator("button.pri").click()
    expect(walker.locator("[data-here-name]")).to_have_text("点 11")
    found = until(lambda: Stop.objects.filter(pk=stops[0].pk, state="skipped").first(), "the house knows it")
    assert found.reason == "大门锁着"


def test_a_reload_on_the_way_loses_nothing(walker, cast, stops):
    set_out(walker)
    walker.context.set_geolocation(place_of(stops[0], north=0.0006))
    count = "JSON.parse(localStorage.getItem(`walk:${document.querySelector('meta[name=field-user]').content}`)).points.length"
    until(lambda: walker.evaluate(count) >= 2, "two positions are kept")
    walker.reload()
    expect(walker.locator("[data-rec-words]")).to_have_text("正在记录轨迹")
    assert walker.evaluate(count) >= 2
    assert Patrol.objects.filter(worker=cast.worker).count() == 1


# --- what is recorded -----------------------------------------------------------------------------------------------------
WALKED = """async (fixes) => {
  const { Recorder } = await import("/static/js/field/recorder.js");
  const state = { points: [], gaps: [] };
  const told = { onFix() {}, onKept() {}, onTell() {} };
  const recorder = new Recorder({ metres: 10, seconds: 15, accuracy: 50 }, state, told);
  for (const { ms, north = 0, accuracy = 9, away = false } of fixes) {
    if (away) recorder.away = true;
    const coords = { longitude: 117.151, latitude: 39.165 + north / 111320, accuracy, speed: null };
    recorder.take({ coords, timestamp: 1760000000000 + ms });
  }
  return { kept: state.points.map(([ms]) => ms - 1760000000000), gaps: state.gaps.map((gap) => gap.map((ms) => ms - 1760000000000)) };
}"""


def test_a_position_is_kept_after_ten_metres_or_fifteen_seconds_and_only_an_exact_one(walker):
    walker.goto("/field/patrol/")
    fixes = [
        {"ms": 0}, {"ms": 5_000, "north": 4}, {"ms": 8_000, "north": 11}, {"ms": 12_000, "north": 12},
        {"ms": 20_000, "north": 40, "accuracy": 80}, {"ms": 23_500, "north": 12},
    ]  # fmt: skip
    assert walker.evaluate(WALKED, fixes) == {"kept": [0, 8_000, 23_500], "gaps": []}


def test_what_was_not_recorded_is_a_gap_and_nothing_is_filled_in(walker):
    walker.goto("/field/patrol/")
    fixes = [
        {"ms": 0}, {"ms": 15_000}, {"ms": 60_000, "away": True},  # the page was hidden
        {"ms": 75_000}, {"ms": 240_000, "north": 90},  # no signal for nearly three minutes
    ]  # fmt: skip
    walked = walker.evaluate(WALKED, fixes)
    assert walked["kept"] == [0, 15_000, 60_000, 75_000, 240_000]
    assert walked["gaps"] == [[15_000, 60_000], [75_000, 240_000]]


DRAWN = """async () => {
  const { Ground } = await import("/static/js/field/patrol-map.js");
  const page = document.querySelector("[data-walk]");
  const ground = new Ground(document.querySelector("[data-map]"), JSON.parse(page.dataset.walk).frame);
  const at = (minute, lng) => [1760000000000 + minute * 60000, lng, 39.165, 9, null, 0];
  const points = [at(0, 117.151), at(1, 117.1512), at(7, 117.1515), at(8, 117.1517)];
  ground.drawTrack({ points, gaps: [[points[1][0], points[2][0]]] });
  const track = document.querySelector("[data-live-track]");
  return [track.querySelectorAll(".t-line").length, track.querySelectorAll(".t-cap").length, track.textContent];
}"""


def test_a_gap_is_drawn_as_two_caps_and_no_line_between(walker):
    walker.goto("/field/patrol/")
    assert walker.evaluate(DRAWN) == [2, 2, "中断 6 分钟"]


# --- the call for help ----------------------------------------------------------------------------------------------------
def hold(page: Page, seconds: float) -> None:
    box = page.locator("[data-sos]").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.wait_for_timeout(seconds * 1000)
    page.mouse.up()


def test_held_for_two_seconds_it_calls_and_the_desk_sees_it_at_once(walker, enter, cast):
    desk = enter(cast.dispatcher)
    desk.goto("/orders/")
    walker.goto("/home/")
    arrived(walker)
    with walker.expect_response(lambda answer: "/api/v1/alarms/" in answer.url) as sent:
        hold(walker, 2.3)
    assert sent.value.status == 201
    began = time.monotonic()
    expect(desk.locator(".alarm-strip")).to_contain_text("林小满", timeout=15_000)
    assert time.monotonic() - began < 11  # one poll, and the beat that misses it
    assert Alarm.objects.get().lng is not None
    walker.wait_for_url("**/field/sos/")
    desk.click(".alarm-strip")
    desk.click(".call .btn-main")
    expect(desk.locator(".call.seen")).to_be_visible()
    expect(walker.locator("#sos-state")).to_contain_text("罗立春", timeout=15_000)


def test_let_go_too_soon_nothing_is_sent_and_a_tap_calls_nobody(walker):
    walker.goto("/home/")
    arrived(walker)
    hold(walker, 0.8)
    expect(walker.locator("[data-sos-says]")).to_have_text("已松手，没有发出")
    walker.locator("[data-sos]").click()
    walker.wait_for_timeout(2_500)
    assert walker.url.endswith("/home/")
    assert not Alarm.objects.exists()


# --- the frame --------------------------------------------------------------------------------------------------------------
def test_by_keyboard_alone_from_the_home_to_the_patrol_and_to_the_call_for_help(walker, cast):
    walker.goto("/home/")
    arrived(walker)
    walker.keyboard.press("Tab")
    expect(walker.locator(".skip")).to_be_focused()
    reach(walker, "今日巡查")
    walker.keyboard.press("Enter")
    walker.wait_for_url("**/field/patrol/")
    arrived(walker)
    reach(walker, "开始巡查")
    walker.keyboard.press("Enter")
    expect(walker.locator("header.rec")).to_be_visible()
    walker.goto("/home/")
    arrived(walker)
    reach(walker, "SOS")
    walker.keyboard.press("Enter")
    walker.wait_for_url("**/field/sos/")
    arrived(walker)
    reach(walker, "确认求助")
    walker.keyboard.press("Enter")
    until(lambda: Alarm.objects.filter(worker=cast.worker).exists(), "the call is here")


def reach(page: Page, words: str) -> None:
    """Tab until the focus stands on what is called so."""
    for _turn in range(60):
        if words in (
            page.evaluate("document.activeElement === document.body ? '' : document.activeElement.innerText") or ""
        ):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way by keyboard to “{words}”")


@pytest.mark.parametrize("path", ["/home/", "/field/patrol/"])
def test_the_first_load_is_under_200_kilobytes_compressed(walker, order_at, path):
    order_at("finished")
    asked: list[str] = []
    walker.on("request", lambda request: asked.append(request.url) if request.method == "GET" else None)
    walker.goto(path)
    arrived(walker)
    told = {url: walker.request.get(url).body() for url in sorted({*asked})}
    size = sum(len(gzip.compress(body)) for body in told.values())
    assert len(told) > 5
    assert size < FIRST_LOAD, {url: len(gzip.compress(body)) for url, body in told.items()}
