"""The one change a published ladder knows: an office stops a rule at once, for open cases too, or lets it go on."""

from __future__ import annotations

from django.db import transaction

from casework.models import Case, Deadline, LadderRule, Rung
from casework.moment import now


@transaction.atomic
def switch_off(rule: LadderRule) -> None:
    """Stops a rung everywhere: what has not fired will not fire. A clock started meanwhile is stopped by the sweep."""
    LadderRule.objects.filter(pk=rule.pk).update(switched_off_at=now())
    # A rung held by a sweep or a clerk is left to him, so that nobody waits in a circle.
    free = Rung.objects.filter(rule=rule, live=True).select_for_update(skip_locked=True, of=("self",))
    Rung.objects.filter(pk__in=list(free.values_list("pk", flat=True))).update(live=False)


@transaction.atomic
def switch_on(rule: LadderRule) -> None:
    """Lets a rung go on; what fell due in between fires with the next sweep. Paused clocks take it up when resumed."""
    LadderRule.objects.filter(pk=rule.pk).update(switched_off_at=None)
    waiting = Rung.objects.filter(rule=rule, fired_at=None, live=False, deadline__state=Deadline.State.RUNNING)
    held = Case.objects.filter(pk__in=waiting.values("case_id")).order_by("pk").select_for_update()
    waiting.filter(case__in=list(held.values_list("pk", flat=True))).update(live=True)
