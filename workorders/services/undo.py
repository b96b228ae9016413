"""Undo (撤销): a person takes his own last step back, within seconds, where nothing has followed it.

History only ever grows: the step stays in it, and “undone” follows. Before a step that can be undone the order's rows
are remembered (`Footprint`); undoing puts them back, so that the inverse of each step need not be written by hand.
Steps that reach others (photos sent in, a rating, another order's life) cannot be undone.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from casework.moment import now
from casework.refusals import NotNow, NotYours
from casework.services import doors, standing
from workorders.models import Application, Footprint, Objection, SiteCheck, WorkOrder
from workorders.services import matters
from workorders.services.steps import STEPS

WITHIN: Final = dt.timedelta(seconds=10)
UNDOABLE: Final = frozenset({
    "accept", "refuse", "ask_check", "keep", "join", "part", "dispatch", "offer", "claim", "let_go", "recall",
    "sign_for", "hand_to", "take_back", "question", "close", "tag",
})  # fmt: skip


@transaction.atomic
def take(order: WorkOrder, step: str, *, by: User, said: dict[str, Any]) -> WorkOrder:
    """Takes a step as a person does, and remembers how the order stood so that he can undo it."""
    fresh = _hold(order, step, by=by, lead=said.get("lead"))
    Footprint.objects.filter(order=order).delete()
    alone = step in UNDOABLE and not WorkOrder.objects.filter(joined_to=order).exists()
    if not alone:
        return STEPS[step](fresh, by=by, **said)
    was = {"case": _case_of(fresh), "order": standing.remember([fresh])[0], **standing.clocks_of(fresh)}
    was |= {name: standing.remember(rows) for name, rows in _branches(fresh)}
    taken = STEPS[step](fresh, by=by, **said)
    _keep(fresh, taken, step, by=by, was=was)
    return taken


def _hold(order: WorkOrder, step: str, *, by: User, lead: WorkOrder | None) -> WorkOrder:
    """The row before anything else; whoever may no more because somebody was quicker is told so, not “not yours”."""
    fresh = matters.hold(order, *filter(None, [lead]))
    try:
        doors.allowed_step(fresh, step, by)
    except NotYours:
        if fresh.event_count == order.event_count:
            raise
        words = {"number": fresh.number, "status": fresh.status_label}
        raise NotNow(_("Someone was quicker: %(number)s is “%(status)s” now.") % words) from None
    return fresh


def _keep(before: WorkOrder, taken: WorkOrder, step: str, *, by: User, was: dict[str, Any]) -> None:
    """Only where the step was the first thing after what was remembered: somebody may have been quicker."""
    first = before.event_count + 1
    if taken.events.filter(seq=first, actor=by, verb=taken.lifecycle.by_name[step].past).exists():
        Footprint.objects.create(order=taken, by=by, step=step, at=now(), first=first, last=taken.event_count, was=was)


@transaction.atomic
def undo(order: WorkOrder, *, by: User) -> WorkOrder:
    """Takes back one's own last step: status, department, parts and clocks are what they were before it."""
    locked = doors.lock(order)
    kept = _last_step(locked, by)
    was = kept.was
    _refuse_dead_matter(was["order"].get("joined_to_id"))
    standing.put_clocks_back(locked, was)
    for name, rows in _branches(locked):
        standing.put_back(rows, was[name])
    case = {name: Footprint._meta.get_field("at").to_python(value) if name == "closed_at" else value
            for name, value in was["case"].items()}  # fmt: skip
    changes = case | standing.changes_in(locked, was["order"])
    kept.delete()
    return doors.take_back(locked, by=by, step=kept.step, seq=kept.first, **changes)


def _last_step(order: WorkOrder, by: User) -> Footprint:
    """How the order stood before the person's last step; refuses where it is not his, or too late, or followed."""
    kept: Footprint | None = Footprint.objects.filter(order=order).first()
    if kept is None or kept.last != order.event_count:
        raise NotNow(_("Something has followed on %(number)s: the step cannot be undone.") % {"number": order.number})
    if kept.by_id != by.pk:
        raise NotYours(_("Only whoever took the step can undo it."))
    if now() - kept.at > WITHIN:
        seconds = int(WITHIN.total_seconds())
        sentence = ngettext(
            "A step can be undone for %(seconds)d second.", "A step can be undone for %(seconds)d seconds.", seconds
        )
        raise NotNow(sentence % {"seconds": seconds})
    return kept


def _refuse_dead_matter(lead: int | None) -> None:
    """Back into a matter only while that is open: nothing would close with it any more."""
    if lead is not None and not WorkOrder.objects.filter(pk=lead).open().exists():
        raise NotNow(_("The matter it went with is not open any more: the step cannot be undone."))


def can_undo(order: WorkOrder, step: str) -> bool:
    """Whether the step just taken can still be undone."""
    return step in UNDOABLE and Footprint.objects.filter(order=order, last=order.event_count).exists()


def _case_of(order: WorkOrder) -> dict[str, Any]:
    return {"department_id": order.department_id, "closed_at": order.closed_at and order.closed_at.isoformat()}


def _branches(order: WorkOrder) -> list[tuple[str, QuerySet[Any]]]:
    return [
        ("checks", SiteCheck.objects.filter(order=order)),
        ("objections", Objection.objects.filter(order=order)),
        ("applications", Application.objects.filter(order=order)),
    ]
