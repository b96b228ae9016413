"""Keeps the house's processes alive, and ends them in order when it is told to stop."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Protocol

from embedded import processes
from embedded.refusals import TREE, Refused

# Who is asked first: nobody may still be answering people when what it stands on goes away.
ENDING = ("web", "worker", "beat", "valkey", "postgres")
LONGEST_PAUSE = 30.0
STEADY_AFTER = 60.0  # a process that lived this long has earned a quick restart again


class Service(Protocol):
    """What the supervisor watches: Postgres, Valkey, and the programs below."""

    name: str

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def alive(self) -> bool: ...


class Program:
    """One long-lived command of the house: the web server, the worker, beat."""

    def __init__(self, name: str, command: Sequence[str | Path], *, env: Mapping[str, str], log: Path) -> None:
        self.name, self.command, self.env, self.log = name, command, env, log
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        self.stop()
        self.process = processes.start(self.command, log=self.log, env=self.env, cwd=TREE)

    def stop(self) -> None:
        if self.process is not None:
            processes.stop(self.process, signal.SIGTERM, patience=10)
            self.process = None

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None


@dataclass
class Watched:
    """A service, when it last started, and how patient to be when it dies again."""

    service: Service
    started: float = field(default_factory=time.monotonic)
    pause: float = 1.0
    again_at: float | None = None

    def look(self, say: Callable[[str], None]) -> None:
        now = time.monotonic()
        if self.again_at is None:
            if not self.service.alive():
                self._plan_restart(now, say)
        elif now >= self.again_at:
            self._restart(say)

    def _plan_restart(self, now: float, say: Callable[[str], None]) -> None:
        self.pause = 1.0 if now - self.started > STEADY_AFTER else min(self.pause * 2, LONGEST_PAUSE)
        self.again_at = now + self.pause
        say(f"{self.service.name} has ended by itself; it is started again in {self.pause:.0f} s. (意外退出，即将重启)")

    def _restart(self, say: Callable[[str], None]) -> None:
        try:
            self.service.start()
        except Refused as refused:
            say(str(refused))
        self.started, self.again_at = time.monotonic(), None


class Supervisor:
    """Starts services, looks after them on every `look()`, stops them all."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say
        self.watched: list[Watched] = []

    def start(self, service: Service) -> None:
        self.watched.append(Watched(service))
        service.start()

    def look(self) -> None:
        for watched in self.watched:
            watched.look(self.say)

    def watch(self) -> None:
        """Until a signal raises KeyboardInterrupt."""
        while True:
            self.look()
            time.sleep(0.2)

    def stop(self) -> None:
        for watched in sorted(self.watched, key=lambda each: ENDING.index(each.service.name)):
            watched.service.stop()
        self.watched.clear()


@contextmanager
def stoppable() -> Iterator[None]:
    """Ctrl-C, SIGTERM and a closed terminal all end the house the same way."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [(each, signal.signal(each, _interrupt)) for each in signals]
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        for each, handler in before:
            signal.signal(each, handler)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Once: the ending itself is not to be broken off half-way."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt
