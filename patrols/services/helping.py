"""Help given on the way (途中救助): a short record, kept once. Whom one helped is not asked."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.moment import now
from casework.refusals import NotYours
from grids.geo import area_at
from patrols.models import HelpRecord
from patrols.selectors.ground import own_area
from patrols.services.keyed import Spot, digest_of, kept_once, moment_of_phone
from workorders.services.photos import read_picture
from workorders.services.receiving import NotWhole, OtherContent


def record(
    *, by: User, key: uuid.UUID, kind: str, handed_to: str, at: dt.datetime | None = None, done: str = "",
    place: str = "", spot: Spot | None = None,
) -> tuple[HelpRecord, bool]:  # fmt: skip
    """Keeps what a worker did for somebody on his way, and says whether it is new."""
    own = own_area(by)
    if own is None:
        raise NotYours(_("You hold no post in a city yet, so this record would belong nowhere."))
    _known(kind, handed_to)
    said = {
        "kind": kind, "handed_to": handed_to, "done": done, "place": place, "at": at.isoformat() if at else "",
        "spot": list(spot) if spot else None,
    }  # fmt: skip
    area = (area_at((spot.lng, spot.lat), city=own.city) if spot else None) or own
    fields: dict[str, Any] = {
        "city": own.city, "area": area, "worker": by, "kind": kind, "handed_to": handed_to, "done": done.strip(),
        "place": place.strip(), "lng": spot.lng if spot else None, "lat": spot.lat if spot else None,
        "at": moment_of_phone(at), "received_at": now(),
    }  # fmt: skip
    return kept_once(HelpRecord, key=key, by=by, digest=digest_of(said), fields=fields)


@transaction.atomic
def add_photo(record: HelpRecord, *, by: User, sent: bytes, digest: str = "") -> tuple[HelpRecord, bool]:
    """Adds the one photo of a record; the same file again changes nothing, another one is refused.

    `digest`: what the phone says of the file, where it says so; kept is what the file really has.
    """
    held = HelpRecord.objects.select_for_update().get(pk=record.pk)
    if held.worker_id != by.pk:
        raise NotYours(_("This record is somebody else's."))
    here = hashlib.sha256(sent).hexdigest()
    if digest and digest != here:
        raise NotWhole(_("The photo did not arrive whole. Send it again."))
    if held.photo:
        if held.photo_sha256 == here:
            return held, False
        raise OtherContent(_("This record has its photo already; nothing was changed."))
    held.photo_sha256 = here
    held.photo.save("", ContentFile(read_picture(SimpleUploadedFile("photo", sent))), save=False)
    held.save(update_fields=["photo", "photo_sha256"])
    return held, True


def _known(kind: str, handed_to: str) -> None:
    """Says both at once, where both are missing."""
    wrong = {}
    if kind not in HelpRecord.Kind.values:
        wrong["kind"] = _("Say what happened: choose one.")
    if handed_to not in HelpRecord.HandedTo.values:
        wrong["handed_to"] = _("Say who took over: choose one.")
    if wrong:
        raise ValidationError(wrong)
