"""The processes of one house, as bin/run has them, each of which may be killed with -9 and started again."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from embedded import processes
from embedded.environment import django_environment
from embedded.postgres import Postgres
from embedded.refusals import TREE
from embedded.run import THREADED, answers
from embedded.valkey import Valkey, free_port

DATABASE = "chaos"
GUNICORN = [sys.executable, "-m", "gunicorn", "config.wsgi:application", *THREADED.split(), "--no-control-socket"]
CELERY = [sys.executable, "-m", "celery", "--app", "config.celery:app", "--quiet"]


class House:
    """PostgreSQL and Valkey of its own, a worker and beat; all gone at the end, however it ends."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="gridwhistle-chaos-"))
        self.postgres = Postgres(self.folder / "postgres", self.folder / "postgres.log")
        self.valkey = Valkey(self.folder / "valkey", self.folder / "valkey.log")
        self.running: dict[str, subprocess.Popen[str]] = {}
        self.port = 0

    def __enter__(self) -> House:
        try:
            self.postgres.make()
            self.postgres.start()
            self.postgres.make_database(DATABASE)
            self.valkey.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_why: object) -> None:
        for name in list(self.running):
            self.kill(name)
        self.valkey.stop()
        self.postgres.stop()
        self.postgres.remove_sockets()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def environment(self) -> dict[str, str]:
        known = django_environment(self.postgres.url(DATABASE), self.valkey.url, var=self.folder)
        return known | {"SWEEP_SECONDS": "1", "LOG_LEVEL": "WARNING", "STATIC_HASHED": "0"}

    def start(self, name: str, command: list[str], **pipes: int) -> subprocess.Popen[str]:
        log = None if pipes else self.folder / f"{name}.log"
        process = processes.start(command, log=log, env=self.environment, cwd=TREE, **pipes)
        self.running[name] = process
        return process

    def at_work(self) -> None:
        """A worker and beat, with a beat each second; those that run already go on."""
        if "worker" not in self.running:
            self.start("worker", [*CELERY, "worker", "--concurrency", "1", "--loglevel", "warning"])
        if "beat" not in self.running:
            self.start("beat", [*CELERY, "beat", "--schedule", str(self.folder / "beat"), "--loglevel", "warning"])

    def rest(self) -> None:
        """No worker and no beat: what is counted now stays as it is."""
        for name in ("worker", "beat"):
            if name in self.running:
                self.kill(name)
        time.sleep(0.5)

    def open_site(self) -> int:
        """The web server as bin/run has it; returns its port once it answers."""
        if "web" not in self.running:
            self.port = free_port()
            self.start("web", [*GUNICORN, "--bind", f"127.0.0.1:{self.port}"])
            processes.wait_until(lambda: answers(self.port), 60)
        return self.port

    def kill(self, name: str) -> None:
        """-9 for the process and all its children: none of them may say a last word."""
        process = self.running.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def kill_broker(self) -> None:
        """What it held is lost: it starts again empty."""
        self._kill_server(self.valkey.process)
        shutil.rmtree(self.valkey.data, ignore_errors=True)

    def kill_database(self) -> None:
        self._kill_server(self.postgres.process)

    def database_is_back(self) -> bool:
        """After a crash the server lets nobody in until it has recovered."""
        return processes.wait_until(self.postgres.answers, 60)

    @staticmethod
    def _kill_server(process: subprocess.Popen[str] | None) -> None:
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        time.sleep(0.2)
