"""Runs the web server and the keeper side by side; starts the keeper again if it dies."""

import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from kb.errors import Invalid

# After a crash the keeper waits, each time twice as long, up to a minute.
FIRST_WAIT = 1.0
LONGEST_WAIT = 60.0
STOP_SECONDS = 25.0
SERVER = {
    # A worker answers several readers at once: more threads for one of them get in the way. With
    # two, a search took 50 to 80 ms of processor time instead of 12 (2026-11-24, two cores).
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    # A heap for each thread keeps what its largest search took: 95 MB more for a worker (10,000).
    "MALLOC_ARENA_MAX": "2",
    # What a search works with is taken from the heap and kept for the next one: pages fresh from
    # the system each time doubled its time, 13 ms for 6.6 (10,000, 2026-11-27).
    "MALLOC_MMAP_THRESHOLD_": str(64 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(256 << 20),
    "MALLOC_TOP_PAD_": str(8 << 20),
}

log = logging.getLogger(__name__)


def listen(host: str, port: int) -> socket.socket:
    """A socket that is ours before anything slow begins.

    Raises:
        Invalid: the address is in use, or is none of this machine's.
    """
    if not 0 <= port < 65536:
        raise Invalid(f"There is no port {port}; choose one from 1 to 65535.")
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        raise Invalid(
            f"Cannot listen on {host} port {port}: {error.strerror}. "
            "Is the site running already? If not, choose another with --port."
        ) from error
    listener.listen(512)
    listener.set_inheritable(True)
    return listener


def supervise(listener: socket.socket, workers: int, home: Path, env: Mapping[str, str]) -> int:
    """Serve until told to stop or the server ends; returns its exit status."""
    metrics = home / "metrics"
    shutil.rmtree(metrics, ignore_errors=True)
    metrics.mkdir()
    server = subprocess.Popen(  # noqa: S603
        [
            *(sys.executable, "-m", "gunicorn", "web.wsgi:app"),
            *("--config", "python:web.gunicorn_conf"),
            *("--bind", f"fd://{listener.fileno()}"),
            *("--workers", str(workers)),
            "--no-control-socket",
        ],
        env={**env, **SERVER, "PROMETHEUS_MULTIPROC_DIR": str(metrics)},
        pass_fds=(listener.fileno(),),
    )
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    keeping = threading.Thread(target=_keep_a_keeper, args=(stop, dict(env)), name="keeper")
    keeping.start()
    while server.poll() is None and not stop.wait(0.2):
        pass
    stop.set()
    status = _end(server)
    keeping.join()
    return status


def _keep_a_keeper(stop: threading.Event, env: dict[str, str]) -> None:
    wait = FIRST_WAIT
    while not stop.is_set():
        started = time.monotonic()
        keeper = subprocess.Popen(
            [sys.executable, "-m", "web.cli", "work", "--while-stdin"],
            env=env,
            stdin=subprocess.PIPE,
        )
        while keeper.poll() is None and not stop.wait(0.2):
            pass
        if stop.is_set():
            _end(keeper)
            return
        if time.monotonic() - started > LONGEST_WAIT:
            wait = FIRST_WAIT
        log.error(
            "The keeper ended with status %s; starting it again in %.0f s.", keeper.returncode, wait
        )
        stop.wait(wait)
        wait = min(2 * wait, LONGEST_WAIT)


def _end(process: "subprocess.Popen[bytes]") -> int:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        return process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def quiet_environment(env: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The children's environment: output as it comes, one thread for each tokeniser."""
    return {**env, "PYTHONUNBUFFERED": "1", "TOKENIZERS_PARALLELISM": "false"}
