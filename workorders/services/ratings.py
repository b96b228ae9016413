"""What the person helped says of a round of handling; a poor word answers at once with a clue (mechanism 3-17)."""

from __future__ import annotations

from accounts.models import User
from casework.actors import SYSTEM, Actor
from casework.moment import now
from workorders.models import Clue, Rating, WorkOrder
from workorders.services.clues import file_by_rule

LOW = 2


def keep_rating(order: WorkOrder, *, by: Actor, via: str) -> Rating:
    """Keeps the rating of this round; unsolved or poorly rated work is put before the supervision office at once."""
    rating = Rating.objects.create(
        order=order, round=order.reworks + 1, via=via, stars=order.stars, solved=bool(order.solved),
        satisfied=bool(order.satisfied), words=order.rating_words, by=by if isinstance(by, User) else None, at=now(),
    )  # fmt: skip
    if not rating.solved:
        file_by_rule(order, Clue.Reason.UNSOLVED, by=SYSTEM)
    elif not rating.satisfied or (rating.stars or 5) <= LOW:
        file_by_rule(order, Clue.Reason.DISSATISFIED, by=SYSTEM)
    return rating
