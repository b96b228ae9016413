"""Words of the desk's pages of patrols: kinds by their names, how long a point is overdue."""

from __future__ import annotations

import datetime as dt

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from patrols.models import PatrolPoint
from patrols.selectors.points import Kinds

register = template.Library()
DAY = dt.timedelta(days=1)


@register.filter
def kind_title(point: PatrolPoint, kinds: Kinds) -> str:
    """What kind of point it is, in the reader's language."""
    return kinds.title(point.kind)


@register.filter
def kind_words(codes: list[str], kinds: Kinds) -> str:
    """The names of several kinds."""
    return _(", ").join(kinds.title(code) for code in codes)


@register.filter
def overdue_words(point: PatrolPoint, at: dt.datetime) -> str:
    """How many days a point is overdue, or still has."""
    days = abs(at - point.due_at) // DAY
    if at >= point.due_at:
        if not days:
            return _("due today")
        return ngettext("%(days)d day overdue", "%(days)d days overdue", days) % {"days": days}
    if not days:
        return _("due within a day")
    return ngettext("due in %(days)d day", "due in %(days)d days", days) % {"days": days}
