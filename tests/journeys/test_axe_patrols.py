"""Accessibility of the desk's pages of patrols in both languages, on a screen and on a small phone."""

from __future__ import annotations

import pytest

from patrols.models import Checklist, PatrolPoint, RiskPoint, Round
from patrols.services import planning
from tests.conftest import MORNING
from tests.journeys.test_axe import LANGUAGES, faults, violations
from tests.patrols.listing import fill

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]
PLANNER = ("", "points/", "points/new/", "key-times/", "admissions/")
UNIT = ("risks/", "checklists/", "admissions/")


@pytest.fixture
def filled(cast, clock) -> None:
    fill(cast, 1)
    planning.make_rounds(MORNING.date())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lists_of_patrols_and_their_forms_are_accessible(cast, enter, filled, language):
    planner, unit = enter(cast.duty_chief, language=language), enter(cast.officer_b, language=language)
    found = [fault for address in PLANNER for fault in faults(planner, f"/patrols/{address}")]
    assert found + [fault for address in UNIT for fault in faults(unit, f"/patrols/{address}")] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_point_risk_list_and_round_are_accessible(cast, enter, filled, language):
    planner, unit = enter(cast.duty_chief, language=language), enter(cast.officer_b, language=language)
    point, risk, one = (
        PatrolPoint.objects.first(),
        RiskPoint.objects.first(),
        Round.objects.filter(sort="daily").first(),
    )
    found = faults(planner, f"/patrols/points/{point.key}/") + faults(planner, f"/patrols/risks/{risk.key}/")
    found += faults(planner, f"/patrols/rounds/{one.key}/") + faults(unit, f"/patrols/risks/{risk.key}/")
    written = Checklist.objects.filter(made_by__isnull=False).first()
    assert found + faults(unit, f"/patrols/checklists/{written.pk}/") == []


def test_what_is_missing_in_a_form_is_accessible(cast, enter, filled):
    page = enter(cast.duty_chief)
    page.goto("/patrols/points/new/")
    page.click(".form-acts button")
    page.wait_for_selector(".errors")
    assert violations(page, "missing") == []
