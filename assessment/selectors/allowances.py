"""津贴表: which yuan a band brings by the table in force, and the sheet of a month's board for the accountant."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from assessment.document import Cell, Document, Figure, Section, Table
from assessment.models import AllowanceRule, Assessment, ScoreCard
from assessment.reasons import Grade, Subject
from assessment.selectors.grounds import below
from assessment.selectors.paper_forms import NOTHING, paper_of, span_of
from assessment.selectors.paper_tables import Board
from assessment.selectors.papers import board_data, standing_of, whole_board
from casework.refusals import NotFound, NotYours
from grids import jurisdiction
from grids.models import Area, City, Post, Role

DECIDES: Final = "decide_rewards_in"
EDITS: Final = "edit_schemes_in"
Rules = dict[tuple[str, str], AllowanceRule]


def rules_for(area: Area, month: dt.date) -> Rules:
    """The rows in force on an area in a month, by employment and band; those of the nearest area above count."""
    over = Q(until=None) | Q(until__gt=month)
    rows = AllowanceRule.objects.filter(over, area__in=area.path_keys, since__lte=month).select_related("area")
    found: Rules = {}
    for row in sorted(rows, key=lambda row: (len(row.area.path_keys), row.since)):
        found[row.employment, row.grade] = row
    return found


def rules_seen(user: User, city: City) -> list[AllowanceRule]:
    """The table, for who decides rewards or writes schemes there: what stands, and what stood."""
    paths = [*jurisdiction.paths_where(user, DECIDES), *jurisdiction.paths_where(user, EDITS)]
    rows = AllowanceRule.objects.filter(below(paths), city=city).select_related("area", "by")
    return list(rows.order_by("area__path", "employment", "grade", "-since", "-pk")[:300])


def boards_with_allowances(user: User, city: City) -> list[Assessment]:
    """The published boards of grid workers by which allowances are paid, for who decides them."""
    paths = jurisdiction.paths_where(user, DECIDES)
    boards = Assessment.objects.filter(below(paths, "area_path"), city=city, scheme__subject=Subject.WORKER)
    boards = boards.filter(published_at__isnull=False).select_related("scheme", "area")
    return list(boards.order_by("-since", "scheme__code", "area__code", "-edition")[:60])


def sheet_seen_by(user: User, number: str) -> tuple[Assessment, Document]:
    """The sheet of a board, for who decides rewards on its ground."""
    board = whole_board(user, number).board
    if not jurisdiction.may(user, DECIDES, board.area):
        raise NotYours(_("The allowance sheet is for those who decide on rewards here."))
    if board.scheme.subject != Subject.WORKER or not board.is_out:
        raise NotFound(_("Allowances are paid by published boards of grid workers alone."))
    return board, sheet_of(board)


def sheet_of(board: Assessment) -> Document:
    """Worker, employment, band, yuan: by the table as it stood in the board's month."""
    data, rules, employed = board_data(board), rules_for(board.area, board.since), employments(board)
    lines = tuple(
        _line(data, card, employed.get((card.person_id, card.area_id), ""), rules)
        for _group, cards in data.groups
        for card in cards
    )
    total = sum(rule.yuan for card in data.cards if (rule := _rule(card, employed, rules)))
    said = {"scheme": board.scheme.title, "span": span_of(board.since, board.scheme)}
    words = [_("Sum: %(yuan)s yuan for %(count)s workers.") % {"yuan": total, "count": len(lines)}]
    if missing := sum(line[-2] == NOTHING for line in lines):
        words.append(_("For %(count)s workers the table has no row; nothing is paid by guess.") % {"count": missing})
    columns = (_("Community"), _("Grid"), pgettext("person", "Name"), _("Employment"), _("Band"), _("Yuan"), _("Basis"))
    table = Table(_("Allowances"), columns, lines, widths=(4, 5, 3, 3, 3, 2, 6))
    return paper_of(
        issuer=board.area.title, kind=_("Allowance sheet"), number=board.number, edition=board.edition,
        date=(board.published_at or board.opened_at).astimezone(board.city.zone).date(), standing=standing_of(board),
        title=_("%(scheme)s: allowances for %(span)s") % said, signed_by=board.area.title,
        sections=(Section(pgettext("paper", "Allowances by band"), tuple(words), (table,)),),
    )  # fmt: skip


def employments(board: Assessment) -> dict[tuple[int | None, int | None], str]:
    """Who was employed how, in which grid, on the last day of the board's month that he held it."""
    posts = Post.objects.filter(
        Q(until=None) | Q(until__gt=board.since), role__city=board.city, since__lt=board.until,
        area__path__startswith=board.area.path, role__code__in=Role.codes_of(Role.Part.WORKER),
    )  # fmt: skip
    read = posts.order_by("since", "pk").values_list("user_id", "area_id", "employment")
    return {(user, area): employment for user, area, employment in read}


def _rule(card: ScoreCard, employed: dict[tuple[int | None, int | None], str], rules: Rules) -> AllowanceRule | None:
    return rules.get((employed.get((card.person_id, card.area_id), ""), card.grade))


def _line(data: Board, card: ScoreCard, employment: str, rules: Rules) -> tuple[Cell, ...]:
    rule = rules.get((employment, card.grade))
    above = card.area.parent.title if card.area and card.area.parent else NOTHING
    grid = card.area.title if card.area else NOTHING
    word = str(dict(Post.Employment.choices).get(employment, NOTHING))
    yuan: Cell = Figure(rule.yuan) if rule else NOTHING
    return (above, grid, str(card.person), word, data.band_of(card.grade), yuan, rule.basis if rule else NOTHING)


GRADES: Final = (Grade.TOP, Grade.MIDDLE, Grade.BOTTOM, Grade.NONE)
