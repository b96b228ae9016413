"""How a whistle grows louder: which rungs have fired, which comes next and when, who joins. Answers: `deadlines.py`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import User
from casework.calendar import Unit
from casework.models import Deadline, Rung
from casework.moment import now
from casework.spans import HOUR, moment_words, span_words
from whistle.lifecycle import WORD
from whistle.models import Whistle
from whistle.reasons import Growth, Role
from whistle.selectors.rules import leaders_in_charge, main_leaders
from whistle.selectors.seats import Seat
from whistle.statuses import BLOWN

PRESS, SUPERVISE, LOUDER = "press", "supervise", "louder"
MAIN_LEADERS_AT = 2


@dataclass(frozen=True)
class Stair:
    """One rung as the page tells it: past, now or still to come."""

    state: str
    title: str
    chip: str
    words: str
    # The number of the case that it opened.
    number: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Ladder:
    """All rungs, and the next one with the time that is left."""

    stairs: list[Stair]
    left: str
    next_words: str
    next_at: dt.datetime | None


def ladder_of(whistle: Whistle, seats: Sequence[Seat]) -> Ladder | None:
    """What has happened and what will; None while nobody is called, or when nothing was missed and it is over."""
    clocks = list(whistle.deadlines.all())
    runs = whistle.status in BLOWN
    stairs = [
        stair
        for stair in (_press(clocks, runs=runs), _supervise(whistle, clocks), _louder(whistle, clocks),
                      _joining(whistle, seats))
        if stair is not None and (runs or stair.state)
    ]  # fmt: skip
    if not stairs:
        return None
    at, words = _next(whistle, clocks) if runs else (None, "")
    return Ladder(_with_now(stairs, runs=runs), _left(at) if at else "", words, at)


def _with_now(stairs: list[Stair], *, runs: bool) -> list[Stair]:
    """The last rung that fired is where it stands now."""
    past = [place for place, stair in enumerate(stairs) if stair.state == "past"]
    if not past or not runs:
        return stairs
    here = stairs[past[-1]]
    stairs[past[-1]] = Stair("now", here.title, here.chip, here.words, here.number, here.kind)
    return stairs


def _rungs(clocks: Iterable[Deadline], name: str) -> list[Rung]:
    return [rung for clock in clocks for rung in clock.rungs.all() if rung.name == name]


def _fired(clocks: Iterable[Deadline], name: str) -> dt.datetime | None:
    return min((rung.fired_at for rung in _rungs(clocks, name) if rung.fired_at), default=None)


def due_next(clocks: Iterable[Deadline], name: str) -> dt.datetime | None:
    """When the first rung of this name will fire, if its clock runs on."""
    return min((rung.at for rung in _rungs(clocks, name) if rung.live and not rung.fired_at), default=None)


def _chip(fired: dt.datetime | None, due: dt.datetime | None) -> str:
    if fired:
        return _("%(moment)s: fired") % {"moment": moment_words(fired)}
    return _("from %(moment)s") % {"moment": moment_words(due)} if due else _("nothing due")


def _press(clocks: list[Deadline], *, runs: bool) -> Stair | None:
    fired, due = _fired(clocks, PRESS), due_next(clocks, PRESS) if runs else None
    if not fired and not due:
        return None
    words = _("Who has not signed in is told again, and so is the head of the department.")
    return Stair("past" if fired else "", _("Pressed to sign in"), _chip(fired, due), words)


def _supervise(whistle: Whistle, clocks: list[Deadline]) -> Stair:
    case = getattr(whistle, "supervision", None)
    words = _("The supervision office follows it from then on, and each unit that is late makes a written statement.")
    if case is not None:
        chip = _chip(case.opened_at, None)
        return Stair("past", _("Supervision office"), chip, words, number=case.number, kind="supervision")
    return Stair("", _("Supervision office"), _chip(None, due_next(clocks, SUPERVISE)), words)


def _louder(whistle: Whistle, clocks: list[Deadline]) -> Stair | None:
    following = getattr(whistle, "next", None)
    title = _("Second whistle") if whistle.level == 1 else _("Louder whistle")
    if following is not None:
        chip = _chip(following.blown_at or following.opened_at, None)
        return Stair("past", title, chip, _how_it_grows(whistle), number=following.number, kind="whistle")
    if whistle.sort.growth == Growth.BY_HAND:
        return Stair("", title, _("by hand only"), _how_it_grows(whistle))
    return Stair("", title, _chip(None, due_next(clocks, LOUDER)), _how_it_grows(whistle))


def _how_it_grows(whistle: Whistle) -> str:
    if whistle.sort.growth == Growth.BY_HAND:
        return _("Only who may blow this whistle can blow it again.")
    if whistle.sort.growth == Growth.WITH_WORD and whistle.level == 1:
        return _("The secretary is asked for his word; where none comes within the limit it goes out by itself.")
    return _(
        "It goes out by itself while a unit stays away or leaves its part unsettled; the street may blow it before."
    )


def _joining(whistle: Whistle, seats: Sequence[Seat]) -> Stair | None:
    """Who must come to the next whistle as well; after the third, discipline inspection gets a clue."""
    if whistle.sort.growth == Growth.BY_HAND and whistle.level == 1:
        return None
    if whistle.level > MAIN_LEADERS_AT:
        words = _("Nobody is left to call: evidence goes to discipline inspection, where people decide.")
        return Stair("", _("Clue to discipline inspection"), _("if this one is missed too"), words)
    leaders = _leaders(whistle, seats) if whistle.status in BLOWN else []
    title = _("Main leaders on site") if whistle.level == MAIN_LEADERS_AT else _("Leaders in charge on site")
    words = _("They are told at once and report in at the same time and place.")
    if leaders:
        words = _("%(who)s: told at once, to report in at the same time and place.") % {
            "who": _(", ").join(str(leader) for leader in leaders[:4])
        }
    return Stair("", title, _("with the louder whistle"), words)


def _leaders(whistle: Whistle, seats: Sequence[Seat]) -> list[User]:
    if whistle.level == MAIN_LEADERS_AT:
        return main_leaders(whistle.rulebook)
    standing = [seat.summons for seat in seats if seat.summons.stands and seat.summons.department]
    late = [summons.department for summons in standing if not summons.is_there and summons.department]
    return leaders_in_charge(whistle.rulebook, late or [each.department for each in standing if each.department])


def leaders_called(seats: Iterable[Seat]) -> list[Seat]:
    """The leaders whom a louder whistle called in person."""
    return [seat for seat in seats if seat.summons.role in (Role.LEADER, Role.MAIN_LEADER)]


def _next(whistle: Whistle, clocks: list[Deadline]) -> tuple[dt.datetime | None, str]:
    """The rung that will fire first, in words."""
    word = min((clock.due_at for clock in clocks if clock.clock == WORD and clock.ended_at is None), default=None)
    coming = [
        (due_next(clocks, PRESS), _("until those who have not signed in are pressed (%(moment)s)")),
        (due_next(clocks, SUPERVISE), _("until the supervision office follows it (%(moment)s)")),
        (None if word or whistle.sort.growth == Growth.BY_HAND else due_next(clocks, LOUDER),
         _("until the louder whistle (%(moment)s)")),
        (word, _("until it goes out by itself without the secretary's word (%(moment)s)")),
    ]  # fmt: skip
    dated = [(at, words) for at, words in coming if at]
    if not dated:
        return None, ""
    at, words = min(dated, key=lambda pair: pair[0])
    return at, words % {"moment": moment_words(at)}


def _left(at: dt.datetime) -> str:
    if at <= now():
        return _("Any moment")
    return span_words((at - now()).total_seconds() / HOUR, Unit.URGENT_HOUR, up=True)
