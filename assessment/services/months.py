"""A month of a board from its opening to its end: opened and scored, published, made final, corrected.

What the communities say of it is `looking.py`; what is said against it, `appeals.py`; what follows, `proposals.py`.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from assessment import statuses
from assessment.lifecycle import ASSESSMENT, CONFIRM, ENTER, LOOK, SHOW
from assessment.models import Assessment, Scheme
from assessment.selectors import months as asked
from assessment.services.notices import tell_of_board
from assessment.services.proposals import propose_by_runs
from assessment.services.scoring import write_cards
from casework.actors import SYSTEM, Actor
from casework.moment import now
from casework.refusals import NotNow
from casework.selectors import limit_for
from casework.services import clocks, doors
from grids.models import Area, City
from grids.selectors import rulebook_in_force

logger = logging.getLogger(__name__)


def open_months() -> int:
    """Opens and scores what of last month has no board yet, in every city, and scores what is entered by now.

    Each board is a transaction of its own: one that cannot be scored leaves the others alone, and is tried again.
    """
    opened = 0
    for city in City.objects.order_by("pk"):
        for month in asked.months_over(city):
            if asked.was_here(city, month):
                opened += sum(_tried(each) for each in _boards(city, month))
    return opened + sum(_tried(partial(score_if_entered, each)) for each in asked.being_entered())


def _boards(city: City, month: asked.Month) -> list[Callable[[], Any]]:
    """All boards that a month should have and has not, each to be opened."""
    there = asked.boards_there(city, month)
    return [
        partial(open_month, scheme=scheme, area=area, since=month.since, until=month.until)
        for scheme in asked.schemes_for(city, month)
        for area in asked.board_areas(scheme, month)
        if (scheme.code, area.pk) not in there
    ]  # fmt: skip


def _tried(do: Callable[[], Any]) -> bool:
    try:
        return bool(do())
    except Exception:
        logger.exception("a month could not be assessed; it is tried again")
        return False


@transaction.atomic
def open_month(*, scheme: Scheme, area: Area, since: dt.date, until: dt.date) -> Assessment | None:
    """Opens one board of one month, and scores it if no mark is missing; None where there is one already.

    The scheme's row is held, so that of several who come at once the first opens it and the others find it.
    """
    Scheme.objects.select_for_update(no_key=True).get(pk=scheme.pk)
    if asked.editions_of(scheme, area, since).exists():
        return None
    assessment = _open(scheme, area, since, until)
    missing = asked.marks_missing(assessment)
    if not missing:
        return _score(assessment, by=SYSTEM)
    start(assessment, ENTER)
    return assessment


def _open(scheme: Scheme, area: Area, since: dt.date, until: dt.date, corrects: Assessment | None = None) -> Assessment:
    """A numbered case in its first status; a corrected edition knows which it corrects."""
    edition = corrects.edition + 1 if corrects else 1
    case = Assessment(
        kind=ASSESSMENT.kind, title=title_of(scheme, since, edition), scheme=scheme, since=since, until=until,
        edition=edition, corrects=corrects,
    )  # fmt: skip
    facts = {"month": f"{since:%Y-%m}", "edition": edition, "corrects": corrects.number if corrects else ""}
    book = rulebook_in_force(area.city, asked.day_in(area.city))
    return doors.open_case(case, by=SYSTEM, area=area, rulebook=book, facts=facts)


def title_of(scheme: Scheme, since: dt.date, edition: int) -> str:
    """What a board is called in the city's own words; no person stands in it."""
    when = f"{since:%Y}" if scheme.span == Scheme.Span.YEAR else f"{since:%Y-%m}"
    with translation.override("zh-hans"):
        again = _(" (edition %(edition)s)") % {"edition": edition} if edition > 1 else ""
    return f"{scheme.name} {when}{again}"[:120]


@transaction.atomic
def score_if_entered(assessment: Assessment) -> bool:
    """Scores a month whose last mark has been entered; says whether it did."""
    held = doors.lock(assessment)
    if held.status != statuses.ENTERING or asked.marks_missing(held):
        return False
    _score(held, by=SYSTEM)
    return True


@transaction.atomic
def score(assessment: Assessment, *, by: Actor) -> Assessment:
    """Scores the month; a person only once all marks are entered, the clock without those that are missing."""
    held = doors.lock(assessment)
    doors.allowed_step(held, "score", by)
    missing = asked.marks_missing(held)
    if missing and by is not SYSTEM:
        raise NotNow(_("%(n)s marks are not entered yet.") % {"n": missing})
    return _score(held, by=by, missing=missing)


