"""Numbers for Prometheus, summed over all workers."""

import os
import time

from flask import Blueprint, Flask, Response, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from web import caching

bp = Blueprint("metrics", __name__)
bp.after_request(caching.unkept)

_REQUESTS = Counter("kb_requests", "Requests answered.", ("endpoint", "status"))
_SECONDS = Histogram(
    "kb_request_seconds",
    "Time to answer.",
    ("endpoint",),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)


def init_app(app: Flask) -> None:
    """Measure every request of the app."""
    app.before_request(_start)
    app.after_request(_finish)
    app.register_blueprint(bp)


@bp.get("/metrics")
def metrics() -> Response:
    """Prometheus's text format. It says nothing about who asked or what for."""
    registry: CollectorRegistry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _start() -> None:
    g.started = time.perf_counter()


def _finish(response: Response) -> Response:
    # Endpoints, not paths: a path is the reader's choice, and would make series without end.
    endpoint = request.endpoint or "none"
    _REQUESTS.labels(endpoint, str(response.status_code)).inc()
    if "started" in g:
        _SECONDS.labels(endpoint).observe(time.perf_counter() - g.started)
    return response
