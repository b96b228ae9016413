"""Real processes and kill -9, the small version: sweep, PostgreSQL, worker and broker. The long one is `bin/chaos`."""

import json
import os
import subprocess
import sys
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]
STORIES = ["sweep_killed", "backend_killed", "worker_killed", "broker_killed"]


def test_whoever_is_killed_nothing_is_lost_and_nothing_fires_twice():
    """On servers of their own: neither those of this suite nor anybody else's are killed. One test, started once."""
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    done = subprocess.run(
        [sys.executable, "-m", "chaos", "--small", *STORIES], cwd=TREE, env=environment, capture_output=True, text=True
    )
    told = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert [found["story"] for found in told] == STORIES, done.stderr[-3000:]
    for found in told:
        assert not found.get("damage"), found
        assert found["rungs"] == found["fired"] == found["events"] == 5 * found["cases"] > 0
    assert done.returncode == 0
