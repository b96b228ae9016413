"""What a report of an item is promised: within what time somebody takes it on, and within what time it is done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from casework.models import TimeLimit
from casework.selectors import closest
from casework.spans import limit_words
from grids.models import City
from workorders.lifecycle import ACCEPT, HANDLE
from workorders.models import Category
from workorders.selectors.catalogue import rulebook_today


@dataclass(frozen=True)
class Promised:
    """The limits of its first clock and of its handling, in the reader's words; empty where the city sets none."""

    accept: str
    handle: str


@dataclass(frozen=True)
class Offered:
    """An item of the catalogue, and what a report of it is promised."""

    item: Category
    promised: Promised


Headed = list[tuple[str, list[Category]]]


def with_promises(city: City, catalogue: Headed) -> list[tuple[str, list[Offered]]]:
    """The items under their headings, each with its promise; one question for the whole catalogue."""
    limits = list(TimeLimit.objects.filter(rulebook=rulebook_today(city), clock__in=(ACCEPT, HANDLE), condition=""))
    return [(heading, [Offered(item, _promised(limits, item)) for item in items]) for heading, items in catalogue]


def _promised(limits: Iterable[TimeLimit], item: Category) -> Promised:
    fitting = [limit for limit in limits if item.code.startswith(limit.subject)]
    return Promised(
        *(_words(closest(limit for limit in fitting if limit.clock == clock)) for clock in (ACCEPT, HANDLE))
    )


def _words(limit: TimeLimit | None) -> str:
    return limit_words(limit.amount, limit.unit) if limit else ""
