"""A worker speaks instead of typing, where there is no signal: what he said arrives once, as it left the phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import jpeg
from tests.journeys.pocket import Pocket, until
from tests.journeys.test_axe import violations
from tests.journeys.test_axe_phone import wrong_now
from tests.workorders.sounding import AMR, m4a
from workorders.models import Photo, ReceivedRecording, ReceivedReport, Recording, Unmasking, WorkOrder
from workorders.services.recordings import spoken_words
from workorders.services.sounds import read_sound

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]
RECORDING = r"/recording$"
PLAYED = """(node) => new Promise((resolve, reject) => {
  node.addEventListener("loadeddata", () => resolve(node.readyState));
  node.addEventListener("error", () => reject(node.error.message));
  setTimeout(() => reject(`still ${node.networkState} ${node.readyState}`), 15000);
  node.load();
  node.play().catch(() => {});
})"""


def open_report(phone: Pocket) -> Page:
    page = phone.open("/field/report/")
    expect(page.locator("html[data-ready=report]")).to_be_attached()
    return page


def choose(phone: Pocket, code: str = "060101") -> None:
    phone.page.locator("[name=category]").evaluate(
        "(node, code) => { node.value = code; node.dispatchEvent(new Event('change')); }", code
    )
    until(lambda: phone.page.input_value("[name=lng]"), "the place is found")


def speak(phone: Pocket, tenths: int = 15) -> None:
    phone.page.click("[data-speak]")
    expect(phone.page.locator("[data-speaking]")).to_contain_text("60")
    phone.page.wait_for_timeout(tenths * 100)
    phone.page.click("[data-stop]")
    expect(phone.page.locator("[data-spoken]")).to_be_visible()


def test_spoken_without_a_network_it_outlives_a_reload_and_arrives_as_it_left_the_phone(phone, line, cast):
    line.down = True
    page = open_report(phone)
    expect(page.locator("[data-spoken-file]")).to_be_hidden()
    speak(phone)
    page.click("[data-unsay]")
    expect(page.locator("[data-speak]")).to_be_visible()
    speak(phone)
    choose(phone)
    until(lambda: page.evaluate(DRAFTED), "the draft holds what was spoken")
    page.reload()
    expect(page.locator("[data-spoken]")).to_be_visible()
    expect(page.locator("[data-spoken-length]")).to_contain_text(re.compile("[123]"))
    phone.submit()
    [row] = phone.rows()
    assert (ReceivedReport.objects.count(), row["digests"]) == (0, [])
    line.down = False
    phone.open("/field/outbox/")
    until(ReceivedRecording.objects.count, "it is here")
    kept = Recording.objects.get()
    assert kept.sha256 == row["recording"] == ReceivedRecording.objects.get().digest
    assert (kept.content_type, kept.seconds in (1, 2, 3)) == ("audio/webm", True)
    order = WorkOrder.objects.get()
    assert order.title == spoken_words(order.category)
    [sent] = until(lambda: [row for row in phone.rows() if row["state"] == "sent"], "the phone holds the receipt")
    assert sent["number"] == order.number
    assert line.count("PUT", RECORDING) == 1
    phone.sign_in(cast.dispatcher)
    phone.open(f"/orders/{order.number}/")
    assert phone.page.locator("audio").evaluate(PLAYED) >= 2  # there is something to play at once
    assert Unmasking.objects.filter(by=cast.dispatcher, recording=kept).exists()


DRAFTED = """async () => {
  const { loadDraft } = await import("/static/js/field/outbox.js");
  return Boolean((await loadDraft("report"))?.spoken?.blob.size);
}"""


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_is_spoken_is_accessible_before_while_and_after_and_to_who_may_not_hear_it(
    phone, line, cast, report, language
):
    found: list[str] = []
    for size in ("usual", "large"):
        cookies = {"type": size, "django_language": language}
        phone.context.add_cookies([{"name": name, "value": cookies[name], "url": line.url} for name in cookies])
        page = open_report(phone)
        page.locator("[data-speak]").evaluate("(node) => node.scrollIntoView({ block: 'center' })")  # clear of the dock
        found += wrong_now(page, f"{size}: before")
        page.click("[data-speak]")
        found += wrong_now(page, f"{size}: while")
        page.click("[data-stop]")
        expect(page.locator("[data-spoken]")).to_be_visible()
        found += wrong_now(page, f"{size}: after")
        page.click("[data-unsay]")
    order = report(recording=read_sound(m4a(5)), source="resident", nature="tip_off", reporter={"name": "欧阳若兰"})
    for person in (cast.dispatcher, cast.secretary):
        phone.sign_in(person)
        phone.context.add_cookies([{"name": "django_language", "value": language, "url": line.url}])
        page = phone.open(f"/orders/{order.number}/")
        expect(page.locator("audio")).to_have_count(1 if person == cast.dispatcher else 0)
        found += violations(page, f"the order, seen by {person.username}")
    assert found == []


def test_without_a_recorder_a_sound_file_goes_the_same_way_and_what_is_none_is_left_out_by_its_owner(phone, tmp_path):
    phone.page.add_init_script("delete window.MediaRecorder")
    page = open_report(phone)
    expect(page.locator("[data-speak]")).to_be_hidden()
    page.set_input_files("[data-spoken-file] input", {"name": "a.m4a", "mimeType": "audio/mp4", "buffer": m4a(5)})
    expect(page.locator("[data-spoken]")).to_be_visible()
    choose(phone)
    phone.submit()
    until(ReceivedRecording.objects.count, "it is here")
    assert Recording.objects.get().seconds == 5
    page = open_report(phone)
    page.set_input_files("[data-spoken-file] input", {"name": "a.amr", "mimeType": "audio/amr", "buffer": AMR})
    page.set_input_files("[data-album]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg()})
    choose(phone)
    phone.submit()
    phone.open("/field/outbox/")
    card = phone.page.locator("[data-state=need]")
    expect(card).to_contain_text(re.compile("M4A.*MP3", re.DOTALL))
    card.get_by_role("button").nth(1).click()
    until(lambda: Photo.objects.count() == 1, "the rest has arrived")
    until(lambda: not phone.waiting(), "the phone knows it")
    assert (ReceivedReport.objects.count(), Recording.objects.count()) == (2, 1)


# As a browser answers whose owner has said no.
REFUSED = "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'))"


def test_where_the_phone_does_not_let_the_page_listen_it_says_so_and_the_plain_field_stands_there(phone):
    phone.page.add_init_script(REFUSED)
    page = open_report(phone)
    page.click("[data-speak]")
    expect(page.locator("[data-say]")).to_be_visible()
    expect(page.locator("[data-spoken-file]")).to_be_visible()
    expect(page.locator("[data-speak]")).to_be_hidden()
    expect(page.locator("[data-speaking]")).to_be_hidden()
