"""How figures of a board read: shares in percent, points to one decimal, `18(2)`, a grade's icon, a band's drawing."""

from __future__ import annotations

from math import floor
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from assessment.models import Band, ScoreCard
from assessment.reasons import Grade, Sort
from assessment.selectors.cards import Line
from assessment.selectors.funnel import LEFT, RIGHT
from assessment.selectors.listed import Scale
from grids import jurisdiction

register = template.Library()

# The pages of the assessment: name, words, permissions of which one makes it of use; none: of use to everybody.
PLACES: tuple[tuple[str, str | Promise, tuple[str, ...]], ...] = (
    ("boards", pgettext_lazy("assessment", "Boards"), ()),
    ("my_card", gettext_lazy("My card"), ()),
    ("appeals", gettext_lazy("Appeals"), ()),
    ("entries", pgettext_lazy("assessment", "Marks"), ("enter_scores_in",)),
    ("proposals", gettext_lazy("Proposals"), ("decide_rewards_in", "see_scores_in")),
    ("papers", gettext_lazy("Papers and records"), ()),
    ("moral", gettext_lazy("Moral boards"), ()),
    ("targets", gettext_lazy("Target plans"), ()),
    ("step_grades", gettext_lazy("Step grades"), ("decide_rewards_in", "see_scores_in")),
    ("schemes", gettext_lazy("Schemes"), ()),
    ("standards", gettext_lazy("Standards"), ()),
)

# Beside its word and its colour each grade has its shape; the colours are the city's.
SHAPES = {Grade.TOP: "g-top", Grade.MIDDLE: "g-middle", Grade.BOTTOM: "g-bottom", Grade.NONE: "g-none"}


@register.filter
def percent(share: float | None) -> str:
    """A share as whole percent."""
    return "—" if share is None else f"{round(100 * share)}\u00a0%"


@register.filter
def full_percent(share: float | None) -> str:
    """A share that stands beside its goal, in whole percent that are full: 94.7 % is not yet 95 %."""
    return "—" if share is None else f"{floor(100 * share + 1e-9)}\u00a0%"


@register.filter
def points(number: float | None) -> str:
    """Points to one decimal."""
    return "—" if number is None else f"{number:.1f}".replace("-", "−")


@register.filter
def of_key(known: dict[int, str], key: int) -> str:
    """What is known of a key; nothing where it is not."""
    return known.get(key, "")


@register.filter
def add_to(place: float, step: float) -> float:
    """A place in a drawing, moved."""
    return round(place + float(step), 1)


@register.filter
def held(place: float, edge: float) -> float:
    """A place across the funnel, so far from its ends that a name fits."""
    return min(max(place, LEFT + edge), RIGHT - edge)


@register.filter
def told(number: float | None) -> str:
    """A count or a mark without the noughts at its end."""
    return "—" if number is None else f"{number:.2f}".rstrip("0").rstrip(".").replace("-", "−")


@register.simple_tag
def exempted(n: int, exempt: int) -> str:
    """`18(2)`: eighteen happened, two of them are exempt (C1: the fact stays, the statistic leaves it out)."""
    return f"{n + exempt}({exempt})" if exempt else str(n)


@register.filter
def counted(line: Line) -> str:
    """What was counted in a line: k of n, how many, or the mark."""
    row = line.line
    if line.sort == Sort.ENTERED:
        return _("mark %(mark)s of 100") % {"mark": told(100 * row.k)} if row.n else _("no mark")
    if line.sort == Sort.EACH or (line.sort == Sort.STATISTIC and not row.n):
        return told(row.k)
    return f"{told(row.k)}/{exempted(row.n, line.exempt)}"


@register.inclusion_tag("assessment/places.html", takes_context=True)
def places(context: Context) -> dict[str, Any]:
    """The pages of the assessment that are of use to the reader, this one marked."""
    request = context["request"]
    may = jurisdiction.permissions_of(request.user)
    found = [
        {"url": reverse(name), "label": label, "current": request.path == reverse(name)}
        for name, label, permissions in PLACES
        if not permissions or not may.isdisjoint(permissions)
    ]
    return {"places": found}


@register.inclusion_tag("assessment/grade.html")
def grade(of: str, band: Band | None = None) -> dict:
    """A grade: icon, word and colour, always the three together."""
    word = band.title if band else Grade(of).label
    return {"shape": SHAPES[Grade(of)], "colour": band.colour if band else "none", "band": band, "word": word}


@register.inclusion_tag("assessment/band.html")
def band(card: ScoreCard, scale: Scale, peers: float | None = None) -> dict:
    """An estimate with its band and the peers' share, drawn on a board's scale."""
    low, high, at = (share if share is not None else 0.0 for share in (card.low, card.high, card.estimate))
    ends = {"x1": scale.x(low), "x2": scale.x(high), "cx": scale.x(at)}
    return ends | {"card": card, "peers": peers, "mid": None if peers is None else scale.x(peers)}
