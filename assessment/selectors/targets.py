"""年度目标: plans of a year, how each unit stands in each target, the year's score, and the sheet of all of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from assessment.document import Cell, Document, Figure, Section, Table
from assessment.models import Target, TargetCheck, TargetPlan, TargetUnit
from assessment.selectors.grounds import below
from assessment.selectors.paper_forms import NOTHING, day_of, paper_of
from casework.moment import now
from casework.refusals import NotFound
from grids import jurisdiction
from grids.models import City

MAKES: Final = "confirm_scores_in"
CHECKS: Final = ("enter_scores_in", "confirm_scores_in")
REWARDS: Final = "decide_rewards_in"
WATCH: Final = "see_scores_in"


@dataclass(frozen=True)
class Stand:
    """One target of one unit: its checks, the newest first, and what they make of its weight."""

    target: Target
    checks: Sequence[TargetCheck]

    @property
    def mark(self) -> float | None:
        """The mean of its marks; None where nobody looked."""
        return sum(check.mark for check in self.checks) / len(self.checks) if self.checks else None

    @property
    def points(self) -> float | None:
        return None if self.mark is None else self.target.weight * self.mark / 100


@dataclass(frozen=True)
class UnitStand:
    """A unit in its plan: every target of it, and the score out of a hundred of those that were checked."""

    unit: TargetUnit
    stands: list[Stand]

    @cached_property
    def checked(self) -> int:
        return sum(1 for each in self.stands if each.checks)

    @cached_property
    def score(self) -> float | None:
        """Targets nobody looked at weigh nothing: the others are scaled up to the hundred."""
        weight = sum(each.target.weight for each in self.stands if each.checks)
        return 100 * sum(each.points or 0 for each in self.stands) / weight if weight else None


@dataclass(frozen=True)
class PlanStand:
    """A plan with its targets and units, read in three questions."""

    plan: TargetPlan
    targets: list[Target]
    units: list[UnitStand]


def plans_seen(user: User, city: City) -> list[TargetPlan]:
    """The plans of the ground that the reader watches, and those in which his department has a part."""
    found = TargetPlan.objects.filter(_seen(user), city=city).select_related("area")
    counts = {"targets__count": Count("targets", distinct=True), "units__count": Count("units", distinct=True)}
    return list(found.annotate(**counts).order_by("-year", "area__path", "pk")[:200])


def plan_seen_by(user: User, key: UUID) -> TargetPlan:
    """One plan; as unknown to whom it does not concern."""
    found = TargetPlan.objects.filter(_seen(user), key=key).select_related("area", "city", "scored_by").first()
    if found is None:
        raise NotFound(_("There is no such plan, or it is not yours to see."))
    return found


def _seen(user: User) -> Q:
    mine = TargetUnit.objects.filter(plan=OuterRef("pk"), department__in=_departments(user))
    watched = [path for permission in (WATCH, *CHECKS) for path in jurisdiction.paths_where(user, permission)]
    return below(watched) | Q(Exists(mine))


def _departments(user: User) -> list[int]:
    return jurisdiction.department_keys_where(user, "see_cases_in")


def stand_of(plan: TargetPlan, user: User | None = None) -> PlanStand:
    """How a plan stands; a department's people see their own unit alone."""
    units = plan.units.select_related("department", "rewarded_by").order_by("department__code")
    if user and not watches(user, plan):
        units = units.filter(department__in=_departments(user))
    targets = list(plan.targets.order_by("place"))
    checks: dict[tuple[int, int], list[TargetCheck]] = defaultdict(list)
    for check in TargetCheck.objects.filter(unit__in=units).select_related("by").order_by("-at", "-pk"):
        checks[check.unit_id, check.target_id].append(check)
    rows = [UnitStand(unit, [Stand(each, checks[unit.pk, each.pk]) for each in targets]) for unit in units]
    return PlanStand(plan, targets, rows)


