"""What bin/run says at the terminal: a line for each stage, and one bar while the demo is filled."""

import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

WIDTH = 40
FRACTION = re.compile(r"(\d+)\s*/\s*(\d+)")
PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")


class Screen:
    """On a terminal the bar moves; in a file or a pipe it is one line for each ten per cent."""

    def __init__(self, out: TextIO | None = None) -> None:
        self.out = out or sys.stderr
        self.began = time.monotonic()
        self.shown = -1

    def say(self, sentence: str) -> None:
        self._end_bar()
        self.out.write(f"[{time.monotonic() - self.began:4.0f} s] {sentence}\n")
        self.out.flush()

    def plain(self, text: str) -> None:
        self._end_bar()
        self.out.write(text + "\n")
        self.out.flush()

    def progress(self, line: str) -> None:
        """Understands `day 12/30` and `40 %`; other lines are the log's affair."""
        share = share_in(line)
        if share is None or not self._is_news(percent := int(share * 100)):
            return
        self.shown = percent
        bar = f"[{'#' * round(share * WIDTH):.<{WIDTH}}] {percent:3} %"
        self.out.write(f"\r{bar}" if self.out.isatty() else f"{percent} %\n")
        self.out.flush()

    @contextmanager
    def farewell(self) -> Iterator[None]:
        try:
            yield
        finally:
            self.say("Stopping 正在停止")

    def _is_news(self, percent: int) -> bool:
        return percent > self.shown if self.out.isatty() else percent // 10 > self.shown // 10 or self.shown < 0

    def _end_bar(self) -> None:
        if self.shown >= 0 and self.out.isatty():
            self.out.write("\n")
        self.shown = -1


def share_in(line: str) -> float | None:
    """How much of the whole a line of progress tells of, from 0 to 1."""
    if found := PERCENT.search(line):
        return min(float(found.group(1)) / 100, 1.0)
    if (found := FRACTION.search(line)) and int(found.group(2)):
        return min(int(found.group(1)) / int(found.group(2)), 1.0)
    return None
