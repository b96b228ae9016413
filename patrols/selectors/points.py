"""Key points and the risks behind them, as the desk looks them up: lists, filters, one of each with its history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from casework.moment import now
from casework.refusals import NotFound, NotYours
from grids import jurisdiction
from grids.models import Area, City, Department
from grids.once import once
from grids.selectors import rulebook_in_force
from patrols.models import CheckIn, Checklist, PatrolPoint, PointKind, RiskPoint
from patrols.selectors.rounds import SEES_WALKS, top_of
from workorders.selectors.paging import Order, Page, page_of

BY_DUE, NEWEST = Order("due_at"), Order("named_at", newest_first=True)
SEES = ("see_cases_in", "patrol_in", *SEES_WALKS, "admit_in")
OF_UNIT = ("name_risks_in", "see_cases_in")
SHOWN = 50


def city_of(user: User) -> City:
    """The city in which the reader holds his post; refused to who holds none."""
    found = once(("own city", user.pk), lambda: jurisdiction.cities_of(user).first())
    if found is None:
        raise NotYours(_("You hold no post in any city."))
    return found


def today_in(city: City) -> dt.date:
    """The city's own date by the house's clock."""
    return now().astimezone(city.zone).date()


def grounds_of(user: User) -> tuple[str, ...]:
    """The ground on which a person sees points and risks: where he works, or what his department serves."""
    return once(("patrol grounds", user.pk), lambda: _grounds(user))


def _grounds(user: User) -> tuple[str, ...]:
    paths = {path for permission in SEES for path in jurisdiction.paths_where(user, permission)}
    units = {key for permission in OF_UNIT for key in jurisdiction.department_keys_where(user, permission)}
    paths |= set(Department.objects.filter(pk__in=units).values_list("area__path", flat=True))
    return tuple(sorted(path for path in paths if not any(path != top and path.startswith(top) for top in paths)))


def seen_on_ground(user: User, city: City | None = None) -> Q:
    """Which rows with an area a person sees here; of a city that is all his ground, every one."""
    seen, paths = Q(pk__in=()), grounds_of(user)
    if city and top_of(city) in paths:
        return Q()
    for path in paths:
        seen |= Q(area__path__startswith=path)
    return seen


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to: an area, a kind, what is overdue, and those that have ended instead."""

    area: Area | None = None
    kind: str = ""
    overdue: bool = False
    ended: bool = False


def points_seen(user: User, city: City, wanted: Wanted | None = None) -> QuerySet[PatrolPoint]:
    """The key points a person sees, narrowed to what he asked for."""
    asked = wanted or Wanted()
    rows = PatrolPoint.objects.filter(seen_on_ground(user, city), city=city, ended_at__isnull=not asked.ended)
    if asked.area:
        rows = rows.filter(area__path__startswith=asked.area.path)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    return rows.filter(due_at__lte=now()) if asked.overdue else rows


def listed(user: User, city: City, wanted: Wanted, *, after: str = "", before: str = "") -> Page:
    """One page of the points, what is overdue longest first."""
    rows = points_seen(user, city, wanted).select_related("area", "checklist", "risk")
    return page_of(rows, BY_DUE, after=after, before=before)


def lines_around(points: Sequence[PatrolPoint]) -> list[dict[str, object]]:
    """The lines of the grids in which some points lie, for a map."""
    areas = Area.objects.filter(pk__in={point.area_id for point in points}, boundary__isnull=False)
    return [{"name": area.title, "boundary": area.boundary} for area in areas.order_by("path")]


def point_seen_by(user: User, key: UUID | str) -> PatrolPoint:
    """One point; what a person may not see is not there."""
    rows = PatrolPoint.objects.filter(seen_on_ground(user), key=key)
    joined = rows.select_related("area__level", "city", "checklist__department", "risk__department", "set_by", "guard")
    found = joined.select_related("ended_by").first()
    if found is None:
        raise NotFound(_("There is no such point."))
    return found


def check_ins_at(user: User, point: PatrolPoint) -> list[CheckIn]:
    """Who was there when: all of it for who plans or watches this ground, his own for anybody else."""
    rows = CheckIn.objects.filter(point=point).select_related("patrol__worker")
    if not any(jurisdiction.may(user, permission, point.area) for permission in SEES_WALKS):
        rows = rows.filter(patrol__worker=user)
    return list(rows.order_by("-at", "-pk")[:SHOWN])


