"""Looks: sealed fields are opened here alone, and each time it is written down who, what, when and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from registers.models import Home, Look, Person
from registers.sealing import OF_A_PERSON, normal, unseal
from registers.selectors.sight import require_look

Deed, Why, Where = Look.Deed, Look.Why, Look.Where
DOOR = "door"
LONGEST_WORDS = 120


@transaction.atomic
def look(
    person: Person, *, by: User, fields: Sequence[str], why: str, where: str = Where.DESK, words: str = ""
) -> dict[str, str]:
    """The opened fields of a person; the look is on record in the same transaction, or nothing is opened."""
    asked = list(dict.fromkeys(fields))
    if not asked or set(asked) - {*OF_A_PERSON, DOOR}:
        raise ValidationError({"fields": _("Choose what you want to see.")})
    _check_why(why, where)
    held = Person.objects.select_for_update(of=("self",)).select_related("area", "home").get(pk=person.pk)
    require_look(by, held.area)
    if held.erased_at:
        raise ValidationError(_("This person has been erased; there is nothing to see."))
    opened = {field: unseal(getattr(held, f"{field}_sealed")) for field in asked if field in OF_A_PERSON}
    if DOOR in asked:
        opened[DOOR] = unseal(held.home.door_sealed) if held.home else ""
    all_words = opened.values() if set(asked) >= {*OF_A_PERSON, DOOR} else _everything(held)
    reason = _checked(words, all_words)
    note(by=by, deed=Deed.LOOK, person=held, fields=asked, why=why, where=where, words=reason)
    return opened


@transaction.atomic
def look_at_home(home: Home, *, by: User, why: str, where: str = Where.DESK, words: str = "") -> dict[str, str]:
    """The opened door of a home, on record like a look at a person."""
    _check_why(why, where)
    held = Home.objects.select_for_update(of=("self",)).select_related("area").get(pk=home.pk)
    require_look(by, held.area)
    opened = {DOOR: unseal(held.door_sealed)}
    reason = _checked(words, opened.values())
    note(by=by, deed=Deed.LOOK, home=held, fields=[DOOR], why=why, where=where, words=reason)
    return opened


def note(
    *,
    by: User,
    deed: str,
    person: Person | None = None,
    home: Home | None = None,
    fields: Sequence[str] = (),
    why: str = "",
    where: str = Where.DESK,
    words: str = "",
) -> Look:
    """Writes down a look or a change; field names only, never what stood in them.

    Of a person no home is kept here: the record outlives his erasure, and would still say where he lived.
    """
    return Look.objects.create(
        by=by, at=timezone.now(), deed=deed, person=person, home=home, fields=list(fields), why=why, where=where,
        words=words,
    )  # fmt: skip


def _check_why(why: str, where: str) -> None:
    if why not in Why.values:
        raise ValidationError({"why": _("Say why you look.")})
    if where not in Where.values:
        raise ValidationError({"where": _("Say where you are.")})


def _everything(person: Person) -> list[str]:
    return [unseal(getattr(person, f"{field}_sealed")) for field in OF_A_PERSON]


def _checked(words: str, sealed: Iterable[str]) -> str:
    """The record of looks outlives an erasure, so it may not name anybody."""
    text = " ".join(words.split())
    if len(text) > LONGEST_WORDS:
        raise ValidationError({"words": _("At most %(most)s signs.") % {"most": LONGEST_WORDS}})
    plain = normal("words", text)
    if any(len(each) > 1 and normal("words", each) in plain for each in sealed if each):
        raise ValidationError({"words": _("Do not write the name or a number here: the record of looks is kept.")})
    return text
