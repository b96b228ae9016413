"""A few orders named by their keys, so that whatever else a list asks begins with them (`search.py`, `waiting.py`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import BooleanField, Case, Count, F, Func, Q, QuerySet, Value, When
from django.db.models.lookups import LessThanOrEqual

# So many can be named one by one; where there are more, the question says how to find them.
FEW = 5_000


def few(keys: QuerySet[Any, Any]) -> list[int] | None:
    """The keys that a question finds, if they are not too many to be named."""
    found = list(keys[: FEW + 1])
    return found if len(found) <= FEW else None


def few_hits(keys: QuerySet[Any, Any]) -> list[int] | None:
    """The same for what is often too much: PostgreSQL counts before it sends them. Not for a union."""
    named = When(LessThanOrEqual(Count("pk"), FEW), then=ArrayAgg("pk", default=Value([])))
    found: list[int] | None = keys[: FEW + 1].aggregate(named=Case(named))["named"]
    return found


def among(keys: Iterable[int]) -> Q:
    """Whether an order is one of these. As one array: thousands of single values are slow to write and to read."""
    named = list(keys)
    if not named:
        return Q(pk__in=())
    holds = Func(F("pk"), Value(named), template="%(expressions)s)", arg_joiner=" = any(", output_field=BooleanField())
    return Q(holds)
