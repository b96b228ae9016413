"""重奖 and what else people propose: for whom, why, in which grade; the sum is the city's (mechanism 4-44)."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.models import Proposal
from assessment.reasons import Consequence, Merit
from assessment.selectors.months import day_in
from assessment.selectors.proposals import rewards_of
from assessment.services.proposals import open_proposal
from casework.refusals import NotYours
from grids import jurisdiction
from grids.models import Area, Department
from grids.selectors import rulebook_in_force


@transaction.atomic
def propose(
    *, by: User, area: Area | None, consequence: str, grounds: str, person: User | None = None,
    unit: Department | None = None, merit: str = "", grade: int | None = None,
) -> Proposal:  # fmt: skip
    """A person proposes something for a colleague or a unit; a heavy reward names its merit and grade."""
    if area is None or not jurisdiction.may(by, "see_scores_in", area):
        raise NotYours(_("Only those who see all scores here may propose what follows from them."))
    if consequence not in Consequence.values:
        raise ValidationError({"consequence": _("Choose what you propose.")})
    if not grounds.strip():
        raise ValidationError({"grounds": _("Say why.")})
    if (person is None) == (unit is None):
        raise ValidationError({"person": _("Name a person or a unit.")})
    if person is not None and person.pk == by.pk:
        raise ValidationError({"person": _("Nobody proposes anything for himself.")})
    case = Proposal(consequence=consequence, person=person, unit=unit, grounds=grounds.strip(), reported_by=by)
    if consequence == Consequence.HEAVY_REWARD:
        case.merit, case.grade, case.yuan = _reward(area, merit, grade)
    return open_proposal(case, by=by, area=area)


def _reward(area: Area, merit: str, grade: int | None) -> tuple[str, int, int]:
    """The merit, its grade, and what the city gives for it."""
    if merit not in Merit.values:
        raise ValidationError({"merit": _("Say for what.")})
    given = rewards_of(rulebook_in_force(area.city, day_in(area.city))).filter(merit=merit)
    found = given.filter(grade=grade).first() if grade is not None else None
    if found is None:
        grades = ", ".join(str(each.grade) for each in given) or "—"
        raise ValidationError({"grade": _("The city's grades for this are: %(grades)s.") % {"grades": grades}})
    return merit, found.grade, found.yuan
