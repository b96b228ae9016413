"""Real threads, each with a connection of its own: what the lock tests stand on."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable

from django.db import connection


def at_once(*works: Callable[[], object]) -> list[object]:
    """Runs all works in threads that start together; each one's answer, or the exception it ended with, in order."""
    gate, answers = threading.Barrier(len(works)), [None] * len(works)

    def run(place: int, work: Callable[[], object]) -> None:
        try:
            gate.wait(10)
            answers[place] = work()
        except Exception as error:
            answers[place] = error
        finally:
            connection.close()

    # The test's moved clock goes with each thread.
    threads = [
        threading.Thread(target=contextvars.copy_context().run, args=(run, place, work))
        for place, work in enumerate(works)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "a thread waits for ever"
    return answers
