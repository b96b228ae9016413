"""Key patrol points (重点要素巡更点): set, made of a risk, changed, ended. When one goes there: `planning.py`."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.moment import now
from casework.refusals import NotNow
from grids import jurisdiction
from grids.geo import area_at, to_wgs84
from grids.models import Area, City, Post
from grids.selectors import rulebook_in_force
from patrols.models import Checklist, PatrolPoint, PointKind, RiskPoint, Stop
from patrols.selectors.due import WALKS
from patrols.services.sentences import said, within

PLANS = "plan_patrols_in"
# The figures of a point, each with the least and the most that makes sense.
BOUNDS = {"weight": (1, 9), "interval_days": (1, 365), "radius_metres": (5, 1000)}
CHANGES = ("name", "weight", "interval_days", "radius_metres", "checklist", "guard")


@transaction.atomic
def set_point(
    *, by: User, city: City, kind: str, name: str, lng: float, lat: float, area: Area | None = None,
    datum: str = "wgs84", risk: RiskPoint | None = None, **figures: Any,
) -> PatrolPoint:  # fmt: skip
    """Sets a key point; its place decides its grid, and weight and interval are its kind's unless said."""
    ground = _ground(city, to_wgs84(lng, lat, datum), area)
    jurisdiction.require(by, PLANS, ground)
    sort = _kind(city, kind)
    point = PatrolPoint(
        city=city, area=ground, kind=sort.code, lng=lng, lat=lat, risk=risk, set_by=by, set_at=now(),
        weight=sort.weight, interval_days=sort.interval_days, name=name,
    )  # fmt: skip
    point.lng, point.lat = to_wgs84(lng, lat, datum)
    _take(point, {"name": name, **{field: value for field, value in figures.items() if value is not None}})
    point.save()
    return point


@transaction.atomic
def make_key_point(risk: RiskPoint, *, by: User, kind: str, **figures: Any) -> PatrolPoint:
    """A named risk becomes a point that is gone to, in one step: its place and name are the risk's own."""
    held = RiskPoint.objects.select_for_update(of=("self",)).select_related("city", "area").get(pk=risk.pk)
    jurisdiction.require(by, PLANS, held.area)
    if held.ended_at:
        raise NotNow(_("This risk has ended; nothing is gone to for it."))
    if held.points.filter(ended_at=None).exists():
        raise NotNow(_("This risk is a key point already."))
    named = figures.pop("name", "") or held.name
    return set_point(
        by=by, city=held.city, kind=kind, name=named, lng=held.lng, lat=held.lat, risk=held, **figures
    )  # fmt: skip


@transaction.atomic
def change_point(point: PatrolPoint, *, by: User, **changes: Any) -> PatrolPoint:
    """Another name, weight, interval, circle, list or guard; a point that moves is another point."""
    held = _held(point, by)
    _take(held, changes)
    held.save(update_fields=[*CHANGES])
    return held


@transaction.atomic
def end_point(point: PatrolPoint, *, by: User, because: str) -> PatrolPoint:
    """Nobody goes there any more; it falls off the rounds that have not come by yet, and its history stays."""
    held = _held(point, by)
    held.ended_because = said("because", because, most=300, ask=_("Say why nobody needs to go there any more."))
    held.ended_at, held.ended_by = now(), by
    held.save(update_fields=["ended_because", "ended_at", "ended_by"])
    Stop.objects.filter(point=held, state=Stop.State.AHEAD).delete()
    return held


def _held(point: PatrolPoint, by: User) -> PatrolPoint:
    held = PatrolPoint.objects.select_for_update(of=("self",)).select_related("area", "city").get(pk=point.pk)
    jurisdiction.require(by, PLANS, held.area)
    if held.ended_at:
        raise NotNow(_("This point has ended."))
    return held


def _ground(city: City, place: tuple[float, float], area: Area | None) -> Area:
    """The grid in which the place lies, which must be on the ground that was named."""
    found = area_at(place, city=city)
    if found is None:
        raise ValidationError({"lng": _("This place lies outside %(city)s.") % {"city": city.name}})
    if area and not found.path.startswith(area.path):
        words = {"area": area.title, "found": found.title}
        raise ValidationError({"lng": _("This place does not lie in %(area)s but in %(found)s.") % words})
    return found


def _kind(city: City, code: str) -> PointKind:
    book = rulebook_in_force(city, now().astimezone(city.zone).date())
    found = PointKind.objects.filter(rulebook=book, code=code).first()
    if found is None:
        raise ValidationError({"kind": _("“%(code)s” is not a kind of point of this city.") % {"code": code}})
    return found


def _take(point: PatrolPoint, changes: dict[str, Any]) -> None:
    """Each change checked, then taken over; a figure that was cleared away goes back to what is usual."""
    for field, value in changes.items():
        if field not in CHANGES:
            raise TypeError(field)
        if field == "name":
            value = said("name", value, most=80, ask=_("Give the place a name."))
        elif field in BOUNDS and not (field == "radius_metres" and value is None):
            value = within(field, value, *BOUNDS[field])
        elif field == "checklist":
            _check_list(point, value)
        elif field == "guard":
            _check_guard(point, value)
        setattr(point, field, value)


def _check_list(point: PatrolPoint, checklist: Checklist | None) -> None:
    if checklist and (checklist.until or checklist.city_id != point.city_id):
        raise ValidationError({"checklist": _("This list is no longer in force.")})


def _check_guard(point: PatrolPoint, guard: User | None) -> None:
    """A key unit's guard (治安联防员) holds a post in the grid in which it lies."""
    held = Post.objects.held(now().astimezone(point.city.zone).date())
    if guard and not held.filter(user=guard, area=point.area, role__permissions__contains=[WALKS]).exists():
        raise ValidationError(
            {"guard": _("%(who)s holds no post in %(area)s with which one goes on patrol.")
             % {"who": guard.name, "area": point.area.title}}
        )  # fmt: skip