def findings_told(check_ins: Sequence[CheckIn], checklist: Checklist | None) -> dict[int, list[str]]:
    """What was found wrong at each time, in the words of the edition by which one looked then."""
    if checklist is None or not any(each.found for each in check_ins):
        return {}
    rows = Checklist.objects.filter(department=checklist.department_id, name=checklist.name)
    editions = list(rows.prefetch_related("items").order_by("-made_at", "-pk"))
    return {each.pk: _wrong(each, editions) for each in check_ins if each.found}


def _wrong(check_in: CheckIn, editions: Sequence[Checklist]) -> list[str]:
    then = next((each for each in editions if each.made_at <= check_in.at), editions[-1])
    texts = {str(line.place): line.text for line in then.items.all()}
    return [texts.get(place, place) for place, state in sorted(check_in.found.items()) if state == "wrong"]


@dataclass(frozen=True)
class Kinds:
    """The kinds of points of the rulebook in force, by their codes."""

    rows: list[PointKind]

    @cached_property
    def titles(self) -> dict[str, str]:
        return {kind.code: kind.title for kind in self.rows}

    def title(self, code: str) -> str:
        """The kind's name; its code where the city names it no more."""
        return self.titles.get(code, code)


def kinds_of(city: City) -> Kinds:
    """What kinds of points the city has today."""
    book = rulebook_in_force(city, today_in(city))
    return once(("point kinds", book.pk), lambda: Kinds(list(PointKind.objects.filter(rulebook=book))))


def areas_to_choose(user: User, city: City) -> list[Area]:
    """The areas by which a person may narrow a list: those of his ground that hold others."""
    below = Area.objects.standing(today_in(city)).filter(parent=OuterRef("pk"))
    areas = Area.objects.standing(today_in(city)).filter(Exists(below), city=city)
    inside = Q(pk__in=())
    for path in grounds_of(user):
        inside |= Q(path__startswith=path)
    return list(areas.filter(inside).defer("boundary").order_by("path")[:600])


def area_named(user: User, city: City, code: str) -> Area | None:
    """The area an address names, if the person sees ground there; none narrows nothing."""
    found = Area.objects.filter(city=city, code=code).defer("boundary").first() if code and "\x00" not in code else None
    grounds = grounds_of(user)
    if found and any(found.path.startswith(path) or path.startswith(found.path) for path in grounds):
        return found
    return None


# --- risks ------------------------------------------------------------------------------------------------------------
def risks_seen(user: User, city: City, wanted: Wanted | None = None) -> QuerySet[RiskPoint]:
    """The risks and hazards a person sees: on his ground, or named by a unit he acts for."""
    asked = wanted or Wanted()
    ours = Q(department__in=jurisdiction.department_keys_where(user, "name_risks_in"))
    ground = seen_on_ground(user, city)
    rows = RiskPoint.objects.filter((ground | ours) if ground else Q(), city=city, ended_at__isnull=not asked.ended)
    return rows.filter(area__path__startswith=asked.area.path) if asked.area else rows


def risks_listed(user: User, city: City, wanted: Wanted, *, after: str = "", before: str = "") -> Page:
    """One page of the risks, those named last first, each with whether it is a key point."""
    key = PatrolPoint.objects.filter(risk=OuterRef("pk"), ended_at=None)
    rows = risks_seen(user, city, wanted).select_related("area", "department").annotate(is_key=Exists(key))
    return page_of(rows, NEWEST, after=after, before=before)


def risk_seen_by(user: User, key: UUID | str) -> RiskPoint:
    """One risk; what a person may not see is not there."""
    ours = Q(department__in=jurisdiction.department_keys_where(user, "name_risks_in"))
    rows = RiskPoint.objects.filter(seen_on_ground(user) | ours, key=key)
    found = rows.select_related("area__level", "department", "city", "named_by", "ended_by").first()
    if found is None:
        raise NotFound(_("There is no such risk."))
    return found


def key_point_of(risk: RiskPoint) -> PatrolPoint | None:
    """The key point that a risk was made into, if it stands."""
    return risk.points.filter(ended_at=None).first()
