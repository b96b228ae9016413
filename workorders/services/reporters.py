"""The reporter's personal data: kept apart, shown once a reason is given, erased on request."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework import jurisdiction
from casework.moment import now
from casework.refusals import NotYours
from workorders.models import Reporter, Unmasking, WorkOrder
from workorders.selectors.people import hidden_from
from workorders.services.recordings import erase_recordings

UNMASK = "unmask_in"


@transaction.atomic
def unmask(order: WorkOrder, *, by: User, reason: str) -> Reporter | None:
    """Shows the reporter's name and numbers to who may see them; the look itself is on record."""
    reporter = Reporter.objects.filter(order=order).first()
    if not jurisdiction.may(by, UNMASK, order) or hidden_from(order, reporter, by):
        raise NotYours(_("The reporter's name and number are not for you to see."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why you need the reporter's name and number.")})
    Unmasking.objects.create(order=order, by=by, reason=reason.strip(), at=now())
    return reporter


@transaction.atomic
def erase(order: WorkOrder) -> None:
    """Takes the reporter's personal data out for ever, his voice too; the case and its history stay whole."""
    Reporter.objects.filter(order=order).update(name="", phone="", id_number="", erased_at=now())
    erase_recordings(order)
