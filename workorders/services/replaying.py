"""Steps that a phone took without a signal, taken again here: through the very services of the page, each once.

A phone says how many events the order had when it last saw it. What others did since is weighed: another field, and
the step is taken and marked 并行修改 (`parallel`); the same field, or a step that is possible no more, and it is
refused with what stands now, for its owner to choose. Of a refused step no more is kept than photos that came before.
Which fields a step needs is for the forms, handed in as `read`. Reports of phones: `receiving.py`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple, cast
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.models import Event
from casework.moment import now
from casework.refusals import NotFound, NotNow, NotYours
from casework.services import doors
from casework.services.events import told_beside
from workorders.lifecycle import WORK_ORDER
from workorders.models import ReceivedStep, WaitingPhoto, WorkOrder
from workorders.services.photos import read_picture
from workorders.services.receiving import KEPT, WAITED, WRITTEN_WITHIN, NotWhole, OtherContent, Sent
from workorders.services.repeats import one_at_a_time
from workorders.services.undo import take

# What a person on the spot does; a desk's steps need the desk, and thus the net.
ON_THE_SPOT: Final = frozenset({
    "check", "verify", "rework", "keep", "settle", "pass_up", "sign_for", "contact", "progress", "finish",
})  # fmt: skip
STATUS: Final = "status"
# Said beside one another, never in place of one another.
ADDED: Final = frozenset({"progress"})
BY_PAST: Final = {step.past: step for step in WORK_ORDER.steps}

# The arguments of a step's service out of what a phone said, with the photos that came; `None`: they are still to come.
Read = Callable[[WorkOrder, str, Mapping[str, Any], "list[bytes] | None"], dict[str, Any]]


class Overtaken(NotNow):
    """Others were quicker: the step is not possible any more. `events`: what they did."""

    code = "overtaken"

    def __init__(self, sentence: str, events: Sequence[int] = ()):
        super().__init__(sentence)
        self.events = list(events)


class SameField(Overtaken):
    """The step is possible, and others have changed the very thing that it changes."""

    code = "same_field"


class Told(NamedTuple):
    """A step as a phone tells it: which, of the order as of which event, with which fields."""

    sent: Sent
    step: str
    base: int
    said: dict[str, Any]


def known_step(*, by: User, key: UUID, number: str, digest: str) -> ReceivedStep | None:
    """What this person sent under the key before; refuses other content under it."""
    known = ReceivedStep.objects.filter(by=by, key=key).select_related("order").first()
    if known and (known.digest, known.order.number) != (digest, number):
        words = _("This was received before for %(number)s, with other content. What came first stays.")
        raise OtherContent(words % {"number": known.order.number})
    return known


@transaction.atomic
def receive_step(order: WorkOrder, *, by: User, told: Told, read: Read) -> tuple[ReceivedStep, bool]:
    """The step of that key, and whether it is new; taken at once where no photo is to follow."""
    sent = told.sent
    one_at_a_time(f"step {by.pk} {sent.key}")
    known = known_step(by=by, key=sent.key, number=order.number, digest=sent.digest)
    if known:
        return known, False
    _refuse_strange(told)
    fresh = doors.lock(order)
    judge(fresh, told.step, told.base, by=by)
    read(fresh, told.step, told.said, None if sent.photos else [])
    kept = ReceivedStep.objects.create(
        by=by, key=sent.key, digest=sent.digest, order=fresh, step=told.step, base=told.base, said=told.said,
        photo_digests=list(sent.photos), device_at=sent.device_at, received_at=now(), skew=sent.skew,
    )  # fmt: skip
    if not sent.photos:
        _take(kept, fresh, read)
    return kept, True


def _refuse_strange(told: Told) -> None:
    if told.step not in ON_THE_SPOT:
        raise NotFound(_("“%(step)s” is no step that is taken without a signal.") % {"step": told.step})
    if now() - told.sent.written_at > WRITTEN_WITHIN:
        raise ValidationError({"device_at": _("This was done more than 30 days ago. Look how the order stands now.")})


def receive_photo(
    *, by: User, key: UUID, number: str, place: int, digest: str, body: bytes, read: Read
) -> tuple[ReceivedStep, bool]:
    """Keeps one photo of a step that is here, if it arrived whole; with the last one the step is taken."""
    kept = received(by=by, key=key, number=number)
    if not 1 <= place <= len(kept.photo_digests):
        words = _("This step has %(count)s photos and no number %(place)s.")
        raise ValidationError({"place": words % {"count": len(kept.photo_digests), "place": place}})
    if digest != kept.photo_digests[place - 1]:
        raise OtherContent(_("Photo %(place)s of this step is another one. What came first stays.") % {"place": place})
    if kept.photos.filter(place=place).exists():
        return kept, False
    if hashlib.sha256(body).hexdigest() != digest:
        raise NotWhole(_("Photo %(place)s did not arrive whole.") % {"place": place})
    named = ContentFile(body, name=_("photo %(place)s") % {"place": place})
    return _keep(kept, place, read_picture(cast("UploadedFile[Any]", named)), read)


@transaction.atomic
def _keep(kept: ReceivedStep, place: int, picture: bytes, read: Read) -> tuple[ReceivedStep, bool]:
    order = doors.lock(kept.order)
    fresh = ReceivedStep.objects.select_related("by").get(pk=kept.pk)
    fresh.order = order
    if fresh.photos.filter(place=place).exists():  # beside this one
        return fresh, False
    WaitingPhoto.objects.create(
        step=fresh, place=place, digest=fresh.photo_digests[place - 1], picture=picture, received_at=now()
    )
    if fresh.photos.count() == len(fresh.photo_digests):
        _take(fresh, order, read)
    return fresh, True


def received(*, by: User, key: UUID, number: str) -> ReceivedStep:
    """The step that this person sent under the key for that order."""
    found = ReceivedStep.objects.filter(by=by, key=key, order__number=number).select_related("order", "by").first()
    if found is None:
        raise NotFound(_("No such step of yours has been received."))
    return found


def _take(kept: ReceivedStep, order: WorkOrder, read: Read) -> None:
    """Through the services of the page; its event tells besides when it was done, and what it passed by."""
    parallel = judge(order, kept.step, kept.base, by=kept.by)
    pictures = [bytes(photo.picture) for photo in kept.photos.all()]
    said = read(order, kept.step, kept.said, pictures)
    past, before = WORK_ORDER.by_name[kept.step].past, order.event_count
    with told_beside(order, past, _facts(kept, parallel=parallel)):
        taken = take(order, kept.step, by=kept.by, said=said)
    kept.order = taken
    own = taken.events.filter(seq__gt=before, verb=past, actor=kept.by)
    kept.seq, kept.said = own.values_list("seq", flat=True)[0], {}
    kept.save(update_fields=["seq", "said"])
    kept.photos.update(picture=b"")


def _facts(kept: ReceivedStep, *, parallel: bool) -> dict[str, Any]:
    """No clock of the order's is moved by them."""
    waited = now() - (kept.device_at - dt.timedelta(seconds=kept.skew or 0))
    told: dict[str, Any] = {"device_at": kept.device_at.isoformat(), "skew": kept.skew}
    if waited >= WAITED:
        told["offline_minutes"] = round(waited.total_seconds() / 60)
    return told | ({"parallel": True, "seen": kept.base} if parallel else {})