def _score(assessment: Assessment, *, by: Actor, missing: int = 0) -> Assessment:
    facts = {"missing": missing} if missing else {}
    assessment = doors.take_step(assessment, "score", by=by, scored_at=now(), facts=facts)
    clocks.stop_clock(assessment, ENTER)
    write_cards(assessment)
    if assessment.corrects_id is None:
        _begin_looking(assessment)
    return assessment


def _begin_looking(assessment: Assessment) -> None:
    """Each community whose people stand on the board has its clock; where there is none the street confirms at once."""
    limit = limit_for(assessment.rulebook, LOOK, subject=assessment.scheme.code)
    areas = asked.looking_areas(assessment) if limit else []
    if not areas or limit is None:
        end_looks(assessment)
        return
    clocks.start_clocks(assessment, [clocks.Start(LOOK, area, limit) for area in areas])


def end_looks(assessment: Assessment, *, by: Actor = SYSTEM) -> Assessment:
    """The looking is over: the street is to confirm."""
    assessment = doors.take_step(assessment, "end_looks", by=by)
    start(assessment, CONFIRM)
    return assessment


@transaction.atomic
def publish(assessment: Assessment, *, by: Actor, words: str = "") -> Assessment:
    """Confirms and publishes the board; by the system where nobody of the street confirmed it in time."""
    held = doors.lock(assessment)
    alone = by is SYSTEM
    held = doors.take_step(
        held, "publish", by=by, note=words.strip(), published_at=now(), unconfirmed=alone, facts={"unconfirmed": alone}
    )  # fmt: skip
    clocks.drop_clocks(held, clock=LOOK)
    clocks.stop_clock(held, CONFIRM)
    start(held, SHOW)
    tell_of_board(held)
    return held


@transaction.atomic
def discard(assessment: Assessment, *, by: User, words: str) -> Assessment:
    """A board that must not go out as it is; the month is scored anew, by the scheme that holds for it now."""
    if not words.strip():
        raise ValidationError({"words": _("Say what is wrong with it.")})
    held = doors.take_step(doors.lock(assessment), "discard", by=by, note=words.strip())
    month = asked.Month(held.scheme.span, held.since, held.until)
    fitting = [each for each in asked.schemes_for(held.city, month) if each.code == held.scheme.code]
    scheme = fitting[0] if fitting else held.scheme
    open_month(scheme=scheme, area=held.area, since=held.since, until=held.until)
    return held


@transaction.atomic
def end_showing(assessment: Assessment) -> Assessment:
    """The days for which it stands published are over; it is final as soon as no appeal is open."""
    held = doors.lock(assessment)
    clocks.stop_clock(held, SHOW)
    return finalise_if_settled(held)


def finalise_if_settled(assessment: Assessment) -> Assessment:
    """Makes a board final that has stood long enough and against which no appeal is open; with its row held."""
    waits = assessment.status != statuses.PUBLISHED or not asked.shows_no_longer(assessment)
    if waits or asked.open_appeals(assessment).exists():
        return assessment
    return _correct(assessment) if asked.upheld_appeals(assessment).exists() else finalise(assessment)


@transaction.atomic
def finalise(assessment: Assessment, *, by: Actor = SYSTEM) -> Assessment:
    """The board stands; what it leads to is proposed."""
    assessment = doors.take_step(assessment, "finalise", by=by)
    propose_by_runs(assessment)
    return assessment


def _correct(old: Assessment) -> Assessment:
    """The next edition, recomputed without what was exempted, takes the place of the one appealed against.

    Never an edit: both stay readable, and the old one's history says what moved.
    """
    new = _open(old.scheme, old.area, old.since, old.until, corrects=old)
    new = _score(new, by=SYSTEM)
    facts = {"unconfirmed": False, "corrects": old.number}
    new = doors.take_step(new, "publish", by=SYSTEM, published_at=now(), facts=facts)
    supersede(old, new=finalise(new))
    tell_of_board(new)
    return new


@transaction.atomic
def supersede(old: Assessment, *, by: Actor = SYSTEM, new: Assessment) -> Assessment:
    """A later edition takes a board's place; its history says who moved from which grade to which."""
    changes = asked.changes_between(old, new)
    # By key, not by name: a history is for ever, a name may have to go.
    moved = [[each.after.pk, each.before.grade, each.after.grade] for each in changes if each.moved]
    upheld = asked.upheld_appeals(old).count()
    facts = {"by": new.number, "upheld": upheld, "changed": len(changes), "moved": len(moved), "cards": moved}
    return doors.take_step(old, "supersede", by=by, facts=facts)


def start(assessment: Assessment, clock: str) -> None:
    """Begins a stage's clock for the board's own area; a stage to which the city gives no limit has none."""
    limit = limit_for(assessment.rulebook, clock, subject=assessment.scheme.code)
    if limit is not None:
        clocks.start_clock(assessment, clock, assessment.area, limit)
