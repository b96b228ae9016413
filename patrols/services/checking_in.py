"""确认到点: a point is reached. By position within its circle; else by a photo and a reason, and marked so for ever.

Nothing is dropped for being odd. What the phone says about when is believed, except that nothing was in the future.
A check-in that its position does not prove counts from the moment its photo is here: until then it stands marked
`no_photo`, and the point is still ahead.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from casework.moment import now
from casework.refusals import NotFound
from grids import jurisdiction
from grids.geo import metres_between
from patrols.models import CheckIn, LastSign, Patrol, PatrolPoint, PatrolRule, Stop
from patrols.positions import Position
from patrols.selectors.walks import GO, day_of, rule_of
from patrols.services.keyed import digest_of
from patrols.services.walks import hold, is_skewed, refuse_erased, still_on
from patrols.services.weighing import weigh
from workorders.services.photos import LARGEST_BYTES, read_picture
from workorders.services.receiving import NotWhole, OtherContent

__all__ = ["Position", "Taken", "check_in", "take_check_in", "take_photo"]

Mark = CheckIn.Mark
# What the position does not prove a photo has to.
UNPROVEN = frozenset({Mark.FAR, Mark.VAGUE, Mark.NO_POSITION, Mark.MOCK})
FINDINGS = ("fine", "wrong")
LONGEST_REASON, LONGEST_NOTE = 200, 300


class Taken(NamedTuple):
    """A check-in, and whether the call changed anything."""

    check_in: CheckIn
    new: bool


def check_in(
    patrol: Patrol,
    *,
    by: User,
    key: UUID,
    point: PatrolPoint,
    at: dt.datetime | None = None,
    position: Position | None = None,
    reason: str = "",
    picture: UploadedFile[Any] | bytes | None = None,
    found: Mapping[str, str] | None = None,
    note: str = "",
) -> CheckIn:
    """The person has reached a point; where the position does not prove it, a photo and a reason come along."""
    return take_check_in(
        patrol, by=by, key=key, point=point, at=at, position=position, reason=reason, picture=picture, found=found,
        note=note,
    ).check_in  # fmt: skip


@transaction.atomic
def take_check_in(
    patrol: Patrol,
    *,
    by: User,
    key: UUID,
    point: PatrolPoint,
    at: dt.datetime | None = None,
    position: Position | None = None,
    reason: str = "",
    picture: UploadedFile[Any] | bytes | None = None,
    found: Mapping[str, str] | None = None,
    note: str = "",
    photo_follows: bool = False,
    ahead: dt.timedelta | None = None,
) -> Taken:
    """The same, and whether it is new. `photo_follows`: the photo comes by itself, as a phone's outbox sends it;
    `ahead`: by how much the phone's clock was, if it said what time it has.
    """
    patrol, reason, note, found = hold(patrol, by), reason.strip(), note.strip(), dict(found or {})
    said = {"point": point.key, "at": at, "position": position, "reason": reason, "found": found, "note": note}
    digest = digest_of(said)
    known = _known(patrol, key, digest)
    if known:
        return Taken(known, new=False)
    rule = rule_of(patrol.city, patrol.started_at)
    refuse_erased(patrol, rule)
    _refuse_foreign(patrol, point, by)
    _refuse_words(point, reason, note, found)
    moment = _moment(patrol, rule, at)
    away = metres_between((position.lng, position.lat), (point.lng, point.lat)) if position else None
    skewed = (at is not None and moment != at) or is_skewed(ahead, rule)
    marks = _marks(point, position, away, rule, skewed=skewed)
    sent = _sent(picture)
    _refuse_unproven(marks, reason, sent, photo_follows=photo_follows)
    kept = _kept(patrol, point, position, sent, key=key, digest=digest, at=moment, marks=marks, reason=reason,
                 found=found, note=note, away_metres=away)  # fmt: skip
    _reached(patrol, rule, kept)
    return Taken(kept, new=True)


def _known(patrol: Patrol, key: UUID, digest: str) -> CheckIn | None:
    known = CheckIn.objects.filter(key=key).first()
    if known and (known.patrol_id, known.digest) != (patrol.pk, digest):
        raise OtherContent(_("Another check-in was received under this key before. What came first stays."))
    return known


def _refuse_foreign(patrol: Patrol, point: PatrolPoint, by: User) -> None:
    """Points of his round, and of the ground on which he may go on patrol."""
    on_round = patrol.round_id and Stop.objects.filter(round=patrol.round_id, point=point).exists()
    if not on_round and not jurisdiction.may(by, GO, point.area):
        raise NotFound(_("There is no such point on your ground."))


def _refuse_words(point: PatrolPoint, reason: str, note: str, found: Mapping[str, str]) -> None:
    if len(reason) > LONGEST_REASON:
        raise ValidationError({"reason": _("At most %(most)s characters.") % {"most": LONGEST_REASON}})
    if len(note) > LONGEST_NOTE:
        raise ValidationError({"note": _("At most %(most)s characters.") % {"most": LONGEST_NOTE}})
    if "\0" in reason + note:
        raise ValidationError({"note": _("This text holds a broken character.")})
    lines = {str(item.place) for item in point.checklist.items.all()} if point.checklist and found else set()
    if not set(found) <= lines or not set(found.values()) <= set(FINDINGS):
        raise ValidationError({"found": _("Say of each line of the checklist by its number: fine, or wrong.")})


def _moment(patrol: Patrol, rule: PatrolRule, at: dt.datetime | None) -> dt.datetime:
    """When it was: by the phone's clock, however late it comes, but never in the future."""
    if at is None:
        return now()
    if not still_on(patrol, rule, at):
        raise ValidationError({"at": _("The patrol had ended by then.")})
    return at if at <= now() + dt.timedelta(seconds=rule.most_skew_seconds) else now()


