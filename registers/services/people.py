"""People of the registers: taken in, corrected, moved, erased. Each change is on record, without a word of what it was.

Care: `caring.py`; looks: `looking.py`; homes: `homes.py`; many at once from a sheet: `sheets.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from grids.models import Area
from registers.announcements import person_erased
from registers.models import Care, Home, Look, Person, RegisterLine
from registers.numbers import birth_date_in, clean_birth_date, clean_id_number, clean_name, clean_phone
from registers.sealing import OF_A_PERSON, sealed_columns, unseal
from registers.selectors.sight import require_keeping
from registers.services.looking import note

Deed = Look.Deed


def _birth_date(text: str) -> str:
    date = clean_birth_date(text)
    return date.isoformat() if date else ""


CLEAN: Final[dict[str, Callable[[str], str]]] = {
    "name": clean_name,
    "phone": clean_phone,
    "id_number": clean_id_number,
    "birth_date": _birth_date,
}


@transaction.atomic
def take_in(*, by: User, area: Area, home: Home | None = None, **said: str) -> Person:
    """Takes a person into the register of an area; `said` are his name, phone, ID number and birthday, as typed."""
    require_keeping(by, area)
    _check_base(area)
    if home is not None and home.area_id != area.pk:
        raise ValidationError({"home": _("This home lies in another grid.")})
    plain = cleaned(said)
    if not plain.get("name"):
        raise ValidationError({"name": _("A person needs a name.")})
    person = Person(city=area.city, area=area, home=home, taken_in_by=by, taken_in_at=timezone.now())
    _write(person, plain)
    note(by=by, deed=Deed.TAKE_IN, person=person, fields=[field for field in plain if plain[field]])
    return person


@transaction.atomic
def correct(person: Person, *, by: User, **said: str) -> list[str]:
    """Corrects fields of a person; returns the names of those that changed. What is not said stays."""
    held = _held(person, by)
    plain = cleaned(said)
    if "name" in plain and not plain["name"]:
        raise ValidationError({"name": _("A person needs a name.")})
    changed = {field: text for field, text in plain.items() if text != unseal(getattr(held, f"{field}_sealed"))}
    if "birth_date" not in changed and held.born_year is None and plain.get("birth_date"):
        changed["birth_date"] = plain["birth_date"]
    if changed:
        _write(held, changed)
        note(by=by, deed=Deed.CORRECT, person=held, fields=list(changed))
    return list(changed)


@transaction.atomic
def move(person: Person, *, by: User, area: Area, home: Home | None) -> Person:
    """Moves a person to another home or grid; both ends must be kept by who moves him."""
    held = _held(person, by)
    require_keeping(by, area)
    _check_base(area)
    if held.city_id != area.city_id:
        raise ValidationError({"area": _("This grid lies in another city.")})
    if home is not None and home.area_id != area.pk:
        raise ValidationError({"home": _("This home lies in another grid.")})
    held.area, held.home = area, home
    held.save(update_fields=["area", "home"])
    note(by=by, deed=Deed.MOVE, person=held, fields=["door"])
    return held


@transaction.atomic
def erase(person: Person, *, by: User) -> Person:
    """Erases what names a person (right to deletion); an empty row stays, so that old counts stay right.

    Whoever keeps words about him above is told and empties them in the same transaction.
    """
    held = _held(person, by)
    for field in OF_A_PERSON:
        setattr(held, f"{field}_sealed", "")
        setattr(held, f"{field}_key", "")
    held.home, held.erased_at = None, timezone.now()
    held.save()
    cares = Care.objects.filter(person=held)
    cares.update(note_sealed="")
    RegisterLine.objects.filter(person=held).update(cells_sealed="")
    cares.filter(until=None).update(until=held.erased_at.astimezone(held.city.zone).date(), ended_by=by)
    note(by=by, deed=Deed.ERASE, person=held, fields=list(OF_A_PERSON))
    person_erased.send(Person, person=held)
    return held


def cleaned(said: Mapping[str, str]) -> dict[str, str]:
    """What was typed as it is kept; every field that is wrong is named with its reason."""
    plain, wrong = {}, {}
    for field, text in said.items():
        try:
            plain[field] = CLEAN[field](str(text or ""))
        except ValidationError as error:
            wrong[field] = error.messages
    number, date = plain.get("id_number"), plain.get("birth_date")
    if number and date and birth_date_in(number).isoformat() != date:
        wrong["birth_date"] = [_("The ID number says another birthday.")]
    if wrong:
        raise ValidationError(wrong)
    if number and not date:
        plain["birth_date"] = birth_date_in(number).isoformat()
    return plain


def year_of(plain: Mapping[str, str]) -> int | None:
    """The year of birth, which alone stands in plain."""
    return dt.date.fromisoformat(plain["birth_date"]).year if plain.get("birth_date") else None


def _held(person: Person, by: User) -> Person:
    """The person's row, held until the transaction ends, for who keeps the registers there."""
    rows = Person.objects.select_for_update(of=("self",)).select_related("area", "city", "home")
    held = rows.get(pk=person.pk)
    require_keeping(by, held.area)
    if held.erased_at:
        raise ValidationError(_("This person has been erased; nothing can be changed any more."))
    return held


def _write(person: Person, plain: Mapping[str, str]) -> None:
    columns: dict[str, Any] = sealed_columns(plain)
    for column, value in columns.items():
        setattr(person, column, value)
    if "birth_date" in plain:
        person.born_year = year_of(plain)
    _refuse_second(person)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        raise ValidationError({"id_number": _second()}) from error


def _refuse_second(person: Person) -> None:
    """One person stands once in a city's registers, whoever keeps them."""
    if not person.id_number_key:
        return
    others = Person.objects.filter(city=person.city, id_number_key=person.id_number_key).exclude(pk=person.pk)
    if others.exists():
        raise ValidationError({"id_number": _second()})


def _second() -> str:
    return _("Somebody with this ID number stands in the city's registers already.")


def _check_base(area: Area) -> None:
    if not area.level.base:
        raise ValidationError({"area": _("Homes and people belong to a grid, the lowest level of the ground.")})
