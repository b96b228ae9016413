"""The whistle is raised by a community, or blown at once by those who may; what must stand before it may be blown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.actors import SYSTEM, Actor
from casework.models import Part
from casework.moment import now
from casework.refusals import NotNow, NotYours
from casework.selectors import calendar_of
from casework.services import clocks, doors
from grids import geo, jurisdiction
from grids.models import Area
from grids.selectors import rulebook_in_force
from whistle.lifecycle import APPROVE, WHISTLE
from whistle.models import Effort, Notice, StreetPower, Whistle, WhistleItem, WhistleKind
from whistle.services.calling import Asked, call, check_called, latest_meeting, name_called, start, who
from whistle.services.notices import holders_at, tell
from whistle.services.powers import note_use
from workorders.models import WorkOrder
from workorders.services.standing_by import go_on, stand_by

TITLE_LENGTH = 60
# From the third whistle on the same matter on, its cause is asked (rules.md 13.3 row 65).
CAUSE_FROM = 3


@transaction.atomic
def raise_whistle(*, by: User, sort: WhistleKind, caller: Area, **told: Any) -> Whistle:
    """哨源: who may not blow himself applies; the street decides. `told` as for `blow_now`."""
    if not _may_raise(by, caller):
        raise NotYours(_("Your post does not let you apply for a whistle here."))
    whistle = _open(by=by, sort=sort, caller=caller, **told)
    start(whistle, APPROVE, caller, kind=sort)
    tell(whistle, Notice.About.RAISED, holders_at(caller, sort.blown_by))
    return whistle


def _may_raise(by: User, caller: Area) -> bool:
    """A community within the street's ground applies to the street."""
    paths = [*jurisdiction.paths_where(by, "raise_in"), *jurisdiction.paths_where(by, "blow_in")]
    return any(path.startswith(caller.path) or caller.path.startswith(path) for path in paths)


@transaction.atomic
def blow_now(*, by: User, sort: WhistleKind, caller: Area, **told: Any) -> Whistle:
    """吹哨: opened and blown in one breath.

    `told`: words, spring, place, lng, lat, datum, meet_at, called (list of `Asked`, the first leads), efforts (list of
    (day, words)), item or why_unlisted, complex, order, again (an earlier whistle on the same matter), cause.
    """
    whistle = Whistle(kind=WHISTLE.kind, sort=sort, caller=caller)
    if whistle.bars(by, "blow"):
        raise NotYours(_("Your post does not let you blow “%(kind)s” here.") % {"kind": sort})
    return blow(_open(by=by, sort=sort, caller=caller, **told), by=by)


def _open(
    *, by: User, sort: WhistleKind, caller: Area, words: str, spring: str, place: str, lng: float, lat: float,
    meet_at: dt.datetime, called: Sequence[Asked], efforts: Sequence[tuple[dt.date, str]] = (), datum: str = "wgs84",
    item: WhistleItem | None = None, why_unlisted: str = "", complex: bool = True, order: WorkOrder | None = None,
    again: Whistle | None = None, cause: str = "",
) -> Whistle:  # fmt: skip
    if order is not None:
        order = doors.lock(order)  # held before the number is taken: the sweep holds orders and then takes numbers
    point = geo.to_wgs84(lng, lat, datum)
    whistle = Whistle(
        kind=WHISTLE.kind, title=words.strip()[:TITLE_LENGTH], sort=sort, caller=caller, words=words.strip(),
        spring=spring, place=place.strip(), lng=point[0], lat=point[1], meet_at=meet_at, complex=complex, item=item,
        why_unlisted=why_unlisted.strip(), order=order, reported_by=by, cause=cause.strip(),
    )  # fmt: skip
    rulebook = rulebook_in_force(caller.city, now().astimezone(caller.city.zone).date())
    whistle.rulebook, whistle.city = rulebook, caller.city
    _follow(whistle, again)
    _check(whistle, efforts, called)
    whistle = doors.open_case(whistle, by=by, area=area_of(whistle, point), rulebook=rulebook, note="")
    Effort.objects.bulk_create(Effort(whistle=whistle, on=on, words=said.strip()) for on, said in efforts)
    name_called(whistle, called)
    return whistle


def area_of(whistle: Whistle, point: geo.Point) -> Area:
    """Where the meeting is: the smallest area at the point, which must lie on the caller's own ground."""
    found = geo.area_at(point, city=whistle.caller.city)
    if found is None or not found.path.startswith(whistle.caller.path):
        raise ValidationError({"place": _("The place does not lie in %(area)s.") % {"area": whistle.caller}})
    return found


