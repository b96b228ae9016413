"""Is the house alive, and is it ready: for a load balancer and for Prometheus, from inside the network."""

import os

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from casework.selectors import sweep_lag
from config.metrics import SWEEP_LAG

# A sweep comes every half minute; three missed ones are a fault.
LONGEST_LAG_SECONDS = 3 * settings.SWEEP_SECONDS


@login_not_required
def healthz(request):
    """This process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
def readyz(request):
    """The database and the broker answer, and the sweep is awake."""
    state = {"database": _database(), "broker": _broker()}
    lag = sweep_lag().total_seconds() if state["database"] else None
    state["sweep"] = lag is not None and lag <= LONGEST_LAG_SECONDS
    ready = all(state.values())
    return JsonResponse({"ready": ready, **state, "sweep_lag_seconds": lag}, status=200 if ready else 503)


@login_not_required
def metrics(request):
    """The figures of all processes (of this one, unless PROMETHEUS_MULTIPROC_DIR is set), and the sweep's lag."""
    SWEEP_LAG.set(sweep_lag().total_seconds())
    return HttpResponse(generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)


def _registry() -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return registry


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except DatabaseError:
        return False
    return True


def _broker() -> bool:
    try:
        return bool(redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2).ping())
    except redis.RedisError:
        return False
