"""What stands beside an order written in volume, as the services leave it: parts, looks, ratings, presses, clues."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from casework.actors import SYSTEM
from casework.models import Part
from casework.services.bulk import NewCase, Told
from grids.models import Department
from workorders.models import Clue, Press, Rating, SiteCheck
from workorders.selectors.offices import office_of
from workorders.services.clues import TELLING
from workorders.services.supervision import LEVELS
from workorders.simulation.cast import Worker


def with_clues(told: list[Told], *, satisfied: bool, solved: bool) -> list[Told]:
    """The same history with the clue that a red card or a poor word brings with it, right after what brought it."""
    whole, status = list[Told](), ""
    for entry in told:
        whole.append(entry)
        status = entry.after or status
        if entry.verb == "red_card_given":
            whole.append(_filed(entry, Clue.Reason.RED_CARD, status))
        elif entry.verb == "rated" and not (solved and satisfied):
            whole.append(_filed(entry, Clue.Reason.DISSATISFIED if solved else Clue.Reason.UNSOLVED, status))
    return whole


def _filed(after: Told, reason: str, status: str) -> Told:
    return Told("clue_filed", after.at, SYSTEM, status, status, facts={"reason": str(reason)})


def write_beside(made: Iterable[Any], new: Iterable[NewCase], workers: Iterable[Worker]) -> None:
    """Writes all rows beside many orders, a table at a time."""
    rows: dict[Any, list[Any]] = {Part: [], SiteCheck: [], Rating: [], Press: [], Clue: []}
    offices: dict[int, Department | None] = {}
    for order, each, worker in zip(made, new, workers, strict=True):
        at = {told.verb: told for told in each.told}
        pressed = any(told.verb.endswith("_given") for told in each.told)
        if pressed and order.area_id not in offices:
            offices[order.area_id] = office_of(order)
        office = offices.get(order.area_id)
        for row in (*_handling(order, at, worker), *_supervision(order, each.told, office)):
            rows[type(row)].append(row)
    for model, found in rows.items():
        model._default_manager.bulk_create(found)


def _handling(order: Any, at: dict[str, Told], worker: Worker) -> Iterable[Any]:
    if "dispatched" not in at:
        return
    closed, signed = at.get("closed"), at.get("signed_for")
    yield Part(
        case_id=order.pk, department=order.department, role=Part.Role.LEAD, since=at["dispatched"].at,
        signed_at=signed.at if signed else None, until=closed.at if closed else None,
        outcome=Part.Outcome.DONE if closed else "",
    )  # fmt: skip
    if "finished" in at:
        seen = at.get("verified")
        yield SiteCheck(
            order_id=order.pk, moment=SiteCheck.Moment.AFTER, worker=worker.user, chosen="own_grid",
            at=at["finished"].at, done_by=worker.user if seen else None, done_at=seen.at if seen else None,
            outcome=SiteCheck.Outcome.DONE if seen else "",
        )  # fmt: skip
    if "rated" in at:
        yield Rating(
            order_id=order.pk, round=1, via=Rating.Via.REPORTER, stars=order.stars, solved=order.solved,
            satisfied=order.satisfied, by=worker.user, at=at["rated"].at,
        )  # fmt: skip


def _supervision(order: Any, told: Sequence[Told], office: Department | None) -> Iterable[Any]:
    highest, shown = 0, list[int]()
    for place, entry in enumerate(told, 1):
        rung = entry.facts.get("rung", "") if entry.facts else ""
        if LEVELS.get(rung, 0) > highest:
            highest = LEVELS[rung]
            yield Press(
                order_id=order.pk, level=highest, reason=rung, at=entry.at, office=office,
                department_id=entry.facts.get("department") or order.department_id,
            )  # fmt: skip
        if entry.verb == "clue_filed":
            yield Clue(
                order_id=order.pk, department=order.department, reason=entry.facts["reason"], at=entry.at,
                evidence=list(shown),
            )  # fmt: skip
        if entry.verb in TELLING:
            shown.append(place)
