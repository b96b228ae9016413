"""二次哨: a whistle that nobody answers grows louder by itself; each grows once, however often the sweep comes by.

The next whistle is a case of its own, level by level: the leaders in charge are called as well, then the main leaders,
and a clue goes to discipline inspection. `Whistle.previous` is unique: that is what makes “once” hold.
"""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.actors import SYSTEM, Actor
from casework.models import Part
from casework.moment import now
from casework.refusals import NotNow
from casework.services import clocks, doors
from grids.models import City, Department
from whistle.lifecycle import SUPERVISION, WHISTLE, WORD
from whistle.models import Clue, Effort, Notice, Summons, Whistle
from whistle.reasons import Growth, Lateness, Role
from whistle.selectors.rules import leaders_in_charge, main_leaders
from whistle.services.blowing import CAUSE_FROM, blow
from whistle.services.calling import LEADER, latest_meeting, start
from whistle.services.clues import file_by_rule
from whistle.services.ending import rate_by_facts
from whistle.services.notices import holders_at, tell
from whistle.statuses import BLOWN, RATED
from workorders.services.standing_by import stand_by
from workorders.statuses import ACCEPTED, DISPATCHED, HANDLING

MAIN_LEADERS_FROM = 3
# Where the city gives leaders no limit.
USUAL_HOUR = dt.timedelta(hours=24)


def hold_numbers(city: City) -> None:
    """Holds the counters that an answer may draw from, always in one order, so that no two sweeps wait in a ring."""
    for prefix in sorted({WHISTLE.prefix, SUPERVISION.prefix}):
        doors.take_numbers(city, prefix, now(), many=0)


def grow(whistle: Whistle, *, reason: str, by: Actor = SYSTEM) -> Whistle:
    """What the city's ladder gives when those called stay away, or do not settle it: the next whistle, or its word."""
    if whistle.status not in BLOWN or whistle.sort.growth == Growth.BY_HAND:
        return whistle
    if whistle.sort.growth == Growth.WITH_WORD and whistle.level == 1:
        return ask_word(whistle, reason=reason, by=by)
    return louder(whistle, reason=reason, by=by)


def ask_word(whistle: Whistle, *, reason: str, by: Actor = SYSTEM) -> Whistle:
    """Asks the secretary's word, once at a time; if it does not come in time the next whistle goes out by itself."""
    if whistle.deadlines.open().filter(clock=WORD).exists():
        return whistle
    whistle = doors.take_step(whistle, "ask_word", by=by, facts={"reason": reason})
    start(whistle, WORD, whistle.caller, kind=whistle.sort)
    tell(whistle, Notice.About.WORD, holders_at(whistle.caller, whistle.sort.blown_by))
    return whistle


def louder(whistle: Whistle, *, reason: str, by: Actor = SYSTEM) -> Whistle:
    """The next whistle, by itself."""
    if whistle.level >= MAIN_LEADERS_FROM:
        # Nobody is left to call: it stays with the supervision office and discipline inspection.
        return file_by_rule(whistle, Clue.Reason.LEADERS_MISSED)
    if whistle.level > 1:
        whistle = file_by_rule(whistle, Clue.Reason.LEADERS_MISSED)
    _end(whistle, "grow", by=by, reason=reason)
    return _next(whistle, by=by, reason=reason, meet_at=_leaders_meeting(whistle), cause="")


@transaction.atomic
def blow_again(
    whistle: Whistle, *, by: User, reason: str, meet_at: dt.datetime, cause: str = "", place: str = ""
) -> Whistle:
    """二次哨 by hand: units stay away, or it was settled and is not solved. Returns the next whistle."""
    if reason not in Lateness.values:
        raise ValidationError({"reason": _("Choose a reason.")})
    whistle = doors.lock(whistle)
    doors.allowed_step(whistle, "blow_again", by)
    _check_again(whistle, reason, meet_at, cause)
    _end(whistle, "blow_again", by=by, reason=reason)
    clocks.stop_clock(whistle, WORD)
    return _next(whistle, by=by, reason=reason, meet_at=meet_at, cause=cause, place=place)


