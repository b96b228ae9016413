"""Whose entries a person may read masked, look into, or keep: the one place where the registers ask about ground."""

from __future__ import annotations

from typing import Final

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import User
from grids import jurisdiction
from grids.models import Area
from grids.once import once

VISITS: Final = "visit_in"
KEEPS: Final = "keep_registers_in"
READS: Final = (KEEPS, VISITS)


def may_read(user: User, area: Area) -> bool:
    """Whether the person reads masked entries of this area: he visits there, or keeps its registers."""
    return any(jurisdiction.may(user, permission, area) for permission in READS)


def require_sight(user: User, area: Area) -> None:
    """Nobody else learns that there is an entry at all."""
    if not may_read(user, area):
        raise Http404


def require_look(user: User, area: Area) -> None:
    """Looks are for who visits here or keeps the registers."""
    if not may_read(user, area):
        raise PermissionDenied(_("Your posts do not let you look into the registers here."))


def require_keeping(user: User, area: Area) -> None:
    """Changes are for who keeps the registers of the area."""
    jurisdiction.require(user, KEEPS, area)


def reads_anywhere(user: User) -> bool:
    """Whether the registers are any business of his."""
    return not jurisdiction.permissions_of(user).isdisjoint(READS)


def ground_read_by(user: User, *permissions: str) -> QuerySet[Area]:
    """The areas whose entries the person reads masked."""
    inside = Q(pk__in=[])
    for permission in permissions or READS:
        for path in jurisdiction.paths_where(user, permission):
            inside |= Q(path__startswith=path)
    return Area.objects.filter(inside)


def area_keys_read_by(user: User) -> list[int]:
    """The same as plain keys, read once a request: so that a list page asks one table by one index."""
    return once(("registers", user.pk), lambda: list(ground_read_by(user).values_list("pk", flat=True)))


def base_areas_kept_by(user: User) -> QuerySet[Area]:
    """The grids into which the person takes homes and people."""
    kept = ground_read_by(user, KEEPS).filter(level__base=True, valid_to=None)
    return kept.select_related("level", "city").defer("boundary").order_by("code")
