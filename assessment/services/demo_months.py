"""Lives a month of boards for a demo: opened, looked at, confirmed, appealed against, through the real services.

Moments are moved back to when each would have happened, never beyond the present; so it may be run on any day.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from random import Random

from django.db import transaction

from accounts.models import User
from assessment import statuses
from assessment.lifecycle import LOOK, SHOW
from assessment.models import Appeal, Assessment, Scheme, ScoreLine
from assessment.reasons import AppealReason, Sort, Subject
from assessment.selectors import entries
from assessment.selectors import months as asked
from assessment.selectors.appeals import REVIEWS, open_items
from assessment.services import appeals, looking, months
from assessment.services.entering import Mark, enter_marks
from casework.calendar import Unit
from casework.models import Case, Deadline
from casework.moment import moved_to, now
from casework.selectors import available_steps, calendar_of
from casework.services.sweep import sweep_deadlines
from grids import jurisdiction
from grids.models import Area, City, Post

# What workers write, and what reviewers answer.
PLEAS = (
    (AppealReason.BEYOND, "当日暴雨封路，已电话告知当事人并于次日补办，附现场照片。"),
    (AppealReason.WRONG_RECORD, "已按要求上传照片，系统显示未收到，现补交。"),
    (AppealReason.NOT_MINE, "该点位在相邻网格一侧，已由对方网格处置。"),
)
FOR_IT = ("经核对照片与时间，情况属实。", "两方记录一致，同意剔除统计，事实保留。")
AGAINST_IT = "时限内未见说明，理由不足。"
REMARKS = ("本社区已逐张核对，无异议。", "已核对。")


@dataclass
class Lived:
    """What came of it."""

    boards: list[Assessment] = field(default_factory=list)
    appeals: list[Appeal] = field(default_factory=list)

    @property
    def upheld(self) -> int:
        return sum(each.status == statuses.UPHELD for each in self.appeals)


def live_month(city: City, month: asked.Month, *, most: int = 0, appealed: int = 2, seed: int = 1) -> Lived:
    """All boards of a month (of each scheme so many at `most`), with so many appeals in all; the first is upheld."""
    lived, present = Lived(), now()
    for scheme in asked.schemes_for(city, month):
        areas = _demo_first(asked.board_areas(scheme, month))
        for area in areas[:most] if most else areas:
            chance = Random(f"{seed} {scheme.code} {area.code}")  # noqa: S311 - invented people
            _live_board(scheme, area, month, present, lived, appealed, chance)
    _let_shows_end(lived.boards, present)
    for board in lived.boards:
        board.refresh_from_db()
    return lived


def _demo_first(areas: list[Area]) -> list[Area]:
    """Those where the demo's accounts hold posts come first."""
    paths = User.objects.filter(is_demo=True, posts__area__isnull=False).values_list("posts__area__path", flat=True)
    places = list(paths)
    return sorted(areas, key=lambda area: (not any(path.startswith(area.path) for path in places), area.code))


@transaction.atomic
def _live_board(
    scheme: Scheme, area: Area, month: asked.Month, present: dt.datetime, lived: Lived, appealed: int, chance: Random
) -> None:
    """One board in one transaction: no sweep finds a clock of the past before its people have come."""
    began = month.ended_at(area.city) + dt.timedelta(minutes=5)
    with moved_to(min(began, present)):
        opened = months.open_month(scheme=scheme, area=area, since=month.since, until=month.until)
    board = opened or asked.editions_of(scheme, area, month.since).first()
    if board is None or board.status not in statuses.OPEN:
        return
    days = _Days(max(began, board.opened_at), present, area.city)
    _enter(board, days.at(0.4), chance)
    _look(board, days.at(0.6), chance)
    board = _publish(board, days.at(1.3))
    lived.boards.append(board)
    if board.status == statuses.PUBLISHED and scheme.subject == Subject.WORKER:
        _appeal(board, days, lived, appealed, chance)


@dataclass(frozen=True)
class _Days:
    """Moments so many working days after a board was opened, none of them still to come."""

    began: dt.datetime
    present: dt.datetime
    city: City

    def at(self, working_days: float) -> dt.datetime:
        due = calendar_of(self.city).due(self.began, working_days, Unit.WORK_DAY)
        return min(due or self.present, self.present)


