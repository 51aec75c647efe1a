"""Vectors of single sentences: what a passage as a whole blurs, one of its sentences may say."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.embedding import Vectors
from indexer.records import map_array

_VECTORS = "sentence_vectors.npy"
_SCALES = "sentence_scales.npy"
_LEVELS = 127


def write_sentences(folder: Path, vectors: Vectors) -> None:
    """Write unit vectors in eight bits a number, a quarter of their size.

    Each row has a scale of its own; a cosine changes by less than .005.
    """
    scales = np.abs(vectors).max(axis=1, initial=1e-9) / _LEVELS
    np.save(folder / _VECTORS, np.rint(vectors / scales[:, None]).astype(np.int8))
    np.save(folder / _SCALES, scales.astype(np.float32))


class SentenceVectors:
    """The mapped vectors, read where they are needed."""

    def __init__(self, folder: Path) -> None:
        self._vectors: NDArray[np.int8] = map_array(folder / _VECTORS)
        self._scales: NDArray[np.float32] = map_array(folder / _SCALES)

    def __len__(self) -> int:
        return len(self._vectors)

    def cosines(self, query: Vectors, rows: slice) -> NDArray[np.float32]:
        """The cosine of a query, shape (dim,), with some sentences; shape (sentences,)."""
        return self._cosines(query, rows)

    def best(
        self, query: Vectors, firsts: NDArray[np.int64], ends: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """The highest cosine in each of several ranges of sentences, none of them empty."""
        if not len(firsts):
            return np.zeros(0, dtype=np.float32)
        lengths = ends - firsts
        starts = np.cumsum(lengths) - lengths
        rows = np.arange(int(lengths.sum())) + np.repeat(firsts - starts, lengths)
        found: NDArray[np.float32] = np.maximum.reduceat(self._cosines(query, rows), starts)
        return found

    def _cosines(self, query: Vectors, rows: slice | NDArray[np.int64]) -> NDArray[np.float32]:
        # Not by matrix product: BLAS would wake all cores for it, and wait for the slowest.
        products: NDArray[np.float32] = np.vecdot(self._vectors[rows].astype(np.float32), query)
        return products * self._scales[rows]
