"""Numbers of other systems: one number of one source is one order, however often and by whichever way it comes."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from casework.moment import now
from casework.refusals import NotNow
from workorders.models import Incoming, IntegrationClient, WorkOrder
from workorders.models.details import EXTERNAL


class AlreadyThere(NotNow):
    """The source's number belongs to another order."""

    code = "already_there"


def note_external(order: WorkOrder, *, digest: str = "", client: IntegrationClient | None = None) -> Incoming:
    """Ties the source's number to its order; refuses one that has an order already."""
    number = order.details[EXTERNAL]
    try:
        with transaction.atomic():
            return Incoming.objects.create(
                city=order.city, source=order.source, external_no=number, order=order, digest=digest, client=client,
                received_at=now(),
            )  # fmt: skip
    except IntegrityError as error:
        raise AlreadyThere(_("Number %(number)s of this source is an order already.") % {"number": number}) from error
