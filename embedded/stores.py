"""PostgreSQL and Valkey of this tree, with their data in var/: what bin/run and bin/manage both stand on."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from embedded.environment import django_environment
from embedded.postgres import Postgres
from embedded.refusals import VAR
from embedded.state import State
from embedded.supervisor import Supervisor
from embedded.valkey import Valkey

DATABASE = "gridwhistle"
LARGEST_LOG = 5 * 1024**2


@dataclass(frozen=True)
class Stores:
    """The two servers as they run, and who ends them."""

    postgres: Postgres
    valkey: Valkey
    supervisor: Supervisor

    def environment(self, port: int = 8000) -> dict[str, str]:
        return django_environment(self.postgres.url(DATABASE), self.valkey.url, var=VAR, port=port)


@contextlib.contextmanager
def stores(state: State, say: Callable[[str], None]) -> Iterator[Stores]:
    """Whatever else is given to the supervisor inside ends first."""
    roll_logs(VAR / "log")
    postgres = Postgres(VAR / "postgres", VAR / "log" / "postgres.log")
    valkey = Valkey(VAR / "valkey", VAR / "log" / "valkey.log")
    supervisor = Supervisor(say)
    try:
        postgres.refuse_foreign_data()
        state.write()  # before the data: data without a state is refused
        postgres.make()
        supervisor.start(postgres)
        supervisor.start(valkey)
        yield Stores(postgres, valkey, supervisor)
    finally:
        supervisor.stop()
        postgres.remove_sockets()


def roll_logs(folder: Path) -> None:
    """One older log of each is kept."""
    for log in folder.glob("*.log"):
        if log.stat().st_size > LARGEST_LOG:
            log.replace(log.with_suffix(".log.1"))
