"""Small honest stand-ins for what is too large or too far away for a test."""

from collections.abc import Sequence
from zlib import crc32

import numpy as np

from indexer.analysis import stem_spans
from indexer.embedding import Vectors


class WordEncoder:
    """Bag of stems hashed into buckets: texts that share words come close.

    crc32, not hash(): hash() of a str differs from run to run. `embedded` lists every text that
    was ever encoded, in order.
    """

    def __init__(self, name: str = "words", dim: int = 256) -> None:
        # A name changes whenever the vectors would.
        self.name = name if dim == 256 else f"{name}-{dim}"
        self.dim = dim
        self.embedded: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 rows of unit length, shape (len(texts), dim), in input order."""
        self.embedded += texts
        rows = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for stem, *_ in stem_spans(text):
                row[crc32(stem.encode()) % (self.dim - 1)] += 1
            # A text without words must have a direction too: one that no word shares.
            row[-1] = not row.any()
        unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit
