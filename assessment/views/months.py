"""A month of a board as a case: what it waits for, what communities said, who confirms, what a correction changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from assessment.forms.months import MONTH_FORMS
from assessment.lifecycle import SHOW
from assessment.models import Assessment
from assessment.selectors import appeals, months
from assessment.selectors.boards import sight_of
from assessment.statuses import ENTERING
from assessment.views.stepping import open_forms, stepped
from casework.calendar import WorkingCalendar
from casework.models import Event
from casework.selectors import calendar_of
from casework.templatetags.cases import Told, tell
from whistle.forms import StepForm
from whistle.services import notices

PAGE = "assessment/confirm.html"


@never_cache
@require_safe
def month(request, number: str):
    """The page of a month, with the steps that this person may take."""
    context = page_of(request.user, number)
    notices.read(request.user, context["board"].notices.all())
    return render(request, PAGE, context)


@require_POST
def step(request, number: str, step: str):
    """Takes one step of a month: a community has looked, the street confirms or discards."""
    return stepped(request, months.visible_month(request.user, number), step, MONTH_FORMS, PAGE, page_of)


def page_of(user: User, number: str, bound: StepForm | None = None) -> dict[str, Any]:
    """All that the page of a month shows."""
    board = months.visible_month(user, number)
    calendar = calendar_of(board.city)
    clocks = board.deadlines.select_related("area", "case__city").prefetch_related("pauses", "rungs")
    makes = bool(sight_of(user, board).looks)
    return {
        "board": board, "scheme": board.scheme, "calendar": calendar, "makes": makes,
        "told": _told(board, calendar, makes),
        "steps": open_forms(board, user, MONTH_FORMS, bound), "remarks": months.remarks_on(board) if makes else [],
        "clocks": [clock for clock in clocks if clock.clock != SHOW or clock.is_open],
        "missing": months.marks_missing(board) if board.status == ENTERING else 0,
        "cards": board.cards.count(), "appeals": appeals.counted(board), "until": months.appeals_until(board),
        "later": months.later_edition(board), "changes": _changes(user, board),
    }  # fmt: skip


def _told(board: Assessment, calendar: WorkingCalendar, makes: bool) -> list[Told]:
    """The history; that the days of the show are over is nobody's lateness."""
    told = tell(board, calendar=calendar, silent=None if makes else _is_inside)
    return [replace(each, tone="") if each.event.facts.get("clock") == SHOW else each for each in told]


def _is_inside(event: Event) -> bool:
    """What communities and street said of the cards before the board was out is for those who make it."""
    return event.verb in ("looked_at", "discarded")


def _changes(user: User, board: Assessment) -> months.Changes | None:
    """What this edition changed, for who may see both."""
    before = board.corrects
    if before is None or not Assessment.objects.visible_to(user).filter(pk=before.pk).exists():
        return None
    return months.changes_told(before, board)
