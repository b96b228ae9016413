"""A patrol begins and ends: once under its phone's key, one at a time for a person. What is recorded: `tracks.py`.

A phone may have been without a signal for hours, so what it says about the past is believed: an end that comes late
replaces the one that the house had to guess, and a patrol that began before another does not undo that other.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casework.moment import now
from casework.refusals import NotFound, NotNow, NotYours
from grids import jurisdiction
from grids.models import Area
from patrols.models import CheckIn, LastSign, Patrol, PatrolRule, Round
from patrols.selectors.ground import own_area
from patrols.selectors.rounds import round_of
from patrols.selectors.walks import GO, oldest_kept, rule_of
from patrols.services.weighing import weigh
from workorders.services.receiving import OtherContent

# No sign of life for so long: the end was forgotten, or the phone is off.
SILENT = dt.timedelta(hours=4)
# Whose patrol gave a sign of life within this time is still on it: a second one would be a second phone.
STILL_THERE = dt.timedelta(minutes=30)
# A clock that is further ahead is no clock; less is marked and believed.
MOST_AHEAD = dt.timedelta(days=1)


class Taken(NamedTuple):
    """A patrol, and whether the call changed anything; the same again does not."""

    patrol: Patrol
    new: bool


def start(
    *, by: User, key: UUID, area: Area | None = None, round: Round | None = None, started_at: dt.datetime | None = None
) -> Patrol:
    """出发: the person goes on patrol."""
    return take_start(by=by, key=key, area=area, round=round, started_at=started_at).patrol


@transaction.atomic
def take_start(
    *, by: User, key: UUID, area: Area | None = None, round: Round | None = None, started_at: dt.datetime | None = None
) -> Taken:
    """The same, and whether it is new. Refused while another patrol of his is plainly going on."""
    jurisdiction.hold([by])  # one start at a time for a person
    known = Patrol.objects.filter(key=key).select_related("area", "city", "round").first()
    if known:
        return Taken(_same_start(known, by, area, started_at), new=False)
    at = started_at or now()
    _refuse_other_s(round, by)
    round = round or _round_now(by, area, at)
    area = area or (round.area if round else own_area(by))
    if area is None:
        raise ValidationError({"area": _("Say in which area you patrol.")})
    # Who was put on a round may walk its ground: a mixed team's is wider than anybody's own grid.
    if not (round and round.area_id == area.pk) and not jurisdiction.may(by, GO, area):
        raise NotYours(_("Your posts do not let you go on patrol in %(area)s.") % {"area": area.title})
    _refuse_wild(area, at)
    patrol = Patrol(
        key=key, city=area.city, area=area, worker=by, started_at=at, start_received_at=now(), marks=[],
        round=_round_for(by, area, at, round),
    )  # fmt: skip
    _make_room(patrol)
    patrol.save(force_insert=True)
    if patrol.ended_at is None:
        LastSign.objects.create(patrol=patrol, heard_at=now())
    return Taken(patrol, new=True)


def _same_start(known: Patrol, by: User, area: Area | None, started_at: dt.datetime | None) -> Patrol:
    if known.worker_id != by.pk:
        raise NotFound(_("You have no such patrol."))
    other = (area is not None and area.pk != known.area_id) or (
        started_at is not None and started_at != known.started_at
    )
    if other:
        raise OtherContent(_("Another patrol was received under this key before. What came first stays."))
    return known


def _refuse_wild(area: Area, at: dt.datetime) -> None:
    if at > now() + MOST_AHEAD:
        raise ValidationError({"started_at": _("The phone's clock is more than a day ahead. Put it right.")})
    if at < oldest_kept(area.city):
        raise ValidationError({"started_at": _("This is so long ago that nothing of it may be kept any more.")})


def _refuse_other_s(asked: Round | None, by: User) -> None:
    if asked and asked.worker_id != by.pk and not asked.team.filter(pk=by.pk).exists():
        raise NotFound(_("You have no such round."))


def _round_now(by: User, area: Area | None, at: dt.datetime) -> Round | None:
    """The round that is his to walk now, for who says neither which nor where."""
    ground = None if area else own_area(by)
    return round_of(by, at.astimezone(ground.city.zone).date()) if ground else None


def _round_for(by: User, area: Area, at: dt.datetime, asked: Round | None) -> Round | None:
    """The round asked for, where it is his and of that day; else his round of the day, where it lies here."""
    day = at.astimezone(area.city.zone).date()
    if asked is not None:
        return asked if asked.day == day and asked.withdrawn_at is None else None
    found: Round | None = round_of(by, day)
    return found if found and found.area.path.startswith(area.path) else None


def _make_room(patrol: Patrol) -> None:
    """One at a time: what was forgotten is ended, what plainly goes on is not, and what is older comes in as past."""
    other = Patrol.objects.filter(worker=patrol.worker, ended_at=None).select_for_update(no_key=True).first()
    if other is None:
        return
    heard = _last_sign_of(other)
    if other.started_at > patrol.started_at:
        patrol.ended_at, patrol.end_received_at = patrol.started_at, now()
        patrol.ending = Patrol.Ending.FORGOTTEN
    elif heard + STILL_THERE > patrol.started_at:
        words = _("You are on a patrol since %(at)s. End it before you begin another.")
        raise NotNow(words % {"at": timezone.localtime(other.started_at, patrol.city.zone).strftime("%H:%M")})
    else:
        _end_forgotten(other, heard)


def end(patrol: Patrol, *, by: User, ended_at: dt.datetime | None = None) -> Patrol:
    """结束巡查: the person says that it is over, and it is weighed."""
    return take_end(patrol, by=by, ended_at=ended_at).patrol


@transaction.atomic
def take_end(patrol: Patrol, *, by: User, ended_at: dt.datetime | None = None) -> Taken:
    """The same, and whether it is new. An end that the house had to guess gives way to the person's own."""
    patrol = hold(patrol, by)
    at = ended_at or now()
    if patrol.ending == Patrol.Ending.BY_HAND:
        # An end before the beginning was moved there: it comes again as it was sent.
        if ended_at is not None and max(at, patrol.began) != patrol.ended_at:
            raise OtherContent(_("This patrol was ended at another time before. What came first stays."))
        return Taken(patrol, new=False)
    if at > now() + MOST_AHEAD:
        raise ValidationError({"ended_at": _("The phone's clock is more than a day ahead. Put it right.")})
    refuse_erased(patrol, rule_of(patrol.city, patrol.started_at))
    patrol.ended_at, patrol.end_received_at = max(at, patrol.began), now()
    patrol.ending = Patrol.Ending.BY_HAND
    _end(patrol)
    return Taken(patrol, new=True)


