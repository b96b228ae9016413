"""How an upper app answers a clock: `@when("workorders.handle", "missed")` in its `deadlines.py`.

An answer is called by the sweep with the case's row held, in the transaction that fires the rung; if it raises, the
rung has not fired, and the case is set aside for ten minutes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from casework.models import Rung

Answer = Callable[[Rung], None]
# What a rung's name means to an answer: "near" for every reminder, "missed" for the red lamp, else the rung's own name.
NEAR, MISSED = "near", "missed"
VERBS = {"reminder": "deadline_near", "due": "deadline_missed"}

_answers: dict[tuple[str, str], list[Answer]] = defaultdict(list)


def when(clock: str, outcome: str) -> Callable[[Answer], Answer]:
    """Registers an answer to a rung of a clock: `near`, `missed`, `press`, `yellow_card`, `red_card`."""

    def register(answer: Answer) -> Answer:
        _answers[clock, outcome].append(answer)
        return answer

    return register


def answers_to(clock: str, rung: str) -> list[Answer]:
    """The answers to a rung, in the order in which their apps stand in the house."""
    return _answers.get((clock, {"reminder": NEAR, "due": MISSED}.get(rung, rung)), [])


def verb_of(rung: str) -> str:
    """The event a rung writes when it fires."""
    return VERBS.get(rung, f"{rung}_given")


def answered_rungs() -> dict[str, set[str]]:
    """The names of rungs that anybody answers, each with the clocks on which he does."""
    names = {NEAR: "reminder", MISSED: "due"}
    found: dict[str, set[str]] = defaultdict(set)
    for (clock, outcome), answers in _answers.items():
        if answers:
            found[names.get(outcome, outcome)].add(clock)
    return found
