"""The ground through the API: areas by level and parent, the area of a point."""

import datetime as dt

import pytest
from rest_framework.test import APIClient

from grids.models import Area, City, Level, Role
from grids.services.posts import appoint

AREAS, AT = "/api/v1/areas/", "/api/v1/areas/at/"


@pytest.fixture
def api(cast):
    client = APIClient(HTTP_ACCEPT_LANGUAGE="en")
    client.force_authenticate(cast.worker)
    return client


def codes(answer) -> list[str]:
    return [area["code"] for area in answer.data["results"]]


def test_areas_come_by_code_a_page_at_a_time(api):
    told, address = [], f"{AREAS}?limit=3"
    while address:
        answer = api.get(address)
        assert answer.status_code == 200
        told += codes(answer)
        address = answer.data["next"]
    assert told == sorted(told)
    assert len(told) == len(set(told)) == 7


def test_areas_are_narrowed_by_level_and_by_parent(api):
    assert codes(api.get(AREAS, {"level": 1})) == ["120106990"]
    assert codes(api.get(AREAS, {"level": 2})) == ["120106990001", "120106990002"]
    below = codes(api.get(AREAS, {"parent": "120106990001"}))
    assert below == ["120106990001001", "120106990001002"]
    assert codes(api.get(AREAS, {"parent": "120106990001", "level": 2})) == []
    assert codes(api.get(AREAS, {"level": 6})) == []


def test_an_area_that_has_ended_is_not_listed(api):
    Area.objects.filter(code="120106990002002").update(valid_to="2026-01-02")
    assert "120106990002002" not in codes(api.get(AREAS))


def test_an_area_says_its_level_its_parent_and_whether_it_is_drawn(api):
    [first, _second] = api.get(AREAS, {"level": 2}).data["results"]
    assert first["parent"] == "120106990"
    assert first["level"] == {"rank": 2, "name": "Community"}
    assert first["drawn"] is True


def test_a_point_is_found_in_its_lowest_area_with_all_above_it(api):
    told = api.get(AT, {"lng": 117.151, "lat": 39.165}).data
    assert told["area"]["code"] == "120106990001001"
    assert [area["code"] for area in told["above"]] == ["120106990", "120106990001"]


def test_a_point_outside_is_said_to_be_outside(api):
    assert api.get(AT, {"lng": 100, "lat": 20}).data == {"area": None, "above": []}


def test_another_datum_comes_in_by_its_name_alone(api):
    # What a phone with a mainland map gives for the point above.
    shifted = {"lng": 117.15715, "lat": 39.16625}
    assert api.get(AT, {**shifted, "datum": "gcj02"}).data["area"]["code"] == "120106990001001"
    assert api.get(AT, shifted).data["area"] is None
    assert api.get(AT, {**shifted, "datum": "mars"}).status_code == 400


@pytest.mark.parametrize(
    "ask",
    [
        {},
        {"lng": "117.1"},
        {"lng": "nan", "lat": "39"},
        {"lng": "inf", "lat": "39"},
        {"lng": "1e400", "lat": "39"},
        {"lng": "181", "lat": "39"},
        {"lng": "117", "lat": "-90.0001"},
        {"lng": "东经", "lat": "北纬"},
        {"lng": "117.1", "lat": "39", "city": "nul\x00"},
    ],
    ids=str,
)
def test_a_point_that_is_none_is_refused_with_a_sentence(api, ask):
    refused = api.get(AT, ask)
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid")
    assert refused.json()["sentence"]


@pytest.mark.parametrize(
    "ask", [{"level": "-1"}, {"level": "0"}, {"level": "7"}, {"level": "x"}, {"parent": "\x00"}], ids=str
)
def test_a_level_or_parent_that_is_none_is_refused(api, ask):
    assert api.get(AREAS, ask).status_code == 400


def test_a_city_is_there_for_who_holds_a_post_in_it(api, cast):
    City.objects.create(slug="other", name="他城")
    assert api.get(AREAS, {"city": "village"}).status_code == 200
    assert api.get(AREAS, {"city": "other"}).status_code == 404
    assert api.get(AREAS, {"city": "atlantis"}).status_code == 404
    api.force_authenticate(cast.outsider)
    assert api.get(AREAS).status_code == 404
    assert api.get(AT, {"lng": 117.151, "lat": 39.165, "city": "village"}).status_code == 404


def test_who_works_in_two_cities_names_one(api, cast):
    other = City.objects.create(slug="other", name="他城")
    role = Role.objects.create(city=other, code="guest", name="客", scope=Role.Scope.AREA)
    level = Level.objects.create(city=other, rank=1, name="县", code_length=6)
    top = Area.objects.create(city=other, level=level, code="330000", name="他县", path="/0/", valid_from="2026-01-01")
    appoint(cast.worker, role=role, area=top, since=dt.date(2026, 1, 1))
    assert api.get(AREAS).status_code == 400
    assert codes(api.get(AREAS, {"city": "other"})) == ["330000"]
