"""Before a department is asked: settled in the grid (网格内解决), passed up with what was tried, or withdrawn."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.actors import Actor
from casework.moment import now
from casework.services import clocks, doors
from grids.selectors import desk_of
from workorders.lifecycle import ACCEPT, KEEP
from workorders.models import Photo, WorkOrder
from workorders.services.matters import hold, part_followers
from workorders.services.orders import after_closing, check_shown
from workorders.services.parts import start, stop_first
from workorders.services.photos import add_photos


@transaction.atomic
def keep(order: WorkOrder, *, by: Actor, note: str = "") -> WorkOrder:
    """The grid or community takes it in hand itself, against a clock of its own."""
    order = doors.take_step(order, "keep", by=by, note=note)
    clocks.stop_clock(order, ACCEPT)
    start(order, KEEP, order.area)
    return order


@transaction.atomic
def settle(order: WorkOrder, *, by: Actor, result: str, pictures: list[bytes]) -> WorkOrder:
    """当场解决: done by who found it, shown afterwards, and closed; whoever reported it may rate it."""
    check_shown(result, pictures)
    order = hold(order)
    stop_first(order, ACCEPT)
    stop_first(order, KEEP)
    facts = {"photos": len(pictures)}
    order = doors.take_step(order, "settle", by=by, facts=facts, result=result.strip())
    add_photos(order, pictures=pictures, moment=Photo.Moment.AFTER, by=by if isinstance(by, User) else None)
    after_closing(order)
    return order


@transaction.atomic
def pass_up(order: WorkOrder, *, by: Actor, tried: str) -> WorkOrder:
    """处理不了及时上报: to the desk above, with what was already tried (mechanisms 1-11, 2-32)."""
    if not tried.strip():
        raise ValidationError({"tried": _("Say what you have tried already.")})
    order = doors.take_step(order, "pass_up", by=by, note=tried.strip())
    clocks.stop_clock(order, KEEP)
    start(order, ACCEPT, desk_of(order.area))
    return order


@transaction.atomic
def withdraw(order: WorkOrder, *, by: Actor, reason: str) -> WorkOrder:
    """撤回: whoever reported takes it back, as long as no department has been asked."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why you take it back.")})
    order = doors.take_step(hold(order), "withdraw", by=by, note=reason.strip())
    order.checks.filter(done_at=None).update(done_at=now(), words=_("withdrawn"))
    part_followers(order)
    return order
