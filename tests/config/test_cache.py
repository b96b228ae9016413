"""The broker and the cache may be gone: no page fails or waits, and the worker never gives up asking."""

import socket
import time

import pytest
from django.core.cache import caches
from django.urls import reverse

from config.cache import ForgetfulCache
from config.celery import app


@pytest.fixture
def deaf(settings):
    """A server that takes the connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.CACHES = {
            "default": {
                **settings.CACHES["default"],
                "LOCATION": f"redis://127.0.0.1:{server.getsockname()[1]}/0",
            }
        }
        ForgetfulCache.asleep_until = 0.0
        yield
    ForgetfulCache.asleep_until = 0.0


def test_a_cache_that_hangs_costs_one_short_wait_and_knows_nothing(deaf):
    began, cache = time.monotonic(), caches["default"]
    cache.set("a", 1)
    assert (cache.get("a", "nothing"), cache.get_many(["a"]), cache.add("a", 1)) == ("nothing", {}, False)
    cache.set_many({"a": 1}), cache.delete_many(["a"]), cache.delete("a"), cache.touch("a")
    assert time.monotonic() - began < 2


def test_pages_and_the_asking_for_a_token_work_without_it(deaf, client, cast, order_at):
    order = order_at("reported")
    client.force_login(cast.dispatcher)
    assert client.get(reverse("order", args=[order.number])).status_code == 200
    refused = client.post(reverse("api:token"), {"username": "nobody", "password": "wrong"})
    assert refused.status_code == 400


def test_the_worker_asks_for_its_broker_for_ever():
    """Celery's own hundred tries end after 46 minutes."""
    assert not app.conf.broker_connection_max_retries
