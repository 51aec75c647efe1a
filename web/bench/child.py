"""Encodings and searches timed in a process of its own, in the environment of a worker.

The process that measures is none: it has threads, an index to build, and a clock to read.
`python -m web.bench.child MODEL_FOLDER [HOME]` answers each line of JSON by another.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from indexer.embedding import Encoder, Vectors
from kb.errors import MeasurementFailed
from web.bench.installation import Installation
from web.bench.queries import Query
from web.garbage import collect_rarely
from web.supervisor import SERVER, quiet_environment

# Libraries of linear algebra leave threads spinning for a moment, which would slow what is timed
# next: 3.2 ms became 11.3 ms (2026-11-24).
_REST_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Searched:
    """Seconds of each search, of each without its encoder, and the texts that they encoded."""

    whole: list[float]
    rest: list[float]
    texts: list[str]


class Child:
    """The parent's end of such a process."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def encode(self, texts: Sequence[str]) -> list[float]:
        """Seconds of each encoding, one text at a time on one thread.

        Raises:
            MeasurementFailed: the process has ended.
        """
        self.begin_encoding(texts)
        return self.end_encoding()

    def begin_encoding(self, texts: Sequence[str]) -> None:
        """Do so beside others; returns at once."""
        self._tell({"do": "encode", "texts": list(texts)})

    def end_encoding(self) -> list[float]:
        """Wait for what `begin_encoding` began."""
        found: list[float] = self._told()
        return found

    def search(self, queries: Sequence[Query]) -> Searched:
        """Search for each query; the process was given a home."""
        self._tell({"do": "search", "params": [query.params for query in queries]})
        return Searched(**self._told())

    def _tell(self, asked: Mapping[str, Any]) -> None:
        assert self._process.stdin  # noqa: S101
        try:
            self._process.stdin.write(f"{json.dumps(asked)}\n")
            self._process.stdin.flush()
        except OSError as error:
            raise self._failed() from error

    def _told(self) -> Any:
        assert self._process.stdout  # noqa: S101
        line = self._process.stdout.readline()
        if not line:
            raise self._failed()
        return json.loads(line)

    def _failed(self) -> MeasurementFailed:
        return MeasurementFailed(
            f"A process that encodes or searches ended early, with status {self._process.wait()}."
        )


@contextmanager
def a_child(installation: Installation, model: str, *, searches: bool = False) -> Iterator[Child]:
    """Such a process, ended after the block.

    Args:
        installation: has the exported model, and the index.
        model: the name of the folder of the export.
        searches: whether it is to search, or only to encode.
    """
    home = (str(installation.home),) if searches else ()
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", __name__, str(installation.home / "models" / model), *home],
        env=quiet_environment(installation.env) | SERVER,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Child(process)
    finally:
        process.kill()
        process.communicate()


@contextmanager
def children(installation: Installation, model: str, number: int) -> Iterator[list[Child]]:
    """So many bare encoders, for `queries_per_second`."""
    with ExitStack() as stack:
        yield [stack.enter_context(a_child(installation, model)) for _ in range(number)]


def queries_per_second(encoders: Sequence[Child], texts: Sequence[str]) -> float:
    """How many queries bare encoders encode at once; each encodes all the texts."""
    for encoder in encoders:
        encoder.begin_encoding(texts)
    # The slowest: what it did not take, others had.
    return len(encoders) * len(texts) / max(sum(each.end_encoding()) for each in encoders)


class TimedEncoder:
    """An encoder that takes note of its time and texts."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.name, self.dim = encoder.name, encoder.dim
        self.seconds = 0.0
        self.texts: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 rows of unit length, shape (len(texts), dim), in input order."""
        started = time.perf_counter()
        vectors = self._encoder.encode(texts)
        self.seconds += time.perf_counter() - started
        self.texts += texts
        return vectors


def encodings(encoder: Encoder, texts: Sequence[str]) -> list[float]:
    """Seconds of each encoding, one text at a time."""
    time.sleep(_REST_SECONDS)
    return [_seconds(partial(encoder.encode, [text])) for text in texts]


def searches(index: Path, encoder: Encoder) -> Callable[[Sequence[Mapping[str, Any]]], Searched]:
    """What searches the live snapshot below a folder for each of some parameters."""
    from indexer.live import LiveSnapshot
    from indexer.request import read_request
    from indexer.search import Searcher
    from indexer.snapshots import SnapshotStore

    timed = TimedEncoder(encoder)
    searcher = Searcher(LiveSnapshot(SnapshotStore(index)), timed)
    vocabularies = searcher.vocabularies()
    # As a worker does.
    searcher.follow()

    def one(params: Mapping[str, Any]) -> None:
        searcher.search(read_request(params, vocabularies))

    def search(asked: Sequence[Mapping[str, Any]]) -> Searched:
        whole, rest = [], []
        timed.texts.clear()
        for params in asked:
            before = timed.seconds
            seconds = _seconds(partial(one, params))
            whole.append(seconds)
            rest.append(seconds - (timed.seconds - before))
        return Searched(whole, rest, list(timed.texts))

    return search


def _seconds(do: Callable[[], object]) -> float:
    started = time.perf_counter()
    do()
    return time.perf_counter() - started


def main(model: Path, home: Path | None) -> None:
    """Be the process: answer until standard input ends."""
    from dataclasses import asdict

    from indexer.onnx_encoder import OnnxEncoder

    encoder = OnnxEncoder(model)
    encoder.encode(["warm"])
    search = searches(home / "index", encoder) if home else None
    # As a server does.
    collect_rarely()
    for line in sys.stdin:
        asked = json.loads(line)
        if search and asked["do"] == "search":
            answer: object = asdict(search(asked["params"]))
        else:
            answer = encodings(encoder, asked["texts"])
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
