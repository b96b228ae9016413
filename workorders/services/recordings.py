"""Spoken reports: taken in as they were spoken, listened to on record, erased with the reporter's data.

Who may hear one is `selectors/recordings.py`; what the bytes are is `sounds.py`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from functools import partial
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.moment import now
from workorders.models import Category, Recording, Unmasking, WorkOrder
from workorders.models.recording import CONTENT_TYPES
from workorders.selectors.recordings import audible, heard_by
from workorders.services.sounds import Sound, Unknown, read_sound

LARGEST_BYTES = 2 * 1024 * 1024
LONGEST = 60
# A recorder stops a moment after it was told to.
GRACE = 2
# What somebody plays, and plays once more, is one listening; who comes back to it later listens again.
ONE_LISTENING = dt.timedelta(minutes=10)


def read_recording(upload: UploadedFile[Any]) -> Sound:
    """The sound of an upload; refuses what is too large, too long or no sound, whatever its name says."""
    if (upload.size or 0) > LARGEST_BYTES:
        raise ValidationError(_("The recording “%(name)s” is larger than 2 MB.") % {"name": upload.name})
    try:
        sound = read_sound(upload.read())
    except Unknown as error:
        words = _("“%(name)s” cannot be taken as a recording. WebM, Ogg (Opus), M4A and MP3 without film are taken.")
        raise ValidationError(words % {"name": upload.name}) from error
    if (sound.seconds or 0) > LONGEST + GRACE:
        words = _("The recording is %(seconds)s seconds long. At most %(most)s are taken: say it in short.")
        raise ValidationError(words % {"seconds": sound.seconds, "most": LONGEST})
    return sound


def spoken_words(category: Category) -> str:
    """What stands in the place of words where nothing was written."""
    return _("%(category)s (spoken report)") % {"category": category.title}


def add_recording(
    order: WorkOrder, *, sound: Sound, by: User | None, taken_at: dt.datetime | None = None, counted: int | None = None
) -> Recording:
    """Keeps a recording with an order; `counted`: how many seconds the phone counted, where the sound does not say."""
    kept = Recording(
        order=order, content_type=CONTENT_TYPES[sound.ending], seconds=sound.seconds or counted, added_by=by,
        sha256=hashlib.sha256(sound.content).hexdigest(), taken_at=taken_at or now(), added_at=now(),
    )  # fmt: skip
    kept.file.save("", ContentFile(sound.content), save=False)
    kept.save()
    return kept


@transaction.atomic
def listen(key: UUID, *, by: User) -> Recording:
    """A recording for who may hear it; that he did is on record, unless it is his own."""
    recording = audible(by, key)
    note_listening(recording, by=by)
    return recording


def note_listening(recording: Recording, *, by: User) -> None:
    """Puts a listening where every look behind the mask stands; a browser may ask several times for one."""
    if recording.added_by_id == by.pk:
        return
    if not Unmasking.objects.filter(recording=recording, by=by, at__gt=now() - ONE_LISTENING).exists():
        Unmasking.objects.create(order_id=recording.order_id, by=by, recording=recording, at=now())


@transaction.atomic
def take_along(order: WorkOrder, *, by: User) -> list[Recording]:
    """The recordings that leave the house in an archive. A hidden reporter's voice leaves it with nobody."""
    reporter = order.reporter_row
    if reporter is not None and reporter.hidden_from_handlers:
        return []
    taken = heard_by(order, by)
    for recording in taken:
        note_listening(recording, by=by)
    return taken


def erase_recordings(order: WorkOrder) -> None:
    """Takes the voices out for ever. That there was a recording, and who listened to it, stays."""
    for recording in Recording.objects.select_for_update().filter(order=order, erased_at=None):
        storage, name = recording.file.storage, recording.file.name or ""
        Recording.objects.filter(pk=recording.pk).update(file="", erased_at=now())
        transaction.on_commit(partial(storage.delete, name))
