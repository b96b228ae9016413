"""Asked once a request: what every part of a page asks again (rights, rulebook, calendar, desk) is read the first time.

Outside of a request, in tasks, commands and tests of services, everything is read every time. Whoever changes what is
kept here says `forget()`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

Answer = TypeVar("Answer")

_asked: ContextVar[dict[Hashable, object] | None] = ContextVar("asked in this request", default=None)


@contextmanager
def asked_once() -> Iterator[None]:
    """Within this block each question is asked once."""
    token = _asked.set({})
    try:
        yield
    finally:
        _asked.reset(token)


def once(key: Hashable, ask: Callable[[], Answer]) -> Answer:
    """The answer to a question, from memory if this request has asked it before."""
    known = _asked.get()
    if known is None:
        return ask()
    if key not in known:
        known[key] = ask()
    return known[key]  # type: ignore[return-value]


def tell(key: Hashable, answer: object) -> None:
    """What came along with another answer need not be asked."""
    known = _asked.get()
    if known is not None:
        known[key] = answer


def forget() -> None:
    """What was read before a change is read again."""
    known = _asked.get()
    if known is not None:
        known.clear()
