"""The demo's patrols: made by the real services, once, the same for the same seed, on the ground of the demo."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import CommandError, call_command

from patrols.models import Admission, CheckIn, Patrol, PatrolPoint, RiskPoint, Round, Stop
from patrols.services.demo_points import fill
from tests.conftest import MORNING
from tests.patrols.pointing import village

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
UNTIL = MORNING.astimezone(dt.UTC)


def told() -> list[tuple]:
    return list(PatrolPoint.objects.order_by("pk").values_list("name", "kind", "lng", "lat", "seen_at"))


def test_the_demo_fills_points_risks_an_application_and_the_walks_of_some_days(cast):
    points, seen = fill(village(), until=UNTIL, grids=4, days=2, seed=1)
    assert points == PatrolPoint.objects.filter(risk=None).count() + RiskPoint.objects.count()
    assert seen == CheckIn.objects.count() == Stop.objects.filter(state="seen").count() > 0
    assert Patrol.objects.filter(ended_at=None).count() == 0
    assert {one.day for one in Round.objects.all()} >= {MORNING.date(), dt.date(2026, 10, 8)}
    assert Admission.objects.filter(admitted=True).count() == 1
    assert Admission.objects.filter(admitted=None).count() == 1
    assert not CheckIn.objects.exclude(how="position").exists()


def test_a_city_that_has_points_is_left_as_it_is_and_the_same_seed_makes_the_same(cast):
    fill(village(), until=UNTIL, grids=2, days=1, seed=5)
    first = told()
    assert fill(village(), until=UNTIL, grids=4, days=3, seed=6) == (0, 0)
    assert told() == first


def test_the_command_says_what_it_made_and_refuses_what_makes_no_sense(cast, capsys):
    call_command("simulate_patrols", city="village", grids=1, days=1, until=MORNING.isoformat())
    assert "points of 试点街道" in capsys.readouterr().out
    for wrong in ({"city": "atlantis"}, {"city": "village", "grids": 0}, {"city": "village", "days": 31}):
        with pytest.raises(CommandError):
            call_command("simulate_patrols", **wrong)
