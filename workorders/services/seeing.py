"""是同一件: somebody stands before a matter that is reported already; it is added to, and no second order is opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.moment import now
from casework.refusals import NotFound, NotNow, NotYours
from casework.services import doors
from casework.services.events import record
from grids import jurisdiction
from workorders.models import WorkOrder


@transaction.atomic
def see_again(*, by: User, number: str, words: str = "", facts: Mapping[str, Any] | None = None) -> WorkOrder:
    """Notes on an open order, in its history alone, that it was seen once more and what was said of it."""
    found: WorkOrder | None = WorkOrder.objects.visible_to(by).filter(number=number.strip().upper()).first()
    if found is None:
        raise NotFound(_("There is no order %(number)s, or it is not yours to see.") % {"number": number})
    order = doors.lock(found)
    if not jurisdiction.may_somewhere(by, "report_in", order.city):
        raise NotYours(_("You cannot report in %(city)s.") % {"city": order.city})
    if not order.is_open:
        sentence = _("%(number)s is over: “%(status)s”. If it is there again, report it afresh.")
        raise NotNow(sentence % {"number": order.number, "status": order.status_label})
    record(
        order, "seen_again", by=by, at=now(), before=order.status, after=order.status, note=words.strip(),
        facts=dict(facts or {}),
    )  # fmt: skip
    return order
