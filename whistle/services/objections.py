"""退哨: a unit says inside its hour why it should not be called; the centre rules once; until then it has to come."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.actors import SYSTEM, Actor
from casework.calendar import Unit
from casework.models import Part
from casework.moment import now
from casework.refusals import NotFound, NotNow
from casework.selectors import calendar_of, limit_for
from casework.services import clocks, doors
from grids.models import Area, Department
from whistle.lifecycle import ARRIVE, CONTACT, OBJECT, RULE, SETTLE, SIGN
from whistle.models import Notice, Objection, Summons, Whistle
from whistle.services.blowing import release
from whistle.services.calling import Asked, call, check_called, holder_of, name_called, start
from whistle.services.notices import holders_at, people_of, tell
from whistle.services.reporting_in import named, summons_of
from whistle.statuses import CALLING

CENTRE = ("duty_chief",)


@transaction.atomic
def object_to(
    whistle: Whistle, *, by: User, reason: str, basis: str, suggested: Department | None = None,
    summons: Summons | None = None,
) -> Whistle:  # fmt: skip
    """Sends the whistle back with a reason and its legal basis; once, and only inside the limit."""
    if reason not in Objection.Reason.values:
        raise ValidationError({"reason": _("Choose a reason.")})
    if not basis.strip():
        raise ValidationError({"basis": _("Name the legal basis.")})
    whistle = doors.lock(whistle)
    doors.allowed_step(whistle, "object_to", by)
    mine = summons_of(whistle, by, summons)
    _refuse_late(whistle, mine)
    facts = named(mine) | {"reason": reason, "suggested": suggested.name if suggested else ""}
    whistle = doors.take_step(whistle, "object_to", by=by, note=basis.strip(), facts=facts)
    Objection.objects.create(summons=mine, reason=reason, basis=basis.strip(), suggested=suggested, by=by, at=now())
    start(whistle, RULE, centre_of(whistle), kind=whistle.sort)
    return whistle


def centre_of(whistle: Whistle) -> Area:
    """The area whose centre rules: the city's own, above the street that blew."""
    return Area.objects.get(pk=whistle.area.path_keys[0])


def _refuse_late(whistle: Whistle, mine: Summons) -> None:
    if mine.is_there:
        raise NotNow(_("They have reported in already."))
    if Objection.objects.filter(summons=mine).exists():
        raise NotNow(_("This unit has sent the whistle back once; the ruling is final."))
    limit = limit_for(whistle.rulebook, OBJECT, subject=whistle.sort.code)
    if limit is None or mine.called_at is None:
        return
    until = calendar_of(whistle.city).due(mine.called_at, limit.amount, Unit(limit.unit))
    if until is not None and now() > until:
        words = {"until": f"{until.astimezone(whistle.city.zone):%m-%d %H:%M}"}
        raise NotNow(_("A whistle can be sent back until %(until)s only.") % words)


@transaction.atomic
def uphold(whistle: Whistle, *, by: User, ruling: str, summons: Summons | None = None) -> Whistle:
    """The unit has to report in; it may not send this whistle back again."""
    whistle, found = _waiting(whistle, "uphold", by, summons)
    whistle = doors.take_step(whistle, "uphold", by=by, note=_said(ruling), facts=named(found.summons))
    _rule(whistle, found, granted=False, by=by, ruling=ruling)
    return whistle


@transaction.atomic
def excuse(
    whistle: Whistle, *, by: User, ruling: str, improper: bool = False, instead: Department | None = None,
    summons: Summons | None = None,
) -> Whistle:  # fmt: skip
    """The unit need not come. `improper`: it should not have been called; `instead`: who is called in its place."""
    whistle, found = _waiting(whistle, "excuse", by, summons)
    excused = found.summons
    facts = named(excused) | {"improper": improper, "instead": instead.name if instead else ""}
    whistle = doors.take_step(whistle, "excuse", by=by, note=_said(ruling), facts=facts)
    excused.excused_at, excused.improper = now(), improper
    excused.save(update_fields=["excused_at", "improper"])
    _rule(whistle, found, granted=True, by=by, ruling=ruling)
    _let_go(whistle, excused)
    if instead is not None:
        _call_instead(whistle, excused, instead)
    if whistle.status == CALLING and not whistle.summonses.standing().exists():
        return call_off(whistle)
    return whistle


def call_off(whistle: Whistle, *, by: Actor = SYSTEM) -> Whistle:
    """Nobody had to be called: the whistle ends, and the order it stood on goes on."""
    whistle = doors.take_step(whistle, "call_off", by=by)
    release(whistle)
    return whistle


def _said(ruling: str) -> str:
    if not ruling.strip():
        raise ValidationError({"ruling": _("Say why.")})
    return ruling.strip()


def _waiting(whistle: Whistle, step: str, by: User, summons: Summons | None) -> tuple[Whistle, Objection]:
    whistle = doors.lock(whistle)
    doors.allowed_step(whistle, step, by)
    waiting = Objection.objects.filter(summons__whistle=whistle, ruled_at=None)
    waiting = waiting.select_related("summons__department", "summons__person", "summons__unit")
    found = (waiting.filter(summons=summons) if summons else waiting).order_by("at").first()
    if found is None:
        raise NotFound(_("No objection to this whistle waits for a ruling."))
    return whistle, found


def _rule(whistle: Whistle, found: Objection, *, granted: bool, by: User, ruling: str) -> None:
    found.granted, found.ruling, found.ruled_by, found.ruled_at = granted, ruling.strip(), by, now()
    found.save(update_fields=["granted", "ruling", "ruled_by", "ruled_at"])
    if not Objection.objects.filter(summons__whistle=whistle, ruled_at=None).exists():
        clocks.stop_clock(whistle, RULE)
    told = people_of(found.summons) + holders_at(whistle.caller, whistle.sort.blown_by)
    tell(whistle, Notice.About.RULED, told)


def _let_go(whistle: Whistle, excused: Summons) -> None:
    """What was asked of an excused unit is asked no more."""
    holder = holder_of(excused)
    if holder is not None:
        for stage in (SIGN, CONTACT, ARRIVE, SETTLE):
            clocks.drop_clocks(whistle, clock=stage, holder=holder)
    if excused.department is not None:
        parts = whistle.parts.present().filter(department=excused.department)
        parts.update(until=now(), outcome=Part.Outcome.RETURNED)


def _call_instead(whistle: Whistle, excused: Summons, instead: Department) -> None:
    if whistle.summonses.filter(department=instead).exists():
        raise ValidationError({"instead": _("%(who)s is called already.") % {"who": instead}})
    asked = [Asked(department=instead, asked=excused.asked)]
    check_called(whistle, asked)
    (called,) = name_called(whistle, asked)
    called.role = excused.role
    called.save(update_fields=["role"])
    call(whistle, [called])
