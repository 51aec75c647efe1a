"""Real processes for the tests to kill, starve and race: `python -m tests.indexer.child JOB…`.

Each job runs in a process forked from one that has everything imported, which makes a kill cheap.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from indexer.embedding import Vectors
from indexer.vectors import VectorCache
from kb.errors import KbError
from tests.fakes import WordEncoder
from tests.indexer.builders import open_home

NEVER = 0
_WATCHED = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "sqlite3.connect"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a job ended: the signal that killed it, or what it raised, if either."""

    signal: int = 0
    error: str = ""
    message: str = ""
    why: str = ""
    events: tuple[str, ...] = field(default=(), repr=False)


def run_children(jobs: Sequence[dict[str, Any]]) -> list[Outcome]:
    """Run jobs one after the other, in a process of its own each."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.indexer.child", *map(json.dumps, jobs)],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=Path(__file__).resolve().parents[2],
    )
    assert done.returncode == 0, done.stderr
    return [
        Outcome(**(found := json.loads(line)) | {"events": tuple(found.get("events", ()))})
        for line in done.stdout.splitlines()
    ]


def run_child(do: str, folder: Path, **how: int) -> Outcome:
    """Run one job."""
    return run_children([{"do": do, "folder": str(folder)} | how])[0]


def start_slow_update(folder: Path) -> subprocess.Popen[str]:
    """An update in another process that goes on until `go` is there; returns once it builds."""
    child = subprocess.Popen(
        [
            *(sys.executable, "-m", "tests.indexer.child"),
            json.dumps({"do": "slow", "folder": str(folder)}),
        ],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
    )
    _wait_for(folder / "building", child)
    return child


class _KillingEncoder(WordEncoder):
    """Kills its own process instead of embedding a certain batch."""

    def __init__(self, batch: int) -> None:
        super().__init__()
        self._left = batch

    def encode(self, texts: Sequence[str]) -> Vectors:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().encode(texts)


class _SlowEncoder(WordEncoder):
    """Embeds nothing until it may."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def encode(self, texts: Sequence[str]) -> Vectors:
        (self._folder / "building").touch()
        _wait_for(self._folder / "go")
        return super().encode(texts)


def _wait_for(path: Path, child: "subprocess.Popen[str] | None" = None) -> None:
    end = time.monotonic() + 60
    while not path.exists():
        if time.monotonic() > end or (child and child.poll() is not None):
            raise TimeoutError(path)
        time.sleep(0.02)


def _watch(home: Path, kill_at: int, events: list[str]) -> None:
    """Note what the process does below a folder, and end it, unwarned, at one of these events."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _WATCHED or event.startswith("shutil."):
            paths = [a for a in arguments if isinstance(a, str) and a.startswith(str(home))]
            if paths:
                events.append(" ".join((event, *paths)))
                if len(events) == kill_at:
                    os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def _do(job: dict[str, Any]) -> dict[str, Any]:
    folder = Path(job["folder"])
    if job["do"] == "embed":
        texts = [f"text {number}" for number in range(job["texts"])]
        cache = VectorCache(folder / "vectors.sqlite")
        cache.encode(_KillingEncoder(job["kill_in_batch"]), texts)
        return {}
    events: list[str] = []
    with open_home(folder) as home:
        if job["do"] == "slow":
            home.encoder = _SlowEncoder(folder)
        elif "dim" in job:
            home.encoder = WordEncoder(dim=job["dim"])
        if (most := job.get("largest_file")) is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        if "kill_at" in job:
            _watch(home.state, job["kill_at"], events)
        try:
            if job["do"] == "rollback":
                home.updater.rollback()
                why = None
            else:
                why = home.update().why
        except KbError as error:
            return {"error": type(error).__name__, "message": str(error), "events": events}
        return {"why": why or "", "events": events}


def _in_a_child(job: dict[str, Any]) -> dict[str, Any]:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        try:
            told = _do(job)
        except BaseException as error:
            told = {"error": type(error).__name__, "message": str(error)}
        with os.fdopen(writing, "w") as pipe:
            json.dump(told, pipe)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        raw = pipe.read()
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return {"signal": os.WTERMSIG(status)}
    found: dict[str, Any] = json.loads(raw)
    return found


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        print(json.dumps(_in_a_child(json.loads(argument))), flush=True)
