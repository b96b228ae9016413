"""Prints an order: the dispatch slip (交办单), the supervision letter (督办单), and its whole archive as ZIP."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from accounts.models import User
from casework import jurisdiction
from casework.refusals import NotYours
from workorders.models import WorkOrder
from workorders.selectors import papers
from workorders.selectors.masking import without_reporter
from workorders.selectors.people import hidden_from
from workorders.services.printing.archive import pieces_of
from workorders.services.printing.typesetting import set_as_pdf

# Who files a case: the desk that took it on, the desk that closes it, whoever supervises it.
FILING = ("accept_in", "close_in", "press_in")


def slip(order: WorkOrder, *, by: User) -> bytes:
    """交办单: by this paper the desk gives an order to the department that leads."""
    return _printed(order, papers.slip_of(order, by))


def letter(order: WorkOrder, *, by: User, place: int) -> bytes:
    """督办单: the paper of one press, counted from the first."""
    return _printed(order, papers.letter_of(order, place, by))


def archive(order: WorkOrder, *, by: User) -> Iterator[bytes]:
    """The whole case as ZIP, piece by piece; refused at once to who may not file it."""
    if not may_archive(order, by):
        raise NotYours(_("The archive of an order is for the desk that accepts or closes it, and for supervision."))
    return pieces_of(order, _printed(order, papers.record_of(order, by)), by)


def may_archive(order: WorkOrder, user: User) -> bool:
    """Whether this person files the case; never the accused, for its events tell who acted."""
    if hidden_from(order, order.reporter_row, user):
        return False
    return any(jurisdiction.may(user, permission, order) for permission in FILING)


def _printed(order: WorkOrder, paper: papers.Paper) -> bytes:
    return set_as_pdf(without_reporter(paper.words(), order.reporter_row))
