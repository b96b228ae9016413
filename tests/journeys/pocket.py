"""A phone in a grid worker's pocket: a Chromium with a profile of its own that may be killed and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.test import Client
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from accounts.models import User
from tests.browsers import FLAGS, chromium
from tests.conftest import PLACE, jpeg
from tests.journeys.cutting import Line

COLOURS = ("olive", "navy", "maroon", "teal", "purple", "gray")
# One that beeps, and that nobody has to be asked for.
MICROPHONE = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
ROWS = """async () => {
  const store = await import("/static/js/field/store.js");
  const rows = await store.rows(document.querySelector('meta[name="field-user"]').content);
  return rows.map(({ seq, kind, state, number, taken, arrived, digests, recording, tries, why, problem, body }) =>
    ({ seq, kind, state, number, taken, arrived, digests, recording, tries, why, problem, body }));
}"""
PUT = """async ([words, count]) => {
  const { put, uuid } = await import("/static/js/field/outbox.js");
  for (let at = 0; at < count; at++) {
    const id = uuid();
    const body = { category: "060101", words: `${words} ${at + 1}`, lng: "117.151", lat: "39.165", device_at: new Date().toISOString() };
    await put("report", id, `/api/v1/reports/${id}`, body, [], { title: body.words });
  }
}"""


def until(asked: Callable[[], Any], what: str, within: float = 30.0) -> Any:
    """Waits for what is bound to come; under load it comes later."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        if answer := asked():
            return answer
        time.sleep(0.05)
    raise AssertionError(f"in {within:g} s not: {what}")


def _lines(path: Path) -> list[str]:
    """The lines a file holds by now; none while it is not there."""
    return path.read_text().split("\n") if path.exists() else []


class Pocket:
    """The phone; `page` is its screen."""

    def __init__(self, driver: Playwright, line: Line, folder: Path):
        self.driver, self.line, self.folder = driver, line, folder
        self.pictures = [folder / f"{colour}.jpg" for colour in COLOURS]
        folder.mkdir(parents=True, exist_ok=True)
        for path, colour in zip(self.pictures, COLOURS, strict=True):
            path.write_bytes(jpeg(colour, (1200, 900)))
        self.start()

    # --- on and off --------------------------------------------------------------------------------------------------
    def start(self) -> None:
        port_file = self.folder / "profile" / "DevToolsActivePort"
        port_file.unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [
                chromium() or "", *FLAGS, *MICROPHONE, "--headless=new", f"--user-data-dir={self.folder / 'profile'}",
                "--remote-debugging-port=0", "--window-size=360,740", "about:blank",
            ],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        # The file is there a moment before its lines are: the port first, then the path of the browser's own socket.
        port, _path = until(lambda: _lines(port_file)[1:] and _lines(port_file)[:2], "Chromium listens")
        self.browser = self.driver.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        self.context: BrowserContext = self.browser.contexts[0]
        self.context.set_default_timeout(20_000)
        self.context.grant_permissions(["geolocation", "microphone"], origin=self.line.url)
        self.context.set_geolocation({"longitude": PLACE["lng"], "latitude": PLACE["lat"], "accuracy": 12})
        self.page: Page = self.context.pages[0]

    def kill(self) -> None:
        """As a battery does it: nothing is tidied up."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)
        with suppress(Exception):
            self.browser.close()

    def sign_in(self, person: User) -> None:
        client = Client()
        client.force_login(person)
        cookies = {"sessionid": client.cookies["sessionid"].value, "django_language": "zh-hans"}
        self.context.add_cookies(
            [{"name": name, "value": value, "url": self.line.url} for name, value in cookies.items()]
        )

    # --- what its owner does -----------------------------------------------------------------------------------------
    def open(self, path: str, page: Page | None = None) -> Page:
        page = page or self.page
        page.goto(self.line.url + path)
        return page

    def settle(self) -> None:
        """The pages are kept for when there is no network."""
        self.open("/field/report/")
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        for path in ("/home/", "/field/outbox/", "/field/report/"):
            self.open(path)

    def write(self, words: str = "井盖松了。", photos: int = 3, category: str = "060101") -> None:
        """Fills in a report, up to the last tap."""
        page = self.open("/field/report/")
        expect(page.locator("html[data-ready=report]")).to_be_attached()
        if photos:
            page.set_input_files("[data-album]", self.pictures[:photos])
            expect(page.locator(".shot")).to_have_count(photos)
        page.fill("[name=words]", words)
        page.locator("[name=category]").evaluate(
            "(node, code) => { node.value = code; node.dispatchEvent(new Event('change')); }", category
        )
        until(lambda: page.input_value("[name=lng]"), "the place is found")

    def submit(self) -> None:
        self.page.click("[data-submit]")
        expect(self.page.locator("[data-submit]")).to_contain_text("已保存到本机")

    def queue(self, words: str, count: int) -> None:
        """Several short reports at once."""
        self.page.evaluate(PUT, [words, count])

    def rows(self, page: Page | None = None) -> list[dict[str, Any]]:
        return (page or self.page).evaluate(ROWS)

    def waiting(self) -> list[dict[str, Any]]:
        return [row for row in self.rows() if row["state"] != "sent"]

    def poke(self, page: Page | None = None) -> None:
        """The phone believes it has a network again."""
        (page or self.page).evaluate("window.dispatchEvent(new Event('online'))")
