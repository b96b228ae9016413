"""Which bin/run is running in this tree: a lock that ends with its process, and a note of its addresses."""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from embedded.refusals import Refused


@dataclass(frozen=True)
class Instance:
    """What another script of this tree needs in order to reach the running house."""

    pid: int
    address: str
    database_url: str
    redis_url: str


@contextlib.contextmanager
def only_one(var: Path) -> Iterator[None]:
    """The lock belongs to the open file: the system lets it go however the process ends."""
    var.mkdir(parents=True, exist_ok=True)
    with open(var / "lock", "a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Refused(_already(var)) from None
        try:
            yield
        finally:
            (var / "running.json").unlink(missing_ok=True)


def refuse_second_run(var: Path) -> None:
    if not (var / "lock").exists():
        return
    with open(var / "lock") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            raise Refused(_already(var)) from None


def _already(var: Path) -> str:
    found = running(var)
    where = f"at {found.address} (process {found.pid})" if found else "and is still starting"
    return f"Another bin/run or bin/manage works on {var} {where}: stop it first. (已有实例在运行，请先停止)"


def announce(var: Path, instance: Instance) -> None:
    note = var / "running.json"
    beside = note.with_suffix(".new")
    # The note holds the broker's password.
    with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(asdict(instance), file)
    beside.replace(note)


def running(var: Path) -> Instance | None:
    """The instance whose lock is held now; a note left behind by a killed one is not believed."""
    with contextlib.suppress(OSError, ValueError, TypeError), open(var / "lock") as lock:
        note = Instance(**json.loads((var / "running.json").read_text()))
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return note
    return None