def _check_again(whistle: Whistle, reason: str, meet_at: dt.datetime, cause: str) -> None:
    if whistle.status == RATED and (whistle.solved is not False or Whistle.objects.filter(previous=whistle).exists()):
        raise NotNow(_("Only what was rated unsolved is whistled for again, and once."))
    if whistle.status in BLOWN and not whistle.deadlines.filter(missed_at__isnull=False).exists():
        raise NotNow(_("Nobody is late yet; the louder whistle is for those who stay away."))
    if meet_at <= now():
        raise ValidationError({"meet_at": _("The time must lie ahead.")})
    latest = latest_meeting(whistle, condition=LEADER)
    if latest is not None and meet_at > latest:
        words = {"latest": f"{latest.astimezone(whistle.city.zone):%m-%d %H:%M}"}
        raise ValidationError(
            {"meet_at": _("By the rules they must have reported in by %(latest)s; choose an earlier time.") % words}
        )
    if whistle.repeat + 1 >= CAUSE_FROM and not cause.strip():
        words = {"repeat": str(whistle.repeat + 1)}
        sentence = _("This is whistle number %(repeat)s on the same matter: say why it comes back.")
        raise ValidationError({"cause": sentence % words})


def _end(whistle: Whistle, step: str, *, by: Actor, reason: str) -> None:
    """The softer whistle is over: what its clocks say stands as its rating where the street gave none."""
    doors.take_step(whistle, step, by=by, facts={"reason": reason, "level": whistle.level + 1})
    rate_by_facts(whistle)
    whistle.parts.present().update(until=now(), outcome=Part.Outcome.DONE)


def _next(whistle: Whistle, *, by: Actor, reason: str, meet_at: dt.datetime, cause: str, place: str = "") -> Whistle:
    """Opens and blows the whistle that follows, with the same matter and place, one level louder."""
    following = Whistle(
        kind=WHISTLE.kind, title=whistle.title, sort=whistle.sort, caller=whistle.caller, words=whistle.words,
        spring=whistle.spring, place=place.strip() or whistle.place, lng=whistle.lng, lat=whistle.lat,
        meet_at=meet_at, complex=whistle.complex, item=whistle.item, why_unlisted=whistle.why_unlisted,
        order=whistle.order, previous=whistle, matter=whistle.matter or whistle, repeat=whistle.repeat + 1,
        level=min(whistle.level + 1, MAIN_LEADERS_FROM), cause=cause.strip(),
        reported_by=whistle.reported_by,
    )  # fmt: skip
    facts = {"previous": whistle.number, "reason": reason}
    following = doors.open_case(following, by=by, area=whistle.area, rulebook=whistle.rulebook, facts=facts)
    Effort.objects.bulk_create(
        Effort(whistle=following, on=effort.on, words=effort.words) for effort in whistle.efforts.all()
    )
    _call_on(whistle, following, reason)
    _wait_again(whistle, following)
    tell(whistle, Notice.About.LOUDER, holders_at(whistle.caller, whistle.sort.blown_by))
    return blow(following, by=by)


def _call_on(whistle: Whistle, following: Whistle, reason: str) -> None:
    """The same units, those who came need not come again where only others stayed away; and the leaders."""
    carries = reason in (Lateness.NOT_THERE, Lateness.NOT_SIGNED)
    before = list(whistle.summonses.standing().select_related("department"))
    Summons.objects.bulk_create(
        Summons(
            whistle=following, department=old.department, person_id=old.person_id, unit_id=old.unit_id, role=old.role,
            asked=old.asked, carried=carries and old.is_there,
        )
        for old in before
    )  # fmt: skip
    known = {old.person_id for old in before}
    units: list[Department] = [old.department for old in before if old.department]
    late = [old.department for old in before if old.department and not (carries and old.is_there)]
    leaders = [(leader, Role.LEADER) for leader in leaders_in_charge(whistle.rulebook, late or units)]
    if following.level >= MAIN_LEADERS_FROM:
        leaders += [(leader, Role.MAIN_LEADER) for leader in main_leaders(whistle.rulebook)]
    called: dict[int, tuple[User, Role]] = {}
    for leader, role in leaders:
        if leader.pk not in known:
            called[leader.pk] = (leader, role)
    Summons.objects.bulk_create(
        Summons(whistle=following, person=leader, role=role) for leader, role in called.values()
    )


def _wait_again(whistle: Whistle, following: Whistle) -> None:
    """Settled and unsolved: the order had gone on; it waits again while that is still possible."""
    if whistle.order is not None and whistle.status == RATED:
        order = doors.lock(whistle.order)
        if order.status in (ACCEPTED, DISPATCHED, HANDLING):
            stand_by(order, by=SYSTEM, whistle=following.number)


def _leaders_meeting(whistle: Whistle) -> dt.datetime:
    """When the louder whistle calls them together: at the end of the leaders' own limit."""
    return latest_meeting(whistle, condition=LEADER) or now() + USUAL_HOUR
