"""Entry control (准入): a department applies, who may admit decides, for good or for a time (rules 6.3, 13.1)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.moment import now
from casework.refusals import NotNow, NotYours
from grids import jurisdiction
from grids.models import Area, City, Department
from patrols.models import Admission
from patrols.selectors.admitted import TEMPORARY, catalogue_of
from patrols.services.risks import NAMES
from patrols.services.sentences import said

ADMITS = "admit_in"
# [CHOICE] What is needed for longer belongs upon the published list.
LONGEST = dt.timedelta(days=365)


@transaction.atomic
def apply_for(
    *, by: User, department: Department, sort: str, name: str, reason: str, area: Area | None = None, code: str = "",
    until: dt.date | None = None,
) -> Admission:  # fmt: skip
    """A department applies that an item be put upon the grid workers of an area, for good or until a day."""
    jurisdiction.require(by, NAMES, department)
    ground = area or department.area
    if not ground.path.startswith(department.area.path):
        raise ValidationError({"area": _("%(area)s is not ground that the unit serves.") % {"area": ground.title}})
    if sort not in Admission.Sort.values:
        raise ValidationError({"sort": _("Choose whether the item is permanent or temporary.")})
    _check_end(department.city, sort, until)
    wanted = _check_code(department.city, sort, code.strip(), must=False)
    return Admission.objects.create(
        city=department.city, department=department, area=ground, sort=sort, code=wanted, until=until,
        name=said("name", name, most=80, ask=_("Say which item it is.")),
        reason=said("reason", reason, most=500, ask=_("Say why grid workers are to do this.")),
        asked_by=by, asked_at=now(),
    )  # fmt: skip


@transaction.atomic
def admit(admission: Admission, *, by: User, answer: str = "", code: str = "") -> Admission:
    """The item may be put upon grid workers: under its code of the catalogue, or for a time under one of its own."""
    held = _held(admission)
    _decides(held, by)
    if held.sort == Admission.Sort.PERMANENT:
        held.code = _check_code(held.city, held.sort, code.strip() or held.code, must=True)
    else:
        _check_end(held.city, held.sort, held.until)
        held.code = f"{TEMPORARY}{held.pk:05d}"
    return _decided(held, by, admitted=True, answer=said("answer", answer, most=300))


@transaction.atomic
def refuse(admission: Admission, *, by: User, answer: str) -> Admission:
    """The item is not put upon grid workers, and the department is told why."""
    held = _held(admission)
    _decides(held, by)
    return _decided(held, by, admitted=False, answer=said("answer", answer, most=300, ask=_("Say why not.")))


@transaction.atomic
def end(admission: Admission, *, by: User, because: str) -> Admission:
    """The department takes its application back; or what was admitted is needed no more, as either side may say."""
    held = _held(admission)
    ours = jurisdiction.may(by, NAMES, held.department)
    if not ours and not (held.admitted and jurisdiction.may(by, ADMITS, held.area)):
        raise NotYours(_("Your posts do not let you end this."))
    if held.ended_at or held.admitted is False:
        raise NotNow(_("This has ended already."))
    held.ended_because = said("because", because, most=300, ask=_("Say why it is needed no more."))
    held.ended_at, held.ended_by = now(), by
    held.save(update_fields=["ended_because", "ended_at", "ended_by"])
    return held


def _held(admission: Admission) -> Admission:
    rows = Admission.objects.select_for_update(of=("self",)).select_related("department", "area", "city")
    return rows.get(pk=admission.pk)


def _decides(held: Admission, by: User) -> None:
    jurisdiction.require(by, ADMITS, held.area)
    if held.asked_by_id == by.pk:
        raise NotYours(_("Nobody decides what he has applied for himself."))
    if held.ended_at or held.decided_at:
        raise NotNow(_("This application has been decided or withdrawn."))


def _decided(held: Admission, by: User, *, admitted: bool, answer: str) -> Admission:
    held.admitted, held.answer, held.decided_by, held.decided_at = admitted, answer, by, now()
    held.save(update_fields=["admitted", "answer", "decided_by", "decided_at", "code"])
    return held


def _check_end(city: City, sort: str, until: dt.date | None) -> None:
    """A temporary item carries its end date; a permanent one has none."""
    if sort == Admission.Sort.PERMANENT:
        if until:
            raise ValidationError({"until": _("A permanent item has no end date.")})
        return
    today = _today(city)
    if until is None:
        raise ValidationError({"until": _("A temporary item carries an end date.")})
    if until < today:
        raise ValidationError({"until": _("This day is over.")})
    if until > today + LONGEST:
        raise ValidationError({"until": _("A temporary item lasts a year at most; apply for a permanent one.")})


def _check_code(city: City, sort: str, code: str, *, must: bool) -> str:
    """A permanent item is one of the published catalogue; a temporary one is given its code by the house."""
    if sort == Admission.Sort.TEMPORARY:
        if code:
            raise ValidationError({"code": _("A temporary item is given a code of its own.")})
        return ""
    if must and not code:
        raise ValidationError({"code": _("Name the item's code in the published catalogue; publish it there first.")})
    if code and code not in {item.code for item in catalogue_of(city, _today(city))}:
        raise ValidationError({"code": _("“%(code)s” is no item of the published catalogue.") % {"code": code}})
    return code


def _today(city: City) -> dt.date:
    return now().astimezone(city.zone).date()