def watches(user: User, plan: TargetPlan) -> bool:
    """Whether all units of the plan are the reader's business."""
    return any(jurisdiction.may(user, permission, plan.area) for permission in (WATCH, *CHECKS))


def may_check(user: User, plan: TargetPlan) -> bool:
    """Who records checks: the assessment team and the street."""
    return plan.scored_at is None and any(jurisdiction.may(user, permission, plan.area) for permission in CHECKS)


def check_seen_by(user: User, key: UUID) -> TargetCheck:
    """A check's photo, for whoever sees the unit's row."""
    found = TargetCheck.objects.filter(key=key).exclude(photo="").select_related("unit__plan__area").first()
    if found is None or not _sees_unit(user, found.unit):
        raise NotFound(_("There is no such photo, or it is not yours to see."))
    return found


def _sees_unit(user: User, unit: TargetUnit) -> bool:
    return watches(user, unit.plan) or unit.department_id in _departments(user)


def unit_of(plan: TargetPlan, key: int) -> TargetUnit:
    """A unit of the plan."""
    units: QuerySet[TargetUnit] = plan.units.select_related("department", "plan__area")
    found = units.filter(pk=key).first()
    if found is None:
        raise NotFound(_("There is no such unit in this plan."))
    return found


# --- the sheet --------------------------------------------------------------------------------------------------------
def sheet_of(plan: TargetPlan, user: User) -> Document:
    """同部署、同检查、同考核、同奖惩 on one paper: targets, checks, the year's score, what followed."""
    stand = stand_of(plan, user)
    sections = (
        Section(_("Deployed alike: the targets"), tables=(_targets(stand),)),
        Section(_("Checked alike: what was found"), tables=_checks(stand)),
        Section(_("Scored and rewarded alike"), tables=(_scores(stand),)),
    )
    at = plan.scored_at or now()
    standing = "" if plan.scored_at else _("The year is not scored yet: the figures go on.")
    said = {"year": plan.year, "title": plan.title}
    return paper_of(
        issuer=plan.area.title, kind=_("Targets of the year"), number=f"MB-{plan.year}-{plan.pk:04d}",
        date=at.astimezone(plan.city.zone).date(), title=_("%(year)s: %(title)s") % said, standing=standing,
        sections=sections, signed_by=plan.area.title,
    )  # fmt: skip


def _targets(stand: PlanStand) -> Table:
    lines = tuple(
        (str(at), str(each.get_line_display()), each.words, Figure(each.weight))
        for at, each in enumerate(stand.targets, 1)
    )
    columns = (pgettext("paper", "Place"), _("Line"), _("Target"), _("Weight"))
    return Table(_("Targets, every unit's alike"), columns, lines, widths=(2, 4, 10, 2))


def _checks(stand: PlanStand) -> tuple[Table, ...]:
    lines = tuple(
        (row.unit.department.title, each.target.words, day_of(check.at), Figure(check.mark), check.finding)
        for row in stand.units
        for each in row.stands
        for check in reversed(each.checks)
    )
    columns = (_("Unit"), _("Target"), _("Day"), _("Mark"), _("What was found"))
    return (Table(_("Checks"), columns, lines, widths=(4, 5, 4, 2, 6)),) if lines else ()


def _scores(stand: PlanStand) -> Table:
    scored = stand.plan.scored_at is not None
    lines = []
    for row in stand.units:
        score = row.unit.score if scored else row.score
        gained: list[Cell] = [NOTHING if each.points is None else Figure(each.points, 2) for each in row.stands]
        total: Cell = NOTHING if score is None else Figure(score, 2)
        reward = str(row.unit.get_reward_display()) if row.unit.reward else NOTHING
        lines.append((row.unit.department.title, *gained, f"{row.checked}/{len(row.stands)}", total, reward))
    places = tuple(pgettext("target", "No. %(n)s") % {"n": at} for at in range(1, len(stand.targets) + 1))
    columns = (_("Unit"), *places, _("Checked"), _("Score"), _("Reward or penalty"))
    return Table(_("Scores of the year"), columns, tuple(lines))
