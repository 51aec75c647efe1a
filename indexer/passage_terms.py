"""Which terms each passage holds, so that only the one that is shown need be read again."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_STARTS = "passage_term_starts.npy"
_ROWS = "passage_term_rows.npy"


def write_passage_terms(
    folder: Path, passages: Iterable[Iterable[str]], rows: Mapping[str, int]
) -> None:
    """Write the terms of each passage, in their order, by their rows in the table of impacts."""
    held = [sorted({rows[term] for term in terms if term in rows}) for terms in passages]
    np.save(folder / _STARTS, np.cumsum([0, *map(len, held)], dtype=np.int64))
    flat = [row for of_passage in held for row in of_passage]
    np.save(folder / _ROWS, np.array(flat, dtype=np.int32))


class PassageTerms:
    """The mapped terms of all passages."""

    def __init__(self, folder: Path) -> None:
        self._starts: NDArray[np.int64] = np.load(folder / _STARTS, mmap_mode="r")
        self._rows: NDArray[np.int32] = np.load(folder / _ROWS, mmap_mode="r")

    def __len__(self) -> int:
        return len(self._starts) - 1

    def held(self, passages: slice, wanted: NDArray[np.int32]) -> NDArray[np.int64]:
        """How many of some terms each passage of a range holds; shape (passages,)."""
        starts = self._starts[passages.start : passages.stop + 1]
        found = np.isin(self._rows[starts[0] : starts[-1]], wanted)
        upto = np.concatenate(([0], np.cumsum(found)))
        counts: NDArray[np.int64] = np.diff(upto[starts - starts[0]])
        return counts
