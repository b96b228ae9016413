"""All measures, by noun: importing this makes them known to `assessment.measures.measure_of`."""

from assessment.selectors.measured import (
    absent,
    activity,
    checks,
    clocks,
    orders,
    ratings,
    reports,
    rings,
    roles,
    teams,
    visits,
)

__all__ = [
    "absent", "activity", "checks", "clocks", "orders", "ratings", "reports", "rings", "roles", "teams", "visits",
]  # fmt: skip
