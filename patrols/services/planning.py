"""Makes the rounds of a day and changes them: passed over with a reason, put into another order, taken back.

Whose rounds of which points: `day_plan.py`, `lots.py`, `choosing.py`. A grid is planned once a day; run again, or by
two at once, nothing is made twice: the city's row is held, and the tables' own constraints say the same.
"""

from __future__ import annotations

import datetime as dt
import logging

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.moment import now
from casework.refusals import NotNow, NotYours
from casework.selectors import calendar_of
from grids import jurisdiction
from grids.models import City
from grids.selectors import rulebook_in_force
from patrols.models import Round, RoundDay, Stop
from patrols.selectors import due
from patrols.services.day_plan import Facts, Planned, regular_rounds
from patrols.services.lots import random_rounds
from patrols.services.walking_order import Place, walking_order

log = logging.getLogger(__name__)
# From this hour of a city's day on its rounds are made, so that they stand there when work begins.
MORNING = 5
BATCH = 2000
LONGEST_REASON = 200


def make_rounds(day: dt.date, *, city: City | None = None) -> int:
    """Makes what rounds of a day there are to make, in one city or in all; how many were made."""
    cities = [city] if city else list(City.objects.order_by("pk"))
    return sum(make_city_rounds(city=each, day=day) for each in cities)


def make_todays_rounds() -> int:
    """The rounds of each city whose morning has come and whose day has none yet; one city's fault is not another's."""
    made = 0
    for city in City.objects.order_by("pk"):
        local = now().astimezone(city.zone)
        if local.hour < MORNING or RoundDay.objects.filter(city=city, day=local.date()).exists():
            continue
        try:
            made += make_city_rounds(city=city, day=local.date())
        except Exception:
            log.exception("the rounds of %s could not be made", city.slug)
    return made


def make_by_hand(*, by: User, city: City, day: dt.date) -> int:
    """The same, asked for by who plans patrols somewhere in the city; days gone by are not planned any more."""
    if not jurisdiction.may_somewhere(by, "plan_patrols_in", city):
        raise NotYours(_("Your posts do not let you plan patrols."))
    today = now().astimezone(city.zone).date()
    if day < today:
        raise NotNow(_("This day is over: no rounds are made for it any more."))
    if day > today + dt.timedelta(days=1):
        raise NotNow(_("Rounds are made for today and tomorrow; nobody knows yet what will be due later."))
    return make_city_rounds(city=city, day=day)


@transaction.atomic
def make_city_rounds(*, city: City, day: dt.date) -> int:
    """The same number of statements for a street as for a county."""
    City.objects.select_for_update(no_key=True).get(pk=city.pk)
    leave_behind(city=city, day=day)
    facts = _facts(city, day)
    made = _write(city, day, _told_apart([*regular_rounds(facts), *random_rounds(facts)]))
    RoundDay.objects.update_or_create(city=city, day=day, defaults={"made_at": now()})
    return made


def leave_behind(*, city: City, day: dt.date) -> int:
    """What was not reached on the rounds of days gone by is left for the next ones, where it comes first."""
    today = min(day, now().astimezone(city.zone).date())
    stops = Stop.objects.filter(round__city=city, round__day__lt=today, state=Stop.State.AHEAD)
    return stops.update(state=Stop.State.LEFT, state_at=now())


def _facts(city: City, day: dt.date) -> Facts:
    book, calendar = rulebook_in_force(city, day), calendar_of(city)
    return Facts(
        day=day, zone=city.zone, works=calendar.works(day), minutes=due.rule_of(book).daily_minutes,
        key_times=due.key_times_on(book, day, calendar), points=due.standing_points(city),
        walkers=due.walkers_on(city, day), lowest=due.lowest_areas(city, day), levels=due.areas_on_level(city, day),
        left=due.left_over(city, day), made=due.rounds_made(city, day), last=due.last_places(city, day),
        drawn=due.times_drawn(city, day),
    )  # fmt: skip


def _told_apart(planned: list[Planned]) -> list[Planned]:
    """Key times of one name on one ground ask for one round, not for two: the one of the wider ground."""
    found: dict[tuple[object, ...], Planned] = {}
    for each in planned:
        found.setdefault(each.mark if each.occasion else (each.worker, each.area), each)
    return list(found.values())


