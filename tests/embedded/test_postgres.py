import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from embedded import processes, programs
from embedded.postgres import AS_NOBODY, Postgres
from embedded.refusals import TREE, Refused


def test_what_was_committed_survives_a_killed_server(postgres):
    postgres.durable = True
    postgres.start()
    postgres.make_database("city")
    postgres.ask("create table report (number text)", "city")
    postgres.ask("insert into report select n::text from generate_series(1, 1000) n", "city")
    os.kill(postgres.process.pid, signal.SIGKILL)
    postgres.start()
    assert postgres.ask("select count(*) from report", "city") == [(1000,)]


def test_nothing_listens_on_the_network_and_names_sort_alike_everywhere(postgres):
    assert postgres.ask("show listen_addresses") == [("",)]
    assert postgres.ask("show timezone") == [("UTC",)]
    assert postgres.ask("select array_agg(n order by n) from unnest(array['b','B','街','a']) n") == [
        (["B", "a", "b", "街"],)
    ]


def test_variables_meant_for_another_server_do_not_mislead_this_one(tmp_path, monkeypatch):
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGDATA", "/nowhere")
    monkeypatch.setenv("LC_ALL", "xx_XX.UTF-8")
    server = Postgres(tmp_path / "postgres", tmp_path / "log")
    try:
        server.make()
        server.start()
        assert server.answers()
    finally:
        server.stop()
        server.remove_sockets()


def test_a_cluster_that_was_not_made_to_the_end_is_made_again(tmp_path):
    (tmp_path / "postgres.unfinished").mkdir()
    (tmp_path / "postgres.unfinished" / "PG_VERSION").write_text("half")
    server = Postgres(tmp_path / "postgres", tmp_path / "log")
    server.make()
    assert (tmp_path / "postgres" / "PG_VERSION").read_text().strip() == str(programs.postgres_major(server.programs))
    assert not (tmp_path / "postgres.unfinished").exists()


def test_data_of_another_major_version_is_refused(tmp_path):
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("9\n")
    server = Postgres(tmp_path / "postgres", tmp_path / "log")
    with pytest.raises(Refused, match="holds data of PostgreSQL 9, the programs are PostgreSQL"):
        server.refuse_foreign_data()


def test_a_server_left_by_a_killed_parent_ends_with_it(tmp_path):
    code = (
        "import sys, time; from pathlib import Path; from embedded.postgres import Postgres\n"
        "p = Postgres(Path(sys.argv[1]), Path(sys.argv[1] + '.log')); p.make(); p.start()\n"
        "print(p.process.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "postgres")], stdout=subprocess.PIPE, text=True, cwd=TREE
    )
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert processes.wait_until(lambda: not processes.lives(pid), 10)


def test_the_number_of_a_program_long_gone_does_not_hinder_a_start(tmp_path):
    server = Postgres(tmp_path / "postgres", tmp_path / "log")
    try:
        server.make()
        # This test's own number: alive, and no PostgreSQL.
        (tmp_path / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{tmp_path / 'postgres'}\n")
        server.start(patience=10)
        assert server.answers()
    finally:
        server.stop()
        server.remove_sockets()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to disguise itself")
def test_where_namespaces_are_refused_root_runs_it_as_nobody_and_opens_no_folder(tmp_path):
    tmp_path.chmod(0o700)
    server = Postgres(tmp_path / "postgres", tmp_path / "log")
    server.disguise = AS_NOBODY
    try:
        server.make()
        server.start()
        assert server.ask("select 1") == [(1,)]
        assert Path(f"/proc/{server.process.pid}").stat().st_uid == 65534
        assert tmp_path.stat().st_mode & 0o077 == 0
    finally:
        server.stop()
        server.remove_sockets()


def test_a_missing_postgres_is_named_with_the_way_out(monkeypatch, tmp_path):
    monkeypatch.setattr(programs, "SYSTEM_POSTGRES", str(tmp_path))
    monkeypatch.setattr(programs, "_wheel", lambda package, pattern: [])
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Refused, match="DATABASE_URL="):
        programs.postgres_programs()
    with pytest.raises(Refused, match="REDIS_URL="):
        programs.valkey_program()