# --- what others did meanwhile ----------------------------------------------------------------------------------------
def judge(order: WorkOrder, step: str, base: int, *, by: User) -> bool:
    """Whether others have changed the order beside this step since; refuses where it is overtaken."""
    news = _news(order, base, by)
    try:
        row = doors.allowed_step(order, step, by)
    except (NotNow, NotYours) as refusal:
        if not news:
            raise
        raise Overtaken(refusal.sentence, [event.seq for event in news]) from None
    own = {STATUS} if row.to else {row.name} - ADDED
    same = [event.seq for event in news if own & _touched(event)]
    if same:
        words = _("%(number)s was changed meanwhile in the very thing that you changed. Choose which of the two holds.")
        raise SameField(words % {"number": order.number}, same)
    return bool(news)


def _news(order: WorkOrder, base: int, by: User) -> list[Event]:
    """What others have done since; of the house's own doings only what moved the order."""
    if order.event_count <= base:
        return []
    events = order.events.filter(seq__gt=base).exclude(actor=by).order_by("seq")
    return [event for event in events if event.actor_id or event.before != event.after]


def _touched(event: Event) -> set[str]:
    step = BY_PAST.get(event.verb)
    moved = {STATUS} if event.before != event.after else set()
    return moved | ({step.name} if step and not step.to else set())


def forget_steps() -> int:
    """What came a month ago is settled between the phone and the house; the order and its history stay."""
    return ReceivedStep.objects.filter(received_at__lt=now() - KEPT).delete()[0]
