"""Who has a part in an order, and the clocks of its stages: what every use-case of the order is made of."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from casework.models import Part
from casework.moment import now
from casework.refusals import NotNow
from casework.selectors import StageRules, limit_for, stage_of
from casework.services import clocks, doors
from grids.models import Area, Department, Rulebook
from grids.selectors import desk_of
from workorders.lifecycle import ASSIST, CALL_BACK, CONTACT, HANDLE, SIGN
from workorders.models import WorkOrder

# Rules.md 13.2 row 37: an assisting department has four fifths of the lead's time.
ASSIST_SHARE = 0.8


def start(order: WorkOrder, clock: str, holder: Area | Department | User, *, at: dt.datetime | None = None) -> None:
    """Begins a stage's clock if the city's rules give it a limit; a stage without one has none."""
    stage = rules_of(order, order.rulebook, clock)
    if stage.limit is not None:
        clocks.start_clock(order, clock, holder, stage.limit, at=at, rules=stage.ladder)


def first_clock(order: WorkOrder, rulebook: Rulebook, clock: str, holder: Area) -> clocks.First | None:
    """The clock with which an order is to be opened, if the city's rules give its stage a limit."""
    stage = rules_of(order, rulebook, clock)
    return clocks.First(clock, holder, stage.limit, stage.ladder) if stage.limit else None


def rules_of(order: WorkOrder, rulebook: Rulebook, clock: str) -> StageRules:
    """What the rulebook says of a stage of this order."""
    return stage_of(rulebook, clock, subject=order.category.code, condition=order.condition)


def stop_first(order: WorkOrder, clock: str) -> None:
    """Ends the clock of a last stage before the closing step would drop it; rolled back if the step is refused."""
    clocks.stop_clock(doors.lock(order), clock)


def lead_of(order: WorkOrder) -> Department:
    """The department that leads; refuses where there is none."""
    if order.department is None:
        raise NotNow(_("No unit has it; name who carries it."))
    return order.department


def lead(order: WorkOrder, department: Department, *, signed: bool = False) -> Part:
    """Makes a department the lead; a lead before it has ended."""
    at = now()
    return Part.objects.create(
        case=order, department=department, role=Part.Role.LEAD, since=at, signed_at=at if signed else None
    )


def begin_handling(order: WorkOrder, department: Department, *, signed: bool = False) -> None:
    """The clocks of a department that is to handle: to sign for it, to reach the citizen, to handle; all at once."""
    if not signed:
        start(order, SIGN, department)
    if asks_contact(order):
        start(order, CONTACT, department)
    start(order, HANDLE, department)


def asks_contact(order: WorkOrder) -> bool:
    """Whether somebody outside waits to be called: a report from a citizen with a number to call."""
    return order.reporter_row is not None and order.reporter_row.is_citizen and order.contacted_at is None


def ask_assistants(order: WorkOrder, departments: list[Department]) -> None:
    """Each assisting department gets its part and its own clock, four fifths of the lead's."""
    at = now()
    limit = limit_for(order.rulebook, HANDLE, subject=order.category.code, condition=order.condition)
    for department in departments:
        Part.objects.create(case=order, department=department, role=Part.Role.ASSIST, since=at)
        if limit is not None:
            clocks.start_clock(order, ASSIST, department, limit, share=ASSIST_SHARE)


def end_parts(order: WorkOrder, outcome: str, *, role: str | None = None) -> None:
    """Ends the present parts of an order, of one role if named."""
    parts = order.parts.present()
    (parts.filter(role=role) if role else parts).update(until=now(), outcome=outcome)


def take_from_department(order: WorkOrder, outcome: str) -> None:
    """The order leaves the departments that have it: their parts and what is still asked of them end."""
    end_parts(order, outcome)
    drop(order, SIGN, CONTACT, HANDLE, ASSIST)


def drop(order: WorkOrder, *stages: str) -> None:
    """Ends what is no longer asked for: neither met nor late, unless it was late already."""
    for stage in stages:
        clocks.drop_clocks(order, clock=stage)


def names_of(departments: list[Department]) -> list[str]:
    """The departments' names as they are today, for an event that must stay readable."""
    return [department.name for department in departments]


def named(department: Department | None) -> dict[str, Any]:
    """A department as an event names it: by key, and by the name it has today."""
    return {"department": department.pk, "department_name": department.name} if department else {}


def ask_call_back(order: WorkOrder) -> None:
    """回访: the clock of the desk that calls the citizen (rules.md 13.2 row 30)."""
    if order.reporter_row is not None and order.reporter_row.is_citizen:
        start(order, CALL_BACK, desk_of(order.area))
