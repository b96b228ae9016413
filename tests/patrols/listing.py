"""Rows for the lists of patrols, made by the real services."""

from __future__ import annotations

from patrols.models import Checklist, Round
from patrols.services.admissions import apply_for
from patrols.services.checklists import write_checklist
from patrols.services.key_times import set_key_time
from patrols.services.risks import name_risk
from tests.conftest import MORNING
from tests.patrols.pointing import INSIDE, department, grid, point, village

TODAY = MORNING.date()


def fill(cast, number: int) -> None:
    """One row more on every list."""
    point(f"棚 {number}", east=number * 3, checklist=Checklist.objects.filter(until=None).first())
    lng, lat = INSIDE["001001"]
    name_risk(
        by=cast.officer_b, department=department(), sort="risk", name=f"险 {number}", reason="x", lng=lng, lat=lat
    )
    write_checklist(by=cast.officer_b, department=department(), name=f"单 {number}", lines=[("030101", "看")])
    set_key_time(by=cast.duty_chief, area=grid(), sort="period", name=f"时 {number}", since=TODAY, until=TODAY, times=2)
    fields = {"sort": "temporary", "name": f"事 {number}", "reason": "x", "until": TODAY}
    apply_for(by=cast.officer_b, department=department(), **fields)
    Round.objects.create(
        city=village(), area=grid(), day=TODAY, sort="key_time", occasion="x", number=number, worker=cast.worker, made_at=MORNING,
    )  # fmt: skip
