"""Every step of a whistle and of a supervised case by its name: pages and API take them from here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from whistle.services import agreeing, blowing, clues, ending, growing, objections, reporting_in, supervisions

STEPS: Final[dict[str, Callable[..., Any]]] = {
    service.__name__: service
    for service in (
        blowing.blow, blowing.decline, blowing.withdraw,
        reporting_in.sign, reporting_in.contact, reporting_in.announce, reporting_in.check_in, reporting_in.register,
        objections.object_to, objections.uphold, objections.excuse, objections.call_off,
        agreeing.plan, agreeing.replan, agreeing.confirm_plan, agreeing.attach, agreeing.progress, agreeing.reply,
        agreeing.audit,
        ending.settle, ending.rate, ending.let_stand,
        supervisions.supervise, growing.ask_word, growing.blow_again, growing.grow,
        clues.file_clue, clues.decide_clue,
    )
}  # fmt: skip
SUPERVISION_STEPS: Final[dict[str, Callable[..., Any]]] = {
    service.__name__: service
    for service in (supervisions.demand, supervisions.take_up, supervisions.answer, supervisions.conclude)
}
