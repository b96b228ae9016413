"""A demo's patrols: risks, key points, an application, and some days' rounds walked through the real services.

The same seed makes the same ground. Who may not do a thing here does not do it in the demo either.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from casework.moment import moved_to
from casework.selectors import calendar_of
from grids.geo import area_keys_at
from grids.models import Area, City, Department, Post
from grids.selectors import rulebook_in_force
from patrols.models import Checklist, PatrolPoint, PointKind, RiskPoint, Round, Stop
from patrols.positions import Position
from patrols.services import admissions, planning, walks
from patrols.services.checking_in import check_in
from patrols.services.points import PLANS, make_key_point, set_point
from patrols.services.risks import NAMES, name_risk
from registers.services.simulating import demo_grids

NAMESPACE = uuid.UUID("0c6b7a52-6a0e-4e43-9b0c-6f2f1f7d8a11")
POINTS_A_GRID, SEEN_OF_TEN = 6, 8
# [CHOICE] What a hazard is called where the demo names one, and why it is one.
HAZARDS = (
    ("地下室堆放电动车电池", "夜间充电，通道狭窄。"), ("外墙瓷砖空鼓", "雨后有瓷砖掉落。"),
    ("消防通道被车占", "晚上常有人停车。"), ("配电箱门损坏", "儿童经过的路边。"),
    ("河边护栏缺口", "放学时有孩子玩水。"),
)  # fmt: skip
EXCUSES = ("大门锁着，没有人应", "修路，进不去", "下大雨，积水过深")


@dataclass(frozen=True)
class Demo:
    """One city's demo: its lot, its last moment, the grids it plays in."""

    city: City
    chance: random.Random
    until: dt.datetime
    grids: list[Area]
    kinds: list[PointKind]

    def key(self, *parts: object) -> uuid.UUID:
        """A phone's key that is the same whenever the demo is made."""
        return uuid.uuid5(NAMESPACE, "/".join(map(str, (self.city.slug, *parts))))


def fill(city: City, *, until: dt.datetime, grids: int, days: int, seed: int) -> tuple[int, int]:
    """How many points and check-ins were made; a city that has points already is left as it is."""
    today = until.astimezone(city.zone).date()
    kinds = list(PointKind.objects.filter(rulebook=rulebook_in_force(city, today)))
    if not kinds or PatrolPoint.objects.filter(city=city).exists():
        return 0, 0
    chance = random.Random(seed)  # noqa: S311  # the same for the same seed is the point
    demo = Demo(city, chance, until, demo_grids(city, grids), kinds)
    calendar = calendar_of(city)
    past = [day for back in range(days * 3, 0, -1) if calendar.works(day := today - dt.timedelta(days=back))][-days:]
    with moved_to(_at(city, past[0] if past else today, 4)), transaction.atomic():
        points = _name_and_set(demo)
        _apply(demo)
    seen = sum(_live(demo, day) for day in past)
    with moved_to(until):
        planning.make_city_rounds(city=city, day=today)
    return points, seen


def _at(city: City, day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), city.zone).astimezone(dt.UTC)


def _holder(permission: str, area: Area) -> User | None:
    """Somebody who may do this here: whose post lies lowest."""
    posts = Post.objects.held().filter(area__in=area.path_keys, role__permissions__contains=[permission])
    post = posts.select_related("user").order_by("-area__level__rank", "pk").first()
    return post.user if post else None


def _name_and_set(demo: Demo) -> int:
    lists = list(Checklist.objects.filter(city=demo.city, until=None).select_related("department__area"))
    made = 0
    for grid in demo.grids:
        planner = _holder(PLANS, grid)
        if planner:
            made += _fill_grid(demo, grid, planner, lists)
    return made


def _fill_grid(demo: Demo, grid: Area, planner: User, lists: Sequence[Checklist]) -> int:
    places = _places(demo, grid, POINTS_A_GRID + 1)
    for number, place in enumerate(places[1:]):
        kind = demo.kinds[(number + demo.chance.randrange(len(demo.kinds))) % len(demo.kinds)]
        listed = demo.chance.choice(lists) if lists and number % 2 else None
        set_point(
            by=planner, city=demo.city, kind=kind.code, name=f"{kind.name} {number + 1} 号", lng=place[0], lat=place[1],
            checklist=listed,
        )  # fmt: skip
    risk = _risk(demo, grid, places[0], lists) if places else None
    if risk and demo.chance.random() < 0.6:
        make_key_point(risk, by=planner, kind=demo.kinds[0].code)
    return len(places)


