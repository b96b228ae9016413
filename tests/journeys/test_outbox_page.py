"""The report page and what else the phone's frame promises: few taps, no double, no camera, no script, little to load."""

from __future__ import annotations

import gzip

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, expect

from casework.moment import moved_to
from tests.browsers import FLAGS, chromium
from tests.conftest import PLACE
from tests.journeys.conftest import session_of
from tests.journeys.pocket import Pocket, until
from workorders.models import Photo, ReceivedPhoto, ReceivedReport, WorkOrder

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]
WALK = "/api/v1/patrols/11111111-2222-4333-8444-555555555555"
FIRST_LOAD = 200_000


@pytest.fixture(scope="module")
def screen(driver):
    """A browser without a past, for pages that are looked at once."""
    browser = driver.chromium.launch(executable_path=chromium(), args=FLAGS)
    yield browser
    browser.close()


def put(phone: Pocket, kind: str, path: str) -> None:
    phone.page.evaluate(
        """async ([kind, path]) => {
          const { put, uuid } = await import("/static/js/field/outbox.js");
          await put(kind, uuid(), path, { at: path }, []);
        }""",
        [kind, path],
    )


@pytest.mark.mechanism("2-33")
def test_two_taps_after_the_photo_and_the_place_finds_itself(phone, report):
    with moved_to(timezone.now()):
        report(words="同类的一件。", lng=PLACE["lng"] + 0.001)  # what is reported most stands on the chips
    phone.open("/field/report/")
    page = phone.page
    expect(page.locator("html[data-ready=report]")).to_be_attached()
    page.set_input_files("[data-camera]", phone.pictures[0])
    expect(page.locator(".shot")).to_have_count(1)
    expect(page.locator("[data-area]")).to_have_text("甲里社区 01 网格")
    expect(page.locator("[data-accuracy]")).to_have_text("定位准 ±12 米")
    expect(page.locator("[data-chips] [aria-pressed=true]")).to_have_count(
        0
    )  # nothing is chosen for him without reason
    page.click("[data-chips] button")
    page.click("[data-submit]")
    until(lambda: ReceivedPhoto.objects.count(), "it has arrived")
    order = ReceivedReport.objects.get().order
    assert (order.area.code, order.category.code, order.words) == ("120106990001001", "060101", order.category.title)
    assert order.given_datum == "wgs84"


def test_a_large_photo_is_made_small_and_loses_what_the_camera_wrote(phone):
    phone.write(photos=1)
    size, edge, marked = phone.page.evaluate(
        """async () => {
          const { shrink } = await import("/static/js/field/picture.js");
          const canvas = Object.assign(document.createElement("canvas"), { width: 3000, height: 2000 });
          canvas.getContext("2d").fillRect(0, 0, 900, 900);
          const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
          const small = await shrink(new File([blob], "big.png"));
          const drawn = await createImageBitmap(small);
          const bytes = new Uint8Array(await small.arrayBuffer());
          const told = new TextDecoder("latin1").decode(bytes.slice(0, 400));
          return [small.type, Math.max(drawn.width, drawn.height), told.includes("Exif")];
        }"""
    )
    assert (size, edge, marked) == ("image/jpeg", 1_600, False)


def test_the_button_is_never_grey_and_names_what_is_missing(phone):
    phone.context.clear_permissions()
    page = phone.open("/field/report/")
    submit = page.locator("[data-submit]")
    expect(page.locator("html[data-ready=report]")).to_be_attached()
    expect(submit).to_have_text("提交")
    with page.expect_file_chooser():
        submit.click()
    expect(submit).to_have_text("先拍一张照片")
    page.fill("[name=words]", "路灯不亮")
    expect(submit).to_have_text("补上位置")
    submit.click()
    expect(page.locator("[data-place-more]")).to_be_visible()
    page.fill("[name=lng]", str(PLACE["lng"]))
    page.fill("[name=lat]", str(PLACE["lat"]))
    page.locator("[name=lat]").blur()
    expect(submit).to_have_text("选一下是什么事")
    page.select_option("[name=category]", "060101")
    expect(submit).to_have_text("提交")
    submit.click()
    until(lambda: ReceivedReport.objects.count(), "words alone are a report too")


def test_what_is_near_by_is_shown_before_anything_is_said_and_one_tap_adds_to_it(phone, report, picture):
    with moved_to(timezone.now()):
        known = report(pictures=[picture])
    page = phone.open("/field/report/")
    expect(page.locator("html[data-ready=report]")).to_be_attached()
    page.set_input_files("[data-album]", phone.pictures[:2])
    expect(page.locator(".shot")).to_have_count(2)
    dup = page.locator("[data-dup]")
    expect(dup).to_contain_text("已有 1 件")
    assert dup.bounding_box()["y"] < page.locator("#what").bounding_box()["y"]
    page.click("[data-same]")
    expect(page.locator("[data-submit]")).to_contain_text("已保存到本机")
    until(lambda: ReceivedPhoto.objects.count() == 2, "both photos have arrived")
    assert (WorkOrder.objects.count(), Photo.objects.filter(order=known).count()) == (1, 3)


