"""How pages and API take a step of a whistle or of a supervised case: by name, and with every wrong code counted."""

from __future__ import annotations

from typing import Any, Final, TypeVar

from django.db import transaction

from accounts.models import User
from casework.models import Case
from casework.services import doors
from whistle.lifecycle import SUPERVISION, WHISTLE
from whistle.services.reporting_in import WrongCode, note_wrong_code
from whistle.services.steps import STEPS as OF_WHISTLE
from whistle.services.steps import SUPERVISION_STEPS as OF_SUPERVISION

AnyCase = TypeVar("AnyCase", bound=Case)
SERVICES: Final = {WHISTLE.kind: OF_WHISTLE, SUPERVISION.kind: OF_SUPERVISION}


def take(case: AnyCase, step: str, *, by: User, said: dict[str, Any]) -> AnyCase:
    """Takes a step of a whistle or of a supervised case; `said` are the arguments of its service.

    A wrong code is counted although the step is refused, and before anybody else's try is looked at: the case's row is
    held until it stands.
    """
    wrong: WrongCode
    with transaction.atomic():
        locked = doors.lock(case)
        try:
            taken: AnyCase = SERVICES[case.kind][step](locked, by=by, **said)
            return taken
        except WrongCode as refusal:
            note_wrong_code(refusal.summons)
            wrong = refusal
    raise wrong
