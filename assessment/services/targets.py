"""年度目标: one plan for all units and lines, safety among them; checks, the year's score, reward or penalty (4-48)."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.models import Target, TargetCheck, TargetPlan, TargetUnit
from assessment.selectors.targets import CHECKS, MAKES, REWARDS, stand_of
from casework.moment import now
from casework.refusals import NotNow, NotYours
from grids import jurisdiction
from grids.models import Area, Department
from patrols.services.sentences import said, within

MOST_TARGETS = 30
# 安全生产 is planned with at least a tenth of the hundred wherever there is a plan: 同部署 is no line of its own.
LEAST_SAFETY = 10
Wanted = Sequence[tuple[str, int, str]]


@transaction.atomic
def make_plan(
    *, by: User, area: Area, year: int, title: str, targets: Wanted, departments: Sequence[Department]
) -> TargetPlan:
    """同部署: the same targets for every unit; (line, weight, words), together a hundred points, safety among them."""
    jurisdiction.require(by, MAKES, area)
    called = said("title", title, most=80, ask=_("Give the plan a title."))
    _refuse_unsound(targets)
    if not departments or any(each.city_id != area.city_id for each in departments):
        raise ValidationError({"departments": _("Choose at least one unit of this city.")})
    Area.objects.select_for_update(no_key=True).get(pk=area.pk)
    fields = {"area": area, "year": within("year", year, 2000, 2099), "title": called}
    if TargetPlan.objects.filter(**fields).exists():
        raise ValidationError({"title": _("There is a plan of this title for this year already.")})
    plan = TargetPlan.objects.create(city=area.city, made_by=by, made_at=now(), **fields)
    for place, (line, weight, words) in enumerate(targets, 1):
        Target.objects.create(plan=plan, place=place, line=line, weight=weight, words=words)
    TargetUnit.objects.bulk_create(TargetUnit(plan=plan, department=each) for each in departments)
    return plan


def _refuse_unsound(targets: Wanted) -> None:
    if not 1 <= len(targets) <= MOST_TARGETS:
        raise ValidationError({"targets": _("A plan has from 1 to %(most)d targets.") % {"most": MOST_TARGETS}})
    for line, weight, words in targets:
        if line not in Target.Line.values or not 1 <= weight <= 100:
            raise ValidationError({"targets": _("Each target needs a line of work and a weight from 1 to 100.")})
        said("targets", words, most=200, ask=_("Each target needs words that say what is to be reached."))
    total = sum(weight for _line, weight, _words in targets)
    if total != 100:
        raise ValidationError({"targets": _("The weights sum to %(total)d, not to 100.") % {"total": total}})
    safety = sum(weight for line, weight, _words in targets if line == Target.Line.SAFETY)
    if safety < LEAST_SAFETY:
        raise ValidationError(
            {"targets": _("Safety is planned with the rest: at least %(least)d points.") % {"least": LEAST_SAFETY}}
        )


@transaction.atomic
def record_check(
    unit: TargetUnit, *, by: User, target: Target, mark: int, finding: str, photo: bytes | None = None
) -> TargetCheck:
    """同检查: one look at one target of one unit, its mark of a hundred, what was found, a photo of it."""
    plan = _held(unit.plan)
    if not any(jurisdiction.may(by, permission, plan.area) for permission in CHECKS):
        raise NotYours(_("Checks are recorded by the assessment team and the street."))
    if plan.scored_at:
        raise NotNow(_("The year was scored; nothing of it changes any more."))
    if target.plan_id != plan.pk:
        raise ValidationError({"target": _("Choose a target of this plan.")})
    if jurisdiction.may(by, "handle_in", unit.department):
        raise NotYours(_("Nobody checks his own unit."))
    check = TargetCheck(
        unit=unit, target=target, mark=within("mark", mark, 0, 100), by=by, at=now(),
        finding=said("finding", finding, most=500, ask=_("Say what was found.")),
    )  # fmt: skip
    if photo:
        check.photo.save(f"{check.key}.jpg", ContentFile(photo), save=False)
    check.save()
    return check


@transaction.atomic
def score_year(plan: TargetPlan, *, by: User) -> TargetPlan:
    """同考核: the scores of all units are written down, in all lines at once; nothing of them changes afterwards."""
    held = _held(plan)
    jurisdiction.require(by, MAKES, held.area)
    if held.scored_at:
        raise NotNow(_("The year was scored already."))
    for row in stand_of(held).units:
        TargetUnit.objects.filter(pk=row.unit.pk).update(score=row.score)
    held.scored_by, held.scored_at = by, now()
    held.save(update_fields=["scored_by", "scored_at"])
    return held


@transaction.atomic
def reward_unit(unit: TargetUnit, *, by: User, reward: str, words: str) -> TargetUnit:
    """同奖惩: what follows for a unit, once, by people and with words; not before the year is scored."""
    plan = _held(unit.plan)
    jurisdiction.require(by, REWARDS, plan.area)
    held = TargetUnit.objects.select_for_update().get(pk=unit.pk)
    if plan.scored_at is None:
        raise NotNow(_("The year is scored first."))
    if held.reward:
        raise NotNow(_("This was decided already."))
    if reward not in TargetUnit.Reward.values:
        raise ValidationError({"reward": _("Choose a reward, a penalty, or neither.")})
    held.reward_words = said("words", words, most=300, ask=_("Say why it is decided so."))
    held.reward, held.rewarded_by, held.rewarded_at = reward, by, now()
    held.save()
    return held


def _held(plan: TargetPlan) -> TargetPlan:
    return TargetPlan.objects.select_for_update(of=("self",)).select_related("area", "city").get(pk=plan.pk)
