"""Servers for one run of something: started in a temporary folder, gone afterwards.

`bin/test`, `bin/bench` and `bin/chaos` stand on `running()`; bin/run keeps its own in var/ (embedded/run.py).
"""

import contextlib
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2

from embedded import processes
from embedded.postgres import Postgres
from embedded.refusals import TREE, Refused
from embedded.valkey import Valkey


@dataclass(frozen=True)
class Servers:
    """Where they are, as Django is told, and a folder for whatever else the run writes."""

    database_url: str
    redis_url: str
    folder: Path


@contextlib.contextmanager
def running(*, durable: bool = False, database: str = "gridwhistle") -> Iterator[Servers]:
    """DATABASE_URL and REDIS_URL are used where they are set; then the database named there is the caller's affair."""
    folder = Path(tempfile.mkdtemp(prefix="gridwhistle-run-"))
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        database_url = os.environ.get("DATABASE_URL") or stack.enter_context(_postgres(folder, database, durable))
        redis_url = os.environ.get("REDIS_URL") or stack.enter_context(_valkey(folder))
        yield Servers(database_url, redis_url, folder)


@contextlib.contextmanager
def _postgres(folder: Path, database: str, durable: bool) -> Iterator[str]:
    postgres = Postgres(folder / "postgres", folder / "postgres.log", durable=durable)
    try:
        postgres.make()
        postgres.start()
        postgres.make_database(database)
        yield postgres.url(database)
    finally:
        postgres.stop()
        postgres.remove_sockets()


@contextlib.contextmanager
def _valkey(folder: Path) -> Iterator[str]:
    valkey = Valkey(folder / "valkey", folder / "valkey.log")
    try:
        valkey.start()
        yield valkey.url
    finally:
        valkey.stop()


@contextlib.contextmanager
def own_database(database_url: str) -> Iterator[str]:
    """A database of its own on that server, dropped afterwards: what measures or destroys never meets anyone's data."""
    name = f"gridwhistle_{secrets.token_hex(4)}"
    _ask(database_url, f'create database "{name}"')
    try:
        yield naming(database_url, name)
    finally:
        _ask(database_url, f'drop database if exists "{name}" with (force)')


def manage_quietly(env: dict[str, str], folder: Path, *words: str) -> None:
    """What it says is shown only where it fails."""
    log = folder / f"{words[0]}.log"
    if processes.follow([sys.executable, "manage.py", *words], log=log, env=env, cwd=TREE):
        raise Refused(f"manage.py {words[0]} failed (命令失败):\n{log.read_text()}")


def naming(database_url: str, database: str) -> str:
    """The same server, another database."""
    return urlsplit(database_url)._replace(path=f"/{database}").geturl()


def _ask(database_url: str, statement: str) -> None:
    connection = psycopg2.connect(database_url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()
