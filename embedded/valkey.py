"""One Valkey on a free port of 127.0.0.1, behind a password made anew at each start of the house.

A port and not a Unix socket: Celery and redis-py write the address of a socket differently, and REDIS_URL is one.
"""

import contextlib
import secrets
import signal
import socket
import subprocess
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from embedded import processes, programs
from embedded.refusals import Refused


class Valkey:
    """The broker and the cache; what it holds may be lost at any time."""

    name = "valkey"

    def __init__(self, data: Path, log: Path) -> None:
        self.data, self.log = data, log
        self.password = secrets.token_urlsafe(24)
        self.port = 0
        self.process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Over a restart the port is kept, for the others know it; only the first start may choose again."""
        self.stop()
        program = programs.valkey_program()
        self.data.mkdir(parents=True, exist_ok=True)
        for port in [self.port] if self.port else [free_port() for _ in range(5)]:
            self.port = port
            self._launch(program)
            if processes.wait_until(lambda: self.answers() or not self.alive(), 20) and self.alive():
                return
            self.stop()
        raise Refused(f"Valkey did not start; the end of {self.log} says why. (Valkey 未能启动，见日志)")

    def _launch(self, program: Path) -> None:
        # Through standard input: on the command line every user of the machine could read the password.
        self.process = processes.start([program, "-"], log=self.log, cwd=self.data, stdin=subprocess.PIPE)
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError), self.process.stdin as words:
            words.write(f"bind 127.0.0.1\nport {self.port}\nrequirepass {self.password}\nsave 3600 1\ndaemonize no\n")

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def answers(self) -> bool:
        once = Retry(NoBackoff(), retries=0)
        with (
            contextlib.suppress(redis.RedisError),
            redis.Redis.from_url(self.url, socket_timeout=2, retry=once) as asked,
        ):
            return bool(asked.ping())
        return False

    def stop(self) -> None:
        if self.process is not None:
            processes.stop(self.process, signal.SIGTERM)
            self.process = None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
