"""Meaning: FAISS over the unit vectors of all passages."""

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from indexer.embedding import Vectors

FILE = "passages.faiss"


def write_dense(folder: Path, vectors: Vectors) -> None:
    """Write the index of passages, in their order."""
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    try:
        faiss.write_index(index, str(folder / FILE))
    except RuntimeError as error:
        # How faiss tells of a full disk.
        raise OSError(f"faiss could not write {FILE}") from error


class DenseIndex:
    """Inner products with every passage; of unit vectors, their cosines."""

    def __init__(self, folder: Path) -> None:
        self._index = faiss.read_index(str(folder / FILE), faiss.IO_FLAG_MMAP_IFC)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dim(self) -> int:
        """The length of a vector."""
        return int(self._index.d)

    def cosines(self, query: Vectors) -> NDArray[np.float32]:
        """The cosine of one query vector, shape (dim,), with each passage; shape (passages,)."""
        # Below -1, so that every passage is in range.
        limits, found, numbers = self._index.range_search(query.reshape(1, -1), -2.0)
        cosines = np.empty(len(self), dtype=np.float32)
        cosines[numbers[: limits[1]]] = found[: limits[1]]
        return cosines
