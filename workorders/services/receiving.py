"""Reports of phones that were without a signal: however often, however late and in whatever order their parts arrive,
each report is one order, each photo and the recording are kept once. What is compared is what was said the first time.

Nothing of a report that is refused is kept here: the phone keeps it, with the sentence, for its owner to decide.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.moment import now
from casework.refusals import NotFound, NotNow, Refusal
from workorders.models import Photo, ReceivedPhoto, ReceivedRecording, ReceivedReport, WorkOrder
from workorders.services.photos import add_photos, read_picture
from workorders.services.recordings import add_recording, read_recording
from workorders.services.repeats import one_at_a_time
from workorders.services.reporting import report
from workorders.services.seeing import see_again
from workorders.services.sounds import Sound

# What was written longer ago is no report any more; so what is forgotten a day later cannot come a second time.
WRITTEN_WITHIN, KEPT = dt.timedelta(days=30), dt.timedelta(days=31)
# A wait worth a word in the order's history.
WAITED = dt.timedelta(minutes=5)


class OtherContent(NotNow):
    """The same key with something else in it; what came first stays."""

    code = "other_content"


class NotWhole(Refusal):
    """What arrived is not what was sent: to be sent again as it is."""

    code = "not_whole"


@dataclass(frozen=True)
class Sent:
    """What a phone says around a report: its key, its hash, its photos, its recording, when it was, how its clock."""

    key: UUID
    digest: str
    device_at: dt.datetime
    device_now: dt.datetime | None = None
    photos: Sequence[str] = ()
    recording: str = ""
    seconds: int | None = None

    @property
    def skew(self) -> int | None:
        """By how many seconds the phone's clock is ahead of ours; unknown where it did not say."""
        return round((self.device_now - now()).total_seconds()) if self.device_now else None

    @property
    def written_at(self) -> dt.datetime:
        """When it was written, by our clock."""
        return self.device_at - dt.timedelta(seconds=self.skew or 0)

    def facts(self) -> dict[str, Any]:
        """What the order's history keeps of it; no clock of the order's is moved by it."""
        waited = now() - self.written_at
        told = {"photos": len(self.photos), "device_at": self.device_at.isoformat(), "skew": self.skew}
        told |= {"spoken": True} if self.recording else {}
        return told | ({"waited": round(waited.total_seconds() / 60)} if waited >= WAITED else {})


def known_report(*, by: User, key: UUID, digest: str) -> ReceivedReport | None:
    """What this person sent under the key before; refuses other content under it."""
    known = ReceivedReport.objects.filter(by=by, key=key).select_related("order").first()
    if known and known.digest != digest:
        words = _("This was received before as %(number)s, with other content. What came first stays.")
        raise OtherContent(words % {"number": known.order.number})
    return known


def receive(*, by: User, sent: Sent, said: Mapping[str, Any]) -> tuple[ReceivedReport, bool]:
    """The report of that key, and whether it was opened just now; `said`: the arguments of `reporting.report`."""
    return _once(by, sent, lambda: report(by=by, **said, facts=sent.facts()), again=False)


def receive_again(*, by: User, sent: Sent, number: str, words: str = "") -> tuple[ReceivedReport, bool]:
    """The same for what was added to an order that is open already (是同一件)."""
    return _once(by, sent, lambda: see_again(by=by, number=number, words=words, facts=sent.facts()), again=True)


@transaction.atomic
def _once(by: User, sent: Sent, take: Callable[[], WorkOrder], *, again: bool) -> tuple[ReceivedReport, bool]:
    one_at_a_time(f"received {by.pk} {sent.key}")
    known = known_report(by=by, key=sent.key, digest=sent.digest)
    if known:
        return known, False
    if now() - sent.written_at > WRITTEN_WITHIN:
        raise ValidationError({"device_at": _("This was written more than 30 days ago. If it is still so, report it.")})
    kept = ReceivedReport.objects.create(
        by=by, key=sent.key, digest=sent.digest, order=take(), again=again, photo_digests=list(sent.photos),
        recording_digest=sent.recording, recording_seconds=sent.seconds,
        device_at=sent.device_at, received_at=now(), skew=sent.skew,
    )  # fmt: skip
    return kept, True


