"""What may happen next: a kind of case is a table of statuses and steps, pure data, and this is its form.

Each app's own `lifecycle.py` holds such a table; buttons, API, checks, history and the docs' diagram all read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.functional import Promise

Words = str | Promise

# Instead of a permission: the person who reported the case, and nobody else.
REPORTER: Final = "the reporter"


@dataclass(frozen=True)
class Step:
    """One thing that may be done to a case. A step without a permission belongs to the system alone."""

    name: str
    button: Words
    from_: tuple[str, ...]
    # None: the case stays where it is (a rating, a note).
    to: str | None
    past: str
    permission: str | None = None
    # The main action of the statuses it starts from: the page shows one.
    main: bool = True
    # Whose department takes it where a department does: "lead", "assist", "offered" or "called" (`models.Part`).
    role: str = "lead"


@dataclass(frozen=True)
class Lifecycle:
    """All statuses and steps of one kind of case."""

    kind: str
    prefix: str
    statuses: dict[str, Words]
    final: frozenset[str]
    steps: tuple[Step, ...]
    opening: str
    opened: str
    # The app whose rooms it belongs to: its templates, its clocks.
    app: str = ""
    clocks: Mapping[str, Words] = field(default_factory=dict)
    # Limits of the city's that no clock times: they bound a step, and nobody is late by them.
    bounds: frozenset[str] = frozenset()
    # Final statuses in which nothing was done: the case was not taken on, or taken back.
    void: frozenset[str] = frozenset()
    # Name of the page of one such case, by its number.
    page: str = ""
    # Its own rooms alone show it: it stands in no list of cases of all kinds (a board before it is out, a reward).
    apart: bool = False
    # What coded facts of events are called: (verb, fact) → code → words.
    words: Mapping[tuple[str, str], Mapping[Any, Words]] = field(default_factory=dict)
    by_name: dict[str, Step] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {step.name: step for step in self.steps})
        known = set(self.statuses)
        for step in self.steps:
            missing = ({*step.from_} | ({step.to} if step.to else set())) - known
            if missing:
                raise ValueError(f"step {step.name} names unknown statuses: {missing}")

    def leaving(self, status: str) -> list[Step]:
        """The steps that start from a status."""
        return [step for step in self.steps if status in step.from_]


_lifecycles: dict[str, Lifecycle] = {}


def register(lifecycle: Lifecycle) -> Lifecycle:
    """Makes a kind of case known to the door."""
    _lifecycles[lifecycle.kind] = lifecycle
    return lifecycle


def lifecycle_of(kind: str) -> Lifecycle:
    return _lifecycles[kind]


def all_lifecycles() -> Iterable[Lifecycle]:
    return _lifecycles.values()


def kinds_apart() -> list[str]:
    """The kinds that stand in no list of cases of all kinds."""
    return sorted(life.kind for life in _lifecycles.values() if life.apart)
