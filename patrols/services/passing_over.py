"""到不了, told by a phone: a point is passed over under a key of the phone's own, however late it comes.

What holds for a stop is what was said last by the phones' clocks: a point that was seen is not made unseen by a word
that comes late, and the word stays on record all the same. With the net at hand and no patrol: `planning.skip`.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from casework.moment import now
from casework.refusals import NotFound
from patrols.models import LastSign, PassedOver, Patrol, PatrolRule, Stop
from patrols.selectors.walks import day_of, rule_of
from patrols.services.keyed import digest_of
from patrols.services.planning import refuse_bad_reason
from patrols.services.walks import hold, refuse_erased, still_on
from workorders.services.receiving import OtherContent


class Taken(NamedTuple):
    """A point passed over, and whether the call changed anything."""

    passed: PassedOver
    new: bool


@transaction.atomic
def take_skip(patrol: Patrol, *, by: User, key: UUID, point: UUID, reason: str, at: dt.datetime) -> Taken:
    """A point of the patrol's round could not be reached; the same again is the same."""
    patrol, reason = hold(patrol, by), reason.strip()
    digest = digest_of({"point": point, "at": at, "reason": reason})
    known = _known(patrol, key, digest)
    if known:
        return Taken(known, new=False)
    rule = rule_of(patrol.city, patrol.started_at)
    refuse_erased(patrol, rule)
    refuse_bad_reason(reason)
    stop = _stop_of(patrol, point)
    kept = PassedOver.objects.create(
        key=key, digest=digest, patrol=patrol, stop=stop, at=_moment(patrol, rule, at), received_at=now(),
        reason=reason,
    )  # fmt: skip
    _pass(stop, kept)
    if patrol.ended_at is None:
        LastSign.objects.filter(patrol=patrol).update(heard_at=now())
    return Taken(kept, new=True)


def _known(patrol: Patrol, key: UUID, digest: str) -> PassedOver | None:
    known = PassedOver.objects.filter(key=key).select_related("stop__point").first()
    if known and (known.patrol_id, known.digest) != (patrol.pk, digest):
        raise OtherContent(_("Another point was passed over under this key before. What came first stays."))
    return known


def _stop_of(patrol: Patrol, point: UUID) -> Stop:
    """The stop of the patrol's own round; of a patrol without one, of his rounds of that day."""
    stops = Stop.objects.select_for_update(of=("self",)).select_related("point").filter(point__key=point)
    if patrol.round_id:
        stops = stops.filter(round=patrol.round_id)
    else:
        his = Q(round__worker=patrol.worker_id) | Q(round__team=patrol.worker_id)
        own = Stop.objects.filter(his, round__day=day_of(patrol), round__withdrawn_at=None)
        stops = stops.filter(pk__in=own.values("pk"))
    found = stops.order_by("pk").first()
    if found is None:
        raise NotFound(_("This point is not on the round."))
    return found


def _moment(patrol: Patrol, rule: PatrolRule, at: dt.datetime) -> dt.datetime:
    """When it was: by the phone's clock, however late it comes, but never in the future."""
    if not still_on(patrol, rule, at):
        raise ValidationError({"at": _("The patrol had ended by then.")})
    return min(at, now())


def _pass(stop: Stop, kept: PassedOver) -> None:
    if stop.state == Stop.State.SEEN or (stop.state == Stop.State.SKIPPED and (stop.state_at or kept.at) > kept.at):
        return
    stop.state, stop.state_at, stop.reason = Stop.State.SKIPPED, kept.at, kept.reason
    stop.save(update_fields=["state", "state_at", "reason"])
