"""阶梯式管理: rows are set, the rows propose, people decide; what was decided stays in the history (mechanism 3-51)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.models import StepGrade, StepRule
from assessment.selectors.step_grades import DECIDES, EDITS, MONTHS, standings_of
from casework.moment import now
from casework.refusals import NotNow, NotYours
from grids import jurisdiction
from grids.models import Area, Role
from patrols.services.sentences import said, within


@transaction.atomic
def set_step(*, by: User, area: Area, duty: Role, step: int, name: str, least_years: int, least_tops: int) -> StepRule:
    """What a step of a duty asks for on an area; the row that stood for it before ends."""
    jurisdiction.require(by, EDITS, area)
    if duty.city_id != area.city_id:
        raise ValidationError({"duty": _("Choose a duty of this city.")})
    told = said("name", name, most=40, ask=_("Give the step a name."))
    figures = {
        "step": within("step", step, 1, 20), "least_years": within("least_years", least_years, 0, 50),
        "least_tops": within("least_tops", least_tops, 0, MONTHS),
    }  # fmt: skip
    Area.objects.select_for_update(no_key=True).get(pk=area.pk)
    _refuse_easier(area, duty, **figures)
    StepRule.objects.filter(area=area, duty=duty, step=step, ended_at=None).update(ended_at=now())
    return StepRule.objects.create(city=area.city, area=area, duty=duty, name=told, by=by, at=now(), **figures)


def _refuse_easier(area: Area, duty: Role, *, step: int, least_years: int, least_tops: int) -> None:
    """A higher step never asks for less than a lower one."""
    for other in StepRule.objects.filter(area=area, duty=duty, ended_at=None).exclude(step=step):
        low, high = sorted([(other.step, other.least_years, other.least_tops), (step, least_years, least_tops)])
        if high[1] < low[1] or high[2] < low[2]:
            raise ValidationError({"step": _("Step %(high)s would ask for less than step %(low)s.")
                                   % {"high": high[0], "low": low[0]}})  # fmt: skip


@transaction.atomic
def end_step(rule: StepRule, *, by: User) -> StepRule:
    """Nobody is proposed for this step any more; who has it keeps it."""
    held = StepRule.objects.select_for_update(of=("self",)).select_related("area").get(pk=rule.pk)
    jurisdiction.require(by, EDITS, held.area)
    if held.ended_at:
        raise NotNow(_("This row has ended already."))
    held.ended_at = now()
    held.save(update_fields=["ended_at"])
    return held


@transaction.atomic
def propose_steps(*, by: User, area: Area) -> int:
    """Proposes a step for everybody whom the rows let have a higher one; says for how many. Again: none."""
    jurisdiction.require(by, DECIDES, area)
    Area.objects.select_for_update(no_key=True).get(pk=area.pk)
    rows = [
        StepGrade(
            city=area.city, area=each.post.area, person=each.post.user, rule=each.may_have, days=each.days,
            tops=each.tops, proposed_by=by, proposed_at=now(),
        )
        for each in standings_of(area)
        if each.is_due
    ]  # fmt: skip
    # Two areas of one person, or two who press at once: the second finds it proposed.
    StepGrade.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


@transaction.atomic
def decide_step(grade: StepGrade, *, by: User, given: bool, words: str, since: dt.date | None = None) -> StepGrade:
    """People decide: the step is given from a day on, or declined, each with its words; never by the person himself."""
    held = StepGrade.objects.select_for_update(of=("self",)).select_related("area", "rule").get(pk=grade.pk)
    jurisdiction.require(by, DECIDES, held.area)
    if held.person_id == by.pk:
        raise NotYours(_("Nobody decides on his own step."))
    if held.state != StepGrade.State.PROPOSED:
        raise NotNow(_("This step was decided already."))
    if given and since is None:
        raise ValidationError({"since": _("Say from which day on the step is given.")})
    held.words = said("words", words, most=300, ask=_("Say why it is decided so."))
    held.state = StepGrade.State.GRANTED if given else StepGrade.State.DECLINED
    held.decided_by, held.decided_at, held.since = by, now(), since if given else None
    held.save()
    return held
