"""Real processes, the small version: kill -9 for sweep, PostgreSQL, worker and broker, and a crowd over HTTP.

The long one is `bin/chaos`.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long
TREE = Path(__file__).resolve().parents[2]
KILLED = ["sweep_killed", "backend_killed", "worker_killed", "broker_killed"]
CROWDED = ["crowd", "four_writers", "sent_twice", "broker_gone"]
LOUDER = ["whistles_run_out"]


@pytest.fixture(scope="module")
def told() -> dict[str, dict]:
    """What each story found. On servers of their own: neither those of this suite nor anybody else's are killed."""
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    done = subprocess.run(
        [sys.executable, "-m", "chaos", "--small", *KILLED, *CROWDED, *LOUDER], cwd=TREE, env=environment, capture_output=True,
        text=True,
    )  # fmt: skip
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert [one["story"] for one in found] == [*KILLED, *CROWDED, *LOUDER], done.stderr[-3000:]
    assert done.returncode == any(not one["ok"] for one in found)
    return {one["story"]: one for one in found}


@pytest.mark.parametrize("story", KILLED)
def test_whoever_is_killed_nothing_is_lost_and_nothing_fires_twice(told, story):
    found = told[story]
    assert not found.get("damage"), found
    assert found["rungs"] == found["fired"] == found["events"] == 5 * found["cases"] > 0


def test_a_crowd_at_one_pool_claims_nothing_twice_loses_no_update_and_meets_no_fault(told):
    found = told["crowd"]
    assert not found.get("damage"), found
    assert found["steps"] > 0
    assert not [name for name in found if name.startswith("answers_5")]


def test_of_four_writers_one_writes_and_three_are_told_what_is_now(told):
    found = told["four_writers"]
    assert not found.get("damage"), found
    assert found["done"] == found["rounds"] > 0
    assert found["not_now"] >= 3 * found["rounds"]


def test_what_is_sent_eight_times_at_once_is_one(told):
    assert not told["sent_twice"].get("damage"), told["sent_twice"]


def test_with_the_broker_gone_for_an_hour_pages_answer_and_all_catches_up(told):
    found = told["broker_gone"]
    assert not found.get("damage"), found
    assert found["fired"] >= found["due"] > 0


def test_whistles_that_nobody_answers_grow_louder_once_whoever_is_killed(told):
    found = told["whistles_run_out"]
    assert not found.get("damage"), found
    assert (found["second"], found["third"], found["clues"]) == (10, 2, 4)
    assert found["supervised"] == 10 + 2 + 2
    assert found["workers_killed"] + found["beats_killed"] > 0
