"""Calls for help as the centre sees them: what stands, for how long nobody has answered, whom to call on each level."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from casework.moment import now
from casework.refusals import NotFound
from grids import jurisdiction
from grids.models import Area, Post, Role
from grids.selectors.answering import who_answers
from patrols.models import Alarm

WATCH = "watch_patrols_in"
MOST_IN_STRIP, MOST_ENDED = 5, 50
# From here on the words “nobody has answered” turn from yellow to red.
TOO_LONG = dt.timedelta(minutes=2)
SHOWN = (
    "key", "state", "at", "received_at", "taken_at", "ended_at", "lng", "lat", "accuracy_metres", "note", "area_path",
    "worker__name", "worker__username", "worker__phone", "taken_by__name", "taken_by__username", "ended_by__name",
    "ended_by__username", "area__name", "area__name_en", "area__code", "area__path", "area__level", "area__city",
)  # fmt: skip


def watched_by(user: User) -> QuerySet[Alarm]:
    """The calls from the ground that a person watches, the latest first."""
    paths = jurisdiction.paths_where(user, WATCH)
    if not paths:
        return Alarm.objects.none()
    ground = reduce(or_, (Q(area_path__startswith=path) for path in paths))
    joined = Alarm.objects.filter(ground).select_related("worker", "taken_by", "ended_by", "area")
    return joined.only(*SHOWN)


@dataclass(frozen=True)
class Strip:
    """What stands on top of every desk page of who watches."""

    alarms: list[Alarm]
    more: int


def strip_of(user: User) -> Strip:
    """The calls that stand, the longest unanswered first: one question, whatever the past holds."""
    standing = list(watched_by(user).filter(ended_at=None).order_by("received_at")[: MOST_IN_STRIP * 4])
    standing.sort(key=lambda alarm: (alarm.state != Alarm.State.RAISED, alarm.received_at))
    return Strip(standing[:MOST_IN_STRIP], max(0, len(standing) - MOST_IN_STRIP))


def standing(user: User) -> list[Alarm]:
    """All the calls that stand, as the page of calls shows them."""
    return list(watched_by(user).filter(ended_at=None).order_by("received_at"))


def ended(user: User) -> list[Alarm]:
    """The last calls that are over."""
    return list(watched_by(user).exclude(ended_at=None)[:MOST_ENDED])


def alarm_seen_by(user: User, key: UUID | str) -> Alarm:
    """One call, if it comes from ground that the person watches."""
    found = watched_by(user).filter(key=key).first()
    if found is None:
        raise NotFound(_("There is no such thing here."))
    return found


def last_of(user: User) -> Alarm | None:
    """A worker's own last call, while it stands or just ended: he sees whether somebody has answered."""
    since = now() - dt.timedelta(hours=12)
    mine = Alarm.objects.filter(worker=user, received_at__gte=since).select_related("taken_by", "area")
    return mine.only(*SHOWN).first()


@dataclass(frozen=True)
class LevelContacts:
    """One level on the way up from a call, and whom to reach there."""

    area: Area
    posts: list[Post]


def contacts_of(area: Area, *, but: User | None = None) -> list[LevelContacts]:
    """Whom to call on each level, the nearest first: heads, desks, workers, police and others posted to the ground.

    `but`: who need not be told how to reach himself.
    """
    answer = who_answers(area)
    desks = Post.objects.held().filter(area__in=area.path_keys, role__code__in=Role.codes_of(Role.Part.DESK))
    heads = [post for rung in answer.ladder for post in rung.heads]
    posts = [*heads, *answer.workers, *answer.posted, *desks.select_related("user", "role", "department")]
    others = [post for post in posts if but is None or post.user_id != but.pk]
    found = [
        LevelContacts(rung.area, _each_once(post for post in others if post.area_id == rung.area.pk))
        for rung in reversed(answer.ladder)
    ]
    return [level for level in found if level.posts]


def _each_once(posts: Iterable[Post]) -> list[Post]:
    people: dict[int, Post] = {}
    for post in posts:
        people.setdefault(post.user_id, post)
    return list(people.values())


def unanswered_for(alarm: Alarm) -> dt.timedelta | None:
    """How long nobody has answered; nothing once somebody has."""
    return now() - alarm.received_at if alarm.state == Alarm.State.RAISED else None
