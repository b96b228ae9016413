"""What a worker reports with a bad line, or none, arrives once and whole: the outbox in a real Chromium, behind a line that
fails as real lines do (`cutting.py`).
"""

from __future__ import annotations

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from accounts.services import remember_password
from casework.selectors import broken_chains
from tests.journeys.conftest import PASSWORD
from tests.journeys.pocket import Pocket, until
from workorders.models import Photo, ReceivedPhoto, ReceivedReport, WorkOrder

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]
REPORT, PHOTO = r"/reports/[0-9a-f-]{36}$", r"/photos/{}$"


def arrived(reports: int = 1, photos: int = 3) -> bool:
    return (ReceivedReport.objects.count(), ReceivedPhoto.objects.count()) == (reports, photos)


def is_once_and_whole(phone: Pocket) -> None:
    """One order, its three photos, each as it left the phone; and the phone has let go of its copy."""
    until(arrived, "one report with three photos is here")
    [row] = until(lambda: [row for row in phone.rows() if row["state"] == "sent"], "the phone holds the receipt")
    order = WorkOrder.objects.get()
    kept = dict(ReceivedPhoto.objects.values_list("place", "digest"))
    assert (row["number"], row["body"]) == (order.number, "")
    assert [kept[place] for place in (1, 2, 3)] == row["digests"]
    assert (Photo.objects.count(), order.events.filter(verb="reported").count()) == (3, 1)
    assert phone.page.evaluate(BLOBS) == 0
    assert broken_chains() == []


BLOBS = """() => new Promise((resolve) => {
  const opened = indexedDB.open("grid-field");
  opened.onsuccess = () => {
    const counted = opened.result.transaction("blobs").objectStore("blobs").count();
    counted.onsuccess = () => { opened.result.close(); resolve(counted.result); };
  };
})"""


@pytest.mark.mechanism("0-16")
@pytest.mark.mechanism("2-33")
def test_written_without_a_network_it_outlives_a_reload_and_a_dead_phone_and_arrives_once(phone, line, cast):
    line.down = True
    phone.write()
    phone.submit()
    phone.open("/field/outbox/")
    expect(phone.page.locator("[data-state=wait]")).to_contain_text("待发送")
    phone.page.reload()
    expect(phone.page.locator("[data-state=wait]")).to_have_count(1)
    phone.open("/home/")
    expect(phone.page.locator("[data-unsent]")).to_contain_text("1 条待发送")
    phone.kill()
    assert ReceivedReport.objects.count() == 0
    phone.start()
    phone.open("/field/outbox/")
    expect(phone.page.locator("[data-state=wait]")).to_have_count(1)
    line.down = False
    phone.sign_in(cast.worker)  # a dead browser keeps no session; what waited, it has kept
    phone.open("/field/outbox/")
    is_once_and_whole(phone)
    expect(phone.page.locator("[data-state=done]")).to_contain_text(WorkOrder.objects.get().number)


def test_what_the_house_has_done_is_not_done_again_when_its_answer_was_lost(phone, line):
    lost = [line.lose("PUT", REPORT), line.lose("PUT", PHOTO.format(2))]
    phone.write()
    phone.submit()
    until(lambda: ReceivedReport.objects.count(), "the house has it, and the phone does not know")
    for fault in lost:
        assert fault.met.wait(30) or phone.poke()
        phone.poke()
    phone.open("/field/outbox/")
    is_once_and_whole(phone)
    assert line.count("PUT", REPORT) == 2


def test_of_three_photos_the_second_is_cut_and_only_it_is_sent_again(phone, line):
    cut = line.cut("PUT", PHOTO.format(2), after=500)
    phone.write()
    phone.submit()
    assert cut.met.wait(30)
    until(lambda: any(row["tries"] for row in phone.rows()), "the phone knows that it was cut")
    assert ReceivedPhoto.objects.filter(place=2).count() == 0
    phone.open("/field/outbox/")
    is_once_and_whole(phone)
    assert [line.count("PUT", PHOTO.format(place)) for place in (1, 2, 3)] == [1, 2, 1]


def test_a_bad_gateway_is_waited_out_and_nothing_is_given_up(phone, line):
    line.fail("PUT", REPORT)
    phone.write(photos=0)
    phone.submit()
    row = until(lambda: [row for row in phone.waiting() if row["tries"]], "it was tried")[0]
    assert (row["why"], row["state"]) == ("busy", "waiting")
    until(lambda: arrived(1, 0), "it was tried again by itself")


