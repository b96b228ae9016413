"""What happens to Party bodies: founded, renamed, put under another body, ended. Their past stays readable."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from grids.models import Area, City, MemberUnit, PartyBody, PartyBodySpell


@transaction.atomic
def found(
    *, city: City, code: str, name: str, kind: str, area: Area, parent: PartyBody | None, on: dt.date
) -> PartyBody:
    """Founds a Party body on an area and begins its history."""
    if PartyBody.objects.filter(city=city, code=code).exists():
        raise ValidationError(_("The code %(code)s is or was another Party body's.") % {"code": code})
    body = PartyBody.objects.create(city=city, code=code, name=name, kind=kind, area=area, parent=parent, valid_from=on)
    PartyBodySpell.objects.create(body=body, name=name, parent=parent, since=on)
    return body


@transaction.atomic
def rename(body: PartyBody, *, to: str, on: dt.date) -> PartyBody:
    """Gives a Party body a new name from a day on; the old name stays in its history."""
    if not to.strip():
        raise ValidationError(_("A Party body needs a name."))
    _check_stands(body)
    body.name = to.strip()
    body.save(update_fields=["name"])
    _begin_spell(body, on)
    return body


@transaction.atomic
def move(body: PartyBody, *, under: PartyBody | None, on: dt.date, area: Area | None = None) -> PartyBody:
    """Puts a Party body under another one from a day on (to the town, say), and on another area where one is named."""
    _check_stands(body)
    above = under
    while above is not None:
        if above.pk == body.pk:
            raise ValidationError(_("A Party body cannot belong to itself."))
        above = above.parent
    body.parent, body.area = under, area or body.area
    body.save(update_fields=["parent", "area"])
    _begin_spell(body, on)
    return body


@transaction.atomic
def end(body: PartyBody, *, on: dt.date) -> None:
    """Ends a Party body from a day on; its members leave with it."""
    _check_stands(body)
    body.valid_to = max(on, body.valid_from)
    body.save(update_fields=["valid_to"])
    body.spells.filter(until=None).update(until=on)
    body.member_units.filter(until=None).update(until=on)


def admit(body: PartyBody, *, name: str, kind: str, on: dt.date) -> MemberUnit:
    """Takes a unit of the neighbourhood in as a member."""
    if body.member_units.filter(name=name, until=None).exists():
        raise ValidationError(_("%(unit)s is a member already.") % {"unit": name})
    return MemberUnit.objects.create(body=body, name=name, kind=kind, since=on)


def _check_stands(body: PartyBody) -> None:
    if body.valid_to is not None:
        raise ValidationError(_("%(body)s has ended already.") % {"body": body})


def _begin_spell(body: PartyBody, on: dt.date) -> None:
    body.spells.filter(until=None).update(until=on)
    PartyBodySpell.objects.create(body=body, name=body.name, parent=body.parent, since=on)
