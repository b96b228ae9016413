"""From end to end with the keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.screens import arrived, previewed, told
from workorders.models import WorkOrder

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def keys(page: Page, *pressed: str) -> None:
    for key in pressed:
        page.keyboard.press(key)


def tab_to(page: Page, selector: str, *, most: int = 60) -> None:
    """Presses Tab until the element has the focus; a person gives up after so many."""
    for _press in range(most):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{selector} is not within reach of the keyboard")


def test_a_dispatcher_works_through_the_desk_by_letters(cast, enter, report, order_at):
    ready, first, second = order_at("accepted"), report(), report()
    page = enter(cast.dispatcher)
    page.goto("/orders/?view=new")
    keys(page, "j", "j", "Enter")
    previewed(page, second.number)
    keys(page, "a")
    told(page, f"{second.number} 已受理")
    keys(page, "k", "Enter")
    previewed(page, first.number)
    keys(page, "o")
    page.wait_for_url(f"**/orders/{first.number}/")
    keys(page, "r")
    expect(page.locator("#refuse_reason")).to_be_focused()
    page.goto(f"/orders/?view=mine&open={ready.number}")
    keys(page, "d")
    told(page, f"{ready.number} 已派遣")
    assert WorkOrder.objects.get(pk=ready.pk).department.code == "sanitation"


def test_the_last_step_is_undone_by_a_letter_while_its_seconds_run(cast, enter, report):
    order = report()
    page = enter(cast.dispatcher)
    page.goto(f"/orders/?view=new&open={order.number}")
    keys(page, "a")
    expect(page.locator(".toast-undo")).to_contain_text("撤销，剩")
    arrived(page)
    assert WorkOrder.objects.get(pk=order.pk).status == "accepted"
    keys(page, "z")
    told(page, f"{order.number}：已撤销")
    assert WorkOrder.objects.get(pk=order.pk).status == "reported"


def test_the_way_back_goes_when_its_seconds_are_over(cast, enter, report):
    order = report()
    page = enter(cast.dispatcher)
    page.clock.install()
    page.goto(f"/orders/?view=new&open={order.number}")
    keys(page, "a")
    expect(page.locator(".toast-undo")).to_be_visible()
    arrived(page)
    page.clock.run_for(11_000)
    expect(page.locator(".toast-undo")).to_have_count(0)
    expect(page.locator(".toast")).to_contain_text(order.number)


def test_a_range_is_selected_by_letters_and_taken_in_one_go(cast, enter, report):
    made = [report() for _turn in range(3)]
    page = enter(cast.dispatcher)
    page.goto("/orders/?view=new")
    expect(page.locator(".bulk")).to_be_hidden()
    keys(page, "j", "x")
    expect(page.locator("[data-picked]")).to_have_text("已选 1 件")
    keys(page, "j", "j", "X")
    expect(page.locator("[data-picked]")).to_have_text("已选 3 件")
    page.locator(".bulk").get_by_role("button", name="取消选择").click()
    expect(page.locator(".bulk")).to_be_hidden()
    keys(page, "k", "x", "j", "X")
    expect(page.locator("[data-picked]")).to_contain_text("已选")
    page.locator(".bulk").get_by_role("button", name="受理", exact=True).click()
    expect(page.locator(".verdicts .done")).not_to_have_count(0)
    arrived(page)
    page.get_by_role("link", name="回到列表").click()
    page.wait_for_url("**/orders/?view=new*")
    assert {WorkOrder.objects.get(pk=order.pk).status for order in made} >= {"accepted"}


def test_joining_and_sending_back_begin_with_a_letter(cast, enter, report, order_at):
    order, sent = report(), order_at("handling")
    page = enter(cast.dispatcher)
    page.goto(f"/orders/?view=new&open={order.number}")
    keys(page, "m")
    page.wait_for_url(f"**/orders/{order.number}/#step-join")
    expect(page.locator("#join_lead")).to_be_focused()
    page = enter(cast.officer)
    page.goto(f"/orders/?view=mine&open={sent.number}")
    keys(page, "r")
    expect(page.locator("#send_back_reason")).to_be_focused()


def test_who_else_is_at_work_comes_with_the_next_refresh(cast, enter, report):
    order = report()
    first, second = enter(cast.duty_chief), enter(cast.dispatcher)
    second.goto("/orders/?view=new")
    first.goto("/orders/?view=new")
    keys(first, "j", "Enter")
    first.wait_for_url(f"**open={order.number}")
    second.reload()
    expect(second.locator(".row .busy")).to_contain_text("夏白露 正在处理")


def test_letters_are_only_letters_while_one_writes(cast, enter, report):
    order = report()
    page = enter(cast.dispatcher)
    page.goto(f"/orders/{order.number}/")
    page.locator("#accept_note").focus()
    page.keyboard.type("a r d 看过")
    expect(page.locator("#accept_note")).to_have_value("a r d 看过")
    assert WorkOrder.objects.get(pk=order.pk).status == "reported"


def test_searching_begins_with_a_stroke(cast, enter, report):
    order = report()
    page = enter(cast.dispatcher)
    page.goto("/orders/")
    keys(page, "/")
    page.keyboard.type(order.number)
    keys(page, "Enter")
    page.wait_for_url(f"**/orders/{order.number}/")


def test_the_list_of_keys_opens_and_closes_by_keys(cast, enter):
    page = enter(cast.dispatcher)
    page.goto("/orders/")
    keys(page, "?")
    expect(page.locator("#shortcuts")).to_be_visible()
    expect(page.locator("#shortcuts")).to_contain_text("打开工单页")
    keys(page, "Escape")
    expect(page.locator("#shortcuts")).to_be_hidden()


def test_a_report_can_be_made_with_tab_and_letters_alone(cast, enter, photo_file):
    page = enter(cast.worker)
    page.goto("/orders/new/")
    tab_to(page, "[name=photos]")
    page.set_input_files("[name=photos]", photo_file)  # the system's own dialog is not the page's
    tab_to(page, "[name=category]")
    page.keyboard.type("暴露垃圾")
    tab_to(page, "[name=words]")
    page.keyboard.type("3 号楼前垃圾外露。")
    tab_to(page, "[data-map] .leaflet-container")
    keys(page, "ArrowRight", "Enter")
    expect(page.locator("[name=lng]")).not_to_have_value("")
    tab_to(page, "[name=place]")
    page.keyboard.type("3 号楼")
    tab_to(page, ".report-send button")
    page.locator("[name=category]").select_option(label="暴露垃圾、垃圾满溢")  # typing picks by the system's own rules
    page.locator(".report-send button").focus()
    keys(page, "Enter")
    told(page, "已收到，编号 GD")
    assert WorkOrder.objects.get().area.code == "120106990001001"


def test_the_first_tab_offers_to_skip_to_the_content(cast, enter):
    page = enter(cast.dispatcher)
    page.goto("/orders/")
    keys(page, "Tab")
    expect(page.locator(".skip")).to_be_focused()
    keys(page, "Enter")
    assert page.evaluate("document.activeElement.id") == "main"
