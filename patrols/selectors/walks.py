"""Whose patrol is whose, which one is running, and by which rules of the city it goes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from casework.moment import now
from casework.refusals import NotFound
from grids import jurisdiction
from grids.models import City, Rulebook
from grids.once import once
from grids.selectors import rulebook_in_force
from patrols.models import CheckIn, Patrol, PatrolRule, TrackLook
from patrols.selectors.ground import own_area
from workorders.selectors.paging import Order, Page, page_of

GO = "patrol_in"
BY_START, SIZE = Order("started_at", newest_first=True), 20


def running(user: User) -> Patrol | None:
    """The patrol that the person is on now."""
    return Patrol.objects.filter(worker=user, ended_at=None).select_related("area", "city", "round").first()


def patrol_of(user: User, key: UUID | str) -> Patrol:
    """The person's own patrol by its phone's key; of anybody else's nothing is said, not even that there is one."""
    rows = Patrol.objects.filter(worker=user, key=key).select_related("area__level", "city", "round")
    found = rows.defer("area__boundary").first()
    if found is None:
        raise NotFound(_("You have no such patrol."))
    return found


def patrols_of(user: User) -> QuerySet[Patrol]:
    """The person's own patrols, the last one first."""
    return Patrol.objects.filter(worker=user).select_related("area").order_by("-started_at", "-pk")


def past_of(user: User, *, after: str = "", before: str = "") -> Page:
    """A page of the person's own patrols, each with who looked at it."""
    looks = Prefetch("looks", TrackLook.objects.select_related("by"))
    return page_of(patrols_of(user).prefetch_related(looks), BY_START, after=after, before=before, size=SIZE)


def looks_at(patrols: Sequence[Patrol]) -> QuerySet[TrackLook]:
    """Who of the duty desk looked at these patrols, the last look first."""
    return TrackLook.objects.filter(patrol__in=patrols).select_related("by").order_by("-since", "-pk")


def check_ins_of(patrol: Patrol) -> QuerySet[CheckIn]:
    """The points reached on a patrol, in their order."""
    return patrol.check_ins.select_related("point").order_by("at", "pk")


def day_of(patrol: Patrol) -> dt.date:
    """The day of the city's on which a patrol began."""
    return patrol.started_at.astimezone(patrol.city.zone).date()


def rule_of(city: City, moment: dt.datetime | None = None) -> PatrolRule:
    """The city's rules of patrols at a moment (now): those of the rulebook in force, or the usual ones."""
    day = (moment or now()).astimezone(city.zone).date()
    return once(("patrol rule", city.pk, day), lambda: _read_rule(city, day))


def _read_rule(city: City, day: dt.date) -> PatrolRule:
    """Asked for with every chunk of every track, so in one question."""
    books = Rulebook.objects.filter(city=city, effective_from__lte=day).select_related("patrol_rule")
    book = books.order_by("-effective_from", "-version").first() or rulebook_in_force(city, day)
    return getattr(book, "patrol_rule", None) or PatrolRule(rulebook=book)


def oldest_kept(city: City) -> dt.datetime:
    """Before this moment nothing is kept of where anybody was (rules 13.8 row 130)."""
    return now() - dt.timedelta(days=rule_of(city).keep_days)


def may_go(user: User) -> bool:
    """Whether the person's posts send him on patrol on his own ground."""
    own = own_area(user)
    return own is not None and jurisdiction.may(user, GO, own)
