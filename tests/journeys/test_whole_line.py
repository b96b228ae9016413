"""The whole line as four people walk it, each at a screen of his own: with JavaScript, and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from casework.selectors import broken_chains
from tests.journeys.screens import arrived, told
from workorders.models import WorkOrder

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LINE = ["reported", "accepted", "dispatched", "signed_for", "finished", "verified", "closed", "rated"]


def report(page: Page, photo, *, script: bool) -> str:
    """The worker photographs litter, says what it is and where. He is not kept waiting for the page's scripts."""
    page.goto("/orders/new/")
    page.set_input_files("[name=photos]", photo)
    page.select_option("[name=category]", label="暴露垃圾、垃圾满溢")
    page.fill("[name=words]", "3 号楼前垃圾桶满溢。从昨天起没人清")
    if script:
        expect(page.locator("[data-thumbs] img")).to_have_count(1)
        page.locator("[data-map] .leaflet-container").click(position={"x": 200, "y": 150})
        expect(page.locator("[name=lng]")).not_to_have_value("")
    page.fill("[name=lng]", "117.151")
    page.fill("[name=lat]", "39.165")
    page.fill("[name=place]", "3 号楼前")
    page.click("text=提交")
    told(page, "已收到，编号 GD")
    return page.url.rstrip("/").rsplit("/", 1)[-1]


def press(page: Page, number: str, button: str, then: str) -> None:
    """Opens the order and presses its one main button."""
    page.goto(f"/orders/{number}/")
    main = page.locator(".next .btn-main")
    expect(main).to_have_count(1)
    expect(main).to_contain_text(button)
    main.click()
    told(page, f"现在是「{then}」")


def finish(page: Page, number: str, photo) -> None:
    page.goto(f"/orders/{number}/")
    page.fill("[name=result]", "已派车清运，冲洗地面。")
    page.set_input_files("[name=photos]", photo)
    page.click(".next .btn-main")
    told(page, "现在是「待核实」")


def rate(page: Page, number: str) -> None:
    page.goto(f"/orders/{number}/")
    page.check("[name=solved][value=yes]")
    page.check("[name=stars][value='5']")
    page.fill("[name=words]", "很快")
    page.click(".next .btn-main")
    told(page, "已评价")


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_four_people_take_a_report_from_the_street_to_its_rating(cast, enter, photo_file, script):
    options = {"java_script_enabled": script}
    worker = enter(cast.worker, size=(360, 740), by_form=True, **options)
    others = (cast.dispatcher, cast.officer, cast.leader)
    dispatcher, officer, leader = (enter(who, by_form=True, **options) for who in others)

    number = report(worker, photo_file, script=script)
    dispatcher.goto("/orders/?view=new")
    expect(dispatcher.locator(f"[data-row][data-number='{number}']")).to_be_visible()
    press(dispatcher, number, "受理", "待派遣")
    press(dispatcher, number, "派遣", "待签收")
    press(officer, number, "签收", "处置中")
    finish(officer, number, photo_file)
    worker.goto("/home/")
    expect(worker.locator(f".tasks a[href$='/{number}/']")).to_be_visible()
    press(worker, number, "核实", "待结案")
    press(dispatcher, number, "结案", "已结案，待评价")
    rate(worker, number)

    leader.goto(f"/orders/{number}/")
    history = leader.locator(".hist li")
    expect(history).to_have_count(8)
    expect(history.first).to_contain_text("网格员 林小满 评价 5 星，已解决。")
    expect(history.last).to_contain_text("网格员 林小满 上报（网格巡查），附照片 1 张。")
    expect(leader.locator(".next .btn")).to_have_count(0)
    pictures = leader.locator(".shots img")
    expect(pictures).to_have_count(2)
    if script:
        pictures.last.scroll_into_view_if_needed()
        leader.wait_for_function("[...document.querySelectorAll('.shots img')].every(image => image.naturalWidth > 0)")
    order = WorkOrder.objects.get(number=number)
    assert list(order.events.values_list("verb", flat=True)) == LINE
    assert broken_chains() == []


def test_the_dispatcher_accepts_and_dispatches_from_the_desk_alone(cast, enter, report):
    first, second = report(), report(words="早市散场后摊位占道。")
    desk = enter(cast.dispatcher)
    desk.goto("/orders/?view=mine")
    desk.locator(f"[data-number='{second.number}'] [data-row-link]").click()
    preview = desk.locator("#preview")
    expect(preview).to_contain_text("早市散场后摊位占道")
    expect(desk.locator("[data-row][aria-current]")).to_have_attribute("data-number", second.number)
    preview.get_by_role("button", name="受理", exact=False).first.click()
    told(desk, f"{second.number} 已受理")
    desk.locator(f"[data-number='{second.number}'] [data-row-link]").click()
    preview.get_by_role("button", name="派遣到环卫所").click()
    told(desk, f"{second.number} 已派遣")
    expect(desk.locator(f"#rows [data-number='{second.number}']")).to_have_count(0)
    expect(preview).to_contain_text(first.number)


def test_what_is_missing_is_said_at_its_place_and_what_was_written_stays(cast, enter, order_at):
    order = order_at("reported")
    page = enter(cast.dispatcher)
    page.goto(f"/orders/{order.number}/#step-refuse")
    page.select_option("#refuse_reason", "nothing_new")
    page.locator("#refuse_words").evaluate("field => field.removeAttribute('required')")
    page.locator("#step-refuse .form-acts .btn").click()
    summary = page.locator(".errors")
    expect(summary).to_be_focused()
    arrived(page)
    expect(summary.locator("a")).to_have_attribute("href", "#refuse_words")
    expect(page.locator("#refuse_reason")).to_have_value("nothing_new")


def test_a_preview_that_does_not_come_says_so_and_offers_to_try_again(cast, enter, report):
    report()
    second = report()
    page = enter(cast.dispatcher)
    page.goto("/orders/?view=new")
    page.route("**/*part=preview*", lambda route: route.fulfill(status=422, body=""))
    page.locator(f"[data-number='{second.number}'] [data-row-link]").click()
    expect(page.locator("#preview")).to_contain_text("没有取到")
    page.unroute("**/*part=preview*")
    page.locator("#preview").get_by_role("link", name="重试").click()
    expect(page.locator("#preview .prev-b")).to_have_attribute("data-number", second.number)


def test_a_desk_without_answers_says_since_when(cast, enter, report):
    report()
    page = enter(cast.dispatcher)
    page.clock.install()
    page.goto("/orders/")
    expect(page.locator("[data-stale]")).to_be_hidden()
    page.route("**/*part=*", lambda route: route.fulfill(status=422, body=""))
    page.clock.run_for(100_000)
    expect(page.locator("[data-stale]")).to_be_visible()
    expect(page.locator("[data-stale]")).to_contain_text("服务器没有应答")
