"""Meaning: FAISS over unit vectors, exactly."""

from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from indexer.embedding import Vectors


class FlatIndex:
    """Inner products with unit vectors: their cosines."""

    def __init__(self, folder: Path, name: str) -> None:
        self._index: Any = read_index(folder / f"{name}.faiss")

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dim(self) -> int:
        """The length of a vector."""
        return int(self._index.d)

    def cosines(self, query: Vectors, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """The cosine of one query, shape (dim,), with some of the vectors, by their numbers."""
        asked = np.ascontiguousarray(query, dtype=np.float32)
        numbers = np.ascontiguousarray(numbers, dtype=np.int64)
        found = np.empty(len(numbers), dtype=np.float32)
        if len(numbers):
            # Reads them where they are mapped; a search with a selector looks at all numbers.
            self._index.compute_distance_subset(
                1,
                faiss.swig_ptr(asked),
                len(numbers),
                faiss.swig_ptr(found),
                faiss.swig_ptr(numbers),
            )
        return found

    def vectors(self, numbers: NDArray[np.int64]) -> Vectors:
        """Some of the vectors, shape (numbers, dim)."""
        found: Vectors = self._index.reconstruct_batch(np.ascontiguousarray(numbers, np.int64))
        return found


def write_flat(folder: Path, name: str, vectors: Vectors) -> None:
    """Write vectors in their order, for `FlatIndex`."""
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    write_index(index, folder / f"{name}.faiss")


def read_index(path: Path) -> Any:
    """Map what `write_index` wrote; raises RuntimeError if it is not there or damaged."""
    # One thread a query: several processes answer at once.
    faiss.omp_set_num_threads(1)
    return faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)


def write_index(index: faiss.Index, path: Path) -> None:
    """Write any index; raises OSError where the disk does not take it."""
    try:
        faiss.write_index(index, str(path))
    except RuntimeError as error:
        # How faiss tells of a full disk.
        raise OSError(f"faiss could not write {path.name}") from error
