"""Accessibility of the month, of an appeal and of a proposal with all that they ask, in both languages."""

from __future__ import annotations

import pytest

from assessment.services import appeals, looking, months, proposals, rewards
from grids.models import Area
from tests.assessment.conftest import scheme_in
from tests.assessment.monthly import REPORTS, Month, give_limits
from tests.journeys.test_axe import LANGUAGES, faults

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def village(city, cast, clock, order_at) -> Month:
    give_limits(city)
    for status in ("closed", "refused", "refused"):
        order_at(status)
        clock.pass_(hours=30, sweep=False)
    scheme = scheme_in(city, rows=REPORTS, least=1, code="october")
    return Month(scheme, Area.objects.get(city=city, parent=None), clock)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_month_appeals_and_proposals_are_accessible(village, cast, clock, enter, language):
    clock.set(2026, 11, 2, 9, 0)
    looked = village.opens()
    looking.look(looked, by=cast.community, agrees=False, words="漏记一次。")
    street = enter(cast.secretary, language=language)
    found = faults(street, f"/boards/months/{looked.number}/")
    found += _appeals(village, looked, cast, enter, language)
    reward = rewards.propose(
        by=cast.duty_chief, area=village.street, person=cast.worker, consequence="heavy_reward", grounds="报告重大隐患。",
        merit="disaster_prevented", grade=1,
    )  # fmt: skip
    found += faults(street, "/boards/proposals/") + faults(street, f"/boards/proposals/{reward.number}/")
    proposals.approve(reward, by=cast.director, words="同意。")
    found += faults(street, f"/boards/proposals/{reward.number}/") + faults(street, "/boards/proposals/new/")
    assert found == []


def _appeals(village: Month, board, cast, enter, language: str) -> list:
    board = months.publish(board, by=cast.secretary)
    line = village.line(board, cast.worker)
    worker, reviewer = enter(cast.worker, language=language), enter(cast.duty_chief, language=language)
    found = faults(worker, f"/boards/appeals/new/{line.pk}/")
    appeal = village.appeal(board, cast.worker)
    found += faults(reviewer, "/boards/appeals/") + faults(reviewer, f"/boards/appeals/{appeal.number}/")
    appeals.support(appeal, by=cast.duty_chief, words="属实。")
    return found + faults(reviewer, f"/boards/appeals/{appeal.number}/") + faults(worker, "/boards/appeals/")
