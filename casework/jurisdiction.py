"""Who may take a step of a case: where the case lies, whose it is, or who reported it."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import User
from casework.actors import SYSTEM, Actor
from casework.lifecycle import REPORTER, Step
from casework.models import Case
from grids import jurisdiction
from grids.models import Department


def may_take(actor: Actor, step: Step, case: Case) -> bool:
    """Default-deny: a step without a permission is the system's alone."""
    if actor is SYSTEM:
        return True
    if isinstance(actor, User) and (case.recuses(actor) or case.bars(actor, step.name)):
        return False
    if step.role != "lead":
        return bool(departments_taking(actor, step, case)) or called(actor, step, case)
    return may(actor, step.permission, case)


def departments_taking(actor: Actor, step: Step, case: Case) -> list[Department]:
    """For which departments with a part in the case this person may take a step that is not the lead's."""
    if not isinstance(actor, User) or step.permission is None:
        return []
    parts = case.parts.present().filter(role=step.role)
    return list(jurisdiction.departments_where(actor, step.permission).filter(pk__in=parts.values("department")))


def called(actor: Actor, step: Step, case: Case) -> bool:
    """Whether a step of those who are called is open to this person because he himself is."""
    return step.role == "called" and isinstance(actor, User) and case.calls_upon(actor)


def open_steps(actor: Actor, case: Case, parts: dict[str, set[int]] | None = None) -> list[Step]:
    """The steps that `may_take` lets this person take now; `parts`: the departments by role, where known already."""
    leaving = case.lifecycle.leaving(case.status)
    if not isinstance(actor, User):
        return [step for step in leaving if actor is SYSTEM]
    if case.recuses(actor):
        return []
    here = jurisdiction.permissions_at(actor, case.area)
    of = jurisdiction.permissions_for_departments(actor)
    if parts is None:
        parts = _parts(case) if of and any(step.role != "lead" for step in leaving) else {}

    def may_now(step: Step) -> bool:
        if step.permission == REPORTER:
            return case.reported_by_id == actor.pk
        if step.role == "lead":
            return step.permission in here or step.permission in of.get(case.department_id, ())
        mine = any(step.permission in of.get(department, ()) for department in parts.get(step.role, ()))
        return mine or called(actor, step, case)

    return [step for step in leaving if step.permission and may_now(step) and not case.bars(actor, step.name)]


def _parts(case: Case) -> dict[str, set[int]]:
    """The departments with a part in the case, by role."""
    parts: dict[str, set[int]] = {}
    for role, department in case.parts.present().values_list("role", "department_id"):
        parts.setdefault(role, set()).add(department)
    return parts


def departments_of(actor: Actor, permission: str) -> QuerySet[Department]:
    """The departments for which this person may."""
    return jurisdiction.departments_where(actor, permission) if isinstance(actor, User) else Department.objects.none()


def may(actor: Actor, permission: str | None, case: Case) -> bool:
    """Whether a person may use a permission on this case: in its area, or for the department that holds it."""
    if not isinstance(actor, User) or permission is None:
        return False
    if permission == REPORTER:
        return case.reported_by_id == actor.pk
    return jurisdiction.may(actor, permission, case.area) or jurisdiction.may(actor, permission, case.department)
