"""Clues (线索) from whistles: evidence put before discipline inspection; whether anybody answers, people decide."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.actors import SYSTEM, Actor
from casework.moment import now
from casework.refusals import NotFound
from casework.services import doors
from grids.models import Department
from whistle.models import Clue, Notice, Whistle
from whistle.services.notices import staff_of, tell

# What speaks for itself in a whistle's history.
TELLING = frozenset({
    "deadline_missed", "press_given", "supervise_given", "louder_given", "supervised", "grown_louder", "blown_again",
    "objection_refused", "audited", "departments_rated",
})  # fmt: skip


@transaction.atomic
def file_clue(whistle: Whistle, *, by: Actor, reason: str, words: str = "") -> Whistle:
    """Puts the whistle before discipline inspection, with the events that show why."""
    if reason not in Clue.Reason.values:
        raise ValidationError({"reason": _("Choose a reason.")})
    if isinstance(by, User) and not words.strip():
        raise ValidationError({"words": _("Say what the evidence shows.")})
    whistle = doors.lock(whistle)
    if whistle.clues.filter(reason=reason, decided_at=None).exists():
        raise ValidationError({"reason": _("Such a clue is waiting for its decision already.")})
    return file_by_rule(whistle, reason, by=by, words=words)


def file_by_rule(whistle: Whistle, reason: str, *, by: Actor = SYSTEM, words: str = "") -> Whistle:
    """The same, but a clue that waits already is enough."""
    whistle = doors.lock(whistle)
    if whistle.clues.filter(reason=reason, decided_at=None).exists():
        return whistle
    evidence = list(whistle.events.filter(verb__in=TELLING).values_list("seq", flat=True))
    chain = whistle.last_hash
    whistle = doors.take_step(whistle, "file_clue", by=by, facts={"reason": str(reason)})
    Clue.objects.create(
        whistle=whistle, reason=reason, words=words.strip(), evidence=evidence, chain=chain,
        by=by if isinstance(by, User) else None, at=now(),
    )  # fmt: skip
    offices = Department.objects.standing().filter(kind=Department.Kind.DISCIPLINE, area__in=whistle.area.path_keys)
    tell(whistle, Notice.About.CLUE, staff_of(offices.values_list("pk", flat=True)))
    return whistle


@transaction.atomic
def decide_clue(whistle: Whistle, *, by: User, decision: str, clue: Clue | None = None) -> Whistle:
    """What people decided on a clue. The words stay with the clue: only who may decide reads them."""
    if not decision.strip():
        raise ValidationError({"decision": _("Say what was decided.")})
    whistle = doors.take_step(whistle, "decide_clue", by=by)
    waiting = whistle.clues.filter(decided_at=None)
    found = (waiting.filter(pk=clue.pk) if clue else waiting).first()
    if found is None:
        raise NotFound(_("No clue of this whistle waits for a decision."))
    found.decision, found.decided_at, found.decided_by = decision.strip(), now(), by
    found.save(update_fields=["decision", "decided_at", "decided_by"])
    return whistle
