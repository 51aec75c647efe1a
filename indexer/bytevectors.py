"""Unit vectors in eight bits a number: a quarter of the size, and of the memory read for a cosine.

A query reads all of the model's weights, so that nothing else is left in the processor's caches:
what is read afterwards takes as long as it is large. So does what is written: rows become floats
a few at a time, always in the same place.
"""

import os
import weakref
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.embedding import Vectors
from indexer.ranges import Numbers, joined
from indexer.records import map_array

_LEVELS = 127
# Rows that become floats at once, 200 kB. All 4,500 sentences of a search at once took 1.6 ms, so
# .9 ms (2026-11-28).
_BLOCK = 128


def write_bytes(folder: Path, name: str, vectors: Vectors) -> None:
    """Write unit vectors in their order, for `ByteVectors` or `ByteRanges`.

    Each row has a scale of its own; a cosine changes by less than .005, by .0002 as a rule.
    """
    scales = np.abs(vectors).max(axis=1, initial=1e-9) / _LEVELS
    np.save(folder / f"{name}_bytes.npy", np.rint(vectors / scales[:, None]).astype(np.int8))
    np.save(folder / f"{name}_scales.npy", scales.astype(np.float32))


def is_written(folder: Path, name: str) -> bool:
    """Whether `write_bytes` wrote these."""
    return (folder / f"{name}_bytes.npy").exists()


class ByteVectors:
    """The mapped vectors, read where they are needed."""

    def __init__(self, folder: Path, name: str) -> None:
        self._vectors: NDArray[np.int8] = map_array(folder / f"{name}_bytes.npy")
        self._scales: NDArray[np.float32] = map_array(folder / f"{name}_scales.npy")

    def __len__(self) -> int:
        return len(self._vectors)

    @property
    def dim(self) -> int:
        """The length of a vector."""
        return int(self._vectors.shape[1])

    def cosines(self, query: Vectors, numbers: Numbers) -> NDArray[np.float32]:
        """The cosine of one query, shape (dim,), with some of the vectors."""
        # Rows from here and there: to take them needs half the time of an index.
        return _products(self._vectors.take(numbers, axis=0), query) * self._scales[numbers]

    def vectors(self, numbers: Numbers) -> Vectors:
        """Some of the vectors, shape (numbers, dim)."""
        found: Vectors = self._vectors.take(numbers, axis=0).astype(np.float32)
        found *= self._scales[numbers][:, None]
        return found


class ByteRanges:
    """Vectors of which ranges are read, from the file at once.

    Mapped, those of the sentences would soon be a quarter of what a worker holds (115 of 475 MB at
    10,000 studies). To read those of 64 studies takes .2 ms more (2026-11-28).
    """

    def __init__(self, folder: Path, name: str) -> None:
        path = folder / f"{name}_bytes.npy"
        vectors = np.load(path, mmap_mode="r")
        self._length, self._dim = map(int, vectors.shape)
        self._offset = int(vectors.offset)
        self._scales: NDArray[np.float32] = map_array(folder / f"{name}_scales.npy")
        self._file = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)

    def __len__(self) -> int:
        return self._length

    def cosines(self, query: Vectors, first: int, end: int) -> NDArray[np.float32]:
        """The cosine of one query, shape (dim,), with a range of the vectors."""
        rows = np.empty((end - first, self._dim), dtype=np.int8)
        self._read(rows, first)
        return _products(rows, query) * self._scales[first:end]

    def best(self, query: Vectors, firsts: Numbers, ends: Numbers) -> NDArray[np.float32]:
        """The highest cosine in each of several ranges of vectors, none of them empty."""
        if not len(firsts):
            return np.zeros(0, dtype=np.float32)
        numbers, starts = joined(firsts, ends)
        rows = np.empty((len(numbers), self._dim), dtype=np.int8)
        for start, first, end in zip(starts.tolist(), firsts.tolist(), ends.tolist(), strict=True):
            self._read(rows[start : start + end - first], first)
        cosines = _products(rows, query) * self._scales[numbers]
        found: NDArray[np.float32] = np.maximum.reduceat(cosines, starts)
        return found

    def _read(self, rows: NDArray[np.int8], first: int) -> None:
        os.preadv(self._file, [rows.data], self._offset + first * self._dim)


def _products(rows: NDArray[np.int8], query: Vectors) -> NDArray[np.float32]:
    found = np.empty(len(rows), dtype=np.float32)
    floats = np.empty((_BLOCK, rows.shape[1]), dtype=np.float32)
    for first in range(0, len(rows), _BLOCK):
        few = rows[first : first + _BLOCK]
        floats[: len(few)] = few
        # Not by matrix product: BLAS would wake all cores for it, and wait for the slowest.
        np.vecdot(floats[: len(few)], query, out=found[first : first + _BLOCK])
    return found
