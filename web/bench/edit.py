"""How soon an edited file is found, and what other readers notice of it."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from urllib.parse import urlencode

import numpy as np

from kb.progress import Progress
from web.bench.figures import Edit
from web.bench.http import HttpClient
from web.bench.installation import Installation
from web.bench.load import API
from web.bench.plan import Plan
from web.bench.queries import Queries
from web.bench.server import HOST, Server

LONGEST_SECONDS = 900.0
# An edit that took longer than this is not measured again.
_LONG_SECONDS = 60.0
_POLL_SECONDS = 0.02
# What readers notice may come a little after: the next request opens the new index.
_AFTER_SECONDS = 0.5
_SLOW = 3
# A word of this corpus only, new at each edit.
_WORD = "quillonbrack"


@dataclass(slots=True)
class _Reader:
    """A client that never stops asking; `asked` holds when each request began, and how it went."""

    server: Server
    queries: Queries
    asked: list[tuple[float, float, bool]] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    def read(self) -> None:
        http = HttpClient(HOST, self.server.port)
        for query in self.queries.endless():
            if self._stop.is_set():
                break
            began = time.perf_counter()
            answer = http.get(f"{API}?{query.query_string}")
            self.asked.append((began, answer.seconds, answer.is_good))
        http.close()

    def stop(self) -> None:
        self._stop.set()

    def since(self, start: float) -> list[tuple[float, bool]]:
        """Seconds and success of each request that ended after a moment."""
        return [(seconds, good) for began, seconds, good in self.asked if began + seconds > start]


@contextmanager
def _reading(server: Server, queries: Queries) -> Iterator[_Reader]:
    reader = _Reader(server, queries)
    thread = threading.Thread(target=reader.read, daemon=True)
    thread.start()
    try:
        yield reader
    finally:
        reader.stop()
        thread.join()


def measure_edit(
    server: Server,
    installation: Installation,
    queries: Queries,
    encoding_ms: float,
    plan: Plan,
    progress: Progress,
) -> Edit:
    """Edit a file while a client reads, until the API finds its new word; then put it back.

    Args:
        server: serves the installation, its keeper beside it.
        installation: whose file is edited.
        queries: what the client asks.
        encoding_ms: of one query, bare.
        plan: how many edits, of which one that takes over a minute is the last, and how many
            requests before them, which say what is slow.
        progress: told of edits.
    """
    path = sorted((installation.content / "case-studies").glob("*.md"))[0]
    before = path.read_text(encoding="utf-8")
    # Beside the new word, so that it is asked for in a question that the study answers.
    topic = path.stem.replace("-", " ")
    taken: list[float] = []
    found: list[tuple[float, bool]] = []
    try:
        with _reading(server, queries) as reader:
            poller = HttpClient(HOST, server.port)
            while len(reader.asked) < plan.queries:
                _poll(poller, topic, f"{_WORD}nowhere")
            p99 = float(np.percentile([seconds for _, seconds, _ in reader.asked], 99))
            for run in range(plan.runs):
                start = time.perf_counter()
                word = f"{_WORD}{run}x"
                path.write_text(f"{before.rstrip()}\n\nWe call this {word}.\n", encoding="utf-8")
                seconds = _seconds_until_found(poller, topic, word)
                time.sleep(_AFTER_SECONDS)
                found += reader.since(start)
                progress("Editing", run + 1, plan.runs)
                if seconds is None:
                    break
                taken.append(seconds)
                if seconds > _LONG_SECONDS:
                    break
            poller.close()
    finally:
        path.write_text(before, encoding="utf-8")
    middle = median(taken) if taken else None
    return Edit(
        seconds=None if middle is None else round(middle, 3),
        seconds_x=None if middle is None else round(1000 * middle / encoding_ms, 1),
        requests=len(found),
        failed=sum(not good for _, good in found),
        slow=sum(seconds > _SLOW * p99 for seconds, _ in found),
        p99_before_ms=round(1000 * p99, 3),
    )


def _seconds_until_found(poller: HttpClient, topic: str, word: str) -> float | None:
    started = time.perf_counter()
    while time.perf_counter() - started < LONGEST_SECONDS:
        if _poll(poller, topic, word):
            return time.perf_counter() - started
    return None


def _poll(poller: HttpClient, topic: str, word: str) -> bool:
    """Whether a study with this very word is found; one question takes a little while."""
    time.sleep(_POLL_SECONDS)
    asked = urlencode({"q": f'{topic} "{word}"', "as_typed": 1, "limit": 1})
    answer = poller.get(f"{API}?{asked}")
    return answer.is_good and json.loads(answer.content)["total"] > 0
