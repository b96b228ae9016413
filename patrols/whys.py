"""Why a point stands on a round: a code with its figures in the row, a sentence on the page.

The row keeps no sentence, because tomorrow's reader may read another language.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

DUE, NEVER, LEFT, SKIPPED, KEY, DRAWN, GUARD = "due", "never", "left", "skipped", "key", "drawn", "guard"
LONGEST = 60


def why(code: str, *figures: object) -> str:
    """The code with its figures, as a row keeps it."""
    return ":".join([code, *map(str, figures)])[:LONGEST]


def words_of(told: str) -> str:
    """The sentence of a code and its figures in the reader's language; empty for what is no code."""
    code, _colon, rest = told.partition(":")
    sentence = SENTENCES.get(code)
    try:
        return sentence(rest) if sentence else ""
    except ValueError:
        return ""


def _due(rest: str) -> str:
    days, interval = (int(figure) for figure in rest.split(":"))
    told = ngettext("seen %(days)d day ago", "seen %(days)d days ago", days) % {"days": days}
    every = _("due every day") if interval == 1 else _("due every %(days)d days") % {"days": interval}
    return _("%(seen)s, %(due)s") % {"seen": told, "due": every}


SENTENCES = {
    DUE: _due,
    NEVER: lambda _rest: _("nobody has been there yet"),
    LEFT: lambda _rest: _("left over from the last round"),
    SKIPPED: lambda _rest: _("could not be reached last time"),
    KEY: lambda rest: _("key time: %(name)s") % {"name": rest},
    DRAWN: lambda _rest: _("drawn by lot"),
    GUARD: lambda _rest: _("key unit with a guard of its own"),
}
