"""A page of what stands behind a line: what cost points, all that was counted, or what an appeal took out.

What each thing is and whether the reader may see it says `items.py`.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import Final

from accounts.models import User
from assessment.models import Exemption, ScoreLine
from assessment.selectors.items import ItemRow, items_of

PAGE: Final = 100
WHICH: Final = ("against", "items", "exempt")


@dataclass(frozen=True)
class Behind:
    """Some of what stands behind a line, and how much there is of each sort."""

    which: str
    rows: list[ItemRow]
    counts: dict[str, int]
    # The key after which the next page begins; empty at the end.
    after: str
    # Of what is exempt: the number of the appeal that took it out.
    appeals: dict[int, str]
    costly: frozenset[int]

    @property
    def hidden(self) -> int:
        """How many on this page the reader may not see: counted, not named."""
        return sum(1 for row in self.rows if not row.seen)


def behind(line: ScoreLine, which: str, *, reader: User, after: str = "") -> Behind:
    """A page of what stands behind a line, in the order of the keys; an unknown sort is what cost points, or all."""
    counts = {name: len(getattr(line, name)) for name in WHICH}
    which = which if which in WHICH and counts[which] else next((name for name in WHICH if counts[name]), "items")
    start = int(after) if after.isdecimal() and len(after) < 19 else 0
    keys = sorted(key for key in getattr(line, which) if key > start)
    page = copy(line)
    setattr(page, which, keys[:PAGE])
    rows = items_of(page, which, reader=reader)
    more = str(keys[PAGE - 1]) if len(keys) > PAGE else ""
    exempt = set(line.exempt) & set(keys[:PAGE])
    return Behind(which, rows, counts, more, _appeals(line, exempt), frozenset(line.against))


def _appeals(line: ScoreLine, keys: set[int]) -> dict[int, str]:
    """By which appeal each of these things is exempt."""
    if not keys:
        return {}
    measure, subject = line.indicator.measure, line.card.subject
    found = Exemption.objects.filter(measure=measure, subject=subject, item__in=keys)
    return dict(found.values_list("item", "appeal__number"))
