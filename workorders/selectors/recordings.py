"""Who may hear what was spoken.

A voice tells who speaks. So it is heard as the reporter is known: whoever sees the order may hear it, as the photos;
from whom the reporter is hidden (`people.hidden_from`: the accused, and of a tip-off who handles it), the voice is
too; and of a reporter who is hidden from anybody at all it is heard by those alone who may look behind the mask. Each
listening but the speaker's own is on record where those looks are (`services/recordings.listen`).
"""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from casework import jurisdiction
from casework.refusals import NotFound
from workorders.models import Recording, WorkOrder
from workorders.selectors.people import hidden_from


def may_hear(user: User, order: WorkOrder) -> bool:
    """Whether this person may hear what was spoken of an order that he sees."""
    reporter = order.reporter_row
    if hidden_from(order, reporter, user):
        return False
    if reporter is None or not reporter.hidden_from_handlers or order.reported_by_id == user.pk:
        return True
    return jurisdiction.may(user, "unmask_in", order)


def heard_by(order: WorkOrder, user: User) -> list[Recording]:
    """The recordings of an order that this person may hear and that were not erased."""
    kept = [recording for recording in order.recordings.all() if recording.erased_at is None]
    return kept if kept and may_hear(user, order) else []


def silent(order: WorkOrder, user: User) -> str:
    """Why there is something spoken that this person does not hear, in a word; empty where there is nothing such."""
    recordings = list(order.recordings.all())
    if any(recording.erased_at is None for recording in recordings):
        return "" if may_hear(user, order) else "hidden"
    return "erased" if recordings else ""


def audible(user: User, key: UUID) -> Recording:
    """A recording of an order that the person sees, and may hear."""
    visible = WorkOrder.objects.visible_to(user)
    found = Recording.objects.filter(key=key, erased_at=None, order__in=visible).select_related("order__area").first()
    if found is None or not may_hear(user, found.order):
        raise NotFound(_("There is no such recording, or it is not yours to hear."))
    return found
