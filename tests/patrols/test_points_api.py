"""Points, risks and one's own rounds in the API: the same questions, services and sentences as on the pages."""

from __future__ import annotations

import pytest

from patrols.models import Round
from patrols.services import planning
from tests.conftest import MORNING
from tests.patrols.listing import fill
from tests.patrols.pointing import grid, point

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TODAY = MORNING.date()


def test_the_api_tells_points_risks_and_the_askers_own_rounds(client, cast):
    fill(cast, 1)
    planning.make_rounds(TODAY)
    client.force_login(cast.worker)
    points = client.get("/api/v1/points/").json()["results"]
    assert [(each["name"], each["kind"]["code"], each["area"]["code"]) for each in points] == [
        ("棚 1", "charging", grid().code)
    ]
    assert [each["name"] for each in client.get("/api/v1/risks/").json()["results"]] == ["险 1"]
    today = client.get("/api/v1/rounds/today/").json()
    daily = next(each for each in today if each["sort"] == "daily")
    assert [stop["point"]["name"] for stop in daily["stops"]] == ["棚 1"]
    assert daily["stops"][0]["lines"][0]["item"]
    client.force_login(cast.worker2)
    assert client.get("/api/v1/points/").json()["results"] == client.get("/api/v1/rounds/today/").json() == []


def test_the_api_passes_over_a_point_with_a_reason_and_says_the_pages_sentence(client, cast):
    where, other = point("一"), point("二", east=5)
    planning.make_rounds(TODAY)
    made = Round.objects.get()
    client.force_login(cast.worker)
    address = f"/api/v1/rounds/{made.key}/skip/"
    empty = client.post(address, {"point": str(where.key), "reason": " "}, content_type="application/json")
    assert (empty.status_code, list(empty.json()["fields"])) == (400, ["reason"])
    told = client.post(address, {"point": str(where.key), "reason": "修路"}, content_type="application/json")
    assert {stop["point"]["name"]: stop["state"] for stop in told.json()["stops"]} == {"一": "skipped", "二": "ahead"}
    strange = client.post(address, {"point": str(made.key), "reason": "x"}, content_type="application/json")
    assert (strange.status_code, list(strange.json()["fields"])) == (400, ["point"])
    ordered = client.post(
        f"/api/v1/rounds/{made.key}/reorder/", {"lng": 117.153, "lat": 39.165}, content_type="application/json"
    )
    assert [stop["point"]["key"] for stop in ordered.json()["stops"]] == [str(where.key), str(other.key)]
    for person in (cast.worker2, cast.duty_chief):
        client.force_login(person)
        assert (
            client.post(address, {"point": str(where.key), "reason": "x"}, content_type="application/json").status_code
            == 404
        )


def test_the_api_makes_rounds_for_who_plans(client, cast):
    point()
    client.force_login(cast.worker)
    assert client.post("/api/v1/rounds/make/", {}, content_type="application/json").status_code == 403
    client.force_login(cast.duty_chief)
    assert client.post("/api/v1/rounds/make/", {}, content_type="application/json").json() == {"made": 1}
    late = client.post("/api/v1/rounds/make/", {"day": "2026-10-01"}, content_type="application/json")
    assert late.status_code == 409
