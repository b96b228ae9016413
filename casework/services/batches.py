"""How a batch of cases is worked through: by keys, a few thousand at a time, in one transaction."""

from __future__ import annotations

from django.db import connection

# Plans that read whole tables, or compile themselves first, only cost here; for this transaction alone.
_BY_KEY = "set local random_page_cost = 1.1; set local jit = off"


def plan_by_key() -> None:
    """Tells the planner, until the transaction ends, that rows are looked up by their keys."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_KEY)
