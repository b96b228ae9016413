"""What must be true of every order whatever was done to it, read from the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.db import transaction
from django.db.models import Count, Max

from casework.models import Case, Deadline, Event, Part
from casework.selectors import broken_chains
from casework.services.faces import refresh_faces
from workorders.models import WorkOrder
from workorders.statuses import DISPATCHED, FINISHED, HANDLING, HELD, PARKED, RULING, VERIFIED

LED = {DISPATCHED, HELD, HANDLING, PARKED, FINISHED, VERIFIED}
# After these a claim is nobody's any more; a step that was undone is a way out too.
LETS_GO = {"let_go", "lapsed", "recalled", "granted", "undone", "owner_named"}
FACE = ("lamp", "rung", "due_at", "due_from", "due_clock", "paused")

Steps = Counter[tuple[str, str, str]]


def damage(accepted: Steps | None = None, *, since: int = 0) -> list[str]:
    """Every sentence about something that is not as it must be; none is the truth."""
    found = [f"the chain of {number} breaks at {seq}" for number, seq in broken_chains()]
    for order in WorkOrder.objects.select_related("department"):
        found += [f"{order.number} ({order.status}): {words}" for words in _of_order(order)]
    found += list(_clocks())
    found += _faces()
    return found + (_lost(accepted, since) if accepted is not None else [])


def _of_order(order: WorkOrder) -> Iterator[str]:
    events = list(order.events.order_by("seq").values_list("seq", "verb", "before", "after"))
    if [seq for seq, *_rest in events] != list(range(1, order.event_count + 1)):
        yield "its events are not numbered without a gap"
    status, claimed = "", False
    for seq, verb, before, after in events:
        if not after:
            continue
        if before != status:
            yield f"event {seq} {verb} begins at {before}, the one before ended at {status}"
        if verb == "claimed" and claimed:
            yield f"event {seq}: claimed twice"
        claimed = (claimed or verb == "claimed") and verb not in LETS_GO
        status = after
    if status != order.status:
        yield f"the last event ends at {status}"
    yield from _leads(order)


def _leads(order: WorkOrder) -> Iterator[str]:
    leads = list(order.parts.present().filter(role=Part.Role.LEAD).values_list("department_id", flat=True))
    wanted = order.status in LED or (order.status == RULING and order.department_id is not None)
    if len(leads) != wanted:
        yield f"{len(leads)} departments lead"
    if wanted and leads != [order.department_id]:
        yield f"led by {leads}, held by {order.department_id}"
    if order.status == HELD and order.held_until is None:
        yield "held without an end"


def _clocks() -> Iterator[str]:
    twice = Deadline.objects.open().values("case__number", "clock", "department", "area", "person")
    for row in twice.annotate(many=Count("pk")).filter(many__gt=1):
        yield f"two open clocks: {row}"
    for clock in Deadline.objects.open().filter(case__closed_at__isnull=False).exclude(clock="workorders.call_back"):
        if clock.clock != "workorders.reply":
            yield f"{clock.case.number} is over, and {clock.clock} runs"


def _faces() -> list[str]:
    """What lists show is what they would show if it were written anew."""
    cases = list(Case.objects.order_by("pk").values_list("pk", flat=True))
    shown = dict(_shown())
    with transaction.atomic():
        refresh_faces(cases)
        anew = dict(_shown())
        transaction.set_rollback(True)
    return [f"{number} shows {shown[number]}, not {face}" for number, face in anew.items() if shown[number] != face]


def _shown() -> Iterator[tuple[str, tuple]]:
    for number, *face in Case.objects.values_list("number", *FACE):
        yield number, tuple(face)


def last_event() -> int:
    """How far history has come."""
    return Event.objects.aggregate(last=Max("pk"))["last"] or 0


def _lost(accepted: Steps, since: int) -> list[str]:
    """Each step that was answered with yes has its one event, and no event is without such a step."""
    events = Event.objects.filter(pk__gt=since, actor__isnull=False)
    written = Counter(events.values_list("case__number", "verb", "actor__username"))
    return [
        f"{key}: {accepted[key]} accepted, {written[key]} events"
        for key in accepted.keys() | written.keys() if accepted[key] != written[key]
    ]  # fmt: skip
