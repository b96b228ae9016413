"""Clues (线索): evidence put before discipline inspection, whose decision people enter; the house accuses nobody."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.actors import SYSTEM, Actor
from casework.moment import now
from casework.refusals import NotFound
from casework.services import doors
from workorders.models import Clue, WorkOrder

# What speaks for itself in a case's history.
TELLING = frozenset({
    "deadline_missed", "press_given", "yellow_card_given", "red_card_given", "pressed", "sent_back", "reworked",
    "redone", "rated", "rating_recorded", "became_problem", "recalled",
})  # fmt: skip


@transaction.atomic
def file_clue(order: WorkOrder, *, by: Actor, reason: str, words: str = "") -> WorkOrder:
    """Puts the case before discipline inspection, with the events that show why; once while one is undecided."""
    if reason not in Clue.Reason.values:
        raise ValidationError({"reason": _("Choose a reason.")})
    if isinstance(by, User) and not words.strip():
        raise ValidationError({"words": _("Say what the evidence shows.")})
    order = doors.lock(order)
    if order.clues.filter(reason=reason, decided_at=None).exists():
        raise ValidationError({"reason": _("Such a clue is waiting for its decision already.")})
    return file_by_rule(order, reason, by=by, words=words)


def file_by_rule(order: WorkOrder, reason: str, *, by: Actor = SYSTEM, words: str = "") -> WorkOrder:
    """The same, but a clue that waits already is enough."""
    order = doors.lock(order)
    if order.clues.filter(reason=reason, decided_at=None).exists():
        return order
    evidence = list(order.events.filter(verb__in=TELLING).values_list("seq", flat=True))
    chain = order.last_hash
    order = doors.take_step(order, "file_clue", by=by, facts={"reason": str(reason)})
    Clue.objects.create(
        order=order, department=order.department, reason=reason, words=words.strip(), evidence=evidence, chain=chain,
        by=by if isinstance(by, User) else None, at=now(),
    )  # fmt: skip
    return order


@transaction.atomic
def decide_clue(order: WorkOrder, *, by: Actor, clue: Clue | None = None, decision: str) -> WorkOrder:
    """What people decided on a clue. The words stay with the clue: only who may decide reads them."""
    if not decision.strip():
        raise ValidationError({"decision": _("Say what was decided.")})
    order = doors.take_step(order, "decide_clue", by=by)
    waiting = order.clues.filter(decided_at=None)
    found = (waiting.filter(pk=clue.pk) if clue else waiting).first()
    if found is None:
        raise NotFound(_("No clue of this order waits for a decision."))
    found.decision, found.decided_at = decision.strip(), now()
    found.decided_by = by if isinstance(by, User) else None
    found.save(update_fields=["decision", "decided_at", "decided_by"])
    return order