def _write(city: City, day: dt.date, planned: list[Planned]) -> int:
    at = now()
    rounds = Round.objects.bulk_create(
        (
            Round(
                city=city, area_id=each.area, day=day, sort=each.sort, occasion=each.occasion, number=each.number,
                worker_id=each.worker, starts_at=each.span[0] if each.span else None,
                ends_at=each.span[1] if each.span else None, made_at=at,
            )
            for each in planned
        ),
        batch_size=BATCH,
    )  # fmt: skip
    pairs = list(zip(rounds, planned, strict=True))
    Stop.objects.bulk_create(
        (
            Stop(round=made, point_id=stop.point, place=place, why=stop.why)
            for made, each in pairs
            for place, stop in enumerate(each.stops, start=1)
        ),
        batch_size=BATCH,
    )
    along = Round.team.through
    along.objects.bulk_create(along(round=made, user_id=user) for made, each in pairs for user in each.team)
    return len(rounds)


# --- a round on its day -----------------------------------------------------------------------------------------------
@transaction.atomic
def skip(stop: Stop, *, by: User, reason: str) -> Stop:
    """到不了: a point is passed over, with a reason, and comes first on the next round. The last word holds."""
    held = Stop.objects.select_for_update(of=("self",)).select_related("round__city").get(pk=stop.pk)
    _walks(held.round, by)
    words = reason.strip()
    refuse_bad_reason(words)
    if held.state in (Stop.State.SEEN, Stop.State.LEFT):
        raise NotNow(_("This point is “%(state)s” already.") % {"state": held.get_state_display()})
    held.state, held.state_at, held.reason = Stop.State.SKIPPED, now(), words
    held.save(update_fields=["state", "state_at", "reason"])
    return held


def refuse_bad_reason(words: str) -> None:
    """Why a point is passed over has to be said, and shortly."""
    if not words:
        raise ValidationError({"reason": _("Say why the point cannot be reached.")})
    if len(words) > LONGEST_REASON:
        raise ValidationError({"reason": _("Say it in %(most)d signs at most.") % {"most": LONGEST_REASON}})


@transaction.atomic
def reorder(one: Round, *, by: User, position: Place | None = None) -> Round:
    """Puts what lies ahead into a new order, from where the person is; what is seen or passed over stays before it."""
    held = Round.objects.select_for_update(of=("self",)).select_related("city").get(pk=one.pk)
    _walks(held, by)
    stops = list(held.stops.select_related("point").order_by("place"))
    done = [stop for stop in stops if stop.state != Stop.State.AHEAD]
    ahead = [stop for stop in stops if stop.state == Stop.State.AHEAD]
    start = position or _last_seen(done)
    order = walking_order([(stop.point.lng, stop.point.lat) for stop in ahead], start)
    moved = [*done, *[ahead[place] for place in order]]
    for place, stop in enumerate(moved, start=1):
        stop.place = place
    Stop.objects.bulk_update(moved, ["place"])
    return held


def _last_seen(done: list[Stop]) -> Place | None:
    seen = [stop for stop in done if stop.state == Stop.State.SEEN and stop.state_at]
    last = max(seen, key=lambda stop: (stop.state_at or stop.round.made_at, stop.pk), default=None)
    return (last.point.lng, last.point.lat) if last else None


@transaction.atomic
def withdraw(one: Round, *, by: User) -> Round:
    """Takes a round back (the worker is ill, the weather is too bad); its points come first tomorrow."""
    held = Round.objects.select_for_update(of=("self",)).select_related("area", "city").get(pk=one.pk)
    jurisdiction.require(by, "plan_patrols_in", held.area)
    if held.withdrawn_at:
        return held
    _today(held)
    held.withdrawn_at = now()
    held.save(update_fields=["withdrawn_at"])
    held.stops.filter(state=Stop.State.AHEAD).update(state=Stop.State.LEFT, state_at=now())
    return held


def _walks(one: Round, by: User) -> None:
    """The round is the person's own or he goes along, and its day is today."""
    if one.worker_id != by.pk and not one.team.filter(pk=by.pk).exists():
        raise NotYours(_("This is somebody else's round."))
    if one.withdrawn_at:
        raise NotNow(_("This round was taken back."))
    _today(one)


def _today(one: Round) -> None:
    if one.day < now().astimezone(one.city.zone).date():
        raise NotNow(_("The day of this round is over."))
