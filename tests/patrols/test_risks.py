"""Risk and hazard points: named by units on ground they serve, ended with a word, made key points in one step."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from casework.refusals import NotFound, NotNow
from patrols.models import RiskPoint
from patrols.selectors.points import Wanted, risk_seen_by, risks_listed, risks_seen
from patrols.services.points import end_point, make_key_point
from patrols.services.risks import end_risk, name_risk
from tests.casework.threads import at_once
from tests.patrols.pointing import INSIDE, department, grid, somebody, village

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def named(short: str = "001001", **changes) -> RiskPoint:
    lng, lat = INSIDE[short]
    fields = {
        "by": somebody("officer_b"), "department": department(), "sort": "hazard", "name": "地下室电池", "lng": lng, "lat": lat,
        "reason": "夜间充电，通道狭窄。", "level": 4,
    }  # fmt: skip
    return name_risk(**{**fields, **changes})


@pytest.mark.mechanism("0-12")
def test_a_unit_names_a_hazard_and_its_place_decides_its_grid(cast):
    hazard = named()
    assert (hazard.area, hazard.department, hazard.named_by) == (grid("001001"), department(), cast.officer_b)
    assert list(risks_seen(cast.worker, village())) == [hazard]
    assert list(risks_seen(cast.worker2, village())) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"sort": "trouble"}, "sort"), ({"level": 5}, "level"), ({"name": "  "}, "name"), ({"name": "长" * 81}, "name"),
        ({"reason": ""}, "reason"), ({"reason": "长" * 301}, "reason"), ({"lng": 110.0}, "lng"), ({"name": "a\x00"}, "name"),
    ],
)  # fmt: skip
def test_what_is_missing_or_lies_elsewhere_is_refused_and_leaves_no_trace(changes, field):
    with pytest.raises(ValidationError) as refused:
        named(**changes)
    assert list(refused.value.message_dict) == [field]
    assert not RiskPoint.objects.exists()


@pytest.mark.parametrize("place", [{"lng": float("nan")}, {"lat": float("inf")}, {"lng": 181.0}, {"datum": "mars"}])
def test_a_place_that_is_none_is_refused(place):
    with pytest.raises(ValidationError):
        named(**place)
    assert not RiskPoint.objects.exists()


def test_nobody_names_for_another_unit(cast):
    for other in (cast.officer, cast.worker, cast.duty_chief):
        with pytest.raises(PermissionDenied):
            named(by=other)


def test_what_was_put_right_ends_with_a_word_and_ends_once(cast):
    hazard = named()
    with pytest.raises(ValidationError):
        end_risk(hazard, by=cast.officer_b, because="")
    with pytest.raises(PermissionDenied):
        end_risk(hazard, by=cast.officer, because="x")
    told = end_risk(hazard, by=cast.officer_b, because="电池已清走")
    assert (told.ended_by, told.ended_because) == (cast.officer_b, "电池已清走")
    with pytest.raises(NotNow):
        end_risk(hazard, by=cast.officer_b, because="又一次")
    assert list(risks_seen(cast.worker, village())) == []
    assert list(risks_seen(cast.worker, village(), Wanted(ended=True))) == [hazard]


@pytest.mark.mechanism("0-14")
def test_a_risk_becomes_a_key_point_in_one_step_with_its_own_place_and_name(cast):
    hazard = named()
    point = make_key_point(hazard, by=cast.duty_chief, kind="charging")
    assert (point.name, point.area, point.risk, point.weight, point.interval_days) == (
        hazard.name,
        hazard.area,
        hazard,
        3,
        2,
    )
    assert (point.lng, point.lat) == (hazard.lng, hazard.lat)
    with pytest.raises(NotNow):
        make_key_point(hazard, by=cast.duty_chief, kind="charging")
    assert risks_listed(cast.duty_chief, village(), Wanted()).rows[0].is_key
    end_point(point, by=cast.duty_chief, because="换了地方")
    assert make_key_point(hazard, by=cast.duty_chief, kind="firm", weight=9, interval_days=1).weight == 9


def test_only_who_plans_the_ground_makes_key_points_of_it(cast):
    hazard = named("002001")
    for other in (cast.officer_b, cast.worker2, cast.community):
        with pytest.raises(PermissionDenied):
            make_key_point(hazard, by=other, kind="charging")
    assert make_key_point(hazard, by=somebody("community2"), kind="charging")


def test_of_a_risk_that_is_over_no_point_is_made(cast):
    hazard = named()
    end_risk(hazard, by=cast.officer_b, because="已清走")
    with pytest.raises(NotNow):
        make_key_point(hazard, by=cast.duty_chief, kind="charging")


def test_whoever_does_not_see_a_risk_learns_nothing_of_it(cast):
    hazard = named()
    assert risk_seen_by(cast.officer_b, hazard.key) == hazard
    for other in (cast.worker2, cast.outsider):
        with pytest.raises(NotFound):
            risk_seen_by(other, hazard.key)


@pytest.mark.django_db(transaction=True)
def test_two_who_make_a_risk_a_key_point_at_once_make_one(cast):
    hazard = named()
    answers = at_once(*[lambda: make_key_point(hazard, by=cast.duty_chief, kind="charging")] * 2)
    assert sorted(type(answer).__name__ for answer in answers) == ["NotNow", "PatrolPoint"]
