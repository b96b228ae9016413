"""The boards by month, one board with a card beside it, one grade of it as a list of its own, a board as a table."""

from __future__ import annotations

import datetime as dt
from itertools import groupby

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from assessment.models import PeerGroup
from assessment.reasons import Subject
from assessment.selectors import boards as seen
from assessment.selectors import cards, departments, listed
from assessment.selectors.appeals import may_lodge
from assessment.selectors.funnel import funnel_of
from casework.refusals import NotFound
from casework.selectors import calendar_of
from grids import jurisdiction

# Boards of units read as tables; those of people and ground as grades.
TABLES = {Subject.DEPARTMENT, Subject.TEAM}


@never_cache
@require_safe
def boards(request):
    """Every board that the reader may open, month by month."""
    city = jurisdiction.cities_of(request.user).first()
    if city is None:
        return render(request, "workorders/no_post.html")
    found = seen.boards_seen_by(request.user, city, before=_day(request.GET.get("before", "")))
    shown = found[: seen.LISTED]
    months = [(since, list(its)) for since, its in groupby(shown, key=lambda board: board.since)]
    older = f"?before={shown[-1].since:%Y-%m-%d}" if len(found) > seen.LISTED else ""
    context = {"city": city, "months": months, "older": older, "own": seen.own_cards(request.user).exists()}
    return render(request, "assessment/boards.html", context)


@never_cache
@require_safe
def board(request, number: str):
    """One board; with `grade` one grade of one group as a list of its own."""
    sight = seen.board_seen_by(request.user, number)
    if sight.board.scheme.subject in TABLES:
        return _table(request, sight)
    if "grade" in request.GET:
        return _part(request, sight)
    listing = listed.listing_of(sight)
    beside = _beside(request, sight, listing)
    group = beside.card.group if beside else next((section.group for section in listing.sections), None)
    context = {"listing": listing, "opened": beside, "funnel": _funnel(sight, group)} | frame_of(sight)
    return render(request, "assessment/board.html", context)


@never_cache
@require_safe
def table(request, number: str):
    """A board of units as a table, part by part."""
    sight = seen.board_seen_by(request.user, number)
    if sight.board.scheme.subject == Subject.WORKER:
        raise NotFound(_("People are not set against one another in a table."))
    return _table(request, sight)


@never_cache
@require_safe
def funnel(request, number: str):
    """The funnel of one group, large, and its numbers as a table."""
    sight = seen.board_seen_by(request.user, number)
    groups = {group.code: group for group in sight.board.scheme.groups.all()}
    drawn = _funnel(sight, groups.get(request.GET.get("group", ""), next(iter(groups.values()), None)))
    return render(request, "assessment/funnel.html", {"funnel": drawn, "groups": groups} | frame_of(sight))


def frame_of(sight: seen.Sight) -> dict:
    """What the head of every page of a board shows."""
    calendar = calendar_of(sight.board.city)
    return {
        "sight": sight, "board": sight.board, "scheme": sight.board.scheme,
        "stand": seen.stand_of(sight.board, calendar), "calendar": calendar,
    }  # fmt: skip


def _beside(request, sight: seen.Sight, listing: listed.Listing) -> cards.Opened | None:
    """The card that an address opens beside the list; else the reader's own; else the list's first."""
    asked = request.GET.get("card", "")
    key = int(asked) if asked.isdecimal() and len(asked) < 19 else 0
    card = cards.card_seen(sight, key) if key else cards.own_on(sight) or listing.first
    if card is None:
        return None
    opened = cards.opened(sight, card)
    opened.may_appeal = may_lodge(sight.user, card)
    return opened


def _part(request, sight: seen.Sight):
    asked = {name: request.GET.get(name, "") for name in ("group", "grade", "after", "before")}
    part = listed.part_of(sight, **asked)
    if part is None:
        raise NotFound(_("There is no such part of this board."))
    return render(request, "assessment/board_part.html", {"part": part} | frame_of(sight))


def _table(request, sight: seen.Sight):
    return render(request, "assessment/departments.html", {"table": departments.table_of(sight)} | frame_of(sight))


def _funnel(sight: seen.Sight, group: PeerGroup | None):
    return funnel_of(sight, group) if group else None


def _day(text: str) -> dt.date | None:
    """A day that an address names; none for what is no day."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
