"""The day's rounds: a walker's own, and who covers what, for those who plan. Made by `services/planning.py`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from casework.moment import now
from casework.refusals import NotFound
from grids import jurisdiction
from grids.models import Area, City
from grids.once import once
from patrols.models import Checklist, Patrol, Round, RoundDay, Stop
from patrols.selectors.admitted import admitted_today, narrowed
from workorders.selectors.paging import Order, Page, page_of

BY_MAKING = Order("made_at")
# Who sees where other people walk: planners, and the desk that looks after them.
SEES_WALKS = ("plan_patrols_in", "watch_patrols_in")


def rounds_for(user: User, day: dt.date) -> list[Round]:
    """All rounds a person walks on a day, alone, leading a team or along with one; those with an hour in its order."""
    rows = Round.objects.filter(Q(worker=user) | Q(pk__in=_along(user)), day=day, withdrawn_at=None)
    found = list(_with_stops(rows.select_related("area", "city", "worker")))
    _look_by_what_is_admitted(found)
    return sorted(found, key=lambda each: (each.starts_at is not None, each.starts_at or each.made_at, each.pk))


def _look_by_what_is_admitted(found: Sequence[Round]) -> None:
    """Lines of items whose time is over fall away from the rounds by themselves."""
    points = [stop.point for one in found for stop in one.stops.all() if stop.point.checklist]
    if not points:
        return
    admitted = admitted_today(found[0].city)
    for point in points:
        if point.checklist:
            point.checklist = narrowed(point.checklist, point.area, admitted)


def round_of(user: User, day: dt.date) -> Round | None:
    """The round a person is to walk now: the one whose hours these are, else the daily one, else the next to begin."""
    found = rounds_for(user, day)
    at = now()
    of_this_hour = [each for each in found if each.starts_at and each.starts_at <= at < (each.ends_at or at)]
    ahead = [each for each in found if each.starts_at is None or each.starts_at > at]
    return next(iter([*of_this_hour, *ahead, *found]), None)


def _along(user: User) -> QuerySet[Round, int]:
    return Round.team.through.objects.filter(user=user).values_list("round", flat=True)  # type: ignore[return-value]


def _with_stops(rows: QuerySet[Round]) -> QuerySet[Round]:
    lists = Checklist.objects.prefetch_related("items")
    stops = Stop.objects.select_related("point__area").prefetch_related(Prefetch("point__checklist", lists))
    return rows.prefetch_related(Prefetch("stops", stops.order_by("place")), "team")


def seen_by(user: User, city: City | None = None) -> Q:
    """Which rounds a person sees: his own, and those on the ground whose patrols he plans or watches.

    Of a city that is all his, every row: then the list is read along its index, and no area is asked.
    """
    paths = {path for permission in SEES_WALKS for path in jurisdiction.paths_where(user, permission)}
    if city and top_of(city) in paths:
        return Q()
    grounds = Q(worker=user) | Q(pk__in=_along(user))
    for path in paths:
        grounds |= Q(area__path__startswith=path)
    return grounds


def top_of(city: City) -> str:
    """The path of the whole city."""
    tops = Area.objects.filter(city=city, parent=None).values_list("path", flat=True)
    return once(("top", city.pk), lambda: tops.first() or "")


def listed(
    user: User, city: City, day: dt.date, *, area: Area | None = None, after: str = "", before: str = ""
) -> Page:
    """One page of a day's rounds, each with how many of its points were seen and left; four questions a page."""
    rows = Round.objects.filter(seen_by(user, city), city=city, day=day)
    if area:
        rows = rows.filter(area__path__startswith=area.path)
    page = page_of(rows, BY_MAKING, after=after, before=before)
    shown = _counted([row.pk for row in page.rows])
    return Page([shown[row.pk] for row in page.rows], page.before, page.after)


def _counted(keys: Iterable[int]) -> dict[int, Round]:
    """The rounds of a page with their faces; counted apart, so that the list itself is read along its index."""
    found = Round.objects.filter(pk__in=list(keys)).select_related("area", "worker").prefetch_related("team")
    counts = {state: Count("stops", filter=Q(stops__state=state)) for state in Stop.State.values}
    return {row.pk: row for row in found.annotate(points=Count("stops"), **counts)}


def totals(user: User, city: City, day: dt.date, area: Area | None = None) -> dict[str, int]:
    """How the day stands: rounds, their points, how many seen, passed over, left. Of the ground, never of a person."""
    rows = Round.objects.filter(seen_by(user, city), city=city, day=day, withdrawn_at=None)
    if area:
        rows = rows.filter(area__path__startswith=area.path)
    counts = {state: Count("stops", filter=Q(stops__state=state)) for state in Stop.State.values}
    return rows.aggregate(rounds=Count("pk", distinct=True), points=Count("stops"), **counts)


def made_at(city: City, day: dt.date) -> dt.datetime | None:
    """When the rounds of a day were last made; None: they have not been."""
    return RoundDay.objects.filter(city=city, day=day).values_list("made_at", flat=True).first()


def round_seen_by(user: User, key: UUID | str) -> Round:
    """One round with all it holds; what a person may not see is not there."""
    found = _with_stops(Round.objects.filter(seen_by(user), key=key).select_related("area", "city", "worker")).first()
    if found is None:
        raise NotFound(_("There is no such round."))
    return found


def walks_of(one: Round) -> list[Patrol]:
    """The patrols that were walked on a round, the first one first."""
    return list(Patrol.objects.filter(round=one).select_related("worker").order_by("started_at", "pk"))
