"""How walks read on a page: how long ago something was heard, a length, a span, what stands out about a track."""

from __future__ import annotations

import datetime as dt

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from patrols.models import CheckIn, Patrol, TrackMark

register = template.Library()
MINUTE, HOUR = 60, 3600


@register.filter
def ago(seconds: int) -> str:
    """So many seconds ago, in the largest unit that fits; the live page's script counts on in the same words."""
    if seconds < MINUTE:
        return _("%(n)s s ago") % {"n": seconds}
    if seconds < HOUR:
        return _("%(n)s min ago") % {"n": seconds // MINUTE}
    return _("%(n)s h ago") % {"n": seconds // HOUR}


@register.filter
def distance(metres: int | None) -> str:
    """A way in metres, from a kilometre on in kilometres."""
    if metres is None:
        return "–"
    if metres < 1000:
        return _("%(n)s m") % {"n": metres}
    return _("%(n)s km") % {"n": f"{metres / 1000:.1f}"}


@register.filter
def span(seconds: int | None) -> str:
    """So many seconds, as a person says it."""
    if seconds is None:
        return "–"
    if not seconds:
        return pgettext("a length of time", "none")
    if seconds < MINUTE:
        return _("%(n)s s") % {"n": seconds}
    minutes = round(seconds / MINUTE)
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}


@register.filter
def lasted(since: dt.datetime, until: dt.datetime) -> str:
    """From one moment to another, as a person says it."""
    return span(round((until - since).total_seconds()))


@register.filter
def track_words(patrol: Patrol) -> list[str]:
    """What stands out about a track, in words."""
    labels = dict(TrackMark.choices)
    return [str(labels[mark]) for mark in patrol.marks if mark in labels]


@register.filter
def check_in_words(check_in: CheckIn) -> list[str]:
    """What is odd about a check-in, in words."""
    labels = dict(CheckIn.Mark.choices)
    return [str(labels[mark]) for mark in check_in.marks if mark in labels]
