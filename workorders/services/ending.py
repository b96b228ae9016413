"""After the work: rework, call-back, what the citizen says, and taking up again what was not solved."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from casework.actors import SYSTEM, Actor
from casework.models import Part
from casework.services import clocks, doors
from workorders.lifecycle import CALL_BACK, CLOSE, VERIFY
from workorders.models import SiteCheck, WorkOrder
from workorders.services.checks import note_check
from workorders.services.parts import begin_handling, drop, lead, lead_of, stop_first
from workorders.services.problems import note_rework
from workorders.services.ratings import keep_rating

# Rules.md 13.2 rows 30 and 31.
MOST_CALLS = 2


@transaction.atomic
def rework(order: WorkOrder, *, by: Actor, words: str, pictures: list[bytes] | None = None) -> WorkOrder:
    """返工: somebody went to see, and it is not done; the department begins another round with a clock of its own."""
    if not words.strip():
        raise ValidationError({"words": _("Say what is still to be done.")})
    order = doors.take_step(order, "rework", by=by, note=words.strip(), facts={"photos": len(pictures or [])})
    clocks.stop_clock(order, VERIFY)
    drop(order, CLOSE)
    note_check(order, by=by, outcome=SiteCheck.Outcome.NOT_DONE, words=words, pictures=pictures or [])
    return _again(order)


@transaction.atomic
def redo(order: WorkOrder, *, by: Actor, words: str) -> WorkOrder:
    """重办: the citizen says it is not solved; the same department begins another round (rules.md 3.6)."""
    if not words.strip():
        raise ValidationError({"words": _("Say what is still to be done.")})
    order = doors.lock(order)
    changes: dict[str, Any] = {"stars": None, "solved": None, "satisfied": None, "rating_words": "", "calls": 0}
    if order.department_id is None:
        raise ValidationError(_("No department handled it; open a new order."))
    drop(order, CALL_BACK)
    order = doors.take_step(order, "redo", by=by, note=words.strip(), **changes)
    lead(order, lead_of(order), signed=True)
    return _again(order)


def _again(order: WorkOrder) -> WorkOrder:
    begin_handling(order, lead_of(order), signed=True)
    if not order.parts.present().filter(role=Part.Role.LEAD).exists():
        lead(order, lead_of(order), signed=True)
    return note_rework(order)


@transaction.atomic
def call(order: WorkOrder, *, by: Actor, note: str = "") -> WorkOrder:
    """回访未通: called and not reached; after the second time the case stays unrated, a state of its own."""
    order = doors.lock(order)
    order = doors.take_step(order, "call", by=by, note=note, facts={"attempt": order.calls + 1}, calls=order.calls + 1)
    return leave_unrated(order) if order.calls >= MOST_CALLS else order


@transaction.atomic
def record_rating(order: WorkOrder, *, by: Actor, solved: bool, satisfied: bool, words: str = "") -> WorkOrder:
    """回访: what the citizen said on the phone; solved and satisfied are two questions."""
    stop_first(order, CALL_BACK)
    facts: dict[str, Any] = {"solved": solved, "satisfied": satisfied}
    changes: dict[str, Any] = {**facts, "rating_words": words.strip()}
    order = doors.take_step(order, "record_rating", by=by, facts=facts, **changes)
    keep_rating(order, by=by, via="call")
    return order


@transaction.atomic
def leave_unrated(order: WorkOrder, *, by: Actor = SYSTEM) -> WorkOrder:
    """未评价: nobody could be reached; counted apart, never as content."""
    stop_first(order, CALL_BACK)
    return doors.take_step(order, "leave_unrated", by=by)
