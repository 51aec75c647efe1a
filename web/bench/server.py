"""The real `kb serve`, as a process of its own on a free port."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kb.errors import MeasurementFailed
from web.bench.http import HttpClient
from web.bench.installation import Installation
from web.bench.processes import below, command_line

HOST = "127.0.0.1"
START_SECONDS = 300.0
_STOP_SECONDS = 40.0
# Each worker loads the model by itself: so many in a row, on fresh connections, must be ready.
_READY_IN_A_ROW = 12
_TOLD_LINES = 3


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