def receive_photo(*, by: User, key: UUID, place: int, digest: str, body: bytes) -> tuple[ReceivedReport, bool]:
    """Keeps one photo of a report that is here, if it arrived whole; and whether it did just now."""
    report = received(by=by, key=key)
    if not 1 <= place <= len(report.photo_digests):
        words = _("This report has %(count)s photos and no number %(place)s.")
        raise ValidationError({"place": words % {"count": len(report.photo_digests), "place": place}})
    if digest != report.photo_digests[place - 1]:
        raise OtherContent(
            _("Photo %(place)s of this report is another one. What came first stays.") % {"place": place}
        )
    if _arrived(report, place):
        return report, False
    if hashlib.sha256(body).hexdigest() != digest:
        raise NotWhole(_("Photo %(place)s did not arrive whole.") % {"place": place})
    named = ContentFile(body, name=_("photo %(place)s") % {"place": place})
    return report, _keep(report, place, digest, read_picture(cast("UploadedFile[Any]", named)))


@transaction.atomic
def _keep(report: ReceivedReport, place: int, digest: str, picture: bytes) -> bool:
    ReceivedReport.objects.select_for_update().get(pk=report.pk)
    if _arrived(report, place):  # beside this one
        return False
    moment = Photo.Moment.DURING if report.again else Photo.Moment.BEFORE
    [photo] = add_photos(report.order, pictures=[picture], moment=moment, by=report.by)
    ReceivedPhoto.objects.create(report=report, place=place, digest=digest, photo=photo, received_at=now())
    return True


def _arrived(report: ReceivedReport, place: int) -> bool:
    return ReceivedPhoto.objects.filter(report=report, place=place).exists()


def receive_recording(*, by: User, key: UUID, digest: str, body: bytes) -> tuple[ReceivedReport, bool]:
    """Keeps what was spoken for a report that is here, if it arrived whole; and whether it did just now."""
    report = received(by=by, key=key)
    if not report.recording_digest:
        raise ValidationError({"recording": _("This report announced no recording.")})
    if digest != report.recording_digest:
        raise OtherContent(_("The recording of this report is another one. What came first stays."))
    if ReceivedRecording.objects.filter(report=report).exists():
        return report, False
    if hashlib.sha256(body).hexdigest() != digest:
        raise NotWhole(_("The recording did not arrive whole."))
    named = ContentFile(body, name=_("the recording"))
    return report, _keep_spoken(report, read_recording(cast("UploadedFile[Any]", named)))


@transaction.atomic
def _keep_spoken(report: ReceivedReport, sound: Sound) -> bool:
    ReceivedReport.objects.select_for_update().get(pk=report.pk)
    if ReceivedRecording.objects.filter(report=report).exists():  # beside this one
        return False
    spoken_at = report.device_at - dt.timedelta(seconds=report.skew or 0)
    kept = add_recording(report.order, sound=sound, by=report.by, taken_at=spoken_at, counted=report.recording_seconds)
    ReceivedRecording.objects.create(report=report, digest=report.recording_digest, recording=kept, received_at=now())
    return True


def received(*, by: User, key: UUID) -> ReceivedReport:
    """The report that this person sent under the key."""
    found = ReceivedReport.objects.filter(by=by, key=key).select_related("order", "by").first()
    if found is None:
        raise NotFound(_("No such report of yours has been received."))
    return found


def forget_received() -> int:
    """What was received a month ago is settled between the phone and the house; the order and its photos stay."""
    return ReceivedReport.objects.filter(received_at__lt=now() - KEPT).delete()[0]


def digest_of(said: Mapping[str, Sequence[str]]) -> str:
    """What was said, as a hash that does not depend on the order of its fields."""
    told = {name: list(words) for name, words in said.items()}
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
