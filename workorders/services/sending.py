"""A report sent twice is one: the form, or the program, gives it a mark, and sent again with it nothing is opened."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from casework.moment import now
from workorders.models import SentReport, WorkOrder
from workorders.services.repeats import one_at_a_time
from workorders.services.reporting import report

# A phone that finds its network again sends within the day.
KEPT = dt.timedelta(days=1)
FILES = ("pictures", "pictures_after", "recording")


def send(*, by: User, once: UUID | None = None, **said: Any) -> WorkOrder:
    """Reports; the same again under the same mark, even at once, is the order that is there already."""
    return report(by=by, **said) if once is None else _send_once(by, once, said)


@transaction.atomic
def _send_once(by: User, once: UUID, said: dict[str, Any]) -> WorkOrder:
    digest = _digest(once, said)
    one_at_a_time(f"{by.pk} {digest}")
    known = SentReport.objects.filter(by=by, digest=digest).select_related("order").first()
    if known:
        return known.order
    order = report(by=by, **said)
    SentReport.objects.create(by=by, digest=digest, order=order, at=now())
    return order


def forget_sent() -> int:
    """What was sent long ago is not sent again."""
    return SentReport.objects.filter(at__lt=now() - KEPT).delete()[0]


def _digest(once: UUID, said: dict[str, Any]) -> str:
    told = {name: getattr(value, "pk", value) for name, value in said.items() if name not in FILES}
    return hashlib.sha256(json.dumps([str(once), told], sort_keys=True, default=str).encode()).hexdigest()
