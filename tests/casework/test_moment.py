"""The house's only `now`."""

import ast
import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone

from casework.moment import moved_to, now

THEN = dt.datetime(2026, 10, 9, 2, 42, tzinfo=dt.UTC)


def test_now_is_the_present_and_aware():
    assert abs(now() - timezone.now()) < dt.timedelta(seconds=5)
    assert now().utcoffset() == dt.timedelta(0)


def test_a_moved_clock_moves_back_even_after_an_error():
    def work():
        with moved_to(THEN):
            assert now() == THEN
            with moved_to(THEN + dt.timedelta(hours=1)):
                assert now() == THEN + dt.timedelta(hours=1)
            assert now() == THEN
            raise RuntimeError

    with pytest.raises(RuntimeError):
        work()
    assert abs(now() - timezone.now()) < dt.timedelta(seconds=5)


def test_nothing_else_in_the_kernel_asks_what_time_it_is():
    """The pure parts know no present at all; the rest asks this module alone."""
    asked = []
    for file in Path("casework").rglob("*.py"):
        if "migrations" in file.parts or file.name == "moment.py":
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("now", "today", "utcnow")
            ):
                asked.append(f"{file}:{node.lineno}")
    assert asked == []
