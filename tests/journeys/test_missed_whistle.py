"""Nobody comes: real beat and worker put the whistle before the supervision office and blow the second; the leader comes."""

from __future__ import annotations

import datetime as dt
import re
import shutil

import pytest
from django.utils import timezone

from accounts.models import User
from casework.selectors import broken_chains
from embedded import processes
from grids.models import Area, Department
from grids.services.publishing import publish
from tests.conftest import PLACE, VILLAGE
from tests.journeys.alarm import at_work
from tests.journeys.whistling import Post, clock_of, verbs
from whistle.models import Supervision, Whistle, WhistleItem, WhistleKind
from whistle.services.blowing import blow_now
from whistle.services.calling import Asked

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
PATIENCE = 90
# The leaders' hour, and how soon after the meeting the ladder climbs: 2 and 4 seconds.
HASTE = {
    "supervise,due+0.5urgent_hour": "supervise,due+0.0006urgent_hour",
    "louder,due+2urgent_hour": "louder,due+0.0012urgent_hour",
}


@pytest.fixture
def hasty_city(cast, tmp_path):
    """The village with a rulebook whose ladder climbs within seconds."""
    folder = tmp_path / "village"
    shutil.copytree(VILLAGE, folder)
    ladder = (folder / "ladder.csv").read_text("utf-8")
    for usual, quick in HASTE.items():
        assert f"whistle.arrive,any,{usual}" in ladder
        ladder = ladder.replace(f"whistle.arrive,any,{usual}", f"whistle.arrive,any,{quick}")
    (folder / "ladder.csv").write_text(ladder, "utf-8")
    rules = (folder / "whistle.toml").read_text("utf-8")
    (folder / "whistle.toml").write_text(
        re.sub(r'arrive(_leader)? = "[^"]+"', r'arrive\1 = "3 urgent_hour"', rules), "utf-8"
    )
    return publish(folder)


@pytest.mark.mechanism("2-18")
@pytest.mark.mechanism("2-22")
def test_a_whistle_that_nobody_answers_calls_the_leader_by_itself(hasty_city, cast, settings, tmp_path):
    book = hasty_city.rulebook
    with at_work(settings.REDIS_URL, tmp_path):
        first = blow_now(
            by=cast.secretary, sort=WhistleKind.objects.get(rulebook=book, code="work"),
            caller=Area.objects.get(city=hasty_city.city, parent=None), words="空地垃圾堆积。", spring="masses",
            place="空地东侧", **PLACE, meet_at=timezone.now() + dt.timedelta(seconds=3),
            called=[Asked(department=Department.objects.get(city=hasty_city.city, code=code)) for code in ("parks", "sanitation")],
            efforts=[(timezone.localdate(), "已清理两次。")], item=WhistleItem.objects.filter(rulebook=book).first(),
        )  # fmt: skip
        assert processes.wait_until(lambda: Whistle.objects.filter(previous=first, status="calling").exists(), PATIENCE)
    second = Whistle.objects.get(previous=first)
    first.refresh_from_db()
    case = Supervision.objects.get(followed=first)
    assert first.status == "louder"
    assert verbs(first).count("grown_louder") == 1
    assert {each.department.code for each in case.statements.all()} == {"parks", "sanitation"}
    leader = Post(User.objects.get(username="leader"))
    leader.opens(second).sees("二次哨")
    leader.checks_in(second, "汪", came_rank="分管领导")
    assert second.summonses.get(person=leader.person).arrived_at is not None
    assert second.deadlines.get(clock="whistle.arrive", person=leader.person).state == "met"
    assert clock_of(first, "arrive", "parks") == "late"
    assert broken_chains() == []
