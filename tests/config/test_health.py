"""What a load balancer and Prometheus ask, without signing in."""

import datetime as dt

from config import health


def test_a_process_that_answers_is_alive(client, db):
    assert client.get("/healthz").content == b"ok\n"


def test_ready_means_database_broker_and_a_sweep_that_is_awake(client, city):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)
    assert answer.json()["sweep_lag_seconds"] == 0


def test_a_sweep_that_sleeps_makes_the_house_unready(client, report, clock):
    report()
    clock.pass_(minutes=30, sweep=False)
    answer = client.get("/readyz")
    waited = dt.timedelta(minutes=30) - dt.timedelta(minutes=7.5)  # its first rung stood at half of 15 minutes
    assert (answer.status_code, answer.json()["sweep"]) == (503, False)
    assert answer.json()["sweep_lag_seconds"] == waited.total_seconds()
    assert f"gridwhistle_sweep_lag_seconds {waited.total_seconds()}" in client.get("/metrics").content.decode()


def test_without_a_broker_the_house_is_unready_and_says_what_is_missing(client, city, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["broker"], answer.json()["database"]) == (503, False, True)


def test_metrics_count_requests_by_view_and_never_by_address(client, city):
    client.get("/healthz?secret=13800000000")
    told = client.get("/metrics").content.decode()
    assert "gridwhistle_requests_total" in told
    assert "13800000000" not in told


def test_the_longest_lag_is_three_sweeps(settings):
    assert settings.SWEEP_SECONDS * 3 == health.LONGEST_LAG_SECONDS
