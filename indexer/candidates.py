"""Which passages are compared with a query number by number, where there are too many for all."""

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from indexer.dense import read_index, write_index
from indexer.embedding import Vectors
from indexer.ranges import Numbers

# Up to so many, all are: some .3 ms.
EXACT = 10_000
# Beyond, so many of the nearest by code; the build measures what that misses.
NEAREST = 1_000
# And all of so many documents that are best by words.
BY_WORDS = 64
# Numbers of a vector that share four bits of its code. Of the 50 nearest of 69,933 passages, the
# 1,000 nearest by code hold 99.8 % with three, in .5 ms; 98.5 % with four, in .45 ms; all with
# two, in 1 ms. Sides of 768 random planes hold 95.8 %, in 2.2 ms (2026-11-28).
_TOGETHER = 3
# Vectors to learn from; four times as many make no difference.
_LEARNT_FROM = 16_000
_SEED = 20261128


class CoarseIndex:
    """Codes of unit vectors, an eighth of a byte for each of their numbers and the nearer the more
    alike; learnt from the vectors themselves (product quantisation)."""

    def __init__(self, index: faiss.IndexIVFPQFastScan) -> None:
        self._index = index

    @classmethod
    def of(cls, vectors: Vectors) -> "CoarseIndex":
        """The codes of unit vectors, shape (vectors, dim), at least 16 of them; the same vectors
        have the same codes."""
        dim = vectors.shape[1]
        # One list that holds all: unlike codes without lists, those in lists can be filtered.
        index = faiss.IndexIVFPQFastScan(
            faiss.IndexFlatIP(dim), dim, 1, _pieces(dim), 4, faiss.METRIC_INNER_PRODUCT
        )
        index.by_residual = False
        index.train(_some(vectors))
        index.add(vectors)
        return cls(index)

    @classmethod
    def open(cls, path: Path) -> "CoarseIndex":
        """Map what `write` wrote."""
        return cls(read_index(path))

    def write(self, path: Path) -> None:
        """Write the codes for `open`."""
        write_index(self._index, path)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def nearest(
        self, query: Vectors, depth: int, wanted: NDArray[np.bool_] | None = None
    ) -> tuple[Numbers, float]:
        """The nearest of the vectors by their codes.

        Args:
            query: shape (dim,).
            depth: how many to find.
            wanted: which may be found, if not all; shape (vectors,). If they are no more than
                `depth`, all of them are.

        Returns:
            Their numbers, in no order, and the cosine down to which they are all that are wanted,
            about; -1 if they are so at any.
        """
        params = None
        if wanted is not None:
            if np.count_nonzero(wanted) <= depth:
                return np.flatnonzero(wanted), -1.0
            bits = np.packbits(wanted, bitorder="little")
            selector = faiss.IDSelectorBitmap(len(bits), faiss.swig_ptr(bits))
            params = faiss.SearchParametersIVF()
            params.sel = selector
        elif len(self) <= depth:
            return np.arange(len(self)), -1.0
        asked = np.ascontiguousarray(query, dtype=np.float32)[None]
        [cosines], [numbers] = self._index.search(asked, depth, params=params)
        return numbers, float(cosines[-1])


def _pieces(dim: int) -> int:
    """Into how many pieces of one length a vector is cut."""
    return next(pieces for pieces in range(max(1, dim // _TOGETHER), 0, -1) if dim % pieces == 0)


def _some(vectors: Vectors) -> Vectors:
    """Some of the vectors, from all over."""
    if len(vectors) <= _LEARNT_FROM:
        return vectors
    chosen = np.random.default_rng(_SEED).choice(len(vectors), _LEARNT_FROM, replace=False)
    return vectors[np.sort(chosen)]
