"""The real `kb serve`, as a process of its own on a free port."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kb.database import Database
from kb.errors import MeasurementFailed
from kb.jobs import Jobs
from kb.settings import Settings
from web.bench.http import HttpClient
from web.bench.installation import Installation
from web.bench.processes import below, command_line

HOST = "127.0.0.1"
START_SECONDS = 300.0
_STOP_SECONDS = 40.0
# Each worker loads the model by itself: so many in a row, on fresh connections, must be ready.
_READY_IN_A_ROW = 12
_TOLD_LINES = 3
# The keeper starts beside the workers, and has done all it is to do when it was idle for so long.
_IDLE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Server:
    """A site that answers; `pid` is of `kb serve` itself."""

    pid: int
    port: int
    workers: int

    def answering(self) -> set[int]:
        """The processes of gunicorn: its workers, and the master, whose memory they share."""
        return {pid for pid in below(self.pid) if "gunicorn" in command_line(pid)}


@contextmanager
def serving(installation: Installation, workers: int) -> Iterator[Server]:
    """Serve an installation whose index is built; the server has ended after the block.

    Raises:
        MeasurementFailed: it did not get ready.
    """
    log, port = installation.folder / "serve.log", _free_port()
    arguments = ("serve", "--host", HOST, "--port", str(port), "--workers", str(workers))
    with log.open("w") as out:
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "web.cli", *arguments],
            env=installation.env,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_ready(process, port, log)
            _wait_until_idle(installation)
            yield Server(process.pid, port, workers)
        finally:
            _stop(process)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    in_a_row = 0
    while in_a_row < _READY_IN_A_ROW:
        if process.poll() is not None or time.monotonic() > end:
            told = " ".join(log.read_text(errors="replace").splitlines()[-_TOLD_LINES:])
            raise MeasurementFailed(f"kb serve did not get ready to be measured: {told}")
        client = HttpClient(HOST, port)
        in_a_row = in_a_row + 1 if client.get("/readyz").is_good else 0
        client.close()
        if not in_a_row:
            time.sleep(0.1)


def _wait_until_idle(installation: Installation) -> None:
    """A keeper that starts has much to do, the map of practice above all, which would be measured
    with the rest."""
    database = Database(Settings.from_env(installation.env).database_url)
    end = time.monotonic() + START_SECONDS
    idle_since = time.monotonic()
    try:
        while time.monotonic() - idle_since < _IDLE_SECONDS:
            if time.monotonic() > end:
                raise MeasurementFailed("The keeper of kb serve did not come to rest.")
            time.sleep(0.1)
            with database.read() as session:
                if Jobs(session).is_busy(datetime.now(UTC)):
                    idle_since = time.monotonic()
    finally:
        database.close()


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        children = sorted(below(process.pid))
        process.kill()
        process.wait()
        raise MeasurementFailed(
            f"kb serve did not stop; its processes {children} may be running still."
        ) from None
