"""Whistles as the village blows them: by real services, to real departments, at a place in its first community."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from casework.moment import now
from grids.models import Area, City, Department
from grids.selectors import rulebook_in_force
from tests.conftest import MORNING, PLACE
from whistle.models import Summons, Whistle, WhistleItem, WhistleKind
from whistle.services import blowing
from whistle.services.agreeing import Line
from whistle.services.calling import Asked
from whistle.services.ending import Marks
from whistle.services.steps import STEPS

GOOD = Marks(5, 5, 4, 4)
# Who acts for which department of the village.
STAFF = {
    "sanitation": "officer", "housing": "officer_b", "enforcement": "enforcer", "municipal": "roadman",
    "parks": "gardener", "police": "constable", "heating": "stoker",
}  # fmt: skip


@pytest.fixture
def who(cast) -> Callable[[str], User]:
    """`who("gardener")`: a person of the village by his account."""
    return lambda username: User.objects.get(username=username)


@pytest.fixture
def street(city) -> Area:
    return Area.objects.get(city=city, parent=None)


@pytest.fixture
def sort(city) -> Callable[[str], WhistleKind]:
    """`sort("rescue")`: a kind of whistle of the rulebook in force."""
    return lambda code: WhistleKind.objects.get(rulebook=rulebook_in_force(city, MORNING.date()), code=code)


@pytest.fixture
def told(city, sort, clock) -> Callable[..., dict[str, Any]]:
    """What a whistle says, good enough to be blown; fields may be changed."""

    def make(
        kind: str = "work", *, departments: tuple[str, ...] = ("parks", "sanitation"), **changes: Any
    ) -> dict[str, Any]:
        called = [Asked(department=Department.objects.get(city=city, code=code)) for code in departments]
        item = WhistleItem.objects.filter(rulebook=sort(kind).rulebook).first()
        said = {
            "sort": sort(kind), "caller": Area.objects.get(city=city, parent=None), "words": "十段社区无主空地，垃圾堆积。",
            "spring": "masses", "place": "空地东侧", **PLACE, "meet_at": now() + dt.timedelta(minutes=25), "called": called,
            "efforts": [(now().astimezone(city.zone).date(), "社区已清理两次，三日后复堆。")], "item": item,
        }  # fmt: skip
        return {**said, **changes}

    return make


@pytest.fixture
def blow(cast, told) -> Callable[..., Whistle]:
    """`blow("rescue", departments=("parks",))`: a whistle as the secretary blows it."""

    def make(kind: str = "work", *, by: User | None = None, **changes: Any) -> Whistle:
        return blowing.blow_now(by=by or cast.secretary, **told(kind, **changes))

    return make


def summons(whistle: Whistle, code: str) -> Summons:
    """The summons of a department of this whistle."""
    return Summons.objects.get(whistle=whistle, department__code=code)


def staff(code: str) -> User:
    return User.objects.get(username=STAFF[code])


def there(whistle: Whistle, *codes: str) -> Whistle:
    """These departments report in at the very place."""
    for code in codes:
        said = {"came": "副主任", "came_rank": "副主任", "lng": whistle.lng, "lat": whistle.lat}
        whistle = STEPS["check_in"](whistle, by=staff(code), summons=summons(whistle, code), **said)
    return whistle


def planned(whistle: Whistle, by: User, *codes: str, days: int = 5) -> Whistle:
    """The plan: one line for each of these departments."""
    day = now().astimezone(whistle.city.zone).date() + dt.timedelta(days=days)
    lines = [
        Line(words=f"第 {place} 项", due_on=day, summons=summons(whistle, code)) for place, code in enumerate(codes, 1)
    ]
    return STEPS["replan" if whistle.status == "handling" else "plan"](whistle, by=by, lines=lines)


def replied(whistle: Whistle, by: User, *codes: str) -> Whistle:
    """These departments reply in four elements, and the street finds them whole."""
    for code in codes:
        said = {"received_at": now(), "spoke_with": "办事处主任", "measures": "已清运。"}
        day = now().astimezone(whistle.city.zone).date()
        whistle = STEPS["reply"](whistle, by=staff(code), summons=summons(whistle, code), finish_on=day, **said)
        whistle = STEPS["audit"](whistle, by=by, passed=True)
    return whistle


ROADS = ("calling", "handling", "settled", "rated")


@pytest.fixture
def whistle_at(blow, told, cast) -> Callable[..., Whistle]:
    """`whistle_at("settled")`: a whistle taken by the real services to a status."""

    def make(status: str, **changes: Any) -> Whistle:
        if status in ("raised", "declined"):
            whistle = blowing.raise_whistle(by=cast.community, **told(**changes))
            return (
                whistle if status == "raised" else blowing.decline(whistle, by=cast.secretary, reason="先由社区处理。")
            )
        whistle = blow(**changes)
        codes = [each.department.code for each in whistle.summonses.select_related("department")]
        if status in ("withdrawn", "louder"):
            return _aside(whistle, status, cast)
        for step in ROADS[1 : ROADS.index(status) + 1]:
            whistle = _on(whistle, step, cast, codes)
        assert whistle.status == status
        return whistle

    return make


def _on(whistle: Whistle, status: str, cast, codes: list[str]) -> Whistle:
    if status == "handling":
        return planned(there(whistle, *codes), cast.secretary, *codes)
    if status == "settled":
        return STEPS["settle"](replied(whistle, cast.secretary, *codes), by=cast.secretary, result="已建成街心花园。")
    marks = {each.pk: GOOD for each in whistle.summonses.standing()}
    return STEPS["rate"](whistle, by=cast.secretary, solved=True, marks=marks)


def _aside(whistle: Whistle, status: str, cast) -> Whistle:
    if status == "withdrawn":
        return STEPS["withdraw"](whistle, by=cast.secretary, reason="已自行解决。")
    from whistle.services.growing import louder

    louder(whistle, reason="not_there")
    whistle.refresh_from_db()
    return whistle


def clock_of(whistle: Whistle, stage: str, code: str = "") -> str:
    """How the last clock of a stage (of a department) stands: running, paused, met, late, dropped."""
    clocks = whistle.deadlines.filter(clock=f"whistle.{stage}")
    return (clocks.filter(department__code=code) if code else clocks).latest("pk").state


def verbs(case) -> list[str]:
    """What happened to a case, oldest first."""
    return list(case.events.order_by("seq").values_list("verb", flat=True))


@pytest.fixture
def village(city) -> City:
    return city
