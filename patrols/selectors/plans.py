"""Checklists with their editions, key times and applications for entry, as the desk looks them up."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from casework.refusals import NotFound
from casework.selectors import calendar_of
from grids import jurisdiction
from grids.models import Area, City, Department
from grids.selectors import rulebook_in_force
from patrols.models import Admission, Checklist, ChecklistItem, KeyTime
from patrols.selectors.admitted import Admitted
from patrols.selectors.due import falls_on
from patrols.selectors.points import grounds_of, today_in
from workorders.selectors.paging import Order, Page, page_of

BY_MAKING = Order("made_at", newest_first=True)
BY_SETTING = Order("set_at", newest_first=True)
BY_ASKING = Order("asked_at", newest_first=True)
SORTS_AHEAD = 120


def units_of(user: User, city: City) -> QuerySet[Department]:
    """The units for which a person names risks, writes lists and applies."""
    keys = jurisdiction.department_keys_where(user, "name_risks_in")
    return Department.objects.standing(today_in(city)).filter(pk__in=keys, city=city).order_by("code")


def checklists_seen(user: User, city: City) -> QuerySet[Checklist]:
    """The lists of the city's units that serve ground the person sees."""
    seen = Q(pk__in=())
    for path in grounds_of(user):
        above = [int(key) for key in path.split("/") if key]
        seen |= Q(department__area__path__startswith=path) | Q(department__area__in=above)
    return Checklist.objects.filter(seen, city=city)


def checklists_listed(user: User, city: City, *, after: str = "", before: str = "") -> Page:
    """One page of the lists in force, the last written first, each with how many lines and points it has."""
    rows = checklists_seen(user, city).filter(until=None).select_related("department")
    counted = rows.annotate(
        lines=Count("items", distinct=True), used=Count("points", filter=Q(points__ended_at=None), distinct=True)
    )
    return page_of(counted, BY_MAKING, after=after, before=before)


def checklist_seen_by(user: User, city: City, key: int) -> Checklist:
    """One edition; what a person may not see is not there."""
    rows = checklists_seen(user, city).select_related("department__area", "made_by", "follows", "city")
    found = rows.prefetch_related("items").filter(pk=key).first()
    if found is None:
        raise NotFound(_("There is no such list."))
    return found


def editions_of(checklist: Checklist) -> list[Checklist]:
    """All editions of a list, the newest first."""
    rows = Checklist.objects.filter(department=checklist.department_id, name=checklist.name)
    return list(rows.select_related("made_by").order_by("-made_at", "-pk"))


@dataclass(frozen=True)
class Line:
    """A line of a list on a page: its item by name, and whether anybody still looks by it."""

    row: ChecklistItem
    item: str
    stands: bool


def lines_told(checklist: Checklist, admitted: Admitted) -> list[Line]:
    """The lines with their items' names; what is admitted no more has fallen away, and says so."""
    path = checklist.department.area.path
    return [
        Line(line, admitted.name_of(line.item), admitted.somewhere(line.item, path)) for line in checklist.items.all()
    ]


def checklists_to_choose(user: User, city: City) -> QuerySet[Checklist]:
    """The lists by which a point may be looked at."""
    return (
        checklists_seen(user, city).filter(until=None).select_related("department").order_by("department__code", "name")
    )


# --- key times --------------------------------------------------------------------------------------------------------
def key_times_listed(user: User, city: City, *, after: str = "", before: str = "") -> Page:
    """One page of the key times: those of the rulebook in force, and what desks have set, ended ones too."""
    book = rulebook_in_force(city, today_in(city))
    here = Q(pk__in=())
    for path in grounds_of(user):
        here |= Q(area__path__startswith=path) | Q(area__in=[int(key) for key in path.split("/") if key])
    rows = KeyTime.objects.filter(here, Q(rulebook=book) | Q(rulebook=None), city=city)
    return page_of(rows.select_related("area", "set_by"), BY_SETTING, after=after, before=before)


def next_day_of(key_time: KeyTime, today: dt.date) -> dt.date | None:
    """The next day that is one of a key time's, within some months; None: none is known."""
    calendar = calendar_of(key_time.city)
    days = (today + dt.timedelta(days=ahead) for ahead in range(SORTS_AHEAD))
    return next((day for day in days if falls_on(key_time, day, calendar)), None)


def key_time_seen_by(user: User, city: City, key: int) -> KeyTime:
    """One key time; what a person may not see is not there."""
    here = Q(pk__in=())
    for path in grounds_of(user):
        here |= Q(area__path__startswith=path) | Q(area__in=[int(key) for key in path.split("/") if key])
    found = KeyTime.objects.filter(here, city=city, pk=key).select_related("area", "city").first()
    if found is None:
        raise NotFound(_("There is no such key time."))
    return found


def grounds_to_plan(user: User, city: City) -> QuerySet[Area]:
    """The areas on which the person plans patrols, and those below them that hold others."""
    areas = Area.objects.standing(today_in(city)).filter(city=city, children__isnull=False).distinct()
    inside = Q(pk__in=())
    for path in jurisdiction.paths_where(user, "plan_patrols_in"):
        inside |= Q(path__startswith=path)
    return areas.filter(inside).defer("boundary").order_by("path")


# --- entry control ----------------------------------------------------------------------------------------------------
def admissions_seen(user: User, city: City) -> QuerySet[Admission]:
    """The applications of the units a person acts for, and all of his ground: what is put upon workers is no secret."""
    seen = Q(department__in=jurisdiction.department_keys_where(user, "name_risks_in"))
    for path in grounds_of(user):
        seen |= Q(area__path__startswith=path) | Q(area__in=[int(key) for key in path.split("/") if key])
    return Admission.objects.filter(seen, city=city)


def admissions_listed(user: User, city: City, *, after: str = "", before: str = "") -> Page:
    """One page of the applications, the newest first."""
    rows = admissions_seen(user, city).select_related("department", "area", "asked_by", "decided_by", "ended_by")
    return page_of(rows, BY_ASKING, after=after, before=before)


def admission_seen_by(user: User, city: City, key: int) -> Admission:
    """One application; what a person may not see is not there."""
    found = admissions_seen(user, city).select_related("department", "area", "city").filter(pk=key).first()
    if found is None:
        raise NotFound(_("There is no such application."))
    return found


def acts_open(admission: Admission, user: User) -> list[str]:
    """What this person may do to an application now: admit, refuse, end."""
    decides = jurisdiction.may(user, "admit_in", admission.area)
    ours = jurisdiction.may(user, "name_risks_in", admission.department)
    if admission.ended_at or admission.admitted is False:
        return []
    if admission.admitted is None:
        own = admission.asked_by_id == user.pk
        return [*(["admit", "refuse"] if decides and not own else []), *(["end"] if ours else [])]
    return ["end"] if decides or ours else []
