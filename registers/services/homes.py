"""Homes: taken in and corrected; their doors are sealed. Looking at a door: `looking.py`."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from grids import geo
from grids.models import Area
from registers.models import Home, Look
from registers.sealing import key_of, seal, unseal
from registers.selectors.sight import require_keeping
from registers.services.looking import note

LONGEST_BUILDING, LONGEST_DOOR = 80, 40


@transaction.atomic
def take_in_home(
    *, by: User, area: Area, building: str, door: str, kind: str = Home.Kind.DWELLING,
    lng: float | None = None, lat: float | None = None,
) -> Home:  # fmt: skip
    """Takes a home into the register of a grid; one that stands there already is refused."""
    require_keeping(by, area)
    if not area.level.base:
        raise ValidationError({"area": _("Homes and people belong to a grid, the lowest level of the ground.")})
    home = Home(city=area.city, area=area, taken_in_by=by, taken_in_at=timezone.now())
    _write(home, {"building": building, "door": door, "kind": kind, "lng": lng, "lat": lat})
    note(by=by, deed=Look.Deed.TAKE_IN, home=home, fields=["door"])
    return home


@transaction.atomic
def correct_home(home: Home, *, by: User, **said: Any) -> list[str]:
    """Corrects a home; returns the names of what changed. What is not said stays."""
    held = Home.objects.select_for_update(of=("self",)).select_related("area").get(pk=home.pk)
    require_keeping(by, held.area)
    before = {"door": unseal(held.door_sealed)} | {
        name: getattr(held, name) for name in ("building", "kind", "lng", "lat")
    }
    changed = [name for name, value in said.items() if value != before[name]]
    if changed:
        _write(held, before | said)
        note(by=by, deed=Look.Deed.CORRECT, home=held, fields=changed)
    return changed


def cleaned_address(building: str, door: str) -> tuple[str, str]:
    """A building and a door as they are kept, or the reasons why not."""
    plain = {"building": _clean(building), "door": _clean(door)}
    wrong = {}
    if not plain["building"]:
        wrong["building"] = _("Name the building, or the house and its street.")
    for name, most in (("building", LONGEST_BUILDING), ("door", LONGEST_DOOR)):
        if len(plain[name]) > most:
            wrong[name] = _("At most %(most)s signs.") % {"most": most}
    if wrong:
        raise ValidationError(wrong)
    return plain["building"], plain["door"]


def _write(home: Home, said: dict[str, Any]) -> None:
    home.building, door = cleaned_address(said["building"], said["door"])
    if said["kind"] not in Home.Kind.values:
        raise ValidationError({"kind": _("Choose a kind of home.")})
    home.kind, home.lng, home.lat = said["kind"], said["lng"], said["lat"]
    if (home.lng is None) != (home.lat is None):
        raise ValidationError({"lng": _("A place needs both longitude and latitude.")})
    if home.lng is not None and home.lat is not None:
        geo.to_wgs84(home.lng, home.lat)
    home.door_sealed, home.door_key = seal(door), key_of("door", door)
    try:
        with transaction.atomic():
            home.save()
    except IntegrityError as error:
        raise ValidationError({"door": _("This door of this building stands in the register already.")}) from error


def _clean(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text or "").split())
