"""What a phone sends under a key of its own: kept once, the same again is the same, other content is refused.

The key is tried by inserting it, so two sendings at one moment leave one row; whoever comes second compares digests.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
import uuid
from typing import Any, NamedTuple, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.moment import now
from workorders.services.receiving import OtherContent

Row = TypeVar("Row", bound=models.Model)
# A phone's clock may be wrong; a moment that has not come yet is our own now.
MOST_AHEAD = dt.timedelta(minutes=2)
LONGEST_KEPT = dt.timedelta(days=30)


class Spot(NamedTuple):
    """Where a phone says it is: WGS-84, and by how many metres it may err."""

    lng: float
    lat: float
    accuracy: float | None = None


def spot_of(lng: Any, lat: Any, accuracy: Any = None) -> Spot | None:
    """The place that was sent; nothing without one, a sentence where it is none on this earth."""
    if lng in (None, "") or lat in (None, ""):
        return None
    try:
        found = Spot(float(lng), float(lat), float(accuracy) if accuracy not in (None, "") else None)
    except (TypeError, ValueError) as error:
        raise ValidationError({"lng": _("A place is two numbers, longitude and latitude.")}) from error
    if not all(math.isfinite(value) for value in found if value is not None):
        raise ValidationError({"lng": _("A place is two numbers, longitude and latitude.")})
    if abs(found.lng) > 180 or abs(found.lat) > 90 or (found.accuracy or 0) < 0:
        raise ValidationError({"lng": _("Longitude must lie within ±180 and latitude within ±90.")})
    return found


def moment_of_phone(at: dt.datetime | None) -> dt.datetime:
    """When it was, by the phone; ours where it says nothing, or a time that has not come or is long gone."""
    present = now()
    if at is None or at > present + MOST_AHEAD or at < present - LONGEST_KEPT:
        return present
    return at


def digest_of(said: dict[str, Any]) -> str:
    """What was sent, as one hash."""
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


def kept_once(table: type[Row], *, key: uuid.UUID, by: User, digest: str, fields: dict[str, Any]) -> tuple[Row, bool]:
    """The row under this key and whether it is new; refuses other content, or another person's key."""
    try:
        with transaction.atomic():
            return table._default_manager.create(key=key, digest=digest, **fields), True
    except IntegrityError:
        kept = table._default_manager.filter(key=key).first()
        if kept is None:
            raise
    if getattr(kept, "worker_id", None) != by.pk or getattr(kept, "digest", "") != digest:
        raise OtherContent(_("Something else was sent under this key already; nothing was changed."))
    return kept, False
