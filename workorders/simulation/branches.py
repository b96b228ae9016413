"""One order in each branch of the lifecycle, around one desk, so that every list of a demo has something to show.

Lived through the real services like the rest; the straight line is `lived.py`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction

from accounts.models import User
from casework.moment import moved_to
from grids import geo
from grids.models import Area, Department, Post
from grids.services.demo import demo_cast
from workorders.models import WorkOrder
from workorders.services import reporting
from workorders.services.steps import STEPS
from workorders.simulation import pictures
from workorders.simulation.cast import NobodyThere, Stage, Worker
from workorders.simulation.kinds import KINDS
from workorders.statuses import CHECKING, HELD, JOINED, KEPT, PARKED, POOLED, RULING

MINUTE = dt.timedelta(minutes=1)
HANDLED: Final = ("accept", "dispatch", "sign_for")
CLOSED: Final = (*HANDLED, "finish", "verify", "close")
# Each with what the resident or worker said, and the steps that bring it into its branch.
STORIES: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    ("patrol", "楼道里堆放杂物，需要先看现场。", ("ask_check",)),
    ("patrol", "小广告贴满门栋，网格自行清理。", ("keep",)),
    ("resident", "雨水井盖松动，几家单位都可能管。", ("accept", "offer")),
    ("patrol", "绿化带内堆土，绿化或市政均可认领。", ("accept", "offer", "claim")),
    ("resident", "围墙两侧各归一家，墙体开裂无人认领。", ("accept", "question")),
    ("patrol", "沿街广告牌松动，部门认为不属本单位。", (*HANDLED, "send_back")),
    ("resident", "老旧小区排水管需整体改造，资金未到位。", (*HANDLED, "ask_parking", "endorse", "park")),
    ("patrol", "违建拆除需走法定程序，申请延期。", (*HANDLED, "ask_longer")),
    ("patrol", "早市占道反复发生，需要多家配合。", ("accept", "dispatch_assisted", "sign_for")),
    ("resident", "夜间噪声多次反映，督查室已督办。", (*HANDLED, "press")),
    ("resident", "垃圾桶破损，已更换，待回访。", CLOSED),
    ("resident", "路灯不亮，电话未接通。", (*CLOSED, "call")),
    ("resident", "下水道返味，群众反映仍未解决。", (*CLOSED, "record_unsolved")),
    ("patrol", "同一处乱停车，返工一次。", (*HANDLED, "finish", "rework")),
    ("patrol", "重点点位反复堆物。", ("accept", "tag")),
)
BRANCHED: Final = (CHECKING, KEPT, POOLED, HELD, RULING, PARKED, JOINED)


@dataclass(frozen=True)
class Players:
    """Who plays: all from around one desk."""

    worker: Worker
    dispatcher: User
    chief: User
    officer: User
    head: User
    supervisor: User
    department: Department
    others: list[Department]


@transaction.atomic
def branch_out(stage: Stage, until: dt.datetime) -> int:
    """Lives the stories in the hours before a moment; a city that has branches already gets no more."""
    if WorkOrder.objects.filter(city=stage.city, status__in=BRANCHED).exists():
        return 0
    players = players_of(stage)
    for place, (source, words, road) in enumerate(STORIES):
        at = until - dt.timedelta(hours=6) + place * 10 * MINUTE
        with moved_to(at):
            order = _report(stage, players, source, words, place)
        for name in road:
            at += 4 * MINUTE
            with moved_to(min(at, until)):
                order = _take(order, name, players, until)
    return len(STORIES)


def players_of(stage: Stage) -> Players:
    """The demo's own people; the worker is one of the ground under the dispatcher's desk."""
    cast = {account.role.code: account.user for account in demo_cast(stage.city)}
    desk = _desk(stage, cast["dispatcher"])
    worker = next((each for each in stage.workers if each.area.path.startswith(desk.path)), None)
    if worker is None:
        raise NobodyThere(f"no grid worker under {desk.name}")
    head = cast["department_head"]
    department = _held(stage, "endorse_in", head).department
    if department is None:
        raise NobodyThere(f"{head} heads no department")
    officers = stage.posts("handle_in").filter(department=department).exclude(user=head)
    officer = next((post.user for post in officers.select_related("user").order_by("seat")), None)
    if officer is None:
        raise NobodyThere(f"nobody but its head works for {department.name}")
    others = Department.objects.standing(stage.on).serving(desk).exclude(pk=department.pk).order_by("pk")[:2]
    return Players(
        worker=worker, dispatcher=cast["dispatcher"], chief=cast["duty_chief"], officer=officer, head=head,
        supervisor=cast["supervisor"], department=department, others=list(others),
    )  # fmt: skip


def _desk(stage: Stage, dispatcher: User) -> Area:
    area = _held(stage, "dispatch_in", dispatcher).area
    if area is None:
        raise NobodyThere("the dispatcher has no desk")
    return area


def _held(stage: Stage, permission: str, user: User) -> Post:
    post = stage.posts(permission).filter(user=user).select_related("area", "department").first()
    if post is None:
        raise NobodyThere(f"{user} holds no such post")
    return post


def _report(stage: Stage, players: Players, source: str, words: str, place: int) -> WorkOrder:
    kind = KINDS[place % len(KINDS)]
    lng, lat = geo.inner_point(players.worker.area.boundary or {})
    resident = {"name": f"居民{place + 1}", "phone": f"1390000{place:04}"} if source == "resident" else None
    return reporting.report(
        by=players.worker.user, city=stage.city, category=stage.categories[kind.category], words=words, lng=lng,
        lat=lat, pictures=[pictures.before(kind)], source=source, reporter=resident,
    )  # fmt: skip


def _take(order: WorkOrder, name: str, players: Players, until: dt.datetime) -> WorkOrder:
    by, step, said = _said(name, players, until)
    return STEPS[step](order, by=by, **said)


def _said(name: str, players: Players, until: dt.datetime) -> tuple[User, str, dict[str, Any]]:
    """Who takes a step of a story, under which name, and what he says."""
    return (_at_the_desk(players) | _in_the_department(players, until) | _on_the_ground(players))[name]


def _at_the_desk(players: Players) -> dict[str, tuple[User, str, dict[str, Any]]]:
    desk, lead, others = players.dispatcher, players.department, players.others
    unsolved = {"solved": False, "satisfied": False, "words": "还是有味道。"}
    return {
        "ask_check": (desk, "ask_check", {"note": "请到现场看一下。"}),
        "accept": (desk, "accept", {}),
        "dispatch": (desk, "dispatch", {"department": lead}),
        "dispatch_assisted": (desk, "dispatch", {"department": lead, "assistants": others}),
        "offer": (desk, "offer", {"departments": [lead, *others]}),
        "question": (desk, "question", {"words": "墙内归小区，墙外归市政，双方均不认。"}),
        "park": (players.chief, "park", {"answer": "同意挂账，按月复核。"}),
        "press": (players.supervisor, "press", {"level": 1, "words": "请于今日内到场并回复。"}),
        "close": (desk, "close", {}),
        "call": (desk, "call", {"note": "无人接听。"}),
        "record_unsolved": (desk, "record_rating", unsolved),
        "tag": (desk, "tag", {"tags": ["key", "hot"], "early_sign": True}),
    }


def _in_the_department(players: Players, until: dt.datetime) -> dict[str, tuple[User, str, dict[str, Any]]]:
    officer, day = players.officer, (until + dt.timedelta(days=60)).date()
    parking = {"reason": "funds", "words": "改造资金待批。", "measures": "先行疏通、围挡。", "until": day}
    done = {"result": "已处理完毕。", "pictures": [pictures.after(KINDS[0])]}
    return {
        "claim": (officer, "claim", {"department": players.department}),
        "sign_for": (officer, "sign_for", {}),
        "send_back": (officer, "send_back", {"reason": "not_our_duty", "basis": "权责清单第 12 项"}),
        "ask_longer": (officer, "ask_longer", {"reason": "procedure", "words": "法定程序尚需时日。"}),
        "ask_parking": (officer, "ask_parking", parking),
        "endorse": (players.head, "endorse", {}),
        "finish": (officer, "finish", done),
    }


def _on_the_ground(players: Players) -> dict[str, tuple[User, str, dict[str, Any]]]:
    worker = players.worker.user
    return {
        "keep": (worker, "keep", {}),
        "verify": (worker, "verify", {}),
        "rework": (worker, "rework", {"words": "角落处仍未清理。"}),
    }
