"""A cache of vectors on disk, so that no text is ever embedded twice by one model."""

import hashlib
import logging
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from indexer.embedding import Encoder, Vectors
from kb.errors import StorageFailed
from kb.progress import Progress, silent

# Encoded and stored together: what a kill in the middle of a build can cost at most.
BATCH = 64
_LOOKUP = 500

log = logging.getLogger(__name__)


class VectorCache:
    """Vectors by hash of model and text, in one SQLite file that may be deleted at any time."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def encode(
        self, encoder: Encoder, texts: Sequence[str], progress: Progress = silent
    ) -> tuple[Vectors, int]:
        """The texts' vectors in input order, and how many of them had to be computed.

        Each batch is committed as it is computed, so a killed run loses one batch at most.

        Raises:
            StorageFailed: the cache could not be written.
        """
        keys = [_key(encoder, text) for text in texts]
        try:
            with closing(self._open()) as store:
                return self._encode(store, encoder, texts, keys, progress)
        except sqlite3.DatabaseError as error:
            if not isinstance(error, sqlite3.OperationalError):
                # Damaged: it holds nothing that cannot be computed again.
                log.warning(
                    "The vector cache %s is damaged (%s) and is made anew.", self._path, error
                )
                self._path.unlink(missing_ok=True)
                return self.encode(encoder, texts, progress)
            raise StorageFailed(
                f"The vector cache {self._path} refused: {error}. Make room, then run: kb index"
            ) from error

    def _encode(
        self,
        store: sqlite3.Connection,
        encoder: Encoder,
        texts: Sequence[str],
        keys: Sequence[bytes],
        progress: Progress,
    ) -> tuple[Vectors, int]:
        held = _lookup(store, keys)
        # Longest first: a batch is padded to its longest text.
        missing = sorted(
            {key: text for key, text in zip(keys, texts, strict=True) if key not in held}.items(),
            key=lambda item: -len(item[1]),
        )
        for start in range(0, len(missing), BATCH):
            batch = missing[start : start + BATCH]
            vectors = encoder.encode([text for _, text in batch])
            rows = [(key, v.tobytes()) for (key, _), v in zip(batch, vectors, strict=True)]
            with store:
                store.executemany("INSERT OR REPLACE INTO vector VALUES (?, ?)", rows)
            held.update(rows)
            progress("Embedding passages", min(start + BATCH, len(missing)), len(missing))
        if not keys:
            return np.empty((0, encoder.dim), dtype=np.float32), 0
        stacked = np.frombuffer(b"".join(held[key] for key in keys), dtype=np.float32)
        return stacked.reshape(len(keys), -1), len(missing)

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        store = sqlite3.connect(self._path, timeout=30)
        store.execute("PRAGMA journal_mode = WAL")
        # A kill loses nothing of what was committed; a power cut may, which is embedded again.
        store.execute("PRAGMA synchronous = NORMAL")
        store.execute(
            "CREATE TABLE IF NOT EXISTS vector (key BLOB PRIMARY KEY, vector BLOB NOT NULL)"
        )
        return store


def _key(encoder: Encoder, text: str) -> bytes:
    return hashlib.sha256(f"{encoder.name}\0{text}".encode()).digest()


def _lookup(store: sqlite3.Connection, keys: Sequence[bytes]) -> dict[bytes, bytes]:
    held: dict[bytes, bytes] = {}
    for start in range(0, len(keys), _LOOKUP):
        some = keys[start : start + _LOOKUP]
        marks = ", ".join("?" * len(some))
        held.update(store.execute(f"SELECT key, vector FROM vector WHERE key IN ({marks})", some))  # noqa: S608
    return held
