"""How gunicorn runs the site; `kb serve` gives it the socket and the number of workers."""

from typing import Any

from prometheus_client import multiprocess

worker_class = "gthread"
threads = 8
# The first search waits for the model to load.
timeout = 120
graceful_timeout = 20
# The largest there is: 500 letters of most scripts, percent-encoded, with filters.
limit_request_line = 8190
accesslog = "-"
# No query string, no Referer, no address of the reader: what a teacher typed is not logged.
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(B)s bytes %(M)s ms"


def child_exit(server: Any, worker: Any) -> None:  # noqa: ARG001
    """Take a dead worker's gauges out of the metrics."""
    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
