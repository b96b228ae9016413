"""How things read on the phone: a task's clock as a ring, what a worker does with it, how long ago a point was seen."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from django import template
from django.template import Context
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from casework.calendar import Unit, WorkingCalendar
from casework.models import Deadline
from casework.moment import now
from casework.selectors import calendar_of
from casework.spans import HOUR, USUAL_DAY
from casework.templatetags.cases import face_of, foremost
from patrols.models import PatrolPoint
from workorders import statuses
from workorders.models import WorkOrder

register = template.Library()

# A ring warns under a fifth of its time or under two hours, whichever comes first.
SOON_SHARE, SOON = 80, dt.timedelta(hours=2)
A_KILOMETRE = 1000
# From how many days on days are counted, and how many hours one of the shorter rests has.
DAYS = {Unit.WORK_DAY: 1, Unit.NATURAL_DAY: 2}
HOURS = {Unit.WORK_DAY: USUAL_DAY / HOUR, Unit.NATURAL_DAY: 24}


@dataclass(frozen=True)
class Ring:
    """The honest clock: the share of time left, a number inside, the words beside it, the moment."""

    state: str
    left: int
    number: str
    unit: str
    words: str
    due: str


@register.simple_tag(takes_context=True)
def ring(context: Context, order: WorkOrder) -> Ring | None:
    """`{% ring order as shown %}`; nothing where no clock runs."""
    clock = foremost(order)
    if clock is None:
        return None
    calendar = context.get("calendar") or calendar_of(order.city)
    shown = face_of(clock, calendar)
    state = _state(clock, shown.state, shown.used)
    number, unit = _inside(clock, state, calendar)
    left = 100 if state == "late" else 100 - shown.used
    return Ring(state, left, number, unit, shown.remaining, _due(clock, late=state == "late"))


def _state(clock: Deadline, state: str, used: int) -> str:
    if state != "" and state != "near":
        return state
    return "soon" if state or used >= SOON_SHARE or clock.due_at - now() <= SOON else ""


def _inside(clock: Deadline, state: str, calendar: WorkingCalendar) -> tuple[str, str]:
    """One number that fits in the ring, of the same time as the words beside it: of working time, working hours."""
    if state == "late":
        return pgettext("ring", "late"), ""
    if state == "paused":
        return "Ⅱ", ""
    left = calendar.elapsed(Unit(clock.unit), now(), clock.due_at)
    if clock.unit in DAYS and left >= DAYS[Unit(clock.unit)]:
        return str(int(left)), pgettext("ring", "d")
    minutes = max(1, math.ceil(round(left * HOURS.get(Unit(clock.unit), 1) * 60, 4)))
    if minutes >= 60:
        return str(minutes // 60), pgettext("ring", "h")
    return str(minutes), pgettext("ring", "min")


def _due(clock: Deadline, *, late: bool) -> str:
    due, today = localtime(clock.due_at), localtime(now()).date()
    if due.date() == today:
        moment = date_format(due, "H:i")
    elif due.date() == today + dt.timedelta(days=1):
        moment = _("tomorrow %(time)s") % {"time": date_format(due, "H:i")}
    else:
        moment = date_format(due, "n-j H:i")
    return (_("was due %(moment)s") if late else _("by %(moment)s")) % {"moment": moment}


@register.filter
def doing(order: WorkOrder) -> str:
    """What the worker does with a task: look before it is opened, look again after it was handled."""
    words = {
        statuses.CHECKING: pgettext("task", "Check"),
        statuses.FINISHED: pgettext("task", "Look again"),
        statuses.KEPT: pgettext("task", "Settle"),
        statuses.REPORTED: pgettext("task", "Accept"),
        statuses.WHISTLED: pgettext("task", "Whistle"),
    }
    return words.get(order.status, str(order.status_label))


@register.filter
def doing_why(order: WorkOrder) -> str:
    """Why it lies with him, in half a line."""
    words = {
        statuses.CHECKING: _("Is it there? Look before it is taken on"),
        statuses.FINISHED: _("Said to be handled; look whether it is"),
        statuses.KEPT: _("Your grid settles this itself"),
    }
    return words.get(order.status, "")


@register.filter
def seen_words(point: PatrolPoint) -> str:
    """When it was seen against when it should be: “6 days unseen · every 3 days”."""
    every = ngettext("every day", "every %(days)s days", point.interval_days) % {"days": point.interval_days}
    if point.seen_at is None:
        return _("not seen yet · %(every)s") % {"every": every}
    days = (localtime(now()).date() - localtime(point.seen_at).date()).days
    if days == 0:
        return _("seen today · %(every)s") % {"every": every}
    ago = ngettext("%(days)s day unseen", "%(days)s days unseen", days) % {"days": days}
    return f"{ago} · {every}"


@register.filter
def metres(length: float) -> str:
    """A length as one walks it: 180 m, 1.2 km."""
    if length < A_KILOMETRE:
        return _("%(metres)d m") % {"metres": round(length, -1) if length >= 100 else round(length)}
    return _("%(km).1f km") % {"km": length / A_KILOMETRE}


@register.filter
def minutes(length: dt.timedelta) -> int:
    """Whole minutes, none under one."""
    return int(length / dt.timedelta(minutes=1))


@register.filter
def percent_of(unit: float, share: float) -> float:
    """So many hundredths of a drawing's width, for radii and type."""
    return round(float(unit) * float(share), 1)
