"""When each step of a plan is taken: pure arithmetic over the limits and the calendar, the same in both modes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from casework.calendar import Unit
from workorders.lifecycle import ACCEPT, CLOSE, DISPATCH, HANDLE, SIGN, VERIFY
from workorders.simulation.cast import Stage
from workorders.simulation.plan import Plan

MINUTE = dt.timedelta(minutes=1)
# Which clock measures the wait before a step, and which step began it.
MEASURED = {
    "accept": (ACCEPT, "report"),
    "dispatch": (DISPATCH, "accept"),
    "sign_for": (SIGN, "dispatch"),
    "finish": (HANDLE, "dispatch"),
    "verify": (VERIFY, "finish"),
    "close": (CLOSE, "verify"),
}
# Without a limit a stage still takes its time.
UNMEASURED = dt.timedelta(hours=3)
RATING_AFTER = dt.timedelta(hours=5)


@dataclass(frozen=True)
class Taken:
    """One step taken at a moment."""

    step: str
    at: dt.datetime


def steps_of(plan: Plan, stage: Stage, until: dt.datetime) -> list[Taken]:
    """Every step of a plan that is taken by a moment, in order; the first is the report."""
    moments = {"report": plan.reported_at.astimezone(dt.UTC)}
    taken = [Taken("report", moments["report"])]
    for step, share in plan.shares.items():
        at = max(_moment(plan, stage, step, share, moments), taken[-1].at + MINUTE)
        moments[step] = at
        taken.append(Taken("refuse" if plan.refused else step, at))
    if plan.stars is not None:
        taken.append(Taken("rate", taken[-1].at + RATING_AFTER))
    return [step for step in taken if step.at <= until]


def _moment(plan: Plan, stage: Stage, step: str, share: float, moments: dict[str, dt.datetime]) -> dt.datetime:
    clock, begun_by = MEASURED[step]
    limit = stage.limit(clock, plan)
    if limit is None:
        return moments[begun_by] + UNMEASURED * share
    return stage.calendar.add(moments[begun_by], limit.amount * share, Unit(limit.unit))
