"""The line of a work order: accept or refuse, dispatch, sign for, finish, verify, close, rate.

Each use-case goes through the one door (`casework.services.doors`) and starts or stops the clocks of its stage. The
report that begins the line is `reporting.py`; its branches stand in modules beside this one, all named in `steps.py`.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.actors import Actor
from casework.models import Part
from casework.moment import now
from casework.refusals import NotNow
from casework.services import clocks, doors
from grids.models import Department
from grids.selectors import desk_of
from workorders.lifecycle import ACCEPT, CALL_BACK, CLOSE, CONTACT, DISPATCH, HANDLE, SIGN, VERIFY
from workorders.models import DispatchRule, Photo, SiteCheck, WorkOrder
from workorders.services.checks import ask_worker, note_check
from workorders.services.matters import close_followers, hold, part_followers
from workorders.services.parts import (
    ask_assistants,
    ask_call_back,
    begin_handling,
    end_parts,
    lead,
    named,
    names_of,
    start,
    stop_first,
)  # fmt: skip
from workorders.services.photos import add_photos
from workorders.services.ratings import keep_rating


@transaction.atomic
def accept(order: WorkOrder, *, by: Actor, note: str = "") -> WorkOrder:
    """受理: the desk takes the matter on; now it must be dispatched."""
    order = doors.take_step(order, "accept", by=by, note=note)
    clocks.stop_clock(order, ACCEPT)
    start(order, DISPATCH, desk_of(order.area))
    return order


@transaction.atomic
def refuse(order: WorkOrder, *, by: Actor, reason: str, words: str) -> WorkOrder:
    """不予受理: for one of the six coded reasons, always with a sentence to the citizen (rules.md 3.3)."""
    if reason not in WorkOrder.RefusalReason.values:
        raise ValidationError({"reason": _("Choose one of the six reasons.")})
    if not words.strip():
        raise ValidationError({"words": _("Tell the reporter why, and where to turn.")})
    order = hold(order)
    stop_first(order, ACCEPT)
    changes = {"refusal_reason": reason, "refusal_words": words.strip()}
    order = doors.take_step(order, "refuse", by=by, facts={"reason": reason}, **changes)
    part_followers(order)
    return order


@transaction.atomic
def dispatch(
    order: WorkOrder, *, by: Actor, department: Department, assistants: list[Department] | None = None,
    joint: bool = False, rule: DispatchRule | None = None, note: str = "",
) -> WorkOrder:  # fmt: skip
    """派遣: sends the order to one lead and its assistants, each with its own clocks.

    `joint`: several enforcers at once (综合执法, mechanism 0-17): the joint enforcement team leads, the others assist.
    """
    assistants = [other for other in assistants or [] if other != department]
    check_units(order, [department, *assistants])
    if joint and department.kind != Department.Kind.ENFORCEMENT:
        raise ValidationError({"department": _("A joint enforcement team must lead a joint enforcement.")})
    facts = named(department) | {"assistants": names_of(assistants)}
    facts |= {"joint": joint, "rule": rule.pk if rule else None, "by_rule": rule.place if rule else None}
    changes = {"department": department, "joint": joint, "rule": rule}
    order = doors.take_step(order, "dispatch", by=by, note=note, facts=facts, **changes)
    clocks.stop_clock(order, DISPATCH)
    lead(order, department)
    begin_handling(order, department)
    ask_assistants(order, assistants)
    return order


def check_units(order: WorkOrder, departments: list[Department]) -> None:
    """Refuses units that do not serve the area, and those against whom the case is brought (recusal)."""
    serving = set(Department.objects.standing().serving(order.area).values_list("pk", flat=True))
    for department in departments:
        if department.pk not in serving:
            sentence = _("%(department)s does not serve this area.") % {"department": department}
            raise ValidationError({"department": sentence})
        if department.pk == order.accused_department_id:
            sentence = _("%(department)s is named in the complaint and must step aside.") % {"department": department}
            raise ValidationError({"department": sentence})


@transaction.atomic
def sign_for(order: WorkOrder, *, by: Actor, note: str = "") -> WorkOrder:
    """签收: the department has the order in hand; a claim becomes its own."""
    order = doors.take_step(order, "sign_for", by=by, note=note, held_until=None)
    clocks.stop_clock(order, SIGN)
    end_parts(order, Part.Outcome.RELEASED, role=Part.Role.OFFERED)
    _note_signature(order)
    return order


def _note_signature(order: WorkOrder) -> None:
    part = order.parts.present().filter(role=Part.Role.LEAD).first()
    if part and part.signed_at is None:
        part.signed_at = now()
        part.save(update_fields=["signed_at"])


@transaction.atomic
def finish(order: WorkOrder, *, by: Actor, result: str, pictures: list[bytes]) -> WorkOrder:
    """办结: the department says what it did and shows it; the grid verifies next (row 47: one after-photo)."""
    check_shown(result, pictures)
    order = doors.take_step(order, "finish", by=by, facts={"photos": len(pictures)}, result=result.strip())
    _refuse_while_assisted(order)
    add_photos(order, pictures=pictures, moment=Photo.Moment.AFTER, by=by if isinstance(by, User) else None)
    clocks.stop_clock(order, HANDLE)
    clocks.drop_clocks(order, clock=CONTACT)
    ask_worker(order, SiteCheck.Moment.AFTER)
    return order


def check_shown(result: str, pictures: list[bytes]) -> None:
    """Whoever calls a matter done says what was done and shows it (rules.md 13.2 row 47)."""
    if not result.strip():
        raise ValidationError({"result": _("Say what was done.")})
    if not pictures:
        raise ValidationError({"photos": _("Show the place afterwards: at least one photo.")})


def _refuse_while_assisted(order: WorkOrder) -> None:
    """The lead waits for those who assist, or releases them with a reason (rules.md 3.2)."""
    waiting = order.parts.present().filter(role=Part.Role.ASSIST).select_related("department")
    if waiting:
        names = _(", ").join(str(part.department) for part in waiting)
        raise NotNow(_("Still outstanding: %(names)s. Wait for their part, or release them.") % {"names": names})


@transaction.atomic
def verify(order: WorkOrder, *, by: Actor, note: str = "", pictures: list[bytes] | None = None) -> WorkOrder:
    """核实: someone of the area has seen on the spot that it is done."""
    order = doors.take_step(order, "verify", by=by, note=note)
    clocks.stop_clock(order, VERIFY)
    note_check(order, by=by, outcome=SiteCheck.Outcome.DONE, words=note, pictures=pictures or [])
    start(order, CLOSE, desk_of(order.area))
    return order


@transaction.atomic
def close(order: WorkOrder, *, by: Actor, note: str = "") -> WorkOrder:
    """结案: the desk closes the case and those joined to it; whoever reported is asked how it went."""
    order = hold(order)
    stop_first(order, CLOSE)
    order = doors.take_step(order, "close", by=by, note=note)
    after_closing(order)
    return order


def after_closing(order: WorkOrder) -> None:
    """What closing brings with it: parts end, the citizen is to be called, the orders of the same matter close too."""
    end_parts(order, Part.Outcome.DONE)
    ask_call_back(order)
    close_followers(order)


@transaction.atomic
def rate(
    order: WorkOrder, *, by: Actor, stars: int, solved: bool, satisfied: bool | None = None, words: str = ""
) -> WorkOrder:
    """评价: the reporter says whether it is solved, and how well; once a round."""
    if not 1 <= stars <= 5:
        raise ValidationError({"stars": _("One to five stars.")})
    content = stars >= 3 if satisfied is None else satisfied
    changes: dict[str, Any] = {"stars": stars, "solved": solved, "satisfied": content, "rating_words": words.strip()}
    facts = {"stars": stars, "solved": solved, "satisfied": content}
    stop_first(order, CALL_BACK)
    order = doors.take_step(order, "rate", by=by, facts=facts, **changes)
    keep_rating(order, by=by, via="reporter")
    return order
