"""报到: those called sign in, make contact, say who comes, and are there; each stops his own clock, met or late."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from casework.moment import now
from casework.refusals import NotFound, NotNow
from casework.services import clocks, doors
from grids import geo
from whistle.lifecycle import ARRIVE, CONTACT, SIGN
from whistle.models import Notice, Summons, Whistle
from whistle.reasons import ContactHow, Proof
from whistle.selectors.choices import summonses_for
from whistle.services.calling import holder_of, who
from whistle.services.codes import is_code
from whistle.services.notices import holders_at, tell

# Rules.md 13.3 row 58.
NEAR_METRES = 200
MOST_WRONG_CODES = 5


def summons_of(whistle: Whistle, by: User, summons: Summons | None = None) -> Summons:
    """The standing summons for which this person acts: his own, or that of a department he works for."""
    own = summonses_for(whistle, by)
    found: Summons | None = (own.filter(pk=summons.pk) if summons else own).first()
    if found is None:
        raise NotFound(_("This whistle does not call you."))
    return found


def named(summons: Summons) -> dict[str, Any]:
    """A summons as an event names it: the unit, or the office of who is called; never a person's own name."""
    facts: dict[str, Any] = {"summons": summons.pk, "who": who(summons)}
    return facts | ({"department": summons.department_id} if summons.department_id else {})


@transaction.atomic
def sign(whistle: Whistle, *, by: User, summons: Summons | None = None) -> Whistle:
    """签收: we have the whistle and will come."""
    whistle = doors.lock(whistle)
    doors.allowed_step(whistle, "sign", by)
    mine = summons_of(whistle, by, summons)
    if mine.signed_at is not None:
        raise NotNow(_("It was signed in for already."))
    whistle = doors.take_step(whistle, "sign", by=by, facts=named(mine))
    _note_signed(whistle, mine, by)
    return whistle


def _note_signed(whistle: Whistle, mine: Summons, by: User | None) -> None:
    mine.signed_at, mine.signed_by = now(), by
    mine.save(update_fields=["signed_at", "signed_by"])
    clocks.stop_clock(whistle, SIGN, holder_of(mine))


@transaction.atomic
def contact(whistle: Whistle, *, by: User, how: str, with_whom: str, summons: Summons | None = None) -> Whistle:
    """首次联系: the unit has spoken with the street."""
    if how not in ContactHow.values:
        raise ValidationError({"how": _("Say how you were in contact.")})
    whistle = doors.lock(whistle)
    doors.allowed_step(whistle, "contact", by)
    mine = summons_of(whistle, by, summons)
    whistle = doors.take_step(whistle, "contact", by=by, facts=named(mine) | {"how": how})
    if mine.contacted_at is None:
        mine.contacted_at, mine.contact_how, mine.contact_with = now(), how, with_whom.strip()
        mine.save(update_fields=["contacted_at", "contact_how", "contact_with"])
        clocks.stop_clock(whistle, CONTACT, holder_of(mine))
    return whistle


@transaction.atomic
def announce(
    whistle: Whistle, *, by: User, came: str, came_rank: str, came_count: int = 1,
    expected_at: dt.datetime | None = None, summons: Summons | None = None,
) -> Whistle:  # fmt: skip
    """报名单: who will come, and when if not in time; the clock goes on."""
    whistle = doors.lock(whistle)
    doors.allowed_step(whistle, "announce", by)
    mine = summons_of(whistle, by, summons)
    if mine.is_there:
        raise NotNow(_("They have reported in already."))
    whistle = doors.take_step(whistle, "announce", by=by, facts=named(mine) | {"came_count": came_count})
    _note_people(mine, came, came_rank, came_count)
    mine.expected_at = expected_at
    mine.save()
    return whistle


