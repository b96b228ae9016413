"""The report and the outbox as the server gives them; what their scripts do with them: tests/journeys/test_outbox*.py."""

from __future__ import annotations

import json
import re
from uuid import uuid4

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from tests.conftest import PLACE
from workorders.models import WorkOrder

SAID = {"category": "060101", "words": "", "source": "patrol", "datum": "wgs84", **PLACE}


@pytest.fixture
def worker(cast, clock) -> Client:
    client = Client()
    client.force_login(cast.worker)
    return client


@pytest.mark.mechanism("2-33")
def test_without_a_script_the_form_goes_to_the_same_service_and_twice_it_is_one(worker, upload):
    mark = str(uuid4())
    for _ in range(2):
        told = worker.post(reverse("field_report"), {**SAID, "once": mark, "photos": [upload()]})
        assert told.headers["Location"] == reverse("home")
    order = WorkOrder.objects.get()
    assert (order.words, order.photos.count(), order.area.code) == (order.category.title, 1, "120106990001001")


def test_what_is_wrong_is_said_and_what_was_written_is_kept(worker):
    told = worker.post(reverse("field_report"), {**SAID, "lng": "1", "lat": "1", "words": "写好的话"})
    assert told.status_code == 422
    assert "写好的话" in told.content.decode()
    assert "不在" in told.content.decode()
    assert re.search(r'<option value="060101"[^>]* selected', told.content.decode())
    assert WorkOrder.objects.count() == 0


def test_each_page_bears_a_mark_of_its_own_and_offers_the_whole_catalogue(worker):
    pages = [worker.get(reverse("field_report")) for _ in range(2)]
    assert pages[0].context["form"]["once"].value() != pages[1].context["form"]["once"].value()
    offered = {each.item.code for _heading, items in pages[0].context["catalogue"] for each in items}
    assert len(offered) == 81
    assert pages[0].context["chips"] == []


def test_what_is_reported_most_stands_on_three_chips(worker, report, code_of):
    for code, times in (("060101", 3), ("060202", 2), ("060201", 1), ("060102", 1)):
        for _ in range(times):
            report(category=code_of(code))
    assert [item.code for item in worker.get(reverse("field_report")).context["chips"]] == [
        "060101",
        "060202",
        "060102",
    ]


@pytest.fixture
def code_of(category):
    return lambda code: category.rulebook.categories.get(code=code)


def test_the_pages_say_whose_they_are_and_are_kept_by_no_cache_between(worker, cast):
    for name in ("field_report", "outbox"):
        page = worker.get(reverse(name))
        assert f'<meta name="field-user" content="{cast.worker.pk}">' in page.content.decode()
        assert "no-store" in page.headers["Cache-Control"]


def test_the_service_worker_names_files_that_are_there_and_its_release(db):
    told = Client().get("/sw.js")
    text = told.content.decode()
    constants = dict(re.findall(r"^const (RELEASE|FILES|OFFLINE) = (.*);$", text, re.MULTILINE))
    assert told.headers["Content-Type"].startswith("text/javascript")
    assert "no-cache" in told.headers["Cache-Control"]
    assert re.fullmatch(r'"[0-9a-f]{12}"', constants["RELEASE"])
    for path in json.loads(constants["FILES"]):
        assert finders.find(path.removeprefix("/static/")), path
    offline = json.loads(constants["OFFLINE"])
    assert "内容都还在" in offline
    assert "style=" not in offline


def test_every_script_of_the_phone_pages_is_kept_for_when_there_is_no_network(worker):
    """A module that one of them imports and nobody kept would leave the page dead without a signal."""
    kept = set(json.loads(re.search(r"^const FILES = (.*);$", worker.get("/sw.js").content.decode(), re.MULTILINE)[1]))
    wanted = set()
    for name in ("field_report", "outbox", "home"):
        wanted |= set(
            re.findall(r'(?:src|href)="(/static/[^"#]+\.(?:js|css))"', worker.get(reverse(name)).content.decode())
        )
    queue = list(wanted)
    while queue:
        path = queue.pop()
        if path.endswith(".js"):
            with open(finders.find(path.removeprefix("/static/")), encoding="utf-8") as file:
                for other in re.findall(r'from "\./([\w-]+\.js)"|^import "\./([\w-]+\.js)"', file.read(), re.MULTILINE):
                    found = f"{path.rpartition('/')[0]}/{other[0] or other[1]}"
                    queue += [found] if found not in wanted else []
                    wanted.add(found)
    assert wanted - kept == set()


@pytest.mark.parametrize(("language", "name"), [("zh-hans", "网格哨"), ("en", "Gridwhistle")])
def test_the_manifest_names_the_house_in_the_reader_s_language(db, language, name):
    told = Client(headers={"Accept-Language": language}).get("/manifest.webmanifest")
    said = json.loads(told.content)
    assert told.headers["Content-Type"].startswith("application/manifest+json")
    assert (said["name"], said["start_url"], said["scope"], said["display"]) == (name, "/home/", "/", "standalone")
    assert all(finders.find(icon["src"].removeprefix("/static/")) for icon in said["icons"])
