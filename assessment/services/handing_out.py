"""Papers with the data of persons leave the house: each time is kept, with who took it and the data's fingerprint."""

from __future__ import annotations

from accounts.models import User
from assessment.document import Document
from assessment.models import Assessment, HandedOut
from assessment.selectors.allowances import sheet_seen_by
from assessment.selectors.papers import bulletin_seen_by
from assessment.selectors.service_records import record_seen_by
from assessment.services.printing import Printed, printed
from casework.moment import now
from grids.models import Area, City


def hand_out_bulletin(*, by: User, number: str, form: str) -> Printed:
    """The bulletin as a file: public to all who see the board, so nothing is kept of it."""
    return printed(bulletin_seen_by(by, number), form)


def hand_out_record(*, by: User, city: City, key: int, form: str) -> Printed:
    """Somebody's service record as a file."""
    person, document = record_seen_by(by, city, key)
    return _handed_out(document, form, by, city, HandedOut.Kind.SERVICE_RECORD, person=person)


def hand_out_allowances(*, by: User, number: str, form: str) -> tuple[Assessment, Printed]:
    """The allowance sheet of a board as a file."""
    board, document = sheet_seen_by(by, number)
    return board, _handed_out(document, form, by, board.city, HandedOut.Kind.ALLOWANCES, area=board.area)


def _handed_out(
    document: Document, form: str, by: User, city: City, kind: str, *, person: User | None = None,
    area: Area | None = None,
) -> Printed:  # fmt: skip
    """Set first: of a paper that could not be set nothing is kept."""
    paper = printed(document, form)
    HandedOut.objects.create(
        city=city, kind=kind, person=person, area=area, form=form, digest=document.digest, by=by, at=now()
    )
    return paper
