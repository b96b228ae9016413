"""A photo from the album knows where it was taken: its place is proposed before it is drawn anew, and taken by a tap."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
GPS = 0x8825
# 117° 9' 18.36" east, 39° 9' 54" north.
THERE = {1: "N", 2: (39.0, 9.0, 54.0), 3: "E", 4: (117.0, 9.0, 18.36)}
HELD = """async () => {
  const { loadDraft } = await import("/static/js/field/outbox.js");
  const draft = await loadDraft("report");
  const bytes = await Promise.all((draft?.blobs ?? []).map((blob) => blob.text()));
  return bytes.map((text) => text.includes("Exif"));
}"""


def photo(told: dict | None, *, cut: int = 0) -> FilePayload:
    """A picture with what a camera tells of its place; `cut`: how many bytes of that are lost."""
    exif = Image.Exif()
    if told is not None:
        exif.get_ifd(GPS).update(told)
    out = io.BytesIO()
    Image.new("RGB", (800, 600), "olive").save(out, "JPEG", exif=exif.tobytes()[: -cut or None])
    return {"name": "album.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


@pytest.fixture
def page(enter, cast) -> Page:
    page = enter(cast.worker, size=(360, 740))
    page.goto("/field/report/")
    expect(page.locator("html[data-ready=report]")).to_be_attached()
    return page


def test_the_place_of_a_photo_is_proposed_and_taken_by_a_tap_and_the_photo_keeps_none_of_it(page):
    page.set_input_files("[data-album]", photo(THERE))
    chip = page.locator("[data-photo-place]")
    expect(chip).to_be_visible()
    assert page.input_value("[name=lng]") == ""  # proposed, not taken
    chip.click()
    expect(chip).to_be_hidden()
    assert (page.input_value("[name=lng]"), page.input_value("[name=lat]")) == ("117.155100", "39.165000")
    expect(page.locator("[data-area]")).to_contain_text("乙里")  # whose ground it is
    page.wait_for_function(f"async () => (await ({HELD})()).length === 1")
    assert page.evaluate(HELD) == [False]


@pytest.mark.parametrize(
    "sent",
    [
        photo(None), photo({1: "N", 2: (39.0, 9.0, 54.0)}), photo({**THERE, 2: (0.0, 0.0, 0.0), 4: (0.0, 0.0, 0.0)}),
        photo(THERE, cut=40),
    ],
    ids=["none", "half", "noughts", "damaged"],
)  # fmt: skip
def test_a_photo_that_does_not_know_its_place_proposes_none_and_is_taken_all_the_same(page, sent):
    page.set_input_files("[data-album]", sent)
    expect(page.locator(".shot")).to_have_count(1)
    expect(page.locator("[data-photo-place]")).to_be_hidden()


def test_where_the_phone_knows_its_own_place_the_photo_s_is_proposed_only_if_it_is_another_one(enter, cast):
    here = {"longitude": 117.151, "latitude": 39.165, "accuracy": 8}
    page = enter(cast.worker, size=(360, 740), permissions=["geolocation"], geolocation=here)
    page.goto("/field/report/")
    expect(page.locator("[name=lng]")).to_have_value("117.151000")
    chip = page.locator("[data-photo-place]")
    page.set_input_files("[data-album]", photo({**THERE, 4: (117.0, 9.0, 3.6)}))
    expect(page.locator(".shot")).to_have_count(1)
    expect(chip).to_be_hidden()
    page.locator(".shot .x").click()
    page.set_input_files("[data-album]", photo(THERE))
    expect(chip).to_contain_text("35")  # metres: 4.1 thousandths of a degree at this latitude
    chip.click()
    expect(page.locator("[name=lng]")).to_have_value("117.155100")
    page.locator("[data-change]").click()
    page.locator("[data-locate]").click()
    expect(page.locator("[name=lng]")).to_have_value("117.151000")
    expect(chip).to_be_visible()
