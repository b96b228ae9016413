"""Starting and ending processes so that none is left behind: each has a group of its own and dies with its parent."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TextIO

PR_SET_PDEATHSIG = 1  # prctl(2): the signal a child gets when its parent dies, even by kill -9


def start(
    command: Sequence[str | Path],
    *,
    log: Path | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    last_words: signal.Signals = signal.SIGTERM,
    **pipes: int,
) -> subprocess.Popen[str]:
    """Ctrl-C reaches only the supervisor, which ends the rest in order: hence the session of its own."""
    if log is not None:
        log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "a") if log else contextlib.nullcontext(None) as sink:
        return subprocess.Popen(
            [str(word) for word in command],
            env=env,
            cwd=cwd,
            text=True,
            start_new_session=True,
            preexec_fn=_dying_with_parent(last_words),
            stdin=pipes.get("stdin", subprocess.DEVNULL),
            stdout=pipes.get("stdout", sink),
            stderr=pipes.get("stderr", subprocess.STDOUT if log or "stdout" in pipes else None),
        )


def _dying_with_parent(last_words: signal.Signals) -> Callable[[], None] | None:
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, int(last_words))


def stop(process: subprocess.Popen[str], sign: signal.Signals = signal.SIGTERM, patience: float = 10) -> None:
    """Asks, waits, and kills what is left of the group."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def follow(
    command: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str],
    cwd: Path,
    on_line: Callable[[str], None] = lambda line: None,
    meanwhile: Callable[[], None] = lambda: None,
) -> int:
    """Runs a command to its end; what it says goes to `log`, and line by line to `on_line` while it runs."""
    said = log.stat().st_size if log.exists() else 0
    process = start(command, log=log, env=env, cwd=cwd)
    try:
        with open(log, errors="replace") as written:
            written.seek(said)
            return _hear_out(process, written, on_line, meanwhile)
    finally:
        stop(process)


def _hear_out(
    process: subprocess.Popen[str], written: TextIO, on_line: Callable[[str], None], meanwhile: Callable[[], None]
) -> int:
    unfinished = ""
    while True:
        ended = process.poll()  # asked before reading, so that the last words are read too
        *lines, unfinished = (unfinished + written.read()).split("\n")
        for line in lines:
            on_line(line)
        if ended is not None:
            return ended
        meanwhile()
        time.sleep(0.1)


def attend(command: Sequence[str | Path], *, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> int:
    """Runs a command at the terminal as if it had been typed, and gives back its exit code.

    It stays in the terminal's own group, so Ctrl-C reaches it; the one who attends waits until it has ended.
    """
    process = subprocess.Popen(
        [str(word) for word in command], env=env, cwd=cwd, preexec_fn=_dying_with_parent(signal.SIGTERM)
    )
    with _passing_on(process):
        while True:
            with contextlib.suppress(KeyboardInterrupt):
                code = process.wait()
                return code if code >= 0 else 128 - code


@contextlib.contextmanager
def _passing_on(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    """A SIGTERM is meant for the command too, and must not end the servers before it."""
    before = signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it exists, and is another user's
        return True
    return True


def lives(pid: int) -> bool:
    """A zombie is dead: it only waits to be reaped."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return exists(pid)


def words_of(pid: int) -> list[str]:
    """The command line of a process, where the system tells it."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    return []


def wait_until(true: Callable[[], bool], patience: float, pause: float = 0.05) -> bool:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(pause)
    return true()
