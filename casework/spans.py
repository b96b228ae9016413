"""Spans, limits and moments in short words: 3 h 40 min, 4 work h 12 min, 5 working days, 9 Oct 10:42."""

from __future__ import annotations

import datetime as dt
import math

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casework.calendar import Unit

HOUR, DAY, USUAL_DAY = 3_600, 86_400, 8 * 3_600


def span_words(amount: float, unit: Unit, *, day: int = USUAL_DAY, up: bool = False) -> str:
    """An amount of time in the unit's own short words: 3 h 40 min, 4 work h 12 min, 2 workdays 02:38."""
    if unit == Unit.WORK_DAY:
        return _workday_words(amount, day, up)
    seconds = amount * (DAY if unit == Unit.NATURAL_DAY else HOUR)
    minutes = _minutes(seconds, up)
    if unit == Unit.WORK_HOUR:
        return _hour_words(minutes, working=True)
    days, rest = divmod(minutes, 24 * 60)
    if days < 2:
        return _hour_words(minutes, working=False)
    return _("%(days)d d %(hours)d h") % {"days": days, "hours": rest // 60}


def _workday_words(amount: float, day: int, up: bool) -> str:
    days, rest = divmod(amount, 1)
    minutes = _minutes(rest * day, up and not days)
    if not days:
        return _hour_words(minutes, working=True)
    if not minutes:
        return ngettext("%(days)d workday", "%(days)d workdays", int(days)) % {"days": days}
    words = ngettext("%(days)d workday %(time)s", "%(days)d workdays %(time)s", int(days))
    return words % {"days": days, "time": f"{minutes // 60:02d}:{minutes % 60:02d}"}


def _hour_words(minutes: int, *, working: bool) -> str:
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)d min") % {"minutes": rest}
    words = _("%(hours)d work h %(minutes)d min") if working else _("%(hours)d h %(minutes)d min")
    if not rest:
        words = _("%(hours)d work h") if working else _("%(hours)d h")
    return words % {"hours": hours, "minutes": rest}


def _minutes(seconds: float, up: bool) -> int:
    """Whole minutes; what is left is rounded up, and nothing ever reads as 0 min."""
    exact = round(seconds / 60, 4)
    return max(1, math.ceil(exact)) if up else int(exact)


def limit_words(amount: float, unit: Unit | str) -> str:
    """A limit as the rules say it: 15 minutes, 1 working hour, 5 working days."""
    unit = Unit(unit)
    if unit == Unit.URGENT_HOUR and amount < 1:
        return _("%(amount)s min") % {"amount": f"{amount * 60:.3g}"}
    words = {
        Unit.URGENT_HOUR: ngettext("%(amount)s hour", "%(amount)s hours", math.ceil(amount)),
        Unit.WORK_HOUR: ngettext("%(amount)s working hour", "%(amount)s working hours", math.ceil(amount)),
        Unit.WORK_DAY: ngettext("%(amount)s working day", "%(amount)s working days", math.ceil(amount)),
        Unit.NATURAL_DAY: ngettext("%(amount)s day", "%(amount)s days", math.ceil(amount)),
    }
    return words[unit] % {"amount": f"{amount:g}"}


def moment_words(at: dt.datetime) -> str:
    """A moment of this year, short."""
    return date_format(localtime(at), _("j M H:i"))
