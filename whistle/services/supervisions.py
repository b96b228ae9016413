"""督办件: the supervision office follows a whistle that was missed; each unit late makes its written statement."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.actors import SYSTEM, Actor
from casework.jurisdiction import departments_of
from casework.models import Part
from casework.moment import now
from casework.refusals import NotFound, NotNow
from casework.services import clocks, doors
from grids.models import Department
from whistle.lifecycle import REPLY, SUPERVISION
from whistle.models import Notice, Statement, Supervision, Whistle
from whistle.services.calling import start
from whistle.services.notices import staff_of, tell
from whistle.statuses import FOLLOWED


def supervise(
    whistle: Whistle, *, reason: str, department: Department | None, by: Actor = SYSTEM
) -> Whistle:  # fmt: skip
    """Puts a missed whistle before the supervision office: one case a whistle, each unit's lateness in it once."""
    facts: dict[str, Any] = {"reason": reason, "who": department.name if department else ""}
    if department:
        facts["department"] = department.pk
    whistle = doors.take_step(whistle, "supervise", by=by, facts=facts)
    case = Supervision.objects.filter(followed=whistle).first() or _open(whistle, reason)
    if case.status == FOLLOWED and department is not None:
        take_up(case, department=department, reason=reason)
    return whistle


def _open(whistle: Whistle, reason: str) -> Supervision:
    offices = Department.objects.standing().filter(kind=Department.Kind.SUPERVISION, area__in=whistle.area.path_keys)
    # The topmost: district departments answer to the district's office, not to the street's.
    office = offices.order_by("area__level__rank", "code").first()
    case = Supervision(
        kind=SUPERVISION.kind, title=whistle.title, followed=whistle, office=office, reason=reason, department=office
    )
    facts = {"reason": reason, "whistle": whistle.number}
    case = doors.open_case(case, by=SYSTEM, area=whistle.area, rulebook=whistle.rulebook, facts=facts)
    if office is not None:
        tell(case, Notice.About.SUPERVISED, staff_of([office]))
    return case


def take_up(case: Supervision, *, department: Department, reason: str, by: Actor = SYSTEM) -> Supervision:
    """One unit's lateness: its statement is demanded by the rule, with a clock; once while it is awaited."""
    if case.statements.filter(department=department, answered_at=None).exists():
        return case
    facts = {"department": department.pk, "who": department.name, "reason": reason}
    case = doors.take_step(case, "take_up", by=by, facts=facts)
    _ask(case, department, reason, demand="")
    return case


def _ask(case: Supervision, department: Department, reason: str, *, demand: str) -> None:
    Statement.objects.create(supervision=case, department=department, reason=reason, demand=demand, demanded_at=now())
    if not case.parts.present().filter(department=department, role=Part.Role.CALLED).exists():
        Part.objects.create(case=case, department=department, role=Part.Role.CALLED, since=now())
    start(case, REPLY, department, kind=case.followed.sort)
    tell(case, Notice.About.STATEMENT, staff_of([department]))


@transaction.atomic
def demand(case: Supervision, *, by: User, department: Department, words: str) -> Supervision:
    """The office asks a unit that was called for a written statement, in its own words (督办单)."""
    if not words.strip():
        raise ValidationError({"words": _("Say what is expected.")})
    if not case.followed.summonses.filter(department=department).exists():
        raise ValidationError({"department": _("The whistle does not call %(who)s.") % {"who": department}})
    case = doors.lock(case)
    doors.allowed_step(case, "demand", by)
    if case.statements.filter(department=department, answered_at=None).exists():
        raise NotNow(_("A statement of %(who)s is awaited already.") % {"who": department})
    facts = {"department": department.pk, "who": department.name}
    case = doors.take_step(case, "demand", by=by, note=words.strip(), facts=facts)
    _ask(case, department, case.reason, demand=words.strip())
    return case


@transaction.atomic
def answer(case: Supervision, *, by: User, words: str) -> Supervision:
    """A unit states in writing why it was late and what it does about it."""
    if not words.strip():
        raise ValidationError({"words": _("Write the statement.")})
    case = doors.lock(case)
    doors.allowed_step(case, "answer", by)
    waiting = case.statements.filter(answered_at=None, department__in=departments_of(by, "handle_in"))
    found = waiting.select_related("department").order_by("pk").first()
    if found is None:
        raise NotFound(_("No statement of yours is awaited."))
    facts = {"department": found.department_id, "who": found.department.name}
    case = doors.take_step(case, "answer", by=by, facts=facts)
    found.words, found.by, found.answered_at = words.strip(), by, now()
    found.save(update_fields=["words", "by", "answered_at"])
    clocks.stop_clock(case, REPLY, found.department)
    return case


@transaction.atomic
def conclude(case: Supervision, *, by: User, words: str) -> Supervision:
    """The office is done with it; not before the whistle itself is."""
    if not words.strip():
        raise ValidationError({"words": _("Say what the supervision found.")})
    case = doors.lock(case)
    doors.allowed_step(case, "conclude", by)
    if case.followed.is_open and case.followed.settled_at is None:
        raise NotNow(_("The whistle still runs; the supervision ends after it."))
    case = doors.take_step(case, "conclude", by=by, note=words.strip(), conclusion=words.strip())
    case.parts.present().update(until=now(), outcome=Part.Outcome.DONE)
    return case