@transaction.atomic
def check_in(
    whistle: Whistle, *, by: User, came: str, came_rank: str = "", came_count: int = 1, lng: float | None = None,
    lat: float | None = None, datum: str = "wgs84", code: str = "", summons: Summons | None = None,
) -> Whistle:  # fmt: skip
    """报到: there, shown by a position within 200 m of the place or by the code that the street shows on site."""
    whistle = doors.lock(whistle)
    doors.allowed_step(whistle, "check_in", by)
    mine = summons_of(whistle, by, summons)
    point = geo.to_wgs84(lng, lat, datum) if lng is not None and lat is not None else None
    _prove(whistle, mine, point, code)
    _arrive(whistle, mine, "check_in", by=by, came=came, came_rank=came_rank, came_count=came_count)
    return doors.lock(whistle)


@transaction.atomic
def register(
    whistle: Whistle, *, by: User, summons: Summons, came: str, came_rank: str = "", came_count: int = 1
) -> Whistle:
    """登记到场: the street writes down who has come; for a unit without a phone, or whose position fails."""
    whistle = doors.lock(whistle)
    doors.allowed_step(whistle, "register", by)
    found = whistle.summonses.standing().select_related("department", "person", "unit").filter(pk=summons.pk).first()
    if found is None:
        raise NotFound(_("This whistle does not call them."))
    found.proof = Proof.STREET
    _arrive(whistle, found, "register", by=by, came=came, came_rank=came_rank, came_count=came_count)
    return doors.lock(whistle)


def note_wrong_code(summons: Summons) -> None:
    """One more wrong code; kept although the step itself is refused, so that nobody can try them all."""
    Summons.objects.filter(pk=summons.pk).update(wrong_codes=F("wrong_codes") + 1)


class WrongCode(ValidationError):
    """The code was not the one shown; whoever catches it counts the try (`note_wrong_code`)."""

    def __init__(self, summons: Summons):
        super().__init__({"code": _("This is not the code shown on site.")})
        self.summons = summons


def _prove(whistle: Whistle, mine: Summons, point: geo.Point | None, code: str) -> None:
    """Position first; the code where the position is missing or wrong."""
    metres = geo.metres_between((whistle.lng, whistle.lat), point) if point else None
    if metres is not None and metres <= NEAR_METRES:
        mine.proof, mine.distance = Proof.POSITION, round(metres)
        mine.lng, mine.lat = point or (None, None)
    elif code.strip():
        if mine.wrong_codes >= MOST_WRONG_CODES:
            raise NotNow(_("Too many wrong codes. Ask the street to register your arrival."))
        if not is_code(whistle, code):
            raise WrongCode(mine)
        mine.proof = Proof.CODE
    elif metres is not None:
        words = {"metres": round(metres), "near": NEAR_METRES}
        sentence = _("You are %(metres)s m from the place; it must be %(near)s m or less, or the code shown on site.")
        raise ValidationError({"lng": sentence % words})
    else:
        raise ValidationError({"code": _("Show your position, or type the code shown on site.")})


def _arrive(
    whistle: Whistle, mine: Summons, step: str, *, by: User, came: str, came_rank: str, came_count: int
) -> None:  # fmt: skip
    if mine.is_there:
        raise NotNow(_("They have reported in already."))
    if not came.strip():
        raise ValidationError({"came": _("Say who has come.")})
    facts = named(mine) | {"proof": str(mine.proof), "distance": mine.distance, "came_count": came_count}
    whistle = doors.take_step(whistle, step, by=by, facts=facts)
    mine.arrived_at = now()
    _note_people(mine, came, came_rank, came_count)
    mine.save()
    if mine.signed_at is None:
        _note_signed(whistle, mine, by if step == "check_in" else None)
    holder = holder_of(mine)
    if holder is not None:
        clocks.stop_clock(whistle, ARRIVE, holder)
        clocks.stop_clock(whistle, CONTACT, holder)
    tell(whistle, Notice.About.ARRIVAL, holders_at(whistle.caller, whistle.sort.blown_by))


def _note_people(mine: Summons, came: str, came_rank: str, came_count: int) -> None:
    mine.came, mine.came_rank, mine.came_count = came.strip(), came_rank.strip(), came_count
