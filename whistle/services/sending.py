"""A whistle goes out once, however often its button is pressed; and what would go out, shown before it does."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.models import User
from casework.models import Deadline
from casework.moment import now
from grids import jurisdiction
from whistle.lifecycle import APPROVE, ARRIVE, CONTACT, SIGN
from whistle.models import Summons, Whistle
from whistle.services.blowing import blow_now, raise_whistle

# A second press, or a page sent again, comes within minutes.
TWICE_WITHIN = dt.timedelta(minutes=10)


@transaction.atomic
def send(*, by: User, application: bool, said: dict[str, Any]) -> Whistle:
    """Blows it, or applies for it; the same words for the same meeting from the same person are the same whistle."""
    jurisdiction.hold([by])
    earlier = Whistle.objects.filter(
        reported_by=by, sort=said["sort"], caller=said["caller"], meet_at=said["meet_at"], words=said["words"].strip(),
        opened_at__gte=now() - TWICE_WITHIN,
    ).order_by("pk").first()  # fmt: skip
    if earlier is not None:
        return earlier
    return raise_whistle(by=by, **said) if application else blow_now(by=by, **said)


@dataclass(frozen=True)
class Call:
    """Whom it will call, and until when he has to sign in, make contact and be there."""

    summons: Summons
    sign: dt.datetime | None
    contact: dt.datetime | None
    arrive: dt.datetime | None


@dataclass(frozen=True)
class Rehearsal:
    """What would go out: where it would lie, whom it would call, which whistle on its matter it would be."""

    whistle: Whistle
    calls: list[Call]
    decided_by: dt.datetime | None


def rehearse(*, by: User, application: bool, said: dict[str, Any]) -> Rehearsal:
    """Blows it and takes it all back: refuses what the real one would refuse, and nothing of it stays."""
    with transaction.atomic():
        whistle = send(by=by, application=application, said=said)
        shown = _shown(whistle)
        transaction.set_rollback(True)
    return shown


def _shown(whistle: Whistle) -> Rehearsal:
    due: dict[tuple[str, int | None, int | None], dt.datetime] = {}
    for clock in Deadline.objects.filter(case=whistle):
        due[clock.clock, clock.department_id, clock.person_id] = clock.due_at
    calls = [
        Call(each, *(due.get((stage, each.department_id, each.person_id)) for stage in (SIGN, CONTACT, ARRIVE)))
        for each in whistle.summonses.select_related("department", "person", "unit").order_by("pk")
    ]
    return Rehearsal(whistle, calls, due.get((APPROVE, None, None)))
