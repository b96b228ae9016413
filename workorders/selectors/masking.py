"""Texts in which somebody wrote the reporter's name or number: masked before they go on paper."""

from __future__ import annotations

from typing import Any

from grids.phones import masked
from workorders.models import Reporter
from workorders.selectors.people import HIDDEN, mask_name

SHORTEST = 2


def without_reporter(said: Any, reporter: Reporter | None) -> Any:
    """The same words with the reporter's name and numbers masked wherever somebody wrote them into a text."""
    if isinstance(said, dict):
        return {key: without_reporter(value, reporter) for key, value in said.items()}
    if isinstance(said, (list, tuple)):
        return [without_reporter(value, reporter) for value in said]
    if not isinstance(said, str) or reporter is None:
        return said
    for secret, shown in _masks(reporter):
        said = said.replace(secret, shown)
    return said


def _masks(reporter: Reporter) -> list[tuple[str, str]]:
    """What of the reporter is written how; of a hidden one not even the surname."""
    hidden = reporter.hidden_from_handlers
    shown = {
        reporter.id_number: "****",
        reporter.phone: "****" if hidden else masked(reporter.phone),
        reporter.name: HIDDEN if hidden else mask_name(reporter.name),
    }
    return [(secret, mask) for secret, mask in shown.items() if len(secret) >= SHORTEST]
