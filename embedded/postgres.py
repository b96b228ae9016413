"""One PostgreSQL cluster in a folder, reachable through a Unix socket only.

PostgreSQL refuses to run as root. Then it is started in a user namespace where root is called nobody, so that the files
stay root's and no folder has to be opened to others; where namespaces are refused, it really runs as nobody.
"""

import contextlib
import hashlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

import psycopg2

from embedded import processes, programs
from embedded.refusals import Refused

NOBODY = 65534  # it has a name on every machine, and PostgreSQL asks for one
PORT = 5432  # names the socket file; nothing listens on the network
IN_NAMESPACE = ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}"]
# Nobody may not enter root's folders: the one capability that lets it replaces opening them to everyone.
AS_NOBODY = [
    "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
    "--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--pdeathsig=INT",
]  # fmt: skip
# What a town's lists read lies in memory, as docs/operations.md asks of a city's server; the 128 MB that it takes
# unasked hold a tenth of a million orders.
ROOMY = {"shared_buffers": "512MB"}
# For clusters that live as long as a test run.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """initdb once, then start and stop; `url(database)` is what Django is given."""

    name = "postgres"

    def __init__(self, data: Path, log: Path, *, durable: bool = True) -> None:
        self.data, self.log, self.durable = data, log, durable
        self.process: subprocess.Popen[str] | None = None

    @cached_property
    def sockets(self) -> Path:
        """A socket's path may have 107 bytes, so it lives in a short folder that only this user may enter.

        Named after the data: one that a kill left behind is used again, and no two clusters meet in it.
        """
        mark = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]
        folder = Path(_short_folder()) / f"gridwhistle-{os.geteuid()}-{mark}"
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) != 0o700 or not stat.S_ISDIR(found.st_mode):
            raise Refused(
                f"{folder} is there and not this user's own: remove it, start again. (该目录属于他人，请移除)"
            )
        return folder

    @cached_property
    def programs(self) -> Path:
        return programs.postgres_programs()

    @cached_property
    def disguise(self) -> list[str]:
        """What has to stand before a command of PostgreSQL: nothing, unless this is root or a number without a name."""
        if os.geteuid() != 0 and _has_name(os.geteuid()):
            return []
        works = subprocess.run([*IN_NAMESPACE, "true"], capture_output=True, check=False).returncode == 0
        return IN_NAMESPACE if works or os.geteuid() != 0 else AS_NOBODY

    def url(self, database: str) -> str:
        """In the one spelling of a socket that django-environ and libpq both understand."""
        return f"postgres://postgres@/{database}?host={quote(str(self.sockets))}&port={PORT}"

    def refuse_foreign_data(self) -> None:
        """Data of another major version cannot be read, and PostgreSQL would say so in its log alone."""
        if not self.data.exists():
            return
        mark = self.data / "PG_VERSION"
        found = mark.read_text().strip() if mark.exists() else "?"
        wanted = str(programs.postgres_major(self.programs))
        if found != wanted:
            raise Refused(
                f"{self.data} holds data of PostgreSQL {found}, the programs are PostgreSQL {wanted}: "
                "remove that folder (or move it away) and start again. (数据目录与 PostgreSQL 版本不符，请移走后重试)"
            )

    def make(self) -> None:
        """Made beside and renamed: a cluster that exists is a whole one."""
        if self.data.exists():
            return
        beside = self.data.with_name(self.data.name + ".unfinished")
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(parents=True, mode=0o700)
        self._own(beside)
        flags = ["-D", beside, "-U", "postgres", "--auth=trust", "--no-sync", *self._locale()]
        words = [str(word) for word in [*self.disguise, self.programs / "initdb", *flags]]
        made = subprocess.run(words, capture_output=True, text=True, check=False, env=_plain_environment())
        if made.returncode:
            raise Refused(f"PostgreSQL could not make its folder {beside}: {made.stderr.strip()} (数据库初始化失败)")
        beside.rename(self.data)

    def _locale(self) -> list[str]:
        """The same order of characters on every machine; the wheel has no ICU, and 15 has no builtin provider."""
        if programs.postgres_major(self.programs) >= 17:
            return ["-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        return ["-E", "UTF8", "--locale=C.UTF-8"]

    def _own(self, folder: Path) -> None:
        if self.disguise is AS_NOBODY:
            os.chown(folder, NOBODY, NOBODY)

    def start(self, patience: float = 60) -> None:
        """After a kill -9 the old processes may hold the folder for a moment, so a failed start is tried again."""
        self.stop()
        self._clear_leftovers()
        until = time.monotonic() + patience
        while True:
            self._launch()
            processes.wait_until(lambda: self.answers() or not self.alive(), until - time.monotonic())
            if self.answers():
                return
            self.stop()
            if time.monotonic() > until - 1:
                raise Refused(f"PostgreSQL did not start; the end of {self.log} says why. (数据库未能启动，见日志)")
            time.sleep(0.5)

    def _launch(self) -> None:
        settings = {"unix_socket_directories": str(self.sockets), "port": str(PORT), "listen_addresses": ""}
        settings |= {"timezone": "UTC", "log_timezone": "UTC"} | (ROOMY if self.durable else CARELESS)
        flags = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        words: list[str | Path] = [*self.disguise, self.programs / "postgres", "-D", self.data, *flags]
        self.process = processes.start(words, log=self.log, env=_plain_environment(), last_words=signal.SIGINT)

    def _clear_leftovers(self) -> None:
        """A supervisor that was killed may have left a server, or only the number of one that is long gone."""
        note = self.data / "postmaster.pid"
        if not note.exists():
            return
        first_line = note.read_text().partition("\n")[0].strip()
        pid = int(first_line) if first_line.isdigit() else 0
        if pid and processes.lives(pid) and str(self.data) in processes.words_of(pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)
            processes.wait_until(lambda: not processes.lives(pid), 15)
        elif pid and processes.exists(pid):
            # Another program's number by now, or a zombie nobody reaps; PostgreSQL would take either for a server.
            note.unlink(missing_ok=True)

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def answers(self) -> bool:
        with contextlib.suppress(psycopg2.OperationalError):
            self.ask("select 1")
            return True
        return False

    def ask(self, question: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """One statement outside any transaction, such as `create database`."""
        connection = psycopg2.connect(
            host=str(self.sockets), port=PORT, user="postgres", dbname=database, connect_timeout=5
        )
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(question)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def has_database(self, name: str) -> bool:
        return bool(self.ask(f"select 1 from pg_database where datname = '{name}'"))

    def make_database(self, name: str) -> None:
        if not self.has_database(name):
            self.ask(f'create database "{name}"')

    def drop_database(self, name: str) -> None:
        self.ask(f'drop database if exists "{name}" with (force)')

    def stop(self) -> None:
        """SIGINT is PostgreSQL's fast shutdown: sessions are closed, everything is written."""
        if self.process is not None:
            processes.stop(self.process, signal.SIGINT, patience=20)
            self.process = None

    def remove_sockets(self) -> None:
        shutil.rmtree(self.sockets, ignore_errors=True)


def _has_name(user: int) -> bool:
    try:
        return bool(pwd.getpwuid(user).pw_name)
    except KeyError:
        return False


def _short_folder() -> str:
    usual = tempfile.gettempdir()
    return usual if len(os.fsencode(usual)) < 60 else "/tmp"  # noqa: S108 - its own folder in it is checked


def _plain_environment() -> dict[str, str]:
    """A PGPORT meant for another server would mislead this one, and a LANG that is not installed stops it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG", "TZ"))}
    return {**kept, "LC_ALL": "C"}
