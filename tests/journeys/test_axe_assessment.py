"""Accessibility of the boards, a card, its items and the supervisor's month in both languages, screen and phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from assessment.models import ScoreCard
from grids.models import Area, Department
from tests.assessment.drawn import draw, many, whole_scheme
from tests.journeys.test_axe import LANGUAGES, faults

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def board(city, cast, clock):
    street = Area.objects.get(city=city, parent=None)
    return draw(whole_scheme(city), street, [cast.worker, cast.worker2, *many(city, 30)])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_board_and_its_cards_are_accessible(cast, enter, board, language):
    page = enter(cast.worker, language=language)
    card = ScoreCard.objects.get(assessment=board, person=cast.worker)
    line = card.lines.get(indicator__code="on_time")
    here = f"/boards/{board.number}/"
    addresses = (
        "/boards/",
        here,
        "/boards/mine/",
        f"{here}{card.pk}/",
        f"{here}{card.pk}/{line.pk}/",
        f"{here}funnel/",
    )
    group, grade = card.group.code, card.grade
    found = [fault for address in addresses for fault in faults(page, address)]
    assert found + faults(page, f"{here}?group={group}&grade={grade}") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_supervisors_month_and_a_table_of_units_are_accessible(cast, city, enter, board, language):
    ScoreCard.objects.filter(assessment=board, grade="middle").update(watched=True)
    units = whole_scheme(city, subject="department", code="units")
    table = draw(units, board.area, list(Department.objects.filter(city=city))[:12])
    page = enter(cast.secretary, language=language)
    assert faults(page, f"/boards/{board.number}/month/") + faults(page, f"/boards/{table.number}/") == []


def test_a_name_opens_its_card_beside_the_list_and_on_a_phone_on_a_page_of_its_own(cast, enter, board):
    page = enter(cast.worker)
    page.goto(f"/boards/{board.number}/")
    card = ScoreCard.objects.get(assessment=board, person=cast.worker2)
    page.click(f'.b-row[data-card="{card.pk}"] .b-who')
    expect(page.locator(f'#panel [data-card="{card.pk}"]')).to_be_visible()
    expect(page.locator(f'.b-row[data-card="{card.pk}"]')).to_have_attribute("aria-current", "true")
    page.set_viewport_size({"width": 360, "height": 740})
    page.click(f'.b-row[data-card="{card.pk}"] .b-who')
    page.wait_for_url(f"**/boards/{board.number}/{card.pk}/")
