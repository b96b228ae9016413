"""The sources of a city's rulebook, and the city's own name for the source of an order."""

from __future__ import annotations

from grids.models import City
from workorders.models import Source, WorkOrder
from workorders.models.details import DETAILS
from workorders.selectors.catalogue import rulebook_today

# A rulebook is never edited, so what was read of one stays true: reports and rows of lists ask for it again and again.
_read: dict[int, dict[str, Source]] = {}


def sources_of(rulebook_id: int) -> dict[str, Source]:
    """The sources of a rulebook by their codes, in the city's own order; read once a process."""
    known = _read.get(rulebook_id)
    if known is None:
        known = {source.code: source for source in Source.objects.filter(rulebook=rulebook_id)}
        if known:  # one that is still being published has none yet
            _read[rulebook_id] = known
    return known


def sources_today(city: City) -> list[Source]:
    """By which ways a matter may reach the centre today, in the city's own order."""
    return list(sources_of(rulebook_today(city).pk).values())


def source_today(city: City, code: str) -> Source | None:
    """The source of that code in the rulebook in force."""
    return sources_of(rulebook_today(city).pk).get(code)


def source_of(order: WorkOrder) -> Source | None:
    """The source of an order, as its own rulebook knows it."""
    return sources_of(order.rulebook_id).get(order.source)


def source_name(order: WorkOrder) -> str:
    """The city's name for the source of an order, in the reader's language."""
    source = source_of(order)
    return source.title if source else order.source


def details_told(order: WorkOrder) -> list[tuple[str, str]]:
    """What the source asked for besides, in words: name and value."""
    return [
        (str(DETAILS[name].label), DETAILS[name].words(kept)) for name, kept in order.details.items() if name in DETAILS
    ]
