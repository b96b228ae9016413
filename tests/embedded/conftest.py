"""A house in small: the real supervisor and servers over a tree whose manage.py only writes down what it is told."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from embedded import processes
from embedded.postgres import Postgres
from embedded.refusals import TREE

MANAGE = """
import json, pathlib, sys, time
here = pathlib.Path(__file__).parent
with open(here / "told.txt", "a") as told:
    told.write(" ".join(sys.argv[1:]) + "\\n")
if sys.argv[1] == "demo_accounts":
    print(json.dumps([{"role": "Dispatcher", "username": "he", "password": "long-enough"}]))
if sys.argv[1] == "collectstatic":
    (here / "var" / "static").mkdir(exist_ok=True)
for day in range(1, 4):
    if sys.argv[1] == "simulate":
        print(f"day {day}/3", flush=True)
while (here / ("slow-" + sys.argv[1])).exists():
    time.sleep(0.05)
"""
WSGI = """
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"open"]
"""
CELERY = """
import os
from celery import Celery
app = Celery("small", broker=os.environ["REDIS_URL"])
app.conf.broker_connection_retry_on_startup = True
"""


class SmallHouse:
    """A tree with the embedded package, and bin/run in it."""

    def __init__(self, tree: Path) -> None:
        self.tree, self.port, self.process = tree, free_port(), None
        shutil.copytree(TREE / "embedded", tree / "embedded", ignore=shutil.ignore_patterns("__pycache__"))
        files = {"manage.py": MANAGE, "config/wsgi.py": WSGI, "config/celery.py": CELERY, "static/app.css": ""}
        for name, text in {**files, "requirements/production.lock": ""}.items():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            (tree / name).write_text(text)

    def command(self, module: str, *words: str) -> subprocess.Popen[str]:
        env = {**os.environ, "PORT": str(self.port), "PYTHONPATH": str(self.tree)}
        return processes.start(
            [sys.executable, "-m", module, *words], cwd=self.tree, env=env, log=self.tree / "said.txt"
        )

    def start(self, *words: str) -> None:
        (self.tree / "said.txt").unlink(missing_ok=True)
        self.process = self.command("embedded.run", *words)

    def refusal(self, *words: str) -> str:
        """What a start says that is not to succeed."""
        if (self.tree / "said.txt").exists():
            (self.tree / "said.txt").rename(self.tree / "said-before.txt")
        assert self.command("embedded.run", *words).wait(20) == 2
        return self.said()

    def said(self) -> str:
        return (self.tree / "said.txt").read_text()

    def told(self, command: str | None = None) -> list[str]:
        """The commands manage.py was given; those of one name with all their words."""
        file = self.tree / "told.txt"
        lines = file.read_text().splitlines() if file.exists() else []
        return [line for line in lines if line.startswith(command)] if command else [line.split()[0] for line in lines]

    def slow(self, command: str, slow: bool = True) -> None:
        mark = self.tree / f"slow-{command}"
        mark.touch() if slow else mark.unlink(missing_ok=True)

    def wait_for(self, true, patience: float = 40) -> None:
        assert processes.wait_until(true, patience), self.said()

    def wait_until_ready(self) -> None:
        self.wait_for(lambda: "Ctrl-C" in self.said() or self.process.poll() is not None)
        assert self.process.poll() is None, self.said()

    def answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/")
            return connection.getresponse().read() == b"open"
        except OSError:
            return False
        finally:
            connection.close()

    def left_over(self) -> list[int]:
        """Every living process whose command line names this tree, or which works in it."""
        numbers = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
        return [pid for pid in numbers if processes.lives(pid) and self._is_ours(pid)]

    def _is_ours(self, pid: int) -> bool:
        try:
            return str(self.tree) in " ".join(processes.words_of(pid)) or Path(f"/proc/{pid}/cwd").samefile(self.tree)
        except OSError:
            return False

    def stop(self, sign: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(sign)
        return self.process.wait(40)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def house(tmp_path):
    small = SmallHouse(tmp_path)
    yield small
    if small.process and small.process.poll() is None:
        small.stop(signal.SIGTERM)


@pytest.fixture
def postgres(tmp_path):
    server = Postgres(tmp_path / "postgres", tmp_path / "postgres.log", durable=False)
    server.make()
    server.start()
    yield server
    server.stop()
    server.remove_sockets()
