"""The house's only `now`. A simulation moves it; the database, the broker and the sessions keep real time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import timezone

_moved: ContextVar[dt.datetime | None] = ContextVar("moved_clock", default=None)


def now() -> dt.datetime:
    """The present moment of the city's work, aware, in UTC."""
    return _moved.get() or timezone.now()


@contextmanager
def moved_to(moment: dt.datetime) -> Iterator[None]:
    """Lets the services within believe that it is another moment."""
    token = _moved.set(moment)
    try:
        yield
    finally:
        _moved.reset(token)
