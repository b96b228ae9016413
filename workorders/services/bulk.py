"""One step for many orders: each in its own transaction, each with a verdict; what fails leaves the others alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.refusals import Refusal
from casework.services import doors
from workorders.models import WorkOrder
from workorders.services.undo import take

MOST: Final = 200
# Steps that make sense for several at once: none that shows a photo or answers one citizen.
BULK: Final = (
    "accept", "dispatch", "offer", "join", "sign_for", "hand_to", "verify", "close", "tag", "press", "refuse",
)  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """What became of one row."""

    number: str
    title: str
    done: bool
    # Its new state, or the same refusal as if it had been tried alone.
    sentence: str


def take_each(
    numbers: Sequence[str], orders: Iterable[WorkOrder], step: str, *, by: User,
    said: Callable[[WorkOrder], dict[str, Any]],
) -> list[Verdict]:  # fmt: skip
    """Takes the step for each order that the person sees, in the order of the numbers; `said` gives its arguments."""
    seen = {order.number: order for order in orders}
    return [_take(number, seen.get(number), step, by, said) for number in dict.fromkeys(numbers)]


def _take(number: str, order: WorkOrder | None, step: str, by: User, said: Callable[..., dict[str, Any]]) -> Verdict:
    if order is None:
        sentence = _("There is no order %(number)s, or it is not yours to see.") % {"number": number}
        return Verdict(number, "", done=False, sentence=sentence)
    try:
        with transaction.atomic():
            doors.allowed_step(order, step, by)
            taken = take(order, step, by=by, said=said(order))
    except Refusal as refusal:
        return Verdict(number, order.title, done=False, sentence=refusal.sentence)
    except ValidationError as error:
        return Verdict(number, order.title, done=False, sentence=" ".join(error.messages))
    return Verdict(number, taken.title, done=True, sentence=str(taken.status_label))
