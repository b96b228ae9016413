"""The one change a published ladder knows: an office stops a rule at once, for open cases too, or lets it go on."""

from __future__ import annotations

from django.db import transaction

from casework.models import LadderRule, Rung
from casework.moment import now


@transaction.atomic
def switch_off(rule: LadderRule) -> None:
    """Stops a rung everywhere: what has not fired will not fire."""
    LadderRule.objects.filter(pk=rule.pk).update(switched_off_at=now())
    Rung.objects.filter(rule=rule, live=True).update(live=False)


@transaction.atomic
def switch_on(rule: LadderRule) -> None:
    """Lets a rung go on; what fell due in between fires with the next sweep."""
    LadderRule.objects.filter(pk=rule.pk).update(switched_off_at=None)
    waiting = Rung.objects.filter(rule=rule, fired_at=None, deadline__state="running")
    waiting.update(live=True)
