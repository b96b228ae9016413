"""Risk and hazard points as participating units name them (风险点、隐患点), how they end. Key points: `points.py`."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.moment import now
from casework.refusals import NotNow
from grids import jurisdiction
from grids.geo import area_at, to_wgs84
from grids.models import Department
from patrols.models import RiskPoint
from patrols.services.sentences import said

NAMES = "name_risks_in"


@transaction.atomic
def name_risk(
    *, by: User, department: Department, sort: str, name: str, reason: str, lng: float, lat: float,
    level: int = RiskPoint.Level.ORDINARY, datum: str = "wgs84",
) -> RiskPoint:  # fmt: skip
    """A unit names a risk or hazard point, with where it is and why it is one."""
    jurisdiction.require(by, NAMES, department)
    if sort not in RiskPoint.Sort.values:
        raise ValidationError({"sort": _("Choose whether this is a risk or a hazard.")})
    if level not in RiskPoint.Level.values:
        raise ValidationError({"level": _("Choose one of the four levels.")})
    named = said("name", name, most=80, ask=_("Give the place a name."))
    why = said("reason", reason, most=300, ask=_("Say why this is a risk or a hazard."))
    point = to_wgs84(lng, lat, datum)
    area = area_at(point, city=department.city)
    if area is None or not area.path.startswith(department.area.path):
        words = {"department": department.title, "area": department.area.title}
        raise ValidationError({"lng": _("This place lies outside %(area)s, which %(department)s serves.") % words})
    return RiskPoint.objects.create(
        city=department.city, department=department, area=area, sort=sort, level=level, name=named, reason=why,
        lng=point[0], lat=point[1], named_by=by, named_at=now(),
    )  # fmt: skip


@transaction.atomic
def end_risk(risk: RiskPoint, *, by: User, because: str) -> RiskPoint:
    """The hazard is put right, the risk is over: who says so, and in which words."""
    held = RiskPoint.objects.select_for_update(of=("self",)).select_related("department").get(pk=risk.pk)
    jurisdiction.require(by, NAMES, held.department)
    if held.ended_at:
        raise NotNow(_("This point has ended already."))
    held.ended_because = said("because", because, most=300, ask=_("Say how it was put right, or why it is none."))
    held.ended_at, held.ended_by = now(), by
    held.save(update_fields=["ended_because", "ended_at", "ended_by"])
    return held
