"""办结与评价: the street says what came of it, and rates each it called; its time over, the system's facts stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.actors import SYSTEM, Actor
from casework.models import Deadline
from casework.moment import now
from casework.refusals import NotNow
from casework.services import clocks, doors
from whistle.lifecycle import ARRIVE, RATE, SETTLE, SIGN
from whistle.models import Clue, Notice, Rating, Reply, StreetPower, Summons, Whistle
from whistle.services.blowing import release
from whistle.services.calling import start
from whistle.services.clues import file_by_rule
from whistle.services.notices import people_called, tell
from whistle.services.powers import note_use

MARKS = ("signing", "arriving", "handling", "effect")
# Below this a mark needs words (rules.md 13.3 row 62).
WORDS_BELOW = 3
# A mean below this speaks of poor work (this product's choice).
VERY_LOW = 2
# What the system's own facts are worth: in time, late, never (this product's choice).
IN_TIME, LATE, NEVER = 5, 2, 1


@dataclass(frozen=True)
class Marks:
    """How the street rates one summons: four marks from 1 to 5, and words."""

    signing: int
    arriving: int
    handling: int
    effect: int
    words: str = ""

    @property
    def mean(self) -> float:
        return (self.signing + self.arriving + self.handling + self.effect) / len(MARKS)


@transaction.atomic
def settle(whistle: Whistle, *, by: User, result: str) -> Whistle:
    """The matter is settled; the work order it stood on goes on with the time it had."""
    if not result.strip():
        raise ValidationError({"result": _("Say what came of it.")})
    whistle = doors.lock(whistle)
    doors.allowed_step(whistle, "settle", by)
    if Reply.objects.filter(summons__whistle=whistle, passed=None).exists():
        raise NotNow(_("A reply waits for its audit; look at it first."))
    lead = whistle.summonses.standing().filter(department__isnull=False).order_by("pk").first()
    if lead is not None and lead.done_at is None:
        raise NotNow(_("%(who)s, who leads, has not replied yet.") % {"who": lead})
    clocks.stop_clock(whistle, SETTLE)
    whistle = doors.take_step(whistle, "settle", by=by, note=result.strip(), result=result.strip(), settled_at=now())
    for stage in whistle.lifecycle.clocks:
        clocks.drop_clocks(whistle, clock=stage)
    start(whistle, RATE, whistle.caller, kind=whistle.sort)
    _tell_settled(whistle)
    release(whistle, result=result.strip())
    return whistle


def _tell_settled(whistle: Whistle) -> None:
    tell(whistle, Notice.About.SETTLED, people_called(whistle.summonses.standing()))


@transaction.atomic
def rate(whistle: Whistle, *, by: User, solved: bool, marks: Mapping[int, Marks]) -> Whistle:
    """下考上: the street rates every unit it called (`marks` by the summons' key), and says whether it is solved."""
    whistle = doors.lock(whistle)
    doors.allowed_step(whistle, "rate", by)
    rated = list(whistle.summonses.standing())
    missing = [str(summons) for summons in rated if summons.pk not in marks]
    if missing:
        raise ValidationError({"marks": _("Still to be rated: %(who)s.") % {"who": _(", ").join(missing)}})
    for summons in rated:
        _check_marks(summons, marks[summons.pk])
    clocks.stop_clock(whistle, RATE)
    whistle = doors.take_step(whistle, "rate", by=by, facts={"solved": solved, "units": len(rated)}, solved=solved)
    Rating.objects.bulk_create(
        Rating(summons=summons, source=Rating.Source.STREET, by=by, at=now(), words=marks[summons.pk].words.strip(),
               **{name: getattr(marks[summons.pk], name) for name in MARKS})
        for summons in rated
    )  # fmt: skip
    note_use(whistle, StreetPower.Deed.RATE, by=by)
    if any(marks[summons.pk].mean < VERY_LOW for summons in rated):
        # 实时启动线下问责 (mechanism 3-19): it goes before discipline inspection at once.
        whistle = file_by_rule(whistle, Clue.Reason.LOW_RATING)
    return whistle


def _check_marks(summons: Summons, marks: Marks) -> None:
    values = [getattr(marks, name) for name in MARKS]
    if not all(1 <= value <= 5 for value in values):
        raise ValidationError({"marks": _("A mark is a number from 1 to 5.")})
    if min(values) < WORDS_BELOW and not marks.words.strip():
        raise ValidationError({"marks": _("Say why %(who)s is marked below 3.") % {"who": summons}})


@transaction.atomic
def let_stand(whistle: Whistle, *, by: Actor = SYSTEM) -> Whistle:
    """The street did not rate in time: what the clocks say stands as its rating. It still counts as settled."""
    whistle = doors.take_step(doors.lock(whistle), "let_stand", by=by)
    rate_by_facts(whistle)
    return whistle


def rate_by_facts(whistle: Whistle) -> None:
    """Writes the system's marks for every standing summons that has no rating yet."""
    unrated = list(whistle.summonses.standing().filter(rating=None))
    ended = list(whistle.deadlines.all())
    Rating.objects.bulk_create(
        Rating(summons=summons, source=Rating.Source.FACTS, at=now(), **facts_of(summons, ended)) for summons in unrated
    )


def facts_of(summons: Summons, deadlines: list[Deadline]) -> dict[str, int]:
    """The four marks that the clocks give: in time, late, or never; the effect is not worth more than the handling."""
    states = {
        stage: {clock.state for clock in deadlines if clock.clock == stage and _is_of(clock, summons)}
        for stage in (SIGN, ARRIVE, SETTLE)
    }
    handling = _mark(summons.done_at is not None, states[SETTLE])
    return {
        "signing": _mark(summons.signed_at is not None, states[SIGN]),
        "arriving": _mark(summons.is_there, states[ARRIVE]),
        "handling": handling, "effect": handling,
    }  # fmt: skip


def _is_of(clock: Deadline, summons: Summons) -> bool:
    held = (clock.department_id, clock.person_id)
    return held == (summons.department_id, summons.person_id) and any(held)


def _mark(done: bool, states: set[str]) -> int:
    if Deadline.State.LATE in states:
        return LATE if done else NEVER
    return IN_TIME if done or Deadline.State.MET in states or not states else NEVER
