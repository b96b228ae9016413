"""The line of a work order: report, accept or refuse, dispatch, sign for, finish, verify, close, rate.

Each use-case goes through the one door (`casework.services.doors`) and starts or stops the clocks of its stage.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.actors import Actor
from casework.moment import now
from casework.refusals import NotYours
from casework.selectors import limit_for
from casework.services import clocks, doors
from grids import geo
from grids import jurisdiction as ground
from grids.models import Area, City, Department
from grids.selectors import desk_of, rulebook_in_force
from workorders.lifecycle import ACCEPT, CLOSE, DISPATCH, HANDLE, SIGN, VERIFY, WORK_ORDER
from workorders.models import Category, Photo, Reporter, WorkOrder
from workorders.services.photos import add_photos

TITLE_LENGTH = 60


@transaction.atomic
def report(
    *,
    by: User,
    city: City,
    category: Category,
    words: str,
    lng: float,
    lat: float,
    datum: str = "wgs84",
    place: str = "",
    condition: str = "",
    pictures: list[bytes] | None = None,
    source: str = WorkOrder.Source.PATROL,
    reporter: dict[str, str] | None = None,
) -> WorkOrder:
    """Opens a work order where a matter lies, and starts the clock of the desk that accepts it."""
    if not ground.granted_areas(by, "report_in").filter(city=city).exists():
        raise NotYours(_("You cannot report in %(city)s.") % {"city": city})
    area = area_of_report(city, lng, lat, datum)
    rulebook = rulebook_in_force(city, now().astimezone(city.zone).date())
    if category.rulebook_id != rulebook.pk:
        raise ValidationError({"category": _("This category is not in the catalogue any more.")})
    if not words.strip():
        raise ValidationError({"words": _("Say what is the matter.")})
    lng_kept, lat_kept = geo.to_wgs84(lng, lat, datum)
    order = WorkOrder(
        kind=WORK_ORDER.kind, title=title_of(words), category=category, condition=condition, words=words.strip(),
        place=place.strip(), source=source, reported_by=by, lng=lng_kept, lat=lat_kept,
        given_lng=lng, given_lat=lat, given_datum=datum,
    )  # fmt: skip
    facts = {"source": str(source), "category": category.code, "photos": len(pictures or [])}
    order = doors.open_case(order, by=by, area=area, rulebook=rulebook, facts=facts)
    Reporter.objects.create(order=order, **(reporter or {"name": by.name, "phone": by.phone}))
    add_photos(order, pictures=pictures or [], moment=Photo.Moment.BEFORE, by=by)
    _start(order, ACCEPT, desk_of(area))
    return order


@transaction.atomic
def accept(order: WorkOrder, *, by: Actor, note: str = "") -> WorkOrder:
    """受理: the desk takes the matter on; now it must be dispatched."""
    order = doors.take_step(order, "accept", by=by, note=note)
    clocks.stop_clock(order, ACCEPT)
    _start(order, DISPATCH, desk_of(order.area))
    return order


@transaction.atomic
def refuse(order: WorkOrder, *, by: Actor, reason: str, words: str) -> WorkOrder:
    """不予受理: for one of the six coded reasons, always with a sentence to the citizen (rules.md 3.3)."""
    if reason not in WorkOrder.RefusalReason.values:
        raise ValidationError({"reason": _("Choose one of the six reasons.")})
    if not words.strip():
        raise ValidationError({"words": _("Tell the reporter why, and where to turn.")})
    _stop_first(order, ACCEPT)
    changes = {"refusal_reason": reason, "refusal_words": words.strip()}
    return doors.take_step(order, "refuse", by=by, facts={"reason": reason}, **changes)


@transaction.atomic
def dispatch(order: WorkOrder, *, by: Actor, department: Department, note: str = "") -> WorkOrder:
    """派遣: sends the order to one department; its clocks to sign for and to handle begin together."""
    if not Department.objects.standing().serving(order.area).filter(pk=department.pk).exists():
        raise ValidationError(
            {"department": _("%(department)s does not serve this area.") % {"department": department}}
        )
    facts = {"department": department.pk, "department_name": department.name}
    order = doors.take_step(order, "dispatch", by=by, note=note, facts=facts, department=department)
    clocks.stop_clock(order, DISPATCH)
    _start(order, SIGN, department)
    _start(order, HANDLE, department)
    return order


@transaction.atomic
def sign_for(order: WorkOrder, *, by: Actor, note: str = "") -> WorkOrder:
    """签收: the department has the order in hand."""
    order = doors.take_step(order, "sign_for", by=by, note=note)
    clocks.stop_clock(order, SIGN)
    return order


@transaction.atomic
def finish(order: WorkOrder, *, by: Actor, result: str, pictures: list[bytes]) -> WorkOrder:
    """办结: the department says what it did and shows it; the grid verifies next (row 47: one after-photo)."""
    if not result.strip():
        raise ValidationError({"result": _("Say what was done.")})
    if not pictures:
        raise ValidationError({"photos": _("Show the place afterwards: at least one photo.")})
    order = doors.take_step(order, "finish", by=by, facts={"photos": len(pictures)}, result=result.strip())
    add_photos(order, pictures=pictures, moment=Photo.Moment.AFTER, by=by if isinstance(by, User) else None)
    clocks.stop_clock(order, HANDLE)
    _start(order, VERIFY, order.area)
    return order


@transaction.atomic
def verify(order: WorkOrder, *, by: Actor, note: str = "") -> WorkOrder:
    """核查: someone of the area has seen on the spot that it is done."""
    order = doors.take_step(order, "verify", by=by, note=note)
    clocks.stop_clock(order, VERIFY)
    _start(order, CLOSE, desk_of(order.area))
    return order


@transaction.atomic
def close(order: WorkOrder, *, by: Actor, note: str = "") -> WorkOrder:
    """结案: the desk closes the case; the reporter is asked to rate it."""
    _stop_first(order, CLOSE)
    return doors.take_step(order, "close", by=by, note=note)


@transaction.atomic
def rate(order: WorkOrder, *, by: Actor, stars: int, solved: bool, words: str = "") -> WorkOrder:
    """评价: the reporter says whether it is solved, and how well; once."""
    if not 1 <= stars <= 5:
        raise ValidationError({"stars": _("One to five stars.")})
    changes: dict[str, Any] = {"stars": stars, "solved": solved, "rating_words": words.strip()}
    return doors.take_step(order, "rate", by=by, facts={"stars": stars, "solved": solved}, **changes)


# Every step of the lifecycle is one of these; pages and API take them by name.
STEPS: dict[str, Callable[..., WorkOrder]] = {
    "accept": accept,
    "refuse": refuse,
    "dispatch": dispatch,
    "sign_for": sign_for,
    "finish": finish,
    "verify": verify,
    "close": close,
    "rate": rate,
}


def area_of_report(city: City, lng: float, lat: float, datum: str) -> Area:
    """The lowest area of a report's point; a point outside the city is refused."""
    area = geo.area_at(geo.to_wgs84(lng, lat, datum), city=city)
    if area is None:
        raise ValidationError({"place": _("This point lies outside %(city)s.") % {"city": city}})
    return area


def title_of(words: str) -> str:
    """The first sentence of a report, as its title."""
    first = words.strip().replace("。", "\n").splitlines()[0].strip()
    return first if len(first) <= TITLE_LENGTH else f"{first[: TITLE_LENGTH - 1]}…"


def _start(order: WorkOrder, clock: str, holder: Area | Department, at: dt.datetime | None = None) -> None:
    """Begins a stage's clock if the city's rules give it a limit; a stage without one has none."""
    limit = limit_for(order.rulebook, clock, subject=order.category.code, condition=order.condition)
    if limit is not None:
        clocks.start_clock(order, clock, holder, limit, at=at)


def _stop_first(order: WorkOrder, clock: str) -> None:
    """Ends the clock of a last stage before the closing step would drop it; rolled back if the step is refused."""
    clocks.stop_clock(doors.lock(order), clock)
