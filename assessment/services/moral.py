"""红黑榜: an entry is written, checked by a second person, shown for its days, taken off, and its name erased.

Nobody is named for uncivil conduct; a name for a good deed stands in a field of its own, with how consent was given, so
that it can be erased (个人信息保护法 arts. 13, 47; mechanism 3-36).
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.models import MoralEntry
from assessment.selectors.moral import CHECKS, WRITES, may_check
from casework.moment import now
from casework.refusals import NotNow, NotYours
from grids import jurisdiction
from grids.models import Area, City
from patrols.selectors.points import today_in
from patrols.services.sentences import said, within

MOST_DAYS: Final = 30
# A phone, an ID number, a licence plate, a door: nothing by which somebody could be found belongs in the words.
_PHONE = re.compile(r"(?<!\d)1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)")
_ID_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?![\dA-Za-z])")
_PLATE = re.compile(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·\s]?[A-Z0-9]{5,6}")
_DOOR = re.compile(r"\d+\s*(?:单元\s*\d+|室)")
State = MoralEntry.State


@transaction.atomic
def write_entry(
    *, by: User, area: Area, side: str, happened_on: dt.date, place: str, words: str, days: int, name: str = "",
    consent: str = "",
) -> MoralEntry:  # fmt: skip
    """Writes an entry; nobody sees it before a second person has checked it."""
    jurisdiction.require(by, WRITES, area)
    if side not in MoralEntry.Side.values:
        raise ValidationError({"side": _("Choose the red or the black list.")})
    if happened_on > today_in(area.city):
        raise ValidationError({"happened_on": _("This day has not come yet.")})
    told = {
        "place": _nameless("place", said("place", place, most=120, ask=_("Say where it happened."))),
        "words": _nameless("words", said("words", words, most=500, ask=_("Say what happened."))),
    }
    whom = _named(side, name, consent, told)
    return MoralEntry.objects.create(
        city=area.city, area=area, side=side, happened_on=happened_on, days=within("days", days, 1, MOST_DAYS),
        written_by=by, written_at=now(), **told, **whom,
    )  # fmt: skip


def _nameless(field: str, words: str) -> str:
    for pattern in (_PHONE, _ID_NUMBER, _PLATE, _DOOR):
        if pattern.search(words):
            raise ValidationError(
                {field: _("There is a number in this text by which somebody could be found. Say it without.")}
            )
    return words


def _named(side: str, name: str, consent: str, told: dict[str, str]) -> dict[str, str]:
    """A name only for a good deed, only with consent on record, and never within the words."""
    whom, agreed = said("name", name, most=60), said("consent", consent, most=200)
    if whom and side == MoralEntry.Side.BLACK:
        raise ValidationError({"name": _("Nobody is named on the black list.")})
    if whom and not agreed:
        raise ValidationError({"consent": _("Say how this person agreed to be named, and when.")})
    if whom and any(whom in text for text in told.values()):
        raise ValidationError({"words": _("Leave the name out of the text: it is shown beside it, and erased later.")})
    return {"name": whom, "consent": agreed if whom else ""}


@transaction.atomic
def check_entry(entry: MoralEntry, *, by: User, good: bool, words: str) -> MoralEntry:
    """隐私审核: a second person says what he checked; then it is shown for its days, or it never is."""
    held = _held(entry)
    if held.written_by_id == by.pk:
        raise NotYours(_("Who wrote an entry does not check it: a second person does."))
    if held.state != State.WAITING:
        raise NotNow(_("This entry was checked already, or taken off."))
    if not may_check(by, held):
        raise NotYours(_("Your posts do not let you check entries here."))
    told = said("words", words, most=300, ask=_("Say what you checked: names, faces, numbers, consent."))
    held.checked_by, held.checked_at, held.checked_words = by, now(), told
    held.state = State.SHOWN if good else State.REFUSED
    if good:
        held.shown_until = today_in(held.city) + dt.timedelta(days=held.days)
    else:
        held.name = ""
    held.save()
    return held


@transaction.atomic
def take_off(entry: MoralEntry, *, by: User, because: str) -> MoralEntry:
    """Off the board before its days are over; its name is erased at once."""
    held = _held(entry)
    if not (held.written_by_id == by.pk or any(jurisdiction.may(by, each, held.area) for each in (WRITES, CHECKS))):
        raise NotYours(_("Your posts do not let you take this entry off."))
    if held.state not in (State.WAITING, State.SHOWN):
        raise NotNow(_("This entry was taken off already."))
    _off(held, by, said("because", because, most=300, ask=_("Say why it is taken off.")))
    return held


def take_off_past(city: City | None = None) -> int:
    """Takes off what has stood its days, and erases the names; says how many. Again: none. Woken by beat."""
    taken = 0
    for each in [city] if city else City.objects.order_by("pk"):
        over = MoralEntry.objects.filter(city=each, state=State.SHOWN, shown_until__lte=today_in(each))
        for key in over.values_list("pk", flat=True):
            taken += _take_off_past(key)
    return taken


@transaction.atomic
def _take_off_past(key: int) -> int:
    held = MoralEntry.objects.select_for_update(skip_locked=True).filter(pk=key, state=State.SHOWN).first()
    if held is None:
        return 0
    _off(held, None, "")
    return 1


def _off(held: MoralEntry, by: User | None, because: str) -> None:
    changed: dict[str, Any] = {
        "state": State.TAKEN_OFF, "name": "", "off_by": by, "off_at": now(), "off_because": because,
    }  # fmt: skip
    for name, value in changed.items():
        setattr(held, name, value)
    held.save(update_fields=list(changed))


def _held(entry: MoralEntry) -> MoralEntry:
    rows = MoralEntry.objects.select_for_update(of=("self",)).select_related("area", "city")
    return rows.get(pk=entry.pk)
