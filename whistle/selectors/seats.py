"""Who was called, a row each: signed in, first contact, there, each with its time and lateness. Page: `board.py`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from casework.calendar import Unit, WorkingCalendar
from casework.models import Deadline
from casework.moment import now
from casework.spans import moment_words, span_words
from casework.templatetags.cases import face_of
from whistle.lifecycle import ARRIVE, CONTACT, SETTLE, SIGN
from whistle.models import Objection, Rating, Summons
from whistle.reasons import Proof

STAGES = (SIGN, CONTACT, ARRIVE, SETTLE)


@dataclass(frozen=True)
class Cell:
    """One stage of one summons: a lamp's kind, its words, a remark below."""

    lamp: str
    word: str
    sub: str | Promise = ""
    done: bool = False


# Named in an application; nobody is called before the whistle is blown.
NOT_YET = Cell("", "—")


@dataclass(frozen=True)
class Seat:
    """One summons as the table shows it."""

    summons: Summons
    sign: Cell
    contact: Cell
    arrive: Cell
    settle: Cell | None

    @property
    def name(self) -> str:
        return str(self.summons.who)

    @property
    def objection(self) -> Objection | None:
        return getattr(self.summons, "objection", None)

    @property
    def rating(self) -> Rating | None:
        return getattr(self.summons, "rating", None)

    @property
    def is_late(self) -> bool:
        return "late" in (self.sign.lamp, self.contact.lamp, self.arrive.lamp) or (
            self.settle is not None and self.settle.lamp == "late"
        )


def seats_of(summonses: Iterable[Summons], clocks: Sequence[Deadline], calendar: WorkingCalendar) -> list[Seat]:
    """A row for each summons, with what its own clocks say; the same work however many there are."""
    return [_seat(summons, _clocks_of(summons, clocks), calendar) for summons in summonses]


def _clocks_of(summons: Summons, clocks: Sequence[Deadline]) -> dict[str, Deadline]:
    """The last clock of each stage that this summons holds."""
    if not (summons.department_id or summons.person_id):
        return {}
    held = (summons.department_id, summons.person_id)
    return {clock.clock: clock for clock in clocks if (clock.department_id, clock.person_id) == held}


def _seat(summons: Summons, clocks: dict[str, Deadline], calendar: WorkingCalendar) -> Seat:
    if summons.called_at is None:
        return Seat(summons, NOT_YET, NOT_YET, NOT_YET, None)
    settle = clocks.get(SETTLE)
    return Seat(
        summons=summons,
        sign=_sign(summons, clocks.get(SIGN), calendar),
        contact=_contact(summons, clocks.get(CONTACT), calendar),
        arrive=_arrive(summons, clocks.get(ARRIVE), calendar),
        settle=_cell(summons.done_at, settle, calendar, _("replied")) if settle or summons.done_at else None,
    )


def _sign(summons: Summons, clock: Deadline | None, calendar: WorkingCalendar) -> Cell:
    if summons.unit_id:
        return Cell("waiting", pgettext("cell", "asked"), _("a member unit signs for nothing"))
    if summons.carried:
        return Cell("done", pgettext("cell", "carried on"), _("from the whistle before"), done=True)
    return _cell(summons.signed_at, clock, calendar, _("not signed in"), summons.called_at)


def _contact(summons: Summons, clock: Deadline | None, calendar: WorkingCalendar) -> Cell:
    if summons.contacted_at:
        how = [str(summons.get_contact_how_display()), summons.contact_with]
        cell = _cell(summons.contacted_at, clock, calendar, "")
        return Cell(cell.lamp, cell.word, _(", ").join(filter(None, how)), done=True)
    if clock is None:
        return Cell("", "—")
    if clock.ended_at and summons.arrived_at:
        return Cell("done", _("on site"), _("met when they reported in"), done=True)
    return _cell(None, clock, calendar, _("no contact yet"))


