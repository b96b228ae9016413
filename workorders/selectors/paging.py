"""Pages by key: a page begins after (or before) a row, never at a number, so that none is lost or shown twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet

SIZE = 50
NEVER = "-"


@dataclass(frozen=True)
class Order:
    """A list's order: one moment, then the key; rows without a moment, where there may be any, come last."""

    moment: str
    newest_first: bool = False
    undated: bool = False

    def columns(self, *, backwards: bool) -> list[str]:
        """PostgreSQL's own sides for what has no moment (last upwards, first downwards) are those of the indexes."""
        down = "-" if self.newest_first != backwards else ""
        return [f"{down}{self.moment}", f"{down}id"]


BY_DUE = Order("due_at", undated=True)
NEWEST = Order("opened_at", newest_first=True)


@dataclass(frozen=True)
class Page:
    """Some rows of a list, and the keys from which the pages beside it begin (empty where there is none)."""

    rows: Sequence[Any]
    before: str
    after: str


def page_of(rows: QuerySet[Any], order: Order, *, after: str = "", before: str = "", size: int = SIZE) -> Page:
    """One page of a list, after or before a row's key; a key that is none is the list's beginning."""
    backwards = bool(before and not after)
    at = read_key(after or before)
    backwards = backwards and at is not None
    found: list[Any] = []
    for part in [rows] if at is None else _beyond(rows, order, *at, backwards=backwards):
        if len(found) <= size:
            found += part.order_by(*order.columns(backwards=backwards))[: size + 1 - len(found)]
    more, shown = len(found) > size, found[:size]
    if backwards:
        shown.reverse()
    first, last = (key_of(shown[0], order), key_of(shown[-1], order)) if shown else ("", "")
    return Page(
        rows=shown,
        before=first if (more if backwards else at is not None) else "",
        after=last if (backwards or more) else "",
    )


def key_of(row: Model, order: Order) -> str:
    """What a page's address says of the row it begins after: its moment and its key."""
    moment = getattr(row, order.moment)
    return f"{moment.isoformat() if moment else NEVER}_{row.pk}"


def read_key(text: str) -> tuple[dt.datetime | None, int] | None:
    """The moment and key of a row; None for what is no key, so that a mangled address shows the first page."""
    moment, _gap, key = text.rpartition("_")
    try:
        if moment == NEVER:
            return None, int(key)
        read = dt.datetime.fromisoformat(moment)
        return (read.astimezone(dt.UTC), int(key)) if read.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _beyond(
    rows: QuerySet[Any], order: Order, moment: dt.datetime | None, key: int, *, backwards: bool
) -> list[QuerySet[Any]]:
    """The rows on the far side of one, dated and undated apart: one "or" over both hides the range from an index."""
    side = "lt" if order.newest_first != backwards else "gt"
    name = order.moment
    dated, undated = rows.filter(**{f"{name}__isnull": False}), rows.filter(**{f"{name}__isnull": True})
    if moment is None:
        same = undated.filter(**{f"id__{side}": key})
        return [same, dated] if backwards else [same]
    further = Q(**{f"{name}__{side}": moment}) | Q(**{f"id__{side}": key})
    beyond = dated.filter(further, **{f"{name}__{side}e": moment})
    return [beyond, undated] if order.undated and not backwards else [beyond]
