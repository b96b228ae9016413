"""Checklists by unit with matters to watch (巡查清单、关注事项): a new edition replaces, the old one stays readable.

A line names an item of the published catalogue or one admitted for a time, and nothing else (rules 6.3).
"""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.moment import now
from casework.refusals import NotNow
from grids import jurisdiction
from grids.models import Department
from patrols.models import Checklist, ChecklistItem, PatrolPoint
from patrols.selectors.admitted import admitted_today
from patrols.services.risks import NAMES
from patrols.services.sentences import said

Line = tuple[str, str]  # the code of an item, and the words to look by
MOST_LINES = 30


@transaction.atomic
def write_checklist(
    *, by: User, department: Department, name: str, lines: Sequence[Line], watch: str = ""
) -> Checklist:
    """A unit's first list of this name."""
    jurisdiction.require(by, NAMES, department)
    named = said("name", name, most=60, ask=_("Give the list a name."))
    # Held, so that two who write a list of one name come one after the other.
    Department.objects.select_for_update(of=("self",), no_key=True).get(pk=department.pk)
    if Checklist.objects.filter(department=department, name=named, until=None).exists():
        raise ValidationError({"name": _("%(unit)s has a list of this name.") % {"unit": department.title}})
    return _publish(by, department, named, lines, watch, None)


@transaction.atomic
def replace_checklist(checklist: Checklist, *, by: User, lines: Sequence[Line], watch: str = "") -> Checklist:
    """The next edition of a list; the points that were looked at by the old one are looked at by this from now on."""
    held = _held(checklist, by)
    edition = _publish(by, held.department, held.name, lines, watch, held)
    PatrolPoint.objects.filter(checklist=held, ended_at=None).update(checklist=edition)
    return edition


@transaction.atomic
def end_checklist(checklist: Checklist, *, by: User) -> Checklist:
    """Nothing more is looked at by this list; its points stay, without one."""
    held = _held(checklist, by)
    held.until = now()
    held.save(update_fields=["until"])
    PatrolPoint.objects.filter(checklist=held, ended_at=None).update(checklist=None)
    return held


def _held(checklist: Checklist, by: User) -> Checklist:
    rows = Checklist.objects.select_for_update(of=("self",)).select_related("department__area", "department__city")
    held = rows.get(pk=checklist.pk)
    jurisdiction.require(by, NAMES, held.department)
    if held.until:
        raise NotNow(_("This edition has been replaced or ended already."))
    return held


def _publish(
    by: User, department: Department, name: str, lines: Sequence[Line], watch: str, old: Checklist | None
) -> Checklist:
    checked, at = _checked(lines, department), now()
    if old:
        Checklist.objects.filter(pk=old.pk).update(until=at)
    edition = Checklist.objects.create(
        city=department.city, department=department, name=name, watch=said("watch", watch, most=300), made_by=by,
        made_at=at, follows=old,
    )  # fmt: skip
    ChecklistItem.objects.bulk_create(
        ChecklistItem(checklist=edition, place=place, item=code, text=text)
        for place, (code, text) in enumerate(checked, start=1)
    )
    return edition


def _checked(lines: Sequence[Line], department: Department) -> list[Line]:
    """Each line's words, and that its item may be put upon grid workers; all that is wrong is said at once."""
    if not 1 <= len(lines) <= MOST_LINES:
        raise ValidationError({"lines": _("A list has 1 to %(most)d lines.") % {"most": MOST_LINES}})
    admitted, wrong = admitted_today(department.city), []
    for place, (code, text) in enumerate(lines, start=1):
        told = {"line": place, "code": code}
        if not admitted.somewhere(code, department.area.path):
            wrong.append(
                _(
                    "Line %(line)d: “%(code)s” is neither on the published list nor admitted for a time, so it may not "
                    "be put upon grid workers."
                )
                % told
            )
        if not text.strip() or len(text.strip()) > 120:
            wrong.append(_("Line %(line)d: say in 1 to 120 signs what to look at.") % told)
    if wrong:
        raise ValidationError({"lines": wrong})
    return [(code, said("lines", text, most=120)) for code, text in lines]
