"""社区初核: each community looks at the cards of its people, and agrees or says what is wrong."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assessment import statuses
from assessment.lifecycle import LOOK
from assessment.models import Assessment, Remark
from assessment.selectors.months import areas_to_look_for
from assessment.services.months import end_looks
from casework.moment import now
from casework.refusals import NotNow
from casework.services import clocks, doors
from grids.models import Area


@transaction.atomic
def look(assessment: Assessment, *, by: User, agrees: bool, words: str = "", area: Area | None = None) -> Assessment:
    """Says for a community that its people's cards were looked at. Who looks for several of them says for which."""
    if not agrees and not words.strip():
        raise ValidationError({"words": _("Say what is wrong.")})
    held = doors.lock(assessment)
    doors.allowed_step(held, "look", by)
    whose = _whose(held, by, area)
    facts = {"area": whose.pk, "who": whose.name, "agrees": agrees}
    held = doors.take_step(held, "look", by=by, note=words.strip(), facts=facts)
    Remark.objects.create(assessment=held, area=whose, agrees=agrees, words=words.strip(), by=by, at=now())
    clocks.stop_clock(held, LOOK, whose)
    return _end_if_all_looked(held)


def _whose(assessment: Assessment, by: User, area: Area | None) -> Area:
    waiting = areas_to_look_for(assessment, by)
    if not waiting:
        raise NotNow(_("Your community has looked at it already, or its time to look is over."))
    if area is not None and area not in waiting:
        raise ValidationError({"area": _("%(area)s does not wait for your look.") % {"area": area}})
    if area is None and len(waiting) > 1:
        raise ValidationError({"area": _("Choose the community for which you looked.")})
    return area or waiting[0]


@transaction.atomic
def look_is_over(assessment: Assessment, area: Area) -> Assessment:
    """A community did not look in time: its clock ends, late for ever, and the month does not wait for it."""
    held = doors.lock(assessment)
    clocks.stop_clock(held, LOOK, area)
    return _end_if_all_looked(held)


def _end_if_all_looked(assessment: Assessment) -> Assessment:
    if assessment.status == statuses.SCORED and not assessment.deadlines.open().filter(clock=LOOK).exists():
        return end_looks(assessment)
    return assessment