def _follow(whistle: Whistle, again: Whistle | None) -> None:
    """Which whistle of its matter it is: of an earlier whistle named, or of the same work order."""
    if again is None and whistle.order is not None:
        again = whistle.order.whistles.order_by("-pk").first()
    if again is not None:
        whistle.matter = again.matter or again
        whistle.repeat = Whistle.objects.filter(matter=whistle.matter).count() + 2


def _check(whistle: Whistle, efforts: Sequence[tuple[dt.date, str]], called: Sequence[Asked]) -> None:
    """The preconditions of rules.md 13.3 rows 53, 60 and 65."""
    problems: dict[str, str] = {}
    today = now().astimezone(whistle.caller.city.zone).date()
    if not whistle.words:
        problems["words"] = _("Say what is the matter.")
    if not whistle.place:
        problems["place"] = _("Say where they are to report in.")
    if whistle.sort.needs_effort and not efforts:
        problems["efforts"] = _("Say first what you have done yourselves.")
    if any(on > today for on, _words in efforts):
        problems["efforts"] = _("What you have done lies in the past.")
    if whistle.item is None and not whistle.why_unlisted:
        problems["item"] = _("Choose the matter on the whistle list, or say why it is not on it.")
    if whistle.repeat >= CAUSE_FROM and not whistle.cause:
        words = {"repeat": whistle.repeat}
        problems["cause"] = _("This is whistle number %(repeat)s on the same matter: say why it comes back.") % words
    problems |= _check_time(whistle)
    if problems:
        raise ValidationError(problems)
    check_called(whistle, called)


def _check_time(whistle: Whistle) -> dict[str, str]:
    """The meeting lies ahead, is announced in time, and within the limit to report in."""
    latest = latest_meeting(whistle)
    notice = calendar_of(whistle.caller.city).local_day(now()) + dt.timedelta(days=whistle.sort.notice_days)
    if whistle.meet_at <= now():
        return {"meet_at": _("The time must lie ahead.")}
    if whistle.meet_at.astimezone(whistle.caller.city.zone).date() < notice:
        return {"meet_at": _("A meeting of this kind is announced a day ahead.")}
    if latest is not None and whistle.meet_at > latest:
        words = {"latest": f"{latest.astimezone(whistle.caller.city.zone):%m-%d %H:%M}"}
        return {"meet_at": _("By the rules they must have reported in by %(latest)s; choose an earlier time.") % words}
    return {}


@transaction.atomic
def blow(whistle: Whistle, *, by: Actor, note: str = "") -> Whistle:
    """The secretary or the director blows: all called are summoned at once, and the order it stands on waits."""
    if isinstance(by, User):
        doors.allowed_step(whistle, "blow", by)
    whistle = doors.lock(whistle)
    if whistle.meet_at <= now():
        raise NotNow(_("The time of the meeting is over; withdraw this application and blow anew."))
    summonses = list(whistle.summonses.select_related("department", "person", "unit"))
    called = [who(each) for each in summonses]
    facts: dict[str, Any] = {"called": called, "meet_at": whistle.meet_at.isoformat(), "place": whistle.place}
    facts |= {"level": whistle.level, "repeat": whistle.repeat}
    person = by if isinstance(by, User) else None
    whistle = doors.take_step(whistle, "blow", by=by, note=note.strip(), facts=facts, blown_by=person, blown_at=now())
    clocks.stop_clock(whistle, APPROVE)
    call(whistle, summonses)
    note_use(whistle, StreetPower.Deed.BLOW, by=by)
    if whistle.order is not None and whistle.previous is None:
        stand_by(whistle.order, by=SYSTEM, whistle=whistle.number)
    return whistle


@transaction.atomic
def decline(whistle: Whistle, *, by: Actor, reason: str) -> Whistle:
    """The street does not blow, and says why."""
    return _end(whistle, "decline", by=by, reason=reason)


@transaction.atomic
def withdraw(whistle: Whistle, *, by: Actor, reason: str) -> Whistle:
    """撤哨: nobody need come any more; possible while nothing is agreed."""
    return _end(whistle, "withdraw", by=by, reason=reason)


def _end(whistle: Whistle, step: str, *, by: Actor, reason: str) -> Whistle:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    whistle = doors.take_step(whistle, step, by=by, note=reason.strip())
    release(whistle)
    return whistle


def release(whistle: Whistle, *, result: str = "") -> None:
    """The whistle is over: those called have no part in it any more, and the order it stood on goes on."""
    whistle.parts.present().update(until=now(), outcome=Part.Outcome.DONE)
    if whistle.order is not None:
        go_on(whistle.order, whistle=whistle.number, result=result)
