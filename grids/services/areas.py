"""What happens to areas: added, renamed, moved under another parent, merged, split. Nothing is ever deleted."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from accounts.models import User
from grids import geo, jurisdiction
from grids.announcements import area_moved
from grids.models import Area, AreaSpell, AreaSuccession, City, Department, Level, PartyBody, Post, ResponsibilityLink
from grids.once import forget


@transaction.atomic
def add_area(
    *,
    city: City,
    level: Level,
    code: str,
    name: str,
    parent: Area | None,
    on: dt.date,
    boundary: dict[str, Any] | None = None,
    **facts: Any,
) -> Area:
    """Adds one area under its parent and begins its history."""
    _check_parent(level, parent)
    if Area.objects.filter(city=city, code=code).exists():
        raise ValidationError(
            _("The code %(code)s is or was another area's; codes are never used again.") % {"code": code}
        )
    area = Area(city=city, level=level, code=code, name=name, parent=parent, valid_from=on, boundary=boundary, **facts)
    for side, value in geo.bounds_of(boundary).items():
        setattr(area, side, value)
    area.save()
    Area.objects.filter(pk=area.pk).update(path=f"{parent.path if parent else '/'}{area.pk}/")
    area.refresh_from_db(fields=["path"])
    AreaSpell.objects.create(area=area, name=name, parent=parent, since=on)
    touch_geometry(city)
    return area


@transaction.atomic
def rename(area: Area, *, to: str, on: dt.date) -> Area:
    """Gives an area a new name from a day on; the old name stays in its history."""
    if not to.strip():
        raise ValidationError(_("An area needs a name."))
    _check_stands(area)
    area.name = to.strip()
    area.save(update_fields=["name"])
    _begin_spell(area, on)
    return area


@transaction.atomic
def move(area: Area, *, under: Area, on: dt.date) -> Area:
    """Puts an area and all below it under another parent from a day on; open cases follow (`area_moved`)."""
    _check_parent(area.level, under)
    _check_stands(area, under)
    if under.city_id != area.city_id:
        raise ValidationError(_("An area stays in its city."))
    if under.path.startswith(area.path):
        raise ValidationError(_("An area cannot lie in itself."))
    old_path, new_path = area.path, f"{under.path}{area.pk}/"
    below = Area.objects.filter(path__startswith=old_path)
    below.update(path=Concat(Value(new_path), Substr(F("path"), len(old_path) + 1)))
    area.parent, area.path = under, new_path
    area.save(update_fields=["parent"])
    _begin_spell(area, on)
    area_moved.send(sender=Area, area=area, old_path=old_path, new_path=new_path, into=area)
    return area


@transaction.atomic
def merge(areas: list[Area], *, into: Area, on: dt.date) -> Area:
    """Ends areas whose ground joins another one of the same parent; the survivor's line grows by theirs."""
    if into in areas or not areas:
        raise ValidationError(_("Name at least one area that ends, and another that goes on."))
    _check_stands(into)
    if any(area.parent_id != into.parent_id for area in areas):
        raise ValidationError(_("Only areas of one parent can be merged."))
    for area in areas:
        end_area(area, on=on)
        for child in area.children.standing(on).select_related("level"):
            move(child, under=into, on=on)
        _pass_on(area, into, on)
        AreaSuccession.objects.create(old=area, new=into, how=AreaSuccession.How.MERGED, on=on)
    _grow(into, areas)
    return into


@transaction.atomic
def split(area: Area, *, parts: list[dict[str, Any]], on: dt.date) -> list[Area]:
    """Ends an area and begins two or more in its place (`code`, `name`, `boundary` each), under the same parent.

    People, bodies and open cases go on in the first part named; from there the organiser places them.
    """
    if len(parts) < 2:
        raise ValidationError(_("A split needs at least two parts."))
    if area.children.standing(on).exists():
        raise ValidationError(_("Move or split what lies in %(area)s first.") % {"area": area.title})
    end_area(area, on=on)
    new = []
    for part in parts:
        facts = {"kind": area.kind, "drawn": part.get("drawn", area.drawn), "households": part.get("households")}
        new.append(
            add_area(
                city=area.city,
                level=area.level,
                code=part["code"],
                name=part["name"],
                parent=area.parent,
                on=on,
                boundary=part.get("boundary"),
                **facts,
            )
        )
        AreaSuccession.objects.create(old=area, new=new[-1], how=AreaSuccession.How.SPLIT, on=on)
    _pass_on(area, new[0], on)
    return new


def touch_geometry(city: City) -> None:
    """Tells every process that its map of the city is out of date."""
    forget()
    City.objects.filter(pk=city.pk).update(geometry_version=F("geometry_version") + 1)


def _check_parent(level: Level, parent: Area | None) -> None:
    above = parent.level.rank if parent else 0
    if level.rank != above + 1:
        raise ValidationError(
            _("An area of level “%(level)s” must lie directly in one of the level above.") % {"level": level.title}
        )


def _check_stands(*areas: Area) -> None:
    for area in areas:
        if area.valid_to is not None:
            raise ValidationError(_("%(area)s has ended already.") % {"area": area.title})


def _begin_spell(area: Area, on: dt.date) -> None:
    area.spells.filter(until=None).update(until=on)
    AreaSpell.objects.create(area=area, name=area.name, parent=area.parent, since=on)


def end_area(area: Area, *, on: dt.date) -> None:
    """Ends an area from a day on; its code is never used again, its past stays readable."""
    _check_stands(area)
    Area.objects.filter(pk=area.pk).update(valid_to=on)
    area.valid_to = on
    area.spells.filter(until=None).update(until=on)
    touch_geometry(area.city)


def _pass_on(area: Area, into: Area, on: dt.date) -> None:
    """Posts, links, departments and Party bodies of an area that ended go on in its successor; open cases follow."""
    posts = Post.objects.filter(area=area).filter(Q(until=None) | Q(until__gt=on))
    holders = list(User.objects.filter(pk__in=posts.values("user")))
    posts.update(area=into)
    _pass_links_on(area, into, on)
    Department.objects.standing(on).filter(area=area).update(area=into)
    PartyBody.objects.standing(on).filter(area=area).update(area=into)
    jurisdiction.derive_grants(holders)
    area_moved.send(sender=Area, area=area, old_path=area.path, new_path=into.path, into=into)


def _pass_links_on(area: Area, into: Area, on: dt.date) -> None:
    """Whoever answers for the successor in the same way already has one link left, not two."""
    present = ResponsibilityLink.objects.filter(until=None)
    twin = present.filter(area=into, user=OuterRef("user"), kind=OuterRef("kind"), household=OuterRef("household"))
    present.filter(area=area).filter(Exists(twin)).update(until=on)
    present.filter(area=area).update(area=into)


def _grow(into: Area, areas: list[Area]) -> None:
    lines = [area.boundary for area in [into, *areas] if area.boundary]
    if len(lines) == 1 + len(areas):
        into.boundary = geo.joined(lines)
        for side, value in geo.bounds_of(into.boundary).items():
            setattr(into, side, value)
    counted = [area.households for area in [into, *areas]]
    into.households = sum(counted) if all(count is not None for count in counted) else None  # type: ignore[arg-type]
    into.save(update_fields=["boundary", "west", "south", "east", "north", "households"])