def test_a_draft_is_there_again_after_the_page_was_closed(phone):
    phone.write(words="写了一半", photos=2)
    page = phone.open("/field/outbox/")
    page = phone.open("/field/report/")
    expect(page.locator(".shot")).to_have_count(2)
    assert (page.input_value("[name=words]"), page.input_value("[name=category]")) == ("写了一半", "060101")
    expect(page.locator("[data-draft]")).to_be_visible()
    phone.submit()
    until(lambda: ReceivedPhoto.objects.count() == 2, "it has arrived")
    phone.open("/field/report/")
    expect(page.locator("html[data-ready=report]")).to_be_attached()
    assert page.input_value("[name=words]") == ""


def test_the_parts_of_a_patrol_go_in_their_order_and_a_refused_one_holds_up_none_but_the_start(phone, line):
    start = line.drop("PUT", f"{WALK}$", times=float("inf"))
    phone.open("/field/outbox/")
    for kind, rest in (("patrol", ""), ("check_in", "/check-ins/1"), ("track", "/tracks/1"), ("patrol", "/end")):
        put(phone, kind, WALK + rest)
    until(lambda: start.met.is_set(), "the start was tried")
    assert line.count("PUT", f"{WALK}/") == 0
    start.times = 0
    line.answer("PUT", f"{WALK}$", 201, "{}")
    line.answer("PUT", "/check-ins/1$", 400, '{"code": "invalid", "sentence": "还差 34 米。", "fields": {}}')
    line.answer("PUT", "/tracks/1$", 201, "{}")
    line.answer("PUT", "/end$", 201, "{}")
    phone.poke()
    until(lambda: [row["state"] for row in phone.rows()] == ["sent", "need", "sent", "sent"], "the patrol has arrived")
    put_in_order = [path.removeprefix(WALK) for method, path in line.seen if method == "PUT" and path.startswith(WALK)]
    assert list(dict.fromkeys(put_in_order)) == ["", "/check-ins/1", "/tracks/1", "/end"]
    expect(phone.page.locator("[data-state=need]")).to_contain_text("还差 34 米。")


def test_a_call_for_help_waits_behind_nothing(phone, line):
    held, go = line.hold("PUT", "/reports/")
    line.answer("PUT", "/alarms/", 201, "{}")
    phone.open("/field/outbox/")
    phone.queue("在路上", 3)
    assert held.met.wait(30)
    put(phone, "alarm", "/api/v1/alarms/11111111-2222-4333-8444-555555555555")
    until(lambda: [row["state"] for row in phone.rows() if row["kind"] == "alarm"] == ["sent"], "help is called")
    assert ReceivedReport.objects.count() == 0
    go.set()
    until(lambda: ReceivedReport.objects.count() == 3, "and the rest goes on")


def test_what_was_tried_once_is_frozen_and_before_that_it_may_be_said_better(phone, line):
    line.drop("PUT", WALK, times=float("inf"))
    phone.open("/field/outbox/")
    told = phone.page.evaluate(
        """async (path) => {
          const { put, uuid, items } = await import("/static/js/field/outbox.js");
          const store = await import("/static/js/field/store.js");
          await put("visit", uuid(), path, { words: "first" });
          const [{ seq }] = await items();
          await store.change(seq, { attempted: true });
          await put("visit", uuid(), path, { words: "first" });
          const same = (await items()).length;
          try { await put("visit", uuid(), path, { words: "other" }); } catch (error) { return [same, error.name]; }
        }""",
        WALK,
    )
    assert told == [1, "Frozen"]


def test_an_answer_that_is_not_the_house_s_counts_for_nothing(phone, line):
    """A hotel's door to the net answers 200 to everything."""
    page = b"<html>Welcome to our free network</html>"
    door = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (len(page), page)
    fault = line._fault("PUT", "/reports/", float("inf"), lambda line, asked: door)
    phone.write(photos=1)
    phone.submit()
    until(lambda: [row for row in phone.rows() if row["tries"]], "it was tried")
    assert [row["state"] for row in phone.rows()] == ["waiting"]
    fault.times = 0
    phone.open("/field/outbox/")
    until(lambda: ReceivedPhoto.objects.count() == 1, "the house itself has answered")


def test_what_waits_for_more_than_a_day_is_red(phone, line):
    line.drop("PUT", "/reports/", times=float("inf"))
    phone.open("/field/outbox/")
    phone.queue("很久以前", 1)
    phone.page.evaluate(
        """async () => {
          const store = await import("/static/js/field/store.js");
          const [row] = await store.rows(document.querySelector('meta[name="field-user"]').content);
          await store.change(row.seq, { made: Date.now() - 26 * 3600 * 1000 });
        }"""
    )
    phone.open("/field/outbox/")
    expect(phone.page.locator("[data-overdue]")).to_contain_text("1 条存了 26 小时还没发")
    phone.open("/home/")
    expect(phone.page.locator("[data-unsent].late")).to_be_visible()


