"""`@measure`: which figures there are. Data chooses (an indicator names one), code measures (`selectors/measured/`).

A measure is a statement that finds *items*: one row for each thing that counts, of all subjects at once. What is done
with the items (sums, bands, exemptions, the mix of categories) is the same for all: `selectors/tally.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.utils.functional import Promise

from assessment.reasons import Item, Subject


@dataclass(frozen=True)
class Measure:
    """One figure: its name, what its items are, whom it can be counted for, and the statement for each of them.

    `statements`: subject → SQL that selects `subject bigint, item bigint, at timestamptz, good, kind text` from the
    tables of the apps below and from `who(subject, peer)`; for workers also `held(subject, area, since, until,
    alone)`, the grids of each and of his colleagues there, and whether nobody else ever held one; for areas
    `ground(subject, area)`, each with all areas below. Parameters: `%(city)s`, `%(zone)s`, `%(since)s`, `%(until)s`
    (moments, never later than what was known), `%(asof)s` (when it was known).
    `at` decides the month and never changes once it has passed: a clock's is when it was met or missed, not when it
    began, so that a month that is over stays as it was. `good` is what the share counts: 1 or 0, or what part of one
    (a mark of 80 of 100 is 0.8). `kind` is the category (for the expected share and for the most that counts of a
    kind). `activity`: it counts a worker's activity, which 国办函〔2026〕12号 keeps out of scores unless a city says
    why.
    `doc`: whose thing it is and when it counts, for people who ask.
    """

    name: str
    title: str | Promise
    item: Item
    statements: Mapping[Subject, str]
    activity: bool = False
    # Why nothing can be counted yet (volunteers are not there); such an indicator must be off.
    missing: str | Promise = ""
    # Tables that several measures look into, made once for all of a board (`source`).
    uses: tuple[str, ...] = ()
    # Subject → SQL that selects `subject, amount`: by what the number expected of each is shared out (households).
    exposures: Mapping[Subject, str] = field(default_factory=dict)
    doc: str = ""

    def counts_for(self, subject: str) -> bool:
        return subject in self.statements


_measures: Final[dict[str, Measure]] = {}
_sources: Final[dict[str, str]] = {}
Statements = Callable[[], Mapping[Subject, str]]


def measure(
    name: str, *, title: str | Promise, item: Item, activity: bool = False, missing: str | Promise = "",
    uses: tuple[str, ...] = (), exposures: Mapping[Subject, str] | None = None,
) -> Callable[[Statements], Statements]:  # fmt: skip
    """Registers what a function without arguments returns: its statements, by subject."""

    def registered(statements: Statements) -> Statements:
        if name in _measures:
            raise ValueError(f"two measures are called {name}")
        doc = " ".join((statements.__doc__ or "").split())
        found = statements()
        _measures[name] = Measure(name, title, item, found, activity, missing, uses, exposures or {}, doc)
        return statements

    return registered


def measure_of(name: str) -> Measure:
    """The measure of that name; KeyError where there is none (a scheme that names it was refused when loaded)."""
    return _measures[name]


def all_measures() -> Mapping[str, Measure]:
    return _measures


def source(table: str, statement: str) -> str:
    """Registers a table that several measures look into: a query like a measure's own, asked once for a board."""
    _sources[table] = statement
    return table


def source_of(table: str) -> str:
    return _sources[table]
