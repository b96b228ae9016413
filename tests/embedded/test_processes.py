import os
import signal
import subprocess
import sys

from embedded import processes
from embedded.screen import Screen, share_in
from embedded.supervisor import Program, Watched


def test_ending_a_parent_ends_its_children_too(tmp_path):
    code = "import subprocess, sys; print(subprocess.Popen(['sleep', '60']).pid, flush=True); sys.stdin.read()"
    parent = processes.start([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    child = int(parent.stdout.readline())
    processes.stop(parent)
    parent.stdin.close()
    parent.stdout.close()
    assert processes.wait_until(lambda: not processes.lives(child), 5)


def test_one_that_does_not_listen_is_killed(tmp_path):
    code = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    )
    deaf = processes.start([sys.executable, "-c", code], stdout=subprocess.PIPE)
    deaf.stdout.readline()
    processes.stop(deaf, patience=0.2)
    deaf.stdout.close()
    assert deaf.returncode == -signal.SIGKILL


def test_a_zombie_counts_as_dead():
    zombie = subprocess.Popen(["true"])
    assert processes.wait_until(lambda: not processes.lives(zombie.pid), 5)
    assert processes.exists(zombie.pid)
    zombie.wait()


def test_every_line_is_heard_also_the_last_and_the_end_is_told(tmp_path):
    code = "import time\nfor n in range(3): print('line', n, flush=True); time.sleep(0.1)\nraise SystemExit(7)"
    heard: list[str] = []
    (tmp_path / "log").write_text("of an earlier run\n")
    ended = processes.follow(
        [sys.executable, "-c", code], log=tmp_path / "log", env=dict(os.environ), cwd=tmp_path, on_line=heard.append
    )
    assert ended == 7
    assert heard == ["line 0", "line 1", "line 2"]


def test_a_command_attended_gives_its_exit_code():
    assert processes.attend([sys.executable, "-c", "raise SystemExit(5)"]) == 5


def test_one_that_keeps_dying_is_started_again_ever_more_patiently(tmp_path):
    said: list[str] = []
    watched = Watched(Program("worker", ["false"], env={}, log=tmp_path / "log"))
    watched.service.start()
    for _ in range(3):
        processes.wait_until(lambda: not watched.service.alive(), 5)
        watched.look(said.append)
        watched.again_at = 0.0  # the pause is over
        watched.look(said.append)
    watched.service.stop()
    assert [sentence.partition(" s.")[0].rpartition(" ")[2] for sentence in said] == ["2", "4", "8"]


def test_progress_is_understood_in_both_spellings():
    assert share_in("day 12/30") == 0.4
    assert share_in("[####] 40.0 % done") == 0.4
    assert share_in("31/30") == 1.0
    assert share_in("nothing to tell") is None
    assert share_in("0/0") is None


def test_off_a_terminal_progress_is_one_line_for_each_ten_per_cent(tmp_path):
    with open(tmp_path / "out", "w+") as out:
        screen = Screen(out)
        for day in range(1, 31):
            screen.progress(f"day {day}/30")
        out.seek(0)
        lines = out.read().split("\n")
    assert lines == ["3 %", "10 %", "20 %", "30 %", "40 %", "50 %", "60 %", "70 %", "80 %", "90 %", "100 %", ""]
