"""Unit vectors in eight bits a number: a quarter of the size, and of the memory read for a cosine.

A query reads all of the model's weights, so that nothing else is left in the processor's caches:
what is read afterwards takes as long as it is large.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.embedding import Vectors
from indexer.ranges import Numbers, joined
from indexer.records import map_array

_LEVELS = 127


def write_bytes(folder: Path, name: str, vectors: Vectors) -> None:
    """Write unit vectors in their order, for `ByteVectors`.

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

    def cosines(self, query: Vectors, numbers: slice | Numbers) -> NDArray[np.float32]:
        """The cosine of one query, shape (dim,), with some of the vectors."""
        is_range = isinstance(numbers, slice)
        # Rows from here and there: to take them needs half the time of an index.
        rows = self._vectors[numbers] if is_range else self._vectors.take(numbers, axis=0)
        # Not by matrix product: BLAS would wake all cores for it, and wait for the slowest.
        products: NDArray[np.float32] = np.vecdot(rows.astype(np.float32), query)
        return products * self._scales[numbers]

    def vectors(self, numbers: Numbers) -> Vectors:
        """Some of the vectors, shape (numbers, dim)."""
        found: Vectors = self._vectors.take(numbers, axis=0).astype(np.float32)
        found *= self._scales[numbers][:, None]
        return found

    def best(self, query: Vectors, firsts: Numbers, ends: Numbers) -> NDArray[np.float32]:
        """The highest cosine in each of several ranges of vectors, none of them empty."""
        if not len(firsts):
            return np.zeros(0, dtype=np.float32)
        numbers, starts = joined(firsts, ends)
        found: NDArray[np.float32] = np.maximum.reduceat(self.cosines(query, numbers), starts)
        return found
