"""Who may take a step of a case: where the case lies, whose it is, or who reported it."""

from __future__ import annotations

from accounts.models import User
from casework.actors import SYSTEM, Actor
from casework.lifecycle import REPORTER, Step
from casework.models import Case
from grids import jurisdiction


def may_take(actor: Actor, step: Step, case: Case) -> bool:
    """Default-deny: a step without a permission is the system's alone."""
    if actor is SYSTEM:
        return True
    return may(actor, step.permission, case)


def may(actor: Actor, permission: str | None, case: Case) -> bool:
    """Whether a person may use a permission on this case: in its area, or for the department that holds it."""
    if not isinstance(actor, User) or permission is None:
        return False
    if permission == REPORTER:
        return case.reported_by_id == actor.pk
    return jurisdiction.may(actor, permission, case.area) or jurisdiction.may(actor, permission, case.department)
