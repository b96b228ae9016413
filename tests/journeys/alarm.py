"""A real worker and a real beat beside the tests, on their own database and in a corner of their broker."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.db import connection

from embedded.servers import naming

TREE = Path(__file__).resolve().parents[2]


@contextmanager
def at_work(redis_url: str, folder: Path) -> Iterator[None]:
    """Worker and beat, with a sweep every second, until the block ends."""
    env = {**os.environ, "DATABASE_URL": database_url(), "REDIS_URL": corner_of(redis_url), "SWEEP_SECONDS": "1"}
    with ExitStack() as running:
        running.enter_context(celery(env, folder / "worker.log", "worker", "--pool=solo", "--without-gossip"))
        running.enter_context(celery(env, folder / "beat.log", "beat", "-s", str(folder / "beat")))
        yield


@contextmanager
def celery(env: dict[str, str], log: Path, *words: str) -> Iterator[None]:
    """One process of Celery, ended when the story is."""
    command = [sys.executable, "-m", "celery", "-A", "config", *words, "-l", "warning"]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=TREE, env=env, stdout=out, stderr=out)
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def database_url() -> str:
    """Where the tests' own database is, as another process is told."""
    return naming(os.environ["DATABASE_URL"], connection.settings_dict["NAME"])


def corner_of(redis_url: str) -> str:
    """A numbered database of the same server that the other tests leave alone, one for each of their processes."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    return urlunsplit(urlsplit(redis_url)._replace(path=f"/{12 + int(worker) % 4}"))
