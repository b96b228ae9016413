"""Care: why somebody is looked after, in which degree, from when until when."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from grids.selectors import today_in
from registers.models import Care, CareKind, Look, Person
from registers.sealing import seal
from registers.selectors.kinds import kinds_of
from registers.selectors.sight import require_keeping
from registers.services.looking import note as put_on_record

LONGEST_NOTE, HIGHEST_LEVEL = 500, 5


@transaction.atomic
def give_care(
    person: Person, *, by: User, kind: str, level: int | None = None, stability: str = "",
    since: dt.date | None = None, note: str = "",
) -> Care:  # fmt: skip
    """Begins a care, or changes the degree of one that is open: the old one then ends and a new one follows it."""
    held = Person.objects.select_for_update(of=("self",)).select_related("area", "city").get(pk=person.pk)
    require_keeping(by, held.area)
    if held.erased_at:
        raise ValidationError(_("This person has been erased; nothing can be changed any more."))
    today = today_in(held.city)
    begins = since or today
    check_care(kinds_of(held.city).get(kind), level, stability, begins, today, note)
    open_one = held.cares.filter(kind=kind, until=None).first()
    if open_one and (open_one.level, open_one.stability) == (level, stability):
        raise ValidationError({"kind": _("This care is open already, in the same degree.")})
    if open_one:
        _end(open_one, by, max(open_one.since, begins))
    care = Care.objects.create(
        person=held, kind=kind, level=level, stability=stability, since=begins, note_sealed=seal(note.strip()),
        given_by=by, given_at=timezone.now(),
    )  # fmt: skip
    put_on_record(by=by, deed=Look.Deed.GIVE_CARE, person=held, fields=["care"])
    return care


@transaction.atomic
def end_care(care: Care, *, by: User, until: dt.date | None = None) -> Care:
    """Ends a care; it stays on record with its days."""
    held = Care.objects.select_for_update(of=("self",)).select_related("person__area", "person__city").get(pk=care.pk)
    require_keeping(by, held.person.area)
    if held.until:
        raise ValidationError(_("This care has ended already."))
    today = today_in(held.person.city)
    day = until or today
    if not held.since <= day <= today:
        raise ValidationError({"until": _("A care ends between the day it began and today.")})
    _end(held, by, day)
    put_on_record(by=by, deed=Look.Deed.END_CARE, person=held.person, fields=["care"])
    return held


def check_care(
    kind: CareKind | None, level: int | None, stability: str, since: dt.date, today: dt.date, note: str = ""
) -> None:
    """Refuses a care that the rulebook does not know, or with a degree where none belongs."""
    if kind is None or kind.about != CareKind.About.PERSON:
        raise ValidationError({"kind": _("The rulebook knows no such care.")})
    wrong = _wrong_degree(kind, level, stability)
    if since > today or since.year < today.year - 100:
        wrong["since"] = _("A care has begun today or earlier.")
    if len(note) > LONGEST_NOTE:
        wrong["note"] = _("At most %(most)s signs.") % {"most": LONGEST_NOTE}
    if wrong:
        raise ValidationError(wrong)


def _wrong_degree(kind: CareKind, level: int | None, stability: str) -> dict[str, str]:
    wrong = {}
    if kind.graded and stability not in Care.Stability.values:
        wrong["stability"] = _("Say how stable the person is.")
    if not kind.graded and (stability or level is not None):
        wrong["level"] = _("This care has no degrees.")
    if level is not None and not 0 <= level <= HIGHEST_LEVEL:
        wrong["level"] = _("The danger level is 0 to 5.")
    return wrong


def _end(care: Care, by: User, day: dt.date) -> None:
    care.until, care.ended_by = day, by
    care.save(update_fields=["until", "ended_by"])