def _marks(
    point: PatrolPoint, position: Position | None, away: float | None, rule: PatrolRule, *, skewed: bool
) -> list[str]:
    found = [Mark.SKEWED] if skewed else []
    if position is None or away is None:
        return [*found, Mark.NO_POSITION]
    radius = point.radius_metres or rule.radius_metres
    checks = {
        Mark.FAR: away > radius, Mark.VAGUE: position.accuracy > rule.accuracy_metres, Mark.MOCK: position.mock,
    }  # fmt: skip
    return [*found, *(mark for mark, holds in checks.items() if holds)]


def _sent(picture: UploadedFile[Any] | bytes | None) -> bytes | None:
    """The bytes of the picture as they came."""
    if picture is None or isinstance(picture, bytes):
        return picture
    if (picture.size or 0) > LARGEST_BYTES:
        read_picture(picture)  # refuses it in its own words
    return bytes(picture.read())


def _refuse_unproven(marks: list[str], reason: str, sent: bytes | None, *, photo_follows: bool) -> None:
    if not UNPROVEN & set(marks):
        return
    if not reason:
        raise ValidationError({"reason": _("The position does not show that you are there. Say why and take a photo.")})
    if sent is None and not photo_follows:
        raise ValidationError({"picture": _("The position does not show that you are there. Take a photo.")})
    if sent is None:
        marks.append(Mark.NO_PHOTO)


def _kept(patrol: Patrol, point: PatrolPoint, position: Position | None, sent: bytes | None, **said: Any) -> CheckIn:
    proven = not UNPROVEN & set(said["marks"])
    kept = CheckIn(
        patrol=patrol, point=point, received_at=now(), how=CheckIn.By.POSITION if proven else CheckIn.By.PHOTO, **said
    )
    if position:
        kept.lng, kept.lat, kept.accuracy_metres = position.lng, position.lat, position.accuracy
    if sent is not None:
        _put_photo(kept, sent)
    kept.save(force_insert=True)
    return kept


