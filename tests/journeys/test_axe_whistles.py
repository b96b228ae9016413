"""Accessibility of the pages of the whistle in both languages, on a screen and on a small phone."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from casework.moment import now
from tests.journeys.test_axe import LANGUAGES, faults, violations
from tests.whistle.conftest import blow, sort, street, there, told, whistle_at, who

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]

# The whistles of the village, blown by the real services.
__all__ = ["blow", "sort", "street", "told", "whistle_at", "who"]
# How each status is looked at by whoever has most to do with it.
LOOKS_AT = {
    "raised": "secretary", "calling": "secretary", "handling": "officer", "settled": "secretary", "rated": "supervisor",
    "louder": "leader", "declined": "community", "withdrawn": "dispatcher",
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whistle_in_every_status_is_accessible(cast, enter, whistle_at, language):
    found: list[str] = []
    for turn, (status, part) in enumerate(LOOKS_AT.items()):
        if LANGUAGES[turn % 2] == language or status in ("calling", "settled"):
            number = whistle_at(status, words=f"第 {turn} 处无主空地").number
            page = enter(getattr(cast, part), language=language)
            found += faults(page, f"/whistles/{number}/", small=status == "calling")
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_the_blowing_and_the_notices_are_accessible(cast, enter, blow, language):
    there(blow(meet_at=now() + dt.timedelta(hours=2)), "parks")
    street_page, unit = enter(cast.secretary, language=language), enter(cast.officer, language=language)
    found = faults(street_page, "/whistles/") + faults(street_page, "/whistles/?view=late")
    found += faults(street_page, "/whistles/new/") + faults(street_page, "/notices/")
    assert found + faults(unit, "/whistles/") + faults(unit, "/notices/") == []


def test_what_will_go_out_and_what_is_missing_are_accessible(cast, enter):
    today = timezone.localtime()  # the server's own clock runs on
    page = enter(cast.secretary)
    page.goto("/whistles/new/")
    page.check("[name=sort][value=work]")
    for name, words in {
        "words": "十段社区无主空地，垃圾堆积。", "place": "空地东侧", "lng": "117.151", "lat": "39.165",
        "meet_at": f"{today + dt.timedelta(hours=2):%Y-%m-%dT%H:%M}",
    }.items():  # fmt: skip
        page.fill(f"[name={name}]", words)
    page.select_option("[name=item]", "1")
    page.select_option("[name=called_1]", "department:parks")
    page.click(".report-send button")
    page.wait_for_selector(".errors")
    found = violations(page, "missing")
    page.fill("[name=effort_on_1]", f"{today:%Y-%m-%d}")
    page.fill("[name=effort_words_1]", "社区已清理两次")
    page.click(".report-send button")
    page.wait_for_selector("button[name=confirmed]")
    found += violations(page, "what will go out")
    page.click("button[name=confirmed]")
    page.wait_for_url("**/whistles/SZ*/")
    assert found == []