def test_a_page_that_was_never_kept_says_without_a_network_that_all_is_safe(phone, line):
    line.down = True
    phone.open("/notices/")
    expect(phone.page.locator("h1")).to_have_text("内容都还在，只是没有网络")
    kept = phone.page.evaluate(
        """async () => {
          const names = (await caches.keys()).filter((name) => name.startsWith("field-pages-"));
          const paths = [];
          for (const name of names) for (const request of await (await caches.open(name)).keys()) paths.push(new URL(request.url).pathname);
          return paths;
        }"""
    )
    # The kept tasks say of each no more than the list does, and their forms.
    shell = {"/home/", "/field/report/", "/field/outbox/", "/field/patrol/", "/field/tasks/", "/field/tasks/kept/"}
    assert set(kept) <= shell
    assert {"/home/", "/field/report/", "/field/outbox/"} <= set(kept)


@pytest.mark.parametrize("path", ["/home/", "/field/report/"])
def test_the_first_load_is_less_than_200_kilobytes(live_server, screen: Browser, cast, path):
    context = screen.new_context(viewport={"width": 360, "height": 740}, service_workers="block")
    context.add_cookies([{"name": "sessionid", "value": session_of(cast.worker), "url": live_server.url}])
    page, loaded = context.new_page(), {}
    page.on("requestfinished", lambda request: loaded.setdefault(request.url, request))
    page.goto(live_server.url + path)
    page.wait_for_load_state("networkidle")
    sizes = {url: len(gzip.compress(request.response().body())) for url, request in loaded.items()}
    context.close()
    assert len(sizes) > 8
    assert sum(sizes.values()) <= FIRST_LOAD, sorted(sizes.items(), key=lambda each: -each[1])[:5]


def test_without_a_script_the_report_is_a_form_and_sent_twice_it_is_one(
    live_server, screen: Browser, cast, tmp_path, picture
):
    photo = tmp_path / "hole.jpg"
    photo.write_bytes(picture)
    context = screen.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    context.add_cookies([{"name": "sessionid", "value": session_of(cast.worker), "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/field/report/")
    page.set_input_files("[data-album]", photo)
    page.fill("[name=lng]", str(PLACE["lng"]))
    page.fill("[name=lat]", str(PLACE["lat"]))
    page.select_option("[name=category]", "060101")
    with page.expect_navigation(url="**/home/"):
        page.click("[data-submit]")
    expect(page.locator(".toast-success")).to_contain_text(WorkOrder.objects.get().number)
    assert Photo.objects.count() == 1
    context.close()


TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def faults(phone: Pocket, path: str) -> list[str]:
    """What axe finds on the page as it stands, and whether it scrolls sideways."""
    page = phone.page
    rules = Axe().run(page, options={"runOnly": TAGS, "resultTypes": ["violations"]}).response["violations"]
    found = [f"{path}: {rule['id']} {[node['html'][:160] for node in rule['nodes'][:3]]}" for rule in rules]
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [*found, f"{path} scrolls sideways"] if wide else found


@pytest.mark.parametrize(("size", "language"), [("usual", "zh-hans"), ("large", "zh-hans"), ("large", "en")])
def test_report_and_outbox_are_accessible_with_all_they_may_show(phone, line, report, picture, size, language):
    complaints: list[str] = []
    phone.page.on("pageerror", lambda error: complaints.append(str(error)))
    cookies = {"type": size, "django_language": language}
    phone.context.add_cookies([{"name": name, "value": value, "url": line.url} for name, value in cookies.items()])
    with moved_to(timezone.now()):
        report(pictures=[picture])
    phone.page.set_viewport_size({"width": 360, "height": 740})
    phone.write(photos=2)
    expect(phone.page.locator("[data-dup]")).to_be_visible()
    found = faults(phone, "report")
    phone.open("/field/outbox/")
    phone.queue("送到了", 1)
    until(lambda: phone.rows()[-1]["state"] == "sent", "one has arrived")
    line.drop("PUT", f"{WALK}$")
    line.answer("PUT", "/visits/", 400, '{"code": "invalid", "sentence": "请写明结果。", "fields": {}}')
    put(phone, "visit", "/api/v1/visits/11111111-2222-4333-8444-555555555555")
    expect(phone.page.locator("[data-state=need]")).to_be_visible()
    put(phone, "patrol", WALK)
    expect(phone.page.locator("[data-state=wait]")).to_be_visible()
    found += faults(phone, "outbox")
    assert (found, complaints) == ([], [])
