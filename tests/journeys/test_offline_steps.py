"""In a stairwell without a signal: a task is finished, a point confirmed or passed over, and each arrives once; whoever
was overtaken is told by what, and chooses. A real Chromium behind a line that fails (`cutting.py`).
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from casework.selectors import broken_chains
from patrols.models import CheckIn, PassedOver, Patrol
from tests.journeys.pocket import Pocket, until
from tests.journeys.test_outbox_page import faults
from tests.patrols.walking import point_at, round_with
from workorders.services import handling, orders

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]
STEP = r"/orders/[^/]+/steps/[0-9a-f-]{36}$"
KEPT = """async (path) => {
  const user = document.querySelector('meta[name="field-user"]').content;
  return (await (await (await caches.open(`field-pages-${user}`)).match(path))?.text()) ?? "";
}"""
TASKS, PATROL = "/field/tasks/kept/", "/field/patrol/"


def verbs(order) -> list[str]:
    return list(order.events.order_by("seq").values_list("verb", flat=True))


def goes_out(phone: Pocket, needs: str, path: str = TASKS) -> str:
    """A look at the first page with a net; then what it leads to is on the phone."""
    phone.open("/home/")
    for kept in (path, "/field/tasks/" if path == TASKS else path):
        until(lambda kept=kept: needs in phone.page.evaluate(KEPT, kept), f"{kept} is kept")
    return phone.page.evaluate(KEPT, path)


def finishes(phone: Pocket, order, words: str = "已清运，地面冲洗过。", told: str = "已存在本机") -> None:
    phone.open(f"/field/tasks/{order.number}/")
    expect(phone.page.locator("html[data-ready=steps]")).to_be_attached()
    form = phone.page.locator("form[data-step=finish]")
    form.locator("[name=result]").fill(words)
    form.locator("[name=photos]").set_input_files(phone.pictures[:2])
    form.locator("button").click()
    expect(phone.page.locator("[data-step-say]")).to_contain_text(told)


@pytest.fixture
def officer(phone, cast) -> Pocket:
    """The phone of the officer who handles."""
    phone.sign_in(cast.officer)
    return phone


@pytest.mark.mechanism("0-16")
@pytest.mark.mechanism("2-33")
def test_finished_without_a_signal_it_outlives_a_reload_and_is_one_event(officer, line, cast, order_at):
    order = order_at("handling")
    goes_out(officer, order.number)
    line.down = True
    finishes(officer, order)
    officer.page.wait_for_url("**/field/tasks/")
    row = officer.page.locator(f"a[href='/field/tasks/{order.number}/']").first
    expect(row).to_contain_text("待发送")
    officer.page.reload()
    expect(row).to_contain_text("待发送")
    officer.open(f"/field/tasks/{order.number}/")
    expect(officer.page.locator("[data-step-say]")).to_contain_text("还在本机")
    assert "finished" not in verbs(order)
    lost = [line.lose("PUT", STEP), line.lose("PUT", r"/photos/2$")]
    line.down = False
    officer.open("/field/outbox/")
    for fault in lost:
        assert fault.met.wait(30)
        officer.poke()
    until(lambda: "finished" in verbs(order), "it is finished")
    for _turn in range(3):
        officer.poke()
    until(lambda: not officer.waiting(), "the phone knows it")
    order.refresh_from_db()
    assert verbs(order).count("finished") == 1
    assert (order.result, order.photos.filter(moment="after").count()) == ("已清运，地面冲洗过。", 2)
    assert broken_chains() == []


def test_who_was_overtaken_sees_why_and_both_values(officer, line, cast, order_at, picture):
    order = order_at("handling")
    goes_out(officer, order.number)
    line.down = True
    finishes(officer, order, "我这边清完了。")
    orders.finish(order, by=cast.head, result="同事先办完了。", pictures=[picture])
    line.down = False
    officer.open("/field/outbox/")
    card = officer.page.locator("[data-state=need]")
    expect(card).to_contain_text("需处理")
    expect(card).to_contain_text(order.number)
    expect(card.locator(".values")).to_contain_text("我这边清完了")
    expect(card.locator(".values")).to_contain_text("同事先办完了")
    expect(card.get_by_role("link", name="看看这个任务")).to_be_visible()
    card.get_by_role("button", name="按现状不改").click()
    card.get_by_role("button", name="再点").click()
    expect(officer.page.locator("[data-empty]")).to_be_visible()
    assert verbs(order).count("finished") == 1


def test_of_two_first_contacts_the_owner_chooses_his_own(officer, line, cast, order_at):
    order = order_at("handling", source="resident", reporter={"name": "宋知秋", "phone": "13900000000"})
    goes_out(officer, order.number)
    line.down = True
    officer.open(f"/field/tasks/{order.number}/")
    officer.page.locator("#step-contact summary").click()
    form = officer.page.locator("form[data-step=contact]")
    form.locator("[name=note]").fill("约周六上门。")
    form.locator("button").click()
    expect(officer.page.locator("[data-step-say]")).to_contain_text("已存在本机")
    handling.contact(order, by=cast.head, note="约周日上门。")
    line.down = False
    officer.open("/field/outbox/")
    card = officer.page.locator("[data-state=need]")
    expect(card.locator(".values")).to_contain_text("约周日上门")
    assert verbs(order).count("contacted") == 1
    card.get_by_role("button", name="以我的为准").click()
    until(lambda: verbs(order).count("contacted") == 2, "his own holds")
    assert order.events.order_by("seq").last().note == "约周六上门。"


@pytest.mark.parametrize(("size", "language"), [("usual", "zh-hans"), ("large", "zh-hans"), ("large", "en")])
def test_a_kept_task_and_a_choice_are_accessible_in_both_sizes(officer, line, cast, order_at, picture, size, language):
    order = order_at("handling")
    cookies = {"type": size, "django_language": language}
    officer.context.add_cookies([{"name": name, "value": value, "url": line.url} for name, value in cookies.items()])
    officer.page.set_viewport_size({"width": 360, "height": 740})
    goes_out(officer, order.number)
    line.down = True
    officer.open(f"/field/tasks/{order.number}/")
    form = officer.page.locator("form[data-step=finish]")
    expect(form).to_be_visible()
    found = faults(officer, "a kept task")
    form.locator("[name=result]").fill("我这边清完了。")
    form.locator("[name=photos]").set_input_files(officer.pictures[:1])
    form.locator("button").click()
    officer.page.wait_for_url("**/field/tasks/")
    expect(officer.page.locator("[data-waits]")).to_be_visible()
    found += faults(officer, "the list")
    orders.finish(order, by=cast.head, result="同事先办完了。", pictures=[picture])
    line.down = False
    officer.open("/field/outbox/")
    expect(officer.page.locator("[data-state=need] .values")).to_be_visible()
    assert found + faults(officer, "the choice") == []


def test_a_worker_looks_again_without_a_signal_beside_a_colleague_s_doings(phone, line, cast, order_at):
    order = order_at("finished")
    goes_out(phone, order.number)
    line.down = True
    phone.open(f"/field/tasks/{order.number}/")
    form = phone.page.locator("form[data-step=verify]")
    form.locator("[name=note]").fill("现场已清。")
    form.locator("[name=photos]").set_input_files(phone.pictures[:1])
    form.locator("button").click()
    expect(phone.page.locator("[data-step-say]")).to_contain_text("已存在本机")
    line.down = False
    phone.open("/field/outbox/")
    until(lambda: "verified" in verbs(order), "it is verified")
    assert verbs(order).count("verified") == 1


def test_what_was_refused_goes_back_to_its_page_with_words_and_photos_and_arrives_mended(officer, line, order_at):
    order = order_at("handling")
    goes_out(officer, order.number)
    line.answer("PUT", STEP, 400, '{"code": "invalid", "sentence": "请写明办理结果。", "fields": {}}')
    finishes(officer, order, "清。", told="请写明办理结果")
    officer.open("/field/outbox/")
    officer.page.locator("[data-state=need]").get_by_role("button", name="改一改").click()
    officer.page.wait_for_url(f"**/field/tasks/{order.number}/")
    form = officer.page.locator("form[data-step=finish]")
    expect(form.locator("[name=result]")).to_have_value("清。")
    form.locator("[name=result]").fill("已清运，地面冲洗过。")
    form.locator("button").click()
    until(lambda: "finished" in verbs(order), "mended, it has arrived")
    order.refresh_from_db()
    assert (order.result, order.photos.filter(moment="after").count()) == ("已清运，地面冲洗过。", 2)


def test_what_the_phone_keeps_of_tasks_is_what_the_list_shows(phone, line, order_at):
    order = order_at("finished", words="垃圾外露。三单元李某电话 10000009999。")
    kept = goes_out(phone, order.title)
    assert "10000009999" not in kept
    line.down = True
    phone.open("/field/tasks/GD20260101-00001/")
    expect(phone.page.locator("[data-kept-none]")).to_be_visible()


@pytest.mark.mechanism("2-33")
def test_a_point_is_confirmed_and_another_passed_over_in_a_stairwell(phone, line, cast):
    points = [point_at(place, name=f"点 {place}") for place in (1, 11, 31)]
    stops = list(round_with(cast.worker, *points).stops.select_related("point").order_by("place"))
    goes_out(phone, "点 31", PATROL)
    phone.context.set_geolocation({"longitude": points[1].lng, "latitude": points[1].lat, "accuracy": 9})
    line.down = True
    phone.open(f"/field/patrol/?stop={stops[1].pk}")
    phone.page.click("[data-start] button")
    expect(phone.page.locator("[data-here-name]")).to_have_text("点 11")
    expect(phone.page.locator("[data-range-words]")).to_have_text("在范围内，可以确认")
    phone.page.click("[data-confirm]")
    expect(phone.page.locator("[data-count]")).to_have_text("1/3")
    phone.open(f"/field/patrol/stops/{stops[2].pk}/")
    expect(phone.page.locator("[data-here-name]")).to_have_text("点 31")
    phone.page.click("[data-skip]")
    panel = phone.page.locator("[data-panel=skip]")
    panel.locator("label", has_text="大门锁着").click()
    panel.locator("button.pri").click()
    expect(phone.page.locator("[data-said]")).to_contain_text("下次排在最前")
    assert (Patrol.objects.count(), CheckIn.objects.count(), PassedOver.objects.count()) == (0, 0, 0)
    phone.page.reload()
    line.lose("PUT", "/skips/")
    line.down = False
    phone.open("/field/outbox/")
    until(lambda: PassedOver.objects.count() and not phone.waiting(), "all has arrived")
    for stop in stops:
        stop.refresh_from_db()
    assert [stop.state for stop in stops] == ["ahead", "seen", "skipped"]
    assert (stops[2].reason, PassedOver.objects.count(), CheckIn.objects.count()) == ("大门锁着", 1, 1)


def test_a_point_s_page_that_was_open_when_the_signal_went_keeps_what_is_said(phone, line, cast):
    stop = round_with(cast.worker, point_at(1, name="点 1")).stops.select_related("point").get()
    phone.open("/field/patrol/")
    phone.page.click("[data-start] button")
    until(lambda: Patrol.objects.exists(), "the start is here")
    phone.open(f"/field/patrol/stops/{stop.pk}/")
    expect(phone.page.locator("html[data-ready=stop]")).to_be_attached()
    line.down = True
    form = phone.page.locator("[data-reach]")
    form.locator("[name=photo]").set_input_files(phone.pictures[0])
    form.locator("button").click()
    phone.page.wait_for_url("**/field/patrol/")
    line.down = False
    phone.open("/field/outbox/")
    found = until(lambda: CheckIn.objects.exclude(photo="").first(), "check-in and photo are here")
    assert found.how == "photo"
