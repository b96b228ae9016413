"""录入: the assessment team enters marks with their evidence, and lines are entrusted to its members."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import IO, Any, cast

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.models import Assessment, Entry, LineAssessor, Scheme
from assessment.selectors import entries as asked
from assessment.selectors.entries import Line, Sheet
from assessment.services.schemes import may_edit
from casework.moment import now
from casework.refusals import NotNow, NotYours
from casework.services import doors
from grids import jurisdiction
from workorders.services.photos import read_picture

MOST_POINTS = 100
LARGEST_BYTES = 10 * 1024 * 1024
PDF = b"%PDF-"


@dataclass(frozen=True)
class Mark:
    """One mark that is to be entered: of whom, how many points of a hundred, why, with which paper."""

    subject: int
    points: float
    words: str
    evidence: Evidence | None = None
    # Sent twice, it is entered once.
    key: uuid.UUID | None = None


@dataclass(frozen=True)
class Evidence:
    """A paper or a picture, read and known for what it is."""

    content: bytes
    ending: str


def read_evidence(upload: UploadedFile[Any]) -> Evidence:
    """What was uploaded, by its first bytes and not by its name: a PDF as it is, a picture as a clean JPEG."""
    if (upload.size or 0) > LARGEST_BYTES:
        raise ValidationError(_("The file “%(name)s” is larger than 10 MB.") % {"name": upload.name})
    file = cast(IO[bytes], upload.file)
    file.seek(0)
    if file.read(len(PDF)) == PDF:
        file.seek(0)
        return Evidence(file.read(), "pdf")
    file.seek(0)
    try:
        return Evidence(read_picture(upload), "jpg")
    except ValidationError as error:
        words = _("“%(name)s” is neither a PDF nor a picture that can be read.") % {"name": upload.name}
        raise ValidationError(words) from error


@transaction.atomic
def enter_marks(sheet: Sheet, line: Line, *, by: User, marks: list[Mark]) -> list[Entry]:
    """Enters the marks of a line, all or none. A mark that was there stays and is replaced by the later one."""
    _refuse(sheet, line, by)
    _hold_boards(sheet)
    known = {row.who.subject: row for row in line.rows}
    for mark in marks:
        _check(mark, known, by)
    if not marks:
        raise ValidationError(_("Nothing was changed: no mark was given that does not stand here already."))
    return [_write(sheet, line, mark, by) for mark in marks]


def _refuse(sheet: Sheet, line: Line, by: User) -> None:
    if not jurisdiction.may(by, asked.ENTER, sheet.area):
        raise NotYours(_("Only the assessment team of %(area)s enters marks there.") % {"area": sheet.area})
    if not line.mine:
        raise NotYours(_("“%(line)s” is entrusted to somebody else of the team.") % {"line": line.indicator})


def _hold_boards(sheet: Sheet) -> None:
    """The month's boards are held until all is entered, so that none is scored in between; refuses a scored one."""
    boards = Assessment.objects.filter(
        scheme__city=sheet.scheme.city_id, scheme__code=sheet.scheme.code, area=sheet.area, since=sheet.since
    )
    for board in boards.order_by("pk"):
        doors.lock(board)
    closed = asked.closed_because(sheet.scheme, sheet.area, sheet.since)
    if closed:
        raise NotNow(closed)


def _check(mark: Mark, known: dict[int, asked.Row], by: User) -> None:
    row = known.get(mark.subject)
    if row is None:
        raise ValidationError(_("Somebody who is not on this sheet was marked. Read it again."))
    if row.who.person == by:
        raise NotYours(_("Nobody gives a mark to himself."))
    if not 0 <= mark.points <= MOST_POINTS:
        raise ValidationError({"points": _("%(name)s: a mark lies between 0 and 100.") % {"name": row.name}})
    if not mark.words.strip():
        raise ValidationError({"words": _("%(name)s: say why this mark is given.") % {"name": row.name}})


def _write(sheet: Sheet, line: Line, mark: Mark, by: User) -> Entry:
    there = Entry.objects.filter(key=mark.key).first() if mark.key else None
    if there is not None and (there.subject, there.indicator_code) != (mark.subject, line.indicator.code):
        raise ValidationError(_("This form was sent for somebody else before. Open it again."))
    if there is not None:
        return there
    entry = Entry(
        key=mark.key or uuid.uuid4(), city=sheet.scheme.city, scheme_code=sheet.scheme.code,
        indicator_code=line.indicator.code, since=sheet.since, subject=mark.subject, points=mark.points,
        words=mark.words.strip(), by=by, at=now(),
    )  # fmt: skip
    if mark.evidence is not None:
        entry.evidence.save(f"evidence.{mark.evidence.ending}", ContentFile(mark.evidence.content), save=False)
    entry.save()
    return entry


@transaction.atomic
def entrust(scheme: Scheme, indicator: str, *, by: User, user: User) -> None:
    """From now on this line is entered by this person (and whoever else it is entrusted to), and by nobody else."""
    _refuse_trust(scheme, by)
    if not asked.who_may_enter(scheme.city).filter(pk=user.pk).exists():
        raise ValidationError({"user": _("%(user)s holds no post that enters marks.") % {"user": user}})
    LineAssessor.objects.get_or_create(city=scheme.city, scheme_code=scheme.code, indicator_code=indicator, user=user)


@transaction.atomic
def withdraw_trust(scheme: Scheme, indicator: str, *, by: User, user: User) -> None:
    """This person enters this line no longer; entrusted to nobody, it is open to the whole team."""
    _refuse_trust(scheme, by)
    LineAssessor.objects.filter(city=scheme.city, scheme_code=scheme.code, indicator_code=indicator, user=user).delete()


def _refuse_trust(scheme: Scheme, by: User) -> None:
    if not may_edit(by, scheme.city):
        raise NotYours(
            _("Only those who look after the assessment of %(city)s entrust its lines.") % {"city": scheme.city}
        )