def test_two_tabs_of_one_phone_send_it_once(phone, line, cast):
    other = phone.context.new_page()
    phone.open("/field/outbox/", other)
    held = line.drop("PUT", "/reports/", times=float("inf"))
    phone.write()
    phone.submit()
    until(lambda: held.met.is_set(), "it was tried")
    phone.open("/field/outbox/")
    before = line.count("PUT", REPORT)
    held.times = 0
    for page in (phone.page, other, phone.page, other):
        phone.poke(page)
    is_once_and_whole(phone)
    assert line.count("PUT", REPORT) == before + 1
    assert [line.count("PUT", PHOTO.format(place)) for place in (1, 2, 3)] == [1, 1, 1]
    expect(other.locator("[data-state=done]")).to_have_count(1)


def test_a_session_that_ends_in_mid_queue_keeps_the_rest_until_its_owner_signs_in(phone, line, cast):
    remember_password(user=cast.worker, password=PASSWORD)
    phone.sign_in(cast.worker)
    held = line.drop("PUT", REPORT, times=float("inf"))
    phone.open("/field/outbox/")
    phone.queue("路灯不亮", 3)
    until(lambda: held.met.is_set(), "it was tried")
    held.times = 0
    second, go = line.hold("PUT", REPORT)
    first, go_first = line.hold("PUT", REPORT)
    phone.poke()
    assert second.met.wait(30)
    go.set()
    assert first.met.wait(30)
    Session.objects.all().delete()
    go_first.set()
    card = phone.page.locator("[data-state=sign-in]")
    expect(card).to_contain_text("登录过期了，2 条还没发")
    assert ReceivedReport.objects.count() == 1
    card.get_by_role("link").click()
    phone.page.fill("[name=username]", cast.worker.username)
    phone.page.fill("[name=password]", PASSWORD)
    phone.page.click("main button.btn-main")
    expect(phone.page).to_have_url(re.compile("/field/outbox/"))
    until(lambda: arrived(3, 0), "the rest has arrived")
    expect(phone.page.locator("[data-empty]")).to_be_visible()


AHEAD = """() => {
  const Real = Date, ahead = 2 * 3600 * 1000;
  globalThis.Date = class extends Real {
    constructor(...parts) { parts.length ? super(...parts) : super(Real.now() + ahead); }
    static now() { return Real.now() + ahead; }
  };
}"""


def test_a_phone_two_hours_ahead_loses_nothing_and_is_found_out(phone, line, cast):
    wrong = phone.context.new_page()
    wrong.add_init_script(f"({AHEAD})()")
    right, phone.page = phone.page, wrong
    line.drop("PUT", REPORT, times=2)
    phone.write(photos=0)
    phone.submit()
    until(lambda: [row for row in phone.rows() if row["tries"]], "it was tried by the wrong clock")
    wrong.close()
    phone.page = right
    phone.open("/field/outbox/")
    until(lambda: arrived(1, 0), "it was sent by the right one")
    kept = ReceivedReport.objects.get()
    assert abs(kept.order.opened_at - kept.received_at).total_seconds() < 60
    assert (kept.device_at - kept.received_at).total_seconds() > 3_600
    phone.page = phone.context.new_page()
    phone.page.add_init_script(f"({AHEAD})()")
    phone.write(words="第二件。", photos=0)
    phone.submit()
    until(lambda: arrived(2, 0), "it was sent at once")
    assert abs(ReceivedReport.objects.latest("pk").skew - 7_200) < 60


def test_where_there_is_no_room_it_says_so_and_keeps_the_words(phone, line, cast):
    phone.kill()
    phone.start()  # what room there is, a browser asks before its first write and not with each
    phone.sign_in(cast.worker)
    session = phone.context.new_cdp_session(phone.page)
    session.send("Storage.overrideQuotaForOrigin", {"origin": line.url, "quotaSize": 1})
    phone.write(words="垃圾满了，放不下。", photos=1)
    phone.page.click("[data-submit]")
    expect(phone.page.locator("[data-say]")).to_contain_text("手机满了")
    expect(phone.page.locator("[data-say] button")).to_be_visible()
    assert phone.page.input_value("[name=words]") == "垃圾满了，放不下。"
    assert (phone.rows(), ReceivedReport.objects.count()) == ([], 0)
    session.send("Storage.overrideQuotaForOrigin", {"origin": line.url})
    phone.page.locator("[data-say] button").click()
    expect(phone.page.locator("[data-submit]")).to_contain_text("已保存到本机")
    until(lambda: arrived(1, 0), "the words have arrived")