def _put_photo(kept: CheckIn, sent: bytes) -> None:
    """Encoded anew, without what the camera wrote into it; the digest is of what was sent."""
    clean = read_picture(SimpleUploadedFile("photo", sent))
    kept.photo_sha256 = hashlib.sha256(sent).hexdigest()
    kept.photo.save("", ContentFile(clean), save=False)


@transaction.atomic
def take_photo(patrol: Patrol, *, by: User, key: UUID, sent: bytes, digest: str = "") -> Taken:
    """The photo of a check-in that is here already; with it an unproven one begins to count."""
    patrol = hold(patrol, by)
    kept = CheckIn.objects.filter(patrol=patrol, key=key).select_related("point").first()
    if kept is None:
        raise NotFound(_("This check-in has not come yet."))
    here = hashlib.sha256(sent).hexdigest()
    if digest and digest != here:
        raise NotWhole(_("The photo did not arrive whole. Send it again."))
    if kept.photo_sha256:
        if kept.photo_sha256 != here:
            raise OtherContent(_("Another photo of this check-in was received before. What came first stays."))
        return Taken(kept, new=False)
    rule = rule_of(patrol.city, patrol.started_at)
    refuse_erased(patrol, rule)
    _put_photo(kept, sent)
    kept.marks = [mark for mark in kept.marks if mark != Mark.NO_PHOTO]
    kept.save(update_fields=["photo", "photo_sha256", "marks"])
    _reached(patrol, rule, kept)
    return Taken(kept, new=True)


def _reached(patrol: Patrol, rule: PatrolRule, kept: CheckIn) -> None:
    """What follows from a check-in: the stop, the point, the sign of life, the marks beside it, the weight."""
    if Mark.NO_PHOTO not in kept.marks:
        _see(patrol, kept)
    _mark_swift(patrol, rule)
    if patrol.ended_at is None:
        LastSign.objects.filter(patrol=patrol).update(heard_at=now())
    else:
        weigh(patrol, rule)


def _see(patrol: Patrol, kept: CheckIn) -> None:
    """The stop is seen since the first time, the point for the last time; what comes late turns neither back."""
    stops = Stop.objects.filter(point=kept.point_id)
    if patrol.round_id:
        stops = stops.filter(round=patrol.round_id)
    else:
        his = Q(round__worker=patrol.worker_id) | Q(round__team=patrol.worker_id)
        stops = stops.filter(his, round__day=day_of(patrol), round__withdrawn_at=None)
    fresh = stops.exclude(state=Stop.State.SEEN, state_at__lte=kept.at)
    Stop.objects.filter(pk__in=list(fresh.values_list("pk", flat=True))).update(
        state=Stop.State.SEEN, state_at=kept.at, reason=""
    )
    older = PatrolPoint.objects.filter(Q(seen_at=None) | Q(seen_at__lt=kept.at), pk=kept.point_id)
    older.update(seen_at=kept.at)


def _mark_swift(patrol: Patrol, rule: PatrolRule) -> None:
    """Who was at two places sooner than anybody walks: marked at the later one, whichever came in first."""
    placed = patrol.check_ins.exclude(lng=None).order_by("at", "pk")
    last: CheckIn | None = None
    for one in placed:
        swift = last is not None and _is_swift(last, one, rule)
        if swift != (Mark.SWIFT in one.marks):
            one.marks = [*one.marks, Mark.SWIFT] if swift else [mark for mark in one.marks if mark != Mark.SWIFT]
            one.save(update_fields=["marks"])
        last = one


def _is_swift(one: CheckIn, other: CheckIn, rule: PatrolRule) -> bool:
    """Both positions may err by what they say of themselves."""
    places = [(each.lng or 0.0, each.lat or 0.0) for each in (one, other)]
    metres = metres_between(*places)
    surely = metres - (one.accuracy_metres or 0) - (other.accuracy_metres or 0)
    return surely > (other.at - one.at).total_seconds() * rule.top_speed_kmh / 3.6
