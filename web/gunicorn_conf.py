"""How gunicorn runs the site; `kb serve` gives it the socket and the number of workers."""

from typing import Any

from prometheus_client import multiprocess

from web.context import wired
from web.garbage import collect_rarely

worker_class = "gthread"
threads = 8
# Loaded once, in the master: its workers share the memory, and one that died is back at once.
preload_app = True
# A first search may wait for the model to be exported.
timeout = 120
graceful_timeout = 20
# The largest there is: 500 letters of most scripts, percent-encoded, with filters.
limit_request_line = 8190
accesslog = "-"
logger_class = "web.access_log.AccessLog"
# No query string, no Referer, no address of the reader: what a teacher typed is not logged.
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(B)s bytes %(M)s ms"


def when_ready(server: Any) -> None:  # noqa: ARG001
    """Leave what is loaded out of garbage collection, which would write to its shared pages."""
    collect_rarely()


def post_worker_init(worker: Any) -> None:
    """Start a worker's threads, which the master cannot start for it."""
    with worker.wsgi.app_context():
        wired().services.start()


def child_exit(server: Any, worker: Any) -> None:  # noqa: ARG001
    """Take a dead worker's gauges out of the metrics."""
    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