def test_a_new_version_waits_to_be_asked_and_leaves_the_outbox_as_it_is(phone, line):
    held = line.drop("PUT", "/reports/", times=float("inf"))
    phone.write()
    phone.submit()
    until(lambda: held.met.is_set(), "it was tried")
    line.append("/sw.js", b"\n// another release\n")
    phone.open("/field/outbox/")
    update = phone.page.locator("[data-update]")
    expect(update).to_have_text("新版本，点此刷新")
    with phone.page.expect_navigation():
        update.click()
    expect(phone.page.locator("[data-waiting] .obx")).to_have_count(1)
    assert len(phone.waiting()) == 1
    held.times = 0
    phone.page.click("[data-send]")
    is_once_and_whole(phone)


def test_two_hundred_that_waited_arrive_in_the_order_in_which_they_were_written(phone, line):
    held = line.drop("PUT", REPORT, times=float("inf"))
    phone.open("/field/outbox/")
    phone.queue("积压", 200)
    assert len(phone.waiting()) == 200
    held.times = 0
    phone.poke()
    until(lambda: arrived(200, 0), "all have arrived", within=240)
    words = ReceivedReport.objects.order_by("pk").values_list("order__words", flat=True)
    assert list(words) == [f"积压 {number}" for number in range(1, 201)]
    until(lambda: not phone.waiting(), "the phone knows it")


def test_what_one_person_wrote_is_never_sent_in_the_name_of_another(phone, line, cast):
    held = line.drop("PUT", REPORT, times=float("inf"))
    phone.write(photos=0)
    phone.submit()
    until(lambda: held.met.is_set(), "it was tried")
    phone.open("/field/outbox/")
    phone.sign_in(cast.worker2)  # the page is still the worker's, the session is not
    held.times = 0
    phone.poke()
    expect(phone.page.locator("[data-state=sign-in]")).to_be_visible()
    phone.open("/home/")
    expect(phone.page.locator("[data-unsent]")).to_be_hidden()
    assert (phone.rows(), ReceivedReport.objects.count()) == ([], 0)
    phone.sign_in(cast.worker)
    phone.open("/field/outbox/")
    until(lambda: arrived(1, 0), "its owner is back")
    assert WorkOrder.objects.get().reported_by == cast.worker


def test_whoever_signs_out_with_something_unsent_is_asked_first_and_nothing_is_lost(phone, line, cast):
    line.drop("PUT", REPORT, times=float("inf"))
    phone.write(photos=0)
    phone.submit()
    phone.open("/field/outbox/")
    phone.page.evaluate("document.querySelector('form[action=\"/logout/\"]').requestSubmit()")
    asked = phone.page.locator("dialog.ask")
    expect(asked).to_contain_text("还有 1 条没有发出")
    asked.get_by_role("button", name="先不退出").click()
    expect(asked).to_have_count(0)
    phone.page.evaluate("document.querySelector('form[action=\"/logout/\"]').requestSubmit()")
    with phone.page.expect_navigation():
        asked.get_by_role("button", name="仍然退出").click()
    kept = phone.page.evaluate("caches.keys()")
    assert [name for name in kept if not name.startswith("field-files-")] == [], "his pages are gone"
    phone.sign_in(cast.worker)
    phone.open("/field/outbox/")
    assert len(phone.waiting()) == 1


def test_what_the_house_refuses_waits_for_its_owner_with_the_sentence_and_goes_back_to_the_page(phone, line):
    phone.context.set_geolocation({"longitude": 1.0, "latitude": 1.0, "accuracy": 5})
    phone.write(words="不在这里。", photos=1)
    phone.submit()
    phone.open("/field/outbox/")
    card = phone.page.locator("[data-state=need]")
    expect(card).to_contain_text("需处理")
    expect(card).to_contain_text("不在")
    expect(card.get_by_role("button")).to_have_count(2)
    card.get_by_role("button", name="改一改").click()
    expect(phone.page.locator("html[data-ready=report]")).to_be_attached()
    assert phone.page.input_value("[name=words]") == "不在这里。"
    expect(phone.page.locator(".shot")).to_have_count(1)
    phone.page.locator("[data-change]").click()
    phone.page.fill("[name=lng]", "117.151")
    phone.page.fill("[name=lat]", "39.165")
    phone.submit()
    until(lambda: arrived(1, 1), "mended, it has arrived")
