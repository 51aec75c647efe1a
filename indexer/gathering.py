"""Queries that several readers ask at once, read by the model together.

Most of the time of a short query is one pass over the model's weights, and that does for several:
one alone took 6.7 ms, of eight each 2.4 (2026-11-28).
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from indexer.embedding import Vectors


@dataclass(slots=True)
class _Asked:
    """A text, and what became of it; `turn` is set when that is known, or when its thread is the
    one to find out."""

    text: str
    turn: threading.Event = field(default_factory=threading.Event)
    vector: Vectors | None = None
    error: BaseException | None = None


class Gathering:
    """Gives each text that its threads bring its vector; one of them encodes at a time."""

    def __init__(self, encode: Callable[[Sequence[str]], Vectors]) -> None:
        """Take what encodes several texts; it is never called twice at once."""
        self._encode = encode
        self._lock = threading.Lock()
        self._waiting: list[_Asked] = []
        self._is_busy = False

    def encode(self, text: str) -> Vectors:
        """The vector of a text, shape (dim,); raises what the encoder raised for it."""
        asked = _Asked(text)
        with self._lock:
            self._waiting.append(asked)
            leads, self._is_busy = not self._is_busy, True
        if not leads:
            asked.turn.wait()
        if asked.vector is None and asked.error is None:
            self._encode_waiting()
        if asked.error is not None:
            raise asked.error
        assert asked.vector is not None  # noqa: S101
        return asked.vector

    def _encode_waiting(self) -> None:
        """Encode for all who wait, the caller among them; who came meanwhile goes on."""
        with self._lock:
            together, self._waiting = self._waiting, []
        try:
            vectors = self._encode([asked.text for asked in together])
            for asked, vector in zip(together, vectors, strict=True):
                asked.vector = vector
        except BaseException as error:
            for asked in together:
                asked.error = error
        finally:
            with self._lock:
                self._is_busy = bool(self._waiting)
                following = self._waiting[:1]
            for asked in (*following, *together):
                asked.turn.set()
