"""Every step of the lifecycle by its name: pages and API take them from here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from workorders.models import WorkOrder
from workorders.services import (
    applications,
    checks,
    clues,
    dispatching,
    ending,
    handling,
    intake,
    matters,
    orders,
    problems,
    rulings,
    standing_by,
    supervision,
)  # fmt: skip

STEPS: Final[dict[str, Callable[..., WorkOrder]]] = {
    service.__name__: service
    for service in (
        orders.accept, orders.refuse, orders.dispatch, orders.sign_for, orders.finish, orders.verify, orders.close,
        orders.rate,
        checks.ask_check, checks.check,
        intake.keep, intake.settle, intake.pass_up, intake.withdraw,
        matters.join, matters.part, matters.close_along,
        dispatching.offer, dispatching.claim, dispatching.hold_on, dispatching.let_go, dispatching.lapse,
        dispatching.recall,
        handling.contact, handling.plan, handling.progress, handling.hand_to, handling.take_back,
        handling.sign_assist, handling.assist, handling.release,
        rulings.send_back, rulings.question, rulings.refer, rulings.uphold, rulings.grant, rulings.name_owner,
        applications.ask_longer, applications.ask_parking, applications.endorse, applications.lengthen,
        applications.park, applications.decline, applications.review, applications.resume,
        ending.rework, ending.call, ending.record_rating, ending.leave_unrated, ending.redo,
        supervision.press, supervision.answer_press, supervision.lift_press, supervision.tag,
        clues.file_clue, clues.decide_clue,
        problems.become_problem,
        standing_by.stand_by, standing_by.dispatch_on, standing_by.sign_on, standing_by.handle_on,
    )
}  # fmt: skip
