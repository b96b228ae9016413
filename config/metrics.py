"""What the house tells Prometheus: requests, and the one number of its health, the sweep's lag."""

import time

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter("gridwhistle_requests_total", "Requests answered", ["method", "status"])
SECONDS = Histogram("gridwhistle_request_seconds", "Time to answer a request", ["view"])
SWEEP_LAG = Gauge(
    "gridwhistle_sweep_lag_seconds", "Age of the oldest unfired rung that is due", multiprocess_mode="mostrecent"
)


class CountRequests:
    """Counts each request by its status, and its time by the name of its view."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        began = time.perf_counter()
        response = self.get_response(request)
        REQUESTS.labels(request.method, response.status_code).inc()
        match = getattr(request, "resolver_match", None)
        SECONDS.labels(match.view_name if match else "none").observe(time.perf_counter() - began)
        return response
