"""From the phone to the desk without delay (手机及时反馈): what is found at a point, and what is only over."""

from __future__ import annotations

import datetime as dt
import re
from uuid import uuid4

import pytest

from patrols.models import Checklist
from patrols.selectors.rounds import round_of
from patrols.services import planning
from patrols.services.admissions import admit, apply_for
from patrols.services.checklists import replace_checklist, write_checklist
from tests.conftest import MORNING
from tests.patrols.pointing import department, point

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TODAY = MORNING.date()


def words(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.mark.mechanism("0-15")
def test_what_is_found_wrong_on_the_phone_stands_on_the_points_page_at_once(client, cast):
    lines = [("030101", "消防通道是否畅通"), ("030104", "楼道有没有堆物")]
    listed = write_checklist(by=cast.officer_b, department=department(), name="楼道", lines=lines)
    where = point("七号楼", checklist=listed)
    planning.make_rounds(TODAY)
    client.force_login(cast.worker)
    today = client.get("/api/v1/rounds/today/").json()
    (stop,) = today[0]["stops"]
    assert [line["text"] for line in stop["lines"]] == ["消防通道是否畅通", "楼道有没有堆物"]
    patrol = f"/api/v1/patrols/{uuid4()}"
    said = {"round": today[0]["key"], "started_at": MORNING.isoformat()}
    assert client.put(patrol, said, content_type="application/json").status_code == 201
    reached = {
        "point": stop["point"]["key"], "at": MORNING.isoformat(), "found": {"1": "fine", "2": "wrong"}, "note": "三楼有旧沙发",
        "position": {"lng": where.lng, "lat": where.lat, "accuracy": 8},
    }  # fmt: skip
    answer = client.put(f"{patrol}/check-ins/{uuid4()}", reached, content_type="application/json")
    assert answer.status_code == 201, answer.json()
    client.force_login(cast.duty_chief)
    told = words(client.get(f"/patrols/points/{where.key}/"))
    history = told[told.index("三楼有旧沙发") - 30 :]
    assert "楼道有没有堆物" in history
    assert "消防通道是否畅通" not in history
    assert words(client.get("/patrols/")).count("林小满") == 1


def test_what_was_found_is_told_in_the_words_of_its_own_edition(client, cast, clock):
    listed = write_checklist(by=cast.officer_b, department=department(), name="楼道", lines=[("030101", "老的一句")])
    where = point("七号楼", checklist=listed)
    client.force_login(cast.worker)
    patrol = f"/api/v1/patrols/{uuid4()}"
    client.put(patrol, {"started_at": MORNING.isoformat()}, content_type="application/json")
    reached = {
        "point": str(where.key), "at": MORNING.isoformat(), "found": {"1": "wrong"},
        "position": {"lng": where.lng, "lat": where.lat, "accuracy": 8},
    }  # fmt: skip
    assert client.put(f"{patrol}/check-ins/{uuid4()}", reached, content_type="application/json").status_code == 201
    clock.pass_(hours=1)
    replace_checklist(listed, by=cast.officer_b, lines=[("030104", "新的一句")])
    client.force_login(cast.duty_chief)
    told = words(client.get(f"/patrols/points/{where.key}/"))
    assert told.count("老的一句") == told.count("新的一句") == 1


def test_lines_whose_time_is_over_are_asked_of_nobody_on_the_phone(client, cast, clock):
    asked = apply_for(
        by=cast.officer_b, department=department(), sort="temporary", name="自建房排查", reason="百日行动", until=TODAY
    )
    code = admit(asked, by=cast.duty_chief).code
    lines = [("030104", "楼道有没有堆物"), (code, "自建房有没有裂缝")]
    listed = write_checklist(by=cast.officer_b, department=department(), name="排查", lines=lines)
    where = point(checklist=listed)
    planning.make_rounds(TODAY)

    def told(day: dt.date) -> list[str]:
        return [line.text for line in round_of(cast.worker, day).stops.all()[0].point.checklist.items.all()]

    assert told(TODAY) == ["楼道有没有堆物", "自建房有没有裂缝"]
    clock.set(2026, 10, 10, 6, 0)
    planning.make_rounds(TODAY + dt.timedelta(days=1))
    assert told(TODAY + dt.timedelta(days=1)) == ["楼道有没有堆物"]
    client.force_login(cast.worker)
    client.post("/field/patrol/start/")
    assert "自建房有没有裂缝" not in client.get("/field/patrol/").content.decode()
    assert Checklist.objects.get(pk=listed.pk).items.count() == 2
    assert where.checklist == listed
