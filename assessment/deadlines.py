"""What a month does when a clock runs out: it never stands still because somebody did not come."""

from __future__ import annotations

from assessment import statuses
from assessment.lifecycle import CONFIRM, ENTER, LOOK, SHOW
from assessment.models import Assessment
from assessment.services import looking, months
from casework.actors import SYSTEM
from casework.answers import MISSED, when
from casework.models import Rung


def _month_of(rung: Rung) -> Assessment:
    return Assessment.objects.get(pk=rung.case_id)


@when(ENTER, MISSED)
def marks_were_not_entered(rung: Rung) -> None:
    """Scored without the marks that are missing: their lines weigh nothing, and the history says how many."""
    month = _month_of(rung)
    if month.status == statuses.ENTERING:
        months.score(month, by=SYSTEM)


@when(LOOK, MISSED)
def community_did_not_look(rung: Rung) -> None:
    """The others are still waited for; after the last the street confirms."""
    month, area = _month_of(rung), rung.deadline.area
    if month.status == statuses.SCORED and area is not None:
        looking.look_is_over(month, area)


@when(CONFIRM, MISSED)
def nobody_confirmed(rung: Rung) -> None:
    """Published by itself, and it says so."""
    month = _month_of(rung)
    if month.status == statuses.LOOKED:
        months.publish(month, by=SYSTEM)


@when(SHOW, MISSED)
def has_stood_long_enough(rung: Rung) -> None:
    """Final, or corrected, as soon as no appeal is open."""
    month = _month_of(rung)
    if month.status == statuses.PUBLISHED:
        months.end_showing(month)