def _places(demo: Demo, grid: Area, many: int) -> list[tuple[float, float]]:
    """So many places that lie in the grid indeed."""
    if None in (grid.west, grid.south, grid.east, grid.north):
        return []
    drawn = [
        (round(demo.chance.uniform(grid.west, grid.east), 6), round(demo.chance.uniform(grid.south, grid.north), 6))  # type: ignore[arg-type]
        for _each in range(many * 12)
    ]
    keys = area_keys_at(drawn, city=demo.city)
    return [place for place, key in zip(drawn, keys, strict=True) if key == grid.pk][:many]


def _officer(department: Department) -> User | None:
    posts = Post.objects.held().filter(department=department, role__permissions__contains=[NAMES])
    post = posts.select_related("user").order_by("pk").first()
    return post.user if post else None


def _risk(demo: Demo, grid: Area, place: tuple[float, float], lists: Sequence[Checklist]) -> RiskPoint | None:
    """A hazard, named by a unit that has a list and serves this ground."""
    units = [each.department for each in lists if grid.path.startswith(each.department.area.path)]
    unit = demo.chance.choice(units) if units else None
    officer = _officer(unit) if unit else None
    if unit is None or officer is None:
        return None
    name, reason = demo.chance.choice(HAZARDS)
    level, sort = demo.chance.randint(2, 4), demo.chance.choice(RiskPoint.Sort.values)
    return name_risk(
        by=officer, department=unit, sort=sort, name=name, reason=reason, level=level, lng=place[0], lat=place[1]
    )  # fmt: skip


def _apply(demo: Demo) -> None:
    """One temporary item that is admitted, and one application that waits."""
    unit = Department.objects.filter(checklists__city=demo.city, checklists__until=None).order_by("pk").first()
    officer = _officer(unit) if unit else None
    if unit is None or officer is None:
        return
    until = demo.until.astimezone(demo.city.zone).date() + dt.timedelta(days=60)
    asked = admissions.apply_for(
        by=officer, department=unit, sort="temporary", name="自建房安全排查", reason="专项行动，限期完成。", until=until
    )  # fmt: skip
    decides = _holder(admissions.ADMITS, asked.area)
    if decides:
        admissions.admit(asked, by=decides, answer="同意，到期自行停止。")
    admissions.apply_for(
        by=officer, department=unit, sort="permanent", name="入户宣传资料发放", reason="希望长期由网格员代发。"
    )  # fmt: skip


def _live(demo: Demo, day: dt.date) -> int:
    """A day's rounds, most of them walked."""
    with moved_to(_at(demo.city, day, planning.MORNING)):
        planning.make_city_rounds(city=demo.city, day=day)
    rounds = Round.objects.filter(city=demo.city, day=day).select_related("worker", "area")
    begins = {one: one.starts_at or _at(demo.city, day, 9, demo.chance.randrange(50)) for one in rounds.order_by("pk")}
    return sum(_walk(demo, one, at) for one, at in sorted(begins.items(), key=lambda each: (each[1], each[0].pk)))


def _walk(demo: Demo, one: Round, begins: dt.datetime) -> int:
    """One round: from point to point, one now and then out of reach, some left for another day."""
    stops = list(one.stops.select_related("point").order_by("place"))
    with moved_to(begins):
        patrol = walks.start(by=one.worker, key=demo.key("walk", one.pk), round=one)
    seen = 0
    for number, stop in enumerate(stops, start=1):
        with moved_to(begins + dt.timedelta(minutes=7 * number)):
            lot = demo.chance.randrange(10)
            if lot < SEEN_OF_TEN:
                _see(demo, patrol, one, stop)
                seen += 1
            elif lot == SEEN_OF_TEN:
                planning.skip(stop, by=one.worker, reason=demo.chance.choice(EXCUSES))
    with moved_to(begins + dt.timedelta(minutes=7 * len(stops) + 5)):
        walks.end(patrol, by=one.worker)
    return seen


def _see(demo: Demo, patrol: walks.Patrol, one: Round, stop: Stop) -> None:
    here = Position(stop.point.lng, stop.point.lat + demo.chance.uniform(-1e-4, 1e-4), demo.chance.uniform(4, 25))
    check_in(patrol, by=one.worker, key=demo.key("seen", stop.pk), point=stop.point, position=here)
