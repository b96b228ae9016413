"""Press (督办): ordinary, yellow card, red card; by the ladder or by hand, never twice, never downgraded."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from casework.actors import SYSTEM, Actor
from casework.jurisdiction import departments_of
from casework.moment import now
from casework.refusals import NotFound, NotNow
from casework.services import clocks, doors
from grids.models import Department
from workorders.lifecycle import REPLY
from workorders.models import Clue, Press, WorkOrder
from workorders.selectors.offices import office_of
from workorders.services.clues import file_by_rule
from workorders.services.parts import lead_of, start

LEVELS = {"press": Press.Level.ORDINARY, "yellow_card": Press.Level.YELLOW, "red_card": Press.Level.RED}


@transaction.atomic
def press(order: WorkOrder, *, by: Actor, level: int, words: str, reply_wanted: bool = True) -> WorkOrder:
    """督办: the supervision office presses by hand; the unit replies in writing where that is asked."""
    if level not in Press.Level.values:
        raise ValidationError({"level": _("Choose a level.")})
    if not words.strip():
        raise ValidationError({"words": _("Say what is expected.")})
    order = doors.lock(order)
    doors.allowed_step(order, "press", by)
    standing = highest_press(order)
    if level <= standing:
        label = Press.Level(standing).label
        raise NotNow(_("“%(level)s” stands already: a press is not repeated and not downgraded.") % {"level": label})
    order = doors.take_step(order, "press", by=by, note=words.strip(), facts={"level": level})
    asked = reply_wanted and order.department_id is not None
    give_press(order, level, by=by, reason="by_hand", words=words, reply_wanted=asked)
    return order


def press_by_rule(order: WorkOrder, rung: str, department: Department | None) -> None:
    """What the city's ladder gives when a clock runs out: once a level, and nothing below what stands already."""
    level = LEVELS[rung]
    if level <= highest_press(order):
        return
    give_press(order, level, by=SYSTEM, reason=rung, department=department)
    if level == Press.Level.RED:
        file_by_rule(order, Clue.Reason.RED_CARD)


def give_press(
    order: WorkOrder, level: int, *, by: Actor, reason: str, words: str = "", reply_wanted: bool = False,
    department: Department | None = None, office: Department | None = None,
) -> None:  # fmt: skip
    """Writes a press, before the nearest office if none is named; a reply that is wanted has a clock."""
    Press.objects.create(
        order=order, level=level, department=department or order.department, office=office or office_of(order),
        reason=reason, words=words.strip(), by=by if isinstance(by, User) else None, at=now(),
        reply_wanted=reply_wanted,
    )  # fmt: skip
    if reply_wanted and order.department_id:
        start(order, REPLY, lead_of(order))


def highest_press(order: WorkOrder) -> int:
    """The level that stands over an order; 0 when none does."""
    return order.presses.filter(lifted_at=None).aggregate(most=Max("level"))["most"] or 0


@transaction.atomic
def answer_press(order: WorkOrder, *, by: User, reply: str) -> WorkOrder:
    """The pressed unit replies in writing."""
    if not reply.strip():
        raise ValidationError({"reply": _("Write the reply.")})
    order = doors.take_step(order, "answer_press", by=by)
    asked = order.presses.filter(lifted_at=None, reply_wanted=True, replied_at=None)
    found = asked.filter(department__in=departments_of(by, "handle_in")).order_by("-level").first()
    if found is None:
        raise NotFound(_("No press of this order waits for your reply."))
    found.reply, found.replied_by, found.replied_at = reply.strip(), by, now()
    found.save(update_fields=["reply", "replied_by", "replied_at"])
    clocks.stop_clock(order, REPLY, found.department)
    return order


@transaction.atomic
def lift_press(order: WorkOrder, *, by: Actor, reason: str) -> WorkOrder:
    """取消: the only way down, with a reason; the highest standing level is lifted."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it is lifted.")})
    order = doors.lock(order)
    found = order.presses.filter(lifted_at=None).order_by("-level").first()
    if found is None:
        raise NotFound(_("No press stands over this order."))
    order = doors.take_step(order, "lift_press", by=by, note=reason.strip(), facts={"level": found.level})
    found.lifted_at, found.lifted_because = now(), reason.strip()
    found.save(update_fields=["lifted_at", "lifted_because"])
    if not order.presses.filter(lifted_at=None, reply_wanted=True, replied_at=None).exists():
        clocks.drop_clocks(order, clock=REPLY)
    return order


@transaction.atomic
def tag(order: WorkOrder, *, by: Actor, tags: list[str], early_sign: bool | None = None) -> WorkOrder:
    """重点、难点、热点, and the early sign (苗头): how the centre sorts what it studies (mechanisms 1-4, 1-41)."""
    unknown = set(tags) - set(WorkOrder.Tag.values)
    if unknown:
        raise ValidationError({"tags": _("Unknown tag: %(tags)s.") % {"tags": ", ".join(sorted(unknown))}})
    chosen = [value for value in WorkOrder.Tag.values if value in tags]
    changes: dict[str, Any] = {"tags": chosen} | ({} if early_sign is None else {"early_sign": early_sign})
    return doors.take_step(order, "tag", by=by, facts={"tags": chosen, "early_sign": early_sign}, **changes)
