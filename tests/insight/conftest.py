"""What the tests of the moving map share: a signed-in reader, his figures, a browser that remembers its complaints."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import sync_playwright

from grids.models import Area
from tests.browsers import FLAGS, chromium


@pytest.fixture
def read(client):
    """`read(person, "/map/areas.json?level=1")`: the answer that this person gets."""

    def get(person, url: str, **headers):
        client.force_login(person)
        return client.get(url, headers={key.replace("_", "-"): value for key, value in headers.items()})

    return get


@pytest.fixture
def figures(read):
    """`figures(person)`: open and late by area code, as the map of that person has them."""

    def get(person) -> dict[str, list[int]]:
        counts = read(person, "/map/counts.json").json()["counts"]
        codes = dict(Area.objects.values_list("pk", "code"))
        return {codes[int(key)]: pair for key, pair in counts.items()}

    return get


@pytest.fixture(scope="module")
def chrome():
    """One browser for all tests of a file."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as driver:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright's own loop runs in this thread
        browser = driver.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def browse(live_server, client, chrome):
    """`browse(person, width=360)`: a page of a real browser, signed in; its console must stay silent to the end."""
    complaints: list[str] = []
    contexts = []

    def open_page(person, *, width: int = 1440, height: int = 900, language: str = "zh-hans", **options):
        client.force_login(person)
        context = chrome.new_context(viewport={"width": width, "height": height}, base_url=live_server.url, **options)
        contexts.append(context)
        for name, value in (("sessionid", client.cookies["sessionid"].value), ("django_language", language)):
            context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
        page = context.new_page()
        page.on("console", lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def lines_of():
    """The features of an answer of areas.json, by code."""
    return lambda answer: {feature["properties"]["code"]: feature for feature in json.loads(answer.content)["features"]}
