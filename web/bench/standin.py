"""Vectors that stand in for a model's: a large corpus need not be read by it to be measured."""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.embedding import Vectors

# A text's vector comes from those of the sample's texts of about its length: so many of them.
_ALIKE = 64
# Of the sample's vectors, those whose nearest neighbour is looked for.
_MEASURED = 2000
_ROWS_AT_ONCE = 256


class StandInEncoder:
    """Gives each text a vector with the geometry of a sample's: a smoothed bootstrap.

    A vector of the sample, of a text of like length, is turned about the sample's mean in the
    direction from one other vector of the sample to another, as far as some text of the sample is
    from its nearest neighbour. So mean and covariance, cosines between texts and with queries, and
    distances to neighbours are about those of the sample. What is chosen follows from a hash of
    the text.
    """

    def __init__(self, name: str, texts: Sequence[str], vectors: Vectors) -> None:
        """Take a sample of at least two texts.

        Args:
            name: of the encoder whose vectors these stand in for.
            texts: the sample.
            vectors: theirs, of unit length, shape (len(texts), dim).
        """
        self.name = name
        self.dim: int = vectors.shape[1]
        order = np.argsort([len(text) for text in texts], kind="stable")
        self._lengths = np.array([len(texts[n]) for n in order])
        self._distances = neighbour_distances(vectors)
        self._mean = vectors.mean(axis=0)
        self._spread = vectors[order] - self._mean

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 rows of unit length, shape (len(texts), dim), in input order."""
        if not texts:
            return np.empty((0, self.dim), dtype=np.float32)
        near, one, other, far = np.array([_four_numbers(text) for text in texts]).T
        size = len(self._lengths)
        window = min(_ALIKE, size)
        middle = np.searchsorted(self._lengths, [len(text) for text in texts])
        base = np.clip(middle - window // 2, 0, size - window) + (near % window).astype(np.int64)
        first = (one % size).astype(np.int64)
        second = (first + 1 + (other % (size - 1)).astype(np.int64)) % size
        turned = _turned(
            self._spread[base],
            self._spread[first] - self._spread[second],
            self._distances[far % len(self._distances)],
        )
        return _unit(self._mean + turned).astype(np.float32)


def _turned(rows: Vectors, towards: Vectors, distances: NDArray[np.float32]) -> Vectors:
    """Rows turned about the origin, each towards another until it is so far from where it was."""
    along = _unit(rows)
    across = _unit(towards - (towards * along).sum(axis=1, keepdims=True) * along)
    radius = np.linalg.norm(rows, axis=1)
    angle = 2 * np.arcsin(np.clip(distances / np.maximum(2 * radius, 1e-6), 0.0, 1.0))[:, None]
    found: Vectors = radius[:, None] * (np.cos(angle) * along + np.sin(angle) * across)
    return found


def _unit(rows: Vectors) -> Vectors:
    found: Vectors = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    return found


def neighbour_distances(vectors: Vectors) -> NDArray[np.float32]:
    """How far some of the vectors, evenly chosen, are from the nearest other one."""
    chosen = np.unique(np.linspace(0, len(vectors) - 1, _MEASURED).astype(np.int64))
    found = []
    for start in range(0, len(chosen), _ROWS_AT_ONCE):
        rows = chosen[start : start + _ROWS_AT_ONCE]
        cosines = vectors[rows] @ vectors.T
        cosines[np.arange(len(rows)), rows] = -1.0
        found.append(np.sqrt(np.maximum(0.0, 2.0 - 2.0 * cosines.max(axis=1))))
    return np.concatenate(found).astype(np.float32)


def _four_numbers(text: str) -> NDArray[np.uint64]:
    return np.frombuffer(hashlib.blake2b(text.encode(), digest_size=32).digest(), dtype=np.uint64)
