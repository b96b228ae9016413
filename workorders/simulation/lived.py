"""Takes a plan through the real services under a moved clock; the real sweep comes by whenever something is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial

from django.db import transaction

from casework.models import Rung
from casework.moment import moved_to
from casework.services.sweep import sweep_deadlines
from workorders.models import WorkOrder
from workorders.services import orders, reporting
from workorders.simulation import pictures
from workorders.simulation.cast import Stage
from workorders.simulation.line import steps_of
from workorders.simulation.plan import Plan

# The sweep looks every half minute, so what falls due is seen at the next one.
TICK_SECONDS = 30


@transaction.atomic
def live(plan: Plan, stage: Stage, until: dt.datetime) -> WorkOrder:
    """Lives one order to its end, or to a moment; a life is whole or has not been."""
    first, *rest = steps_of(plan, stage, until)
    with moved_to(first.at):
        order = _report(plan, stage)
    for taken in rest:
        sweep_until(order, taken.at)
        with moved_to(taken.at):
            order = _take(order, taken.step, plan, stage)
    sweep_until(order, until)
    return order


def sweep_until(order: WorkOrder, until: dt.datetime) -> None:
    """Lets the sweep come by at each tick at which a rung of the order is due."""
    while tick := _next_tick(order, until):
        with moved_to(tick):
            sweep_deadlines()


def tick_after(moment: dt.datetime) -> dt.datetime:
    """The first sweep at or after a moment."""
    seconds = -(-moment.timestamp() // TICK_SECONDS) * TICK_SECONDS
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


def _next_tick(order: WorkOrder, until: dt.datetime) -> dt.datetime | None:
    due = Rung.objects.filter(case=order, live=True).order_by("at").values_list("at", flat=True).first()
    tick = tick_after(due) if due else None
    return tick if tick and tick <= until else None


def _report(plan: Plan, stage: Stage) -> WorkOrder:
    lng, lat = stage.point(plan)
    return reporting.report(
        by=stage.workers[plan.worker].user, city=stage.city, category=stage.categories[plan.kind.category],
        condition=plan.kind.condition, words=plan.words, place=plan.place, lng=lng, lat=lat,
        pictures=[pictures.before(plan.kind)],
    )  # fmt: skip


def _take(order: WorkOrder, step: str, plan: Plan, stage: Stage) -> WorkOrder:
    area = stage.workers[plan.worker].area
    worker, category = stage.workers[plan.worker].user, plan.kind.category
    acts: dict[str, Callable[[], WorkOrder]] = {
        "accept": lambda: orders.accept(order, by=stage.dispatcher(area)),
        "refuse": lambda: orders.refuse(order, by=stage.dispatcher(area), reason=REFUSAL, words=REFUSAL_WORDS),
        "dispatch": lambda: orders.dispatch(order, by=stage.dispatcher(area), department=stage.handler(category)),
        "sign_for": lambda: orders.sign_for(order, by=stage.officer(category)),
        "finish": lambda: orders.finish(
            order, by=stage.officer(category), result=plan.kind.done, pictures=[pictures.after(plan.kind)]
        ),
        "verify": lambda: orders.verify(order, by=worker),
        "close": lambda: orders.close(order, by=stage.dispatcher(area)),
        "rate": partial(orders.rate, order, by=worker, stars=plan.stars or 5, solved=(plan.stars or 5) >= 3),
    }
    return acts[step]()


REFUSAL = "nothing_new"
REFUSAL_WORDS = "此事已有工单在办，进展可查原工单。"