def _arrive(summons: Summons, clock: Deadline | None, calendar: WorkingCalendar) -> Cell:
    if summons.carried:
        return Cell("done", pgettext("cell", "need not come again"), _("came to the whistle before"), done=True)
    if summons.arrived_at:
        late = late_words(clock, calendar) if clock else ""
        words = {"time": clock_time(summons.arrived_at), "late": late}
        word = _("%(time)s, %(late)s late") % words if late else _("here %(time)s") % words
        return Cell("near" if late else "ok", word, _proof_words(summons), done=True)
    sub = _("says nothing yet")
    if summons.expected_at:
        sub = _("on the way, there at %(time)s") % {"time": clock_time(summons.expected_at)}
    elif summons.came:
        sub = _("said who comes")
    return _cell(None, clock, calendar, sub)


def _proof_words(summons: Summons) -> str:
    if summons.proof == Proof.POSITION and summons.distance is not None:
        return _("position, %(metres)d m") % {"metres": summons.distance}
    return str(summons.get_proof_display())


def _cell(
    done: dt.datetime | None, clock: Deadline | None, calendar: WorkingCalendar, missing: str,
    since: dt.datetime | None = None,
) -> Cell:  # fmt: skip
    """Done: when, and how long it took or how late it was. Not yet: how much is left, or how late it is."""
    if done is not None:
        late = late_words(clock, calendar) if clock else ""
        taken = face_of(clock, calendar).remaining if clock and clock.ended_at else ""
        sub = pgettext("cell", "%(span)s late") % {"span": late} if late else taken
        return Cell("late" if late else "ok", day_time(done, since), sub, done=True)
    if clock is None:
        return Cell("waiting", missing or "—")
    if clock.ended_at:
        return Cell("void", "—", _("no longer asked for"))
    shown = face_of(clock, calendar)
    return Cell("late" if shown.lamp == "late" else shown.lamp, shown.remaining, missing)


def late_words(clock: Deadline, calendar: WorkingCalendar) -> str:
    """By how much a clock that has ended was missed, in its own unit; empty for one that was met."""
    if clock.state != Deadline.State.LATE or clock.ended_at is None:
        return ""
    unit = Unit(clock.unit)
    return span_words(calendar.elapsed(unit, clock.due_at, clock.ended_at), unit, up=True)


def clock_time(at: dt.datetime) -> str:
    """The time of day."""
    return f"{localtime(at):%H:%M}"


def day_time(at: dt.datetime, since: dt.datetime | None = None) -> str:
    """The time of day for today, or for the day on which it began; else with its day."""
    known = {localtime(now()).date(), *([localtime(since).date()] if since else [])}
    return clock_time(at) if localtime(at).date() in known else moment_words(at)


def limits_of(clocks: Iterable[Deadline]) -> dict[str, str]:
    """For the column heads: the limit of each stage where it is one for all; it stands there once, not in each cell."""
    dues: dict[str, set[dt.datetime]] = {}
    for clock in clocks:
        dues.setdefault(clock.clock.partition(".")[2], set()).add(clock.due_at)
    return {stage: day_time(next(iter(moments))) for stage, moments in dues.items() if len(moments) == 1}


def headline(seats: Sequence[Seat], *, met: bool, handling: bool) -> tuple[str, str]:
    """The lamp's kind and the sentence that says how it stands; `met`: the time of the meeting is over."""
    standing = [seat for seat in seats if seat.summons.stands]
    missing = sum(not seat.summons.is_there for seat in standing)
    unsigned = sum(not seat.sign.done and seat.sign.lamp != "waiting" for seat in standing)
    if met and missing:
        words = ngettext("%(many)d unit is not there", "%(many)d units are not there", missing)
        return "late", words % {"many": missing}
    if handling:
        late = sum(seat.settle is not None and seat.settle.lamp == "late" and not seat.settle.done for seat in standing)
        if late:
            return "late", ngettext("%(many)d unit is late", "%(many)d units are late", late) % {"many": late}
        return "ok", _("being done by plan")
    if unsigned:
        late_ones = any(seat.sign.lamp == "late" and not seat.sign.done for seat in standing)
        words = ngettext("%(many)d unit has not signed in", "%(many)d units have not signed in", unsigned)
        return "late" if late_ones else "waiting", words % {"many": unsigned}
    return "ok", _("all are there") if not missing else _("all have signed in")
