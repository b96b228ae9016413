import os
import signal
from pathlib import Path

import pytest

from embedded import processes
from embedded.postgres import AS_NOBODY, Postgres


@pytest.fixture
def postgres(tmp_path: Path):
    server = Postgres(tmp_path / "postgres", tmp_path / "postgres.log")
    server.make()
    server.start()
    yield server
    server.stop()
    server.remove_sockets()


def test_what_was_committed_survives_a_killed_server(postgres):
    postgres.make_database("city")
    postgres.ask("create table case_ (number text)", "city")
    postgres.ask("insert into case_ select n::text from generate_series(1, 1000) n", "city")
    os.kill(postgres.process.pid, signal.SIGKILL)
    postgres.start()
    assert postgres.ask("select count(*) from case_", "city") == [(1000,)]
