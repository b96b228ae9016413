import os
import signal
from pathlib import Path

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from embedded.valkey import Valkey


@pytest.fixture
def valkey(tmp_path):
    server = Valkey(tmp_path / "valkey", tmp_path / "valkey.log")
    server.start()
    yield server
    server.stop()


def test_without_the_password_nobody_is_answered(valkey):
    with (
        redis.Redis(port=valkey.port, retry=Retry(NoBackoff(), 0)) as stranger,
        pytest.raises(redis.AuthenticationError),
    ):
        stranger.ping()


def test_the_password_is_not_on_the_command_line(valkey):
    assert valkey.password not in Path(f"/proc/{valkey.process.pid}/cmdline").read_text()


def test_after_a_kill_it_answers_at_the_address_the_others_know(valkey):
    address = valkey.url
    os.kill(valkey.process.pid, signal.SIGKILL)
    valkey.start()
    assert valkey.url == address
    assert valkey.answers()