def end_forgotten(*, most: int = 200) -> int:
    """Ends the patrols of which nothing was heard for hours, at the last moment something was; answers how many."""
    silent = LastSign.objects.filter(heard_at__lt=now() - SILENT).order_by("heard_at")
    ended = 0
    for key in silent.values_list("patrol_id", flat=True)[:most]:
        with transaction.atomic():
            rows = Patrol.objects.select_for_update(no_key=True, skip_locked=True).filter(ended_at=None, pk=key)
            patrol = rows.filter(last_sign__heard_at__lt=now() - SILENT).first()
            if patrol:
                _end_forgotten(patrol, _last_sign_of(patrol))
                ended += 1
    return ended


def hold(patrol: Patrol, by: User) -> Patrol:
    """The person's own patrol, its row held until the transaction ends: chunks, check-ins, end come one by one."""
    rows = Patrol.objects.select_for_update(of=("self",), no_key=True).select_related("area", "city")
    rows = rows.defer("area__boundary")  # a chunk does not ask for it
    found = rows.filter(pk=patrol.pk, worker=by).first()
    if found is None:
        raise NotFound(_("You have no such patrol."))
    return found


def refuse_erased(patrol: Patrol, rule: PatrolRule) -> None:
    """Nothing more is taken for a patrol of which nothing may be kept."""
    if patrol.erased_at is not None or patrol.started_at < now() - dt.timedelta(days=rule.keep_days):
        raise ValidationError(_("This patrol is so long ago that nothing more of it may be kept."))


def still_on(patrol: Patrol, rule: PatrolRule, latest: dt.datetime) -> bool:
    """Whether the patrol was still going on at a moment. An end that the house had to guess moves on with the news."""
    if patrol.ended_at is None or latest <= patrol.ended_at + dt.timedelta(seconds=rule.most_skew_seconds):
        return True
    if patrol.ending != Patrol.Ending.FORGOTTEN or latest > patrol.started_at + MOST_AHEAD:
        return False
    patrol.ended_at = latest
    patrol.save(update_fields=["ended_at"])
    return True


def is_skewed(ahead: dt.timedelta | None, rule: PatrolRule) -> bool:
    """Whether a phone that says what time it has is wrong by more than the city bears with."""
    return ahead is not None and abs(ahead) > dt.timedelta(seconds=rule.most_skew_seconds)


def _last_sign_of(patrol: Patrol) -> dt.datetime:
    """The last moment of which something is known, by the phone's clock where it told one."""
    sign = LastSign.objects.filter(patrol=patrol).first()
    reached = CheckIn.objects.filter(patrol=patrol).order_by("-at").values_list("at", flat=True).first()
    return max(filter(None, [patrol.started_at, sign.at if sign else None, reached]))


def _end_forgotten(patrol: Patrol, at: dt.datetime) -> None:
    patrol.ended_at, patrol.end_received_at = at, now()
    patrol.ending = Patrol.Ending.FORGOTTEN
    _end(patrol)


def _end(patrol: Patrol) -> None:
    patrol.save(update_fields=["ended_at", "end_received_at", "ending"])
    LastSign.objects.filter(patrol=patrol).delete()
    weigh(patrol, rule_of(patrol.city, patrol.started_at))
