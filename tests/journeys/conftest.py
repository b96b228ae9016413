"""What the stories share: a real Chromium, people who sign in by the form, pages that may not complain."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from accounts.models import User
from accounts.services import remember_password
from grids.models import Area, Department, Role
from grids.services.posts import appoint as give_post
from tests.browsers import FLAGS, chromium
from tests.conftest import jpeg
from tests.journeys.cutting import Line
from tests.journeys.pocket import Pocket
from tests.journeys.telling import Desk

PASSWORD = "Wang-ge-2026"


@pytest.fixture(scope="module")
def chrome():
    """One browser for the stories of a file."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as driver:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright's own loop runs in this thread
        browser = driver.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def enter(live_server, chrome: Browser, cast):
    """`enter(cast.worker)`: a person at a screen of his own, signed in (`by_form` as he does it himself); his console
    must stay silent.
    """
    contexts, complaints = [], []

    def sign_in(
        person: User, *, language: str = "zh-hans", size: tuple[int, int] = (1440, 900), by_form=False, **options
    ) -> Page:
        screen = {"width": size[0], "height": size[1]}
        context = chrome.new_context(viewport=screen, base_url=live_server.url, **options)
        context.set_default_timeout(20_000)
        context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda line: complaints.append(line.text) if is_complaint(line) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if by_form:
            fill_in(page, person)
        else:
            context.add_cookies([{"name": "sessionid", "value": session_of(person), "url": live_server.url}])
        return page

    yield sign_in
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def photo_file(tmp_path) -> Path:
    """A picture on the reporter's phone."""
    path = tmp_path / "phone.jpg"
    path.write_bytes(jpeg(size=(320, 240)))
    return path


@pytest.fixture
def desk(cast, upload, clock):
    """`desk(cast.worker)`: a person at his pages, without a browser; the same desk each time he is named."""
    desks: dict[int, Desk] = {}

    def of(person: User) -> Desk:
        if person.pk not in desks:
            desks[person.pk] = Desk(person, upload)
        return desks[person.pk]

    return of


@pytest.fixture
def unit(city):
    """`unit("housing")`: a department of the village."""
    return lambda code: Department.objects.get(city=city, code=code)


@pytest.fixture
def appoint(city, clock):
    """`appoint("周芒种", "member_post", area="120106990001001")`: somebody more in the village, with a post."""

    def make(name: str, role: str, *, area: str = "", department: str = "", **facts) -> User:
        person, _new = User.objects.get_or_create(username=f"also-{name}", defaults={"name": name})
        place = {
            "area": Area.objects.get(city=city, code=area) if area else None,
            "department": Department.objects.get(city=city, code=department) if department else None,
        }
        give_post(person, role=Role.objects.get(city=city, code=role), since=clock.now.date(), **place, **facts)
        return person

    return make


@pytest.fixture(scope="module")
def driver():
    """What drives phones that may be killed and started again."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as started:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield started


@pytest.fixture
def line(live_server):
    """The line between a phone and the house; it does what it is told (`cutting.py`)."""
    made = Line(live_server.url)
    yield made
    made.close()


@pytest.fixture
def phone(driver, line, cast, tmp_path):
    """The worker's phone, signed in, its pages kept for when there is no network."""
    made = Pocket(driver, line, tmp_path / "phone")
    made.sign_in(cast.worker)
    made.settle()
    yield made
    made.kill()


def fill_in(page: Page, person: User) -> None:
    """Signs in at the door."""
    remember_password(user=person, password=PASSWORD)
    page.goto("/login/")
    page.fill("[name=username]", person.username)
    page.fill("[name=password]", PASSWORD)
    page.click("main button.btn-main")
    expect(page.locator("header .menu").first).to_be_visible()
    page.wait_for_load_state("load")


def session_of(person: User) -> str:
    """A session as signing in leaves it."""
    client = Client()
    client.force_login(person)
    return client.cookies["sessionid"].value


def is_complaint(line: ConsoleMessage) -> bool:
    """A form sent back (422) is an answer, which Chromium reports as a failure."""
    return line.type in ("error", "warning") and "status of 422" not in line.text