def _enter(board: Assessment, at: dt.datetime, chance: Random) -> None:
    """The assessment team enters every mark that is still missing, line by line."""
    if board.status != statuses.ENTERING:
        return
    team = [user for user in entries.who_may_enter(board.city) if jurisdiction.may(user, entries.ENTER, board.area)]
    with moved_to(at):
        for user in team:
            sheet = entries.sheet_of(user, board.scheme, board.area, board.since, board.until)
            for line in sheet.lines:
                missing = [row for row in line.rows if not row.marks and row.who.person != user]
                if line.mine and missing:
                    marks = [
                        Mark(row.who.subject, chance.randint(72, 98), "依据当月台账与现场核查。") for row in missing
                    ]
                    enter_marks(sheet, line, by=user, marks=marks)
        months.score_if_entered(board)
    board.refresh_from_db()


def _look(board: Assessment, at: dt.datetime, chance: Random) -> None:
    """Most communities look and agree; now and then one does not come."""
    if board.status != statuses.SCORED:
        return
    with moved_to(at):
        for clock in Deadline.objects.filter(case=board, clock=LOOK, ended_at=None).select_related("area"):
            person = _holder(asked.LOOKS, clock.area)
            if person is not None and chance.random() < 0.9:
                looking.look(board, by=person, agrees=True, words=chance.choice(REMARKS), area=clock.area)
    board.refresh_from_db()


def _publish(board: Assessment, at: dt.datetime) -> Assessment:
    person = _who_may("publish", board, "confirm_scores_in")
    if board.status not in (statuses.SCORED, statuses.LOOKED) or person is None:
        return board
    with moved_to(at):
        return months.publish(board, by=person)


def _appeal(board: Assessment, days: _Days, lived: Lived, most: int, chance: Random) -> None:
    """Of workers to whom something counts against: the first appeal is upheld, the next rejected, the last one open."""
    lines = ScoreLine.objects.filter(card__assessment=board, card__person__isnull=False).exclude(against=[])
    lines = lines.exclude(indicator__sort=Sort.ENTERED).select_related("card__assessment", "card__person", "indicator")
    for line in lines.order_by("card", "pk"):
        if len(lived.appeals) >= most or any(each.line.card_id == line.card_id for each in lived.appeals):
            continue
        item = next(iter(open_items(line)), None)
        if item is not None and line.card.person is not None:
            _lodge(line, line.card.person, item, days, lived, chance)


def _lodge(line: ScoreLine, by: User, item: int, days: _Days, lived: Lived, chance: Random) -> None:
    reason, words = chance.choice(PLEAS)
    with moved_to(days.at(2.2)):
        case = appeals.lodge(line, by=by, item=item, reason=reason, words=words)
    with moved_to(days.at(3.1)):
        if not lived.appeals:
            case = _review(_review(case, "support", FOR_IT[0]), "uphold", FOR_IT[1])
        else:
            case = _review(case, "reject", AGAINST_IT)
    lived.appeals.append(case)


def _review(case: Appeal, step: str, words: str) -> Appeal:
    person = _who_may(step, case, REVIEWS)
    service = {"support": appeals.support, "uphold": appeals.uphold, "reject": appeals.reject}[step]
    return case if person is None else service(case, by=person, words=words)


def _who_may(step: str, case: Case, permission: str) -> User | None:
    """Somebody at the case's area, or above it, to whom the step is open."""
    people = _holders(permission, case.area)
    return next((who for who in people if step in {each.name for each in available_steps(case, who)}), None)


def _holder(permission: str, area: Area | None) -> User | None:
    return next(iter(_holders(permission, area)), None) if area else None


def _holders(permission: str, area: Area) -> list[User]:
    """Those who hold a post with this permission on the area or above it, the nearest first."""
    posts = Post.objects.held().filter(role__permissions__contains=[permission], area__in=area.path_keys)
    posts = posts.select_related("user", "area").order_by("-area__level__rank", "pk")
    return list(dict.fromkeys(post.user for post in posts))


def _let_shows_end(boards: list[Assessment], present: dt.datetime) -> None:
    """What has stood long enough becomes final as it would have then: by the sweep."""
    ends = Deadline.objects.filter(case__in=boards, clock=SHOW, ended_at=None, due_at__lte=present)
    for due_at in sorted(set(ends.values_list("due_at", flat=True))):
        with moved_to(due_at + dt.timedelta(seconds=30)):
            sweep_deadlines()
