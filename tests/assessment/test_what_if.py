"""What-if: last month by a draft beside what was in force; it tells who moves and writes nothing."""

from __future__ import annotations

import datetime as dt

import pytest

from assessment.models import Scheme
from assessment.reasons import Grade
from assessment.selectors.schemes import plan_of
from assessment.selectors.what_if import boards_for, last_span, what_if
from assessment.services import schemes as services
from tests.cities.breaking import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def october(reported, cast, clock, city) -> Scheme:
    """October is over; the worker had six reports of which two were refused, his colleague two."""
    Scheme.objects.filter(city=city, code="workers").update(least=1, judged_by="valid")
    reported(cast)
    clock.set(2026, 11, 2, 9, 0)
    return Scheme.objects.get(city=city, code="workers")


@pytest.fixture
def draft(october, cast) -> Scheme:
    return services.begin_draft(october, by=cast.organiser)


def test_the_last_month_is_the_one_that_is_over(city, clock):
    clock.set(2026, 11, 2, 9, 0)
    assert last_span(city, "month") == (dt.date(2026, 10, 1), dt.date(2026, 11, 1))
    assert last_span(city, "year") == (dt.date(2025, 1, 1), dt.date(2026, 1, 1))


def test_by_an_unchanged_draft_nobody_moves(draft, street):
    trial = what_if(draft, street)
    assert len(trial.moves) == 2
    assert trial.movers == []
    assert trial.counts == {"up": 0, "down": 0, "same": 2}
    assert all(move.gain == pytest.approx(0) for move in trial.moves)


def test_a_lower_line_lifts_those_above_it_and_nobody_else(draft, street, cast):
    before = {move.name: move.before for move in what_if(draft, street).moves}
    assert {card.grade for card in before.values()} == {Grade.MIDDLE}
    plan = plan_of(draft)
    for band in plan["bands"]:
        band["least"] = {"top": 50, "middle": 10, "bottom": 0}[band["grade"]]
    services.change_draft(draft, by=cast.organiser, plan=plan)
    trial = what_if(Scheme.objects.get(pk=draft.pk), street)
    assert {move.name for move in trial.movers if move.up} == {
        name for name, card in before.items() if card.points >= 50
    }  # fmt: skip
    assert trial.counts["up"] == len(trial.movers) > 0
    assert trial.bands_after[Grade.TOP].least == 50


def test_it_writes_nothing(draft, street):
    before = everything()
    what_if(draft, street)
    assert everything() == before


def test_its_page_shows_both_sides_to_who_edits_schemes_and_to_nobody_else(draft, street, cast, client):
    client.force_login(cast.organiser)
    page = client.get("/boards/schemes/workers/2/what-if/")
    assert page.status_code == 200
    assert cast.worker.name in page.content.decode()
    assert boards_for(cast.organiser, draft) == [street]
    client.force_login(cast.worker)
    assert client.get("/boards/schemes/workers/2/what-if/").status_code == 403
