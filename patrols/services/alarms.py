"""A worker calls for help (SOS): raised once whatever the net does, taken by one, ended with a word.

Questions about them: `selectors/alarms.py`.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.moment import now
from casework.refusals import NotNow, NotYours
from grids import jurisdiction
from grids.geo import area_at
from grids.models import Area, City
from patrols.models import Alarm
from patrols.selectors.ground import own_area
from patrols.services.keyed import Spot, digest_of, kept_once, moment_of_phone

WATCH = "watch_patrols_in"


def raise_alarm(
    *, by: User, key: uuid.UUID, at: dt.datetime | None = None, spot: Spot | None = None
) -> tuple[Alarm, bool]:
    """Keeps a call for help and says whether it is new: the same one sent again is the same call.

    Never refused for want of a place: without one the worker's own ground stands for it.
    """
    city, area = _where(by, spot)
    said = {"at": at.isoformat() if at else "", "spot": list(spot) if spot else None}
    fields: dict[str, Any] = {
        "city": city, "area": area, "area_path": area.path, "worker": by, "at": moment_of_phone(at),
        "received_at": now(), "state": Alarm.State.RAISED, "lng": spot.lng if spot else None,
        "lat": spot.lat if spot else None, "accuracy_metres": spot.accuracy if spot else None,
    }  # fmt: skip
    return kept_once(Alarm, key=key, by=by, digest=digest_of(said), fields=fields)


@transaction.atomic
def take(alarm: Alarm, *, by: User) -> Alarm:
    """Somebody of the centre sees to it; of two at once one, and the other is told who."""
    held = _held(alarm, by)
    if held.taken_by_id == by.pk and held.state == Alarm.State.SEEN:
        return held
    if held.state != Alarm.State.RAISED:
        raise NotNow(_("%(name)s sees to this call for help already.") % {"name": held.taken_by})
    held.state, held.taken_by, held.taken_at = Alarm.State.SEEN, by, now()
    held.save(update_fields=["state", "taken_by", "taken_at"])
    return held


@transaction.atomic
def end(alarm: Alarm, *, by: User, note: str) -> Alarm:
    """The call is over, and how it went is said: whoever watches this ground may, once somebody has seen to it."""
    if not note.strip():
        raise ValidationError({"note": _("Say how it went: whom you reached, who went there.")})
    held = _held(alarm, by)
    if held.state == Alarm.State.RAISED:
        raise NotNow(_("Nobody has answered this call yet. Take it first."))
    if held.state == Alarm.State.ENDED:
        raise NotNow(_("This call for help is over already."))
    held.state, held.ended_by, held.ended_at, held.note = Alarm.State.ENDED, by, now(), note.strip()
    held.save(update_fields=["state", "ended_by", "ended_at", "note"])
    return held


def _held(alarm: Alarm, by: User) -> Alarm:
    """The call's row, held until the transaction ends.

    Who took it is read afterwards: joined, the row of him would be as it was before the wait.
    """
    held = Alarm.objects.select_for_update(of=("self",)).select_related("area").get(pk=alarm.pk)
    if not jurisdiction.may(by, WATCH, held.area):
        raise NotYours(_("Calls for help here are seen to by those who watch the patrols of this area."))
    return held


def _where(by: User, spot: Spot | None) -> tuple[City, Area]:
    """The ground of a call: where it comes from, else the worker's own."""
    own = own_area(by)
    if own is None:
        raise NotYours(_("You hold no post in a city yet, so nobody would see your call. Dial 110."))
    found = area_at((spot.lng, spot.lat), city=own.city) if spot else None
    return own.city, found or own
