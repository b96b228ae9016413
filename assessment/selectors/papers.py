"""The bulletin (通报) of a board: which board, how it stands, what it says in sentences and tables.

The tables are `paper_tables.py`; who sees a board is `boards.py`. Names of persons stand in published editions alone,
and doubt (关注) stands in none.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Final

from django.db.models import F, Func, IntegerField, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models import User
from assessment.document import Document, Section, Table
from assessment.models import Assessment, Proposal, ScoreCard, ScoreLine
from assessment.reasons import Consequence, Grade, Subject
from assessment.selectors.boards import Sight, board_seen_by, boards_seen_by
from assessment.selectors.paper_forms import NOTHING, day_of, listed, paper_of, span_of
from assessment.selectors.paper_tables import (
    Board,
    Line,
    dimension_tables,
    group_parts,
    leading_tables,
    lines_table,
    place_tables,
)
from assessment.selectors.red_black import red_black_parts
from assessment.statuses import APPROVED, CARRIED_OUT
from casework.moment import now
from casework.refusals import NotYours
from grids.models import City

# What is said of persons by name; the rest of the consequences is counted only.
BY_NAME: Final = (Consequence.AWARD, Consequence.HEAVY_REWARD)
SHOWN: Final = 60


def boards_with_papers(user: User, city: City) -> list[Assessment]:
    """The published boards of the city that the reader may take home on paper, the newest first."""
    return [board for board in boards_seen_by(user, city) if board.is_out][:SHOWN]


def bulletin_seen_by(user: User, number: str) -> Document:
    """The bulletin of a board, for whoever sees the whole of it."""
    return bulletin_of(whole_board(user, number).board)


def whole_board(user: User, number: str) -> Sight:
    """A board that the reader sees as a whole: a part of it is no bulletin."""
    sight = board_seen_by(user, number)
    if not sight.public and not any(sight.board.area_path.startswith(path) for path in sight.looks):
        raise NotYours(_("The bulletin is for those who see the whole board; yours are only some of its cards."))
    return sight


def bulletin_of(board: Assessment) -> Document:
    """What the bulletin says. The same board says the same for ever, but for what was decided on it later."""
    data = board_data(board)
    said = {"scheme": board.scheme.title, "span": span_of(board.since, board.scheme)}
    return paper_of(
        issuer=board.area.title, kind=_("Bulletin of the assessment"), number=board.number, edition=board.edition,
        title=_("%(scheme)s: bulletin for %(span)s") % said, to=_("To all units and grids of %(area)s")
        % {"area": board.area.title}, standing=standing_of(board), sections=_sections(data),
        signed_by=board.area.title, date=_dated(board),
    )  # fmt: skip


def _dated(board: Assessment) -> dt.date:
    at = board.published_at or board.scored_at or board.opened_at
    return at.astimezone(board.city.zone).date()


def standing_of(board: Assessment) -> str:
    """What must be said first: a draft, an edition that no longer stands, or one that corrects another."""
    newer = Assessment.objects.filter(corrects=board, published_at__isnull=False).first()
    if newer:
        said = {"edition": newer.edition, "number": newer.number, "day": day_of(newer.published_at)}
        return _("This edition no longer stands: edition %(edition)s (%(number)s) replaced it on %(day)s.") % said
    if not board.is_out:
        return _("Draft: not published. Names of persons are left out.")
    if board.corrects:
        said = {"edition": board.corrects.edition, "number": board.corrects.number}
        return _("This edition corrects edition %(edition)s (%(number)s) after appeals that were upheld.") % said
    return ""


def board_data(board: Assessment) -> Board:
    """All cards of a board with their lines, read in a few questions however many there are."""
    cards = list(_cards(board))
    lines = ScoreLine.objects.filter(card__assessment=board).annotate(
        spared=Func(F("exempt"), function="cardinality", output_field=IntegerField())
    )
    wanted = ("k", "n", "window_k", "window_n", "estimate", "low", "high", "small", "points")
    read = lines.values_list("card_id", "indicator_id", "spared", *wanted)
    by_card: dict[int, dict[int, Line]] = {}
    for card, indicator, *figures in read:
        by_card.setdefault(card, {})[indicator] = Line(*figures)
    named = board.is_out and board.scheme.published
    return Board(board, cards, by_card, named or board.scheme.subject != Subject.WORKER)


def _cards(board: Assessment) -> QuerySet[ScoreCard]:
    """Within a grade by community and grid, never by rank."""
    read = ("person", "area__parent", "area__level", "department__area", "team__area", "group")
    cards = ScoreCard.objects.filter(assessment=board).select_related(*read)
    return cards.order_by("group__place", "area__code", "department__code", "team__code", "subject")


# --- the parts --------------------------------------------------------------------------------------------------------
def _sections(data: Board) -> tuple[Section, ...]:
    found = [
        Section(_("Overview"), _overview(data)),
        Section(_("Results by group"), _how_to_read(data), parts=group_parts(data)),
        Section(_("What the points are made of"), tables=(*dimension_tables(data), *lines_table(data))),
        *(_of_workers(data) if data.board.scheme.subject == Subject.WORKER else _of_units(data)),
        Section(pgettext("paper", "Rewards and penalties"), *_followed(data.board, named=data.board.is_out)),
    ]
    return tuple(found)


def _of_workers(data: Board) -> list[Section]:
    """Of persons each line names who leads, beside one another; nobody is told to be the last (product.md C.3)."""
    words = _("Who leads differs from the others by more than chance makes; among them there is no order.")
    tables = leading_tables(data)
    return [Section(_("Who leads in each line"), (words,), tables)] if tables else []


def _of_units(data: Board) -> list[Section]:
    """Units stand before one another in order, line by line; persons never do (rules.md 5, mechanism 1-22)."""
    words = _("Who shares a place differs by no more than chance makes; they are named in the order of their codes.")
    return [
        Section(_("Combined order and order by line"), (words,), tables=place_tables(data)),
        *([Section(_("Red and black list of units"), parts=parts)] if (parts := red_black_parts(data)) else []),
    ]


def _overview(data: Board) -> tuple[str, ...]:
    board, scheme = data.board, data.board.scheme
    grades = Counter(card.grade for card in data.cards)
    counts = [
        pgettext("paper", "%(band)s %(count)s") % {"band": data.band_of(grade), "count": grades[grade]}
        for grade in (Grade.TOP, Grade.MIDDLE, Grade.BOTTOM, Grade.NONE)
        if grades[grade]
    ]
    said = {"count": len(data.cards), "subject": scheme.get_subject_display(), "counts": listed(counts)}
    lines = [
        _("Assessed were %(count)s %(subject)s: %(counts)s.") % said if counts else _("Nobody was assessed."),
        _("The figures stand as they were counted on %(day)s; nothing that came later is in them.")
        % {"day": day_of(board.scored_at)},
    ]
    if grades[Grade.NONE]:
        lines.append(
            _("Who had fewer than %(least)s matters to be judged by is in no band: so few say nothing.")
            % {"least": scheme.least}
        )
    if board.unconfirmed:
        lines.append(_("Nobody confirmed the board in time; it was published by itself."))
    return (*lines, *_exempted(data))


def _exempted(data: Board) -> tuple[str, ...]:
    spared = sum(line.spared for lines in data.lines.values() for line in lines.values())
    if not spared:
        return ()
    words = ngettext(
        "%(count)s counted matter is exempt after an appeal: the fact stays, the statistic leaves it out.",
        "%(count)s counted matters are exempt after appeals: the facts stay, the statistic leaves them out.", spared,
    )  # fmt: skip
    return (words % {"count": spared},)


def _how_to_read(data: Board) -> tuple[str, ...]:
    judged = data.judged
    bands = _("Bands, not ranks: within a band everybody stands in the order of community and grid.")
    if judged is None:
        return (bands,)
    said = {"indicator": judged.title, "months": data.board.scheme.window_months}
    return (
        bands,
        _("“%(indicator)s” is estimated over %(months)s months: the share is drawn towards the group's the more the "
          "fewer matters stand behind it, and is given with its 80 %% band. 18(2) means eighteen matters, of which two "
          "are exempt.") % said,
    )  # fmt: skip


def _followed(board: Assessment, *, named: bool) -> tuple[tuple[str, ...], tuple[Table, ...]]:
    """及时兑现: what people decided on this board, or in its month (mechanism 1-39)."""
    found = list(rewards_of(board))
    if not found:
        return (_("Nothing was decided yet."),), ()
    told = [each for each in found if each.consequence in BY_NAME]
    rest = Counter(str(each.get_consequence_display()) for each in found if each.consequence not in BY_NAME)
    counts = [pgettext("paper", "%(band)s %(count)s") % {"band": name, "count": n} for name, n in rest.items()]
    words = (_("Decided besides, without names: %(counts)s.") % {"counts": listed(counts)},) if counts else ()
    if not told:
        return words, ()
    columns = (_("To whom"), _("What"), _("Yuan"), _("Grounds"), _("Decided on"), _("How it stands"))
    lines = tuple(_reward(each, named=named) for each in told)
    table = Table(_("Awards and rewards decided"), columns, lines, widths=(3, 3, 2, 6, 3, 3))
    return words, (table,)


def _reward(each: Proposal, *, named: bool) -> tuple[str, ...]:
    whom = each.unit or (each.person if named else None)
    what = " ".join(filter(None, [str(each.get_consequence_display()), str(each.get_merit_display() or "")]))
    yuan = str(each.yuan) if each.yuan else NOTHING
    return (str(whom or NOTHING), what, yuan, each.grounds, day_of(each.decided_at), str(each.status_label))


def rewards_of(board: Assessment) -> QuerySet[Proposal]:
    """What was approved or carried out of a board's proposals, and what was decided in its month on its ground."""
    start, end = (dt.datetime.combine(day, dt.time(), board.city.zone) for day in (board.since, board.until))
    here = Q(decided_at__gte=start, decided_at__lt=end) | Q(cards__assessment=board)
    decided = Proposal.objects.filter(here, city=board.city, area_path__startswith=board.area_path)
    decided = decided.filter(status__in=(APPROVED, CARRIED_OUT), decided_at__lte=now())
    return decided.select_related("person", "unit").order_by("decided_at", "pk").distinct()
