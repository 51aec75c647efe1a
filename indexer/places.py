"""Where every word stands: phrases are found from sorted places, in mapped arrays.

Whoosh finds the same ones by walking its postings in pure Python: 63 ms in the middle at 10,000
studies, where this takes .1 to .5 (2026-11-27).
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.records import map_array

# Stands between two lines, so that no phrase spans them.
BORDER = ""

_WORDS = "place_words.txt"
_STARTS = "place_starts.npy"
_PLACES = "places.npy"
_FIRSTS = "place_firsts.npy"


def write_places(folder: Path, texts: Sequence[Sequence[str]]) -> None:
    """Write where each word stands.

    Args:
        folder: where to.
        texts: the words of each document in order, lines parted by `BORDER`.
    """
    rows: dict[str, int] = {BORDER: 0}
    numbers = [rows.setdefault(word, len(rows)) for text in texts for word in text]
    of_place = np.array(numbers, dtype=np.int32)
    order = np.argsort(of_place, kind="stable").astype(np.int32)
    counts = np.bincount(of_place, minlength=len(rows))
    (folder / _WORDS).write_text("\n".join(rows))
    np.save(folder / _STARTS, np.cumsum([0, *counts], dtype=np.int64))
    np.save(folder / _PLACES, order)
    np.save(folder / _FIRSTS, np.cumsum([0, *map(len, texts)], dtype=np.int64))


class Places:
    """The mapped places of a folder's words, counted through all its documents."""

    def __init__(self, folder: Path) -> None:
        self._rows = {w: n for n, w in enumerate((folder / _WORDS).read_text().split("\n"))}
        self._starts: NDArray[np.int64] = map_array(folder / _STARTS)
        self._places: NDArray[np.int32] = map_array(folder / _PLACES)
        self._firsts: NDArray[np.int64] = map_array(folder / _FIRSTS)

    def __len__(self) -> int:
        return len(self._firsts) - 1

    def holding(self, phrase: Sequence[str]) -> NDArray[np.int64]:
        """The documents that hold these words in a row, in order; a document may stand twice."""
        found = [self._of(word) for word in phrase]
        rarest = min(range(len(found)), key=lambda n: len(found[n]))
        starts = found[rarest] - rarest
        for offset, places in enumerate(found):
            if offset != rarest:
                starts = starts[_among(starts + offset, places)]
        return np.searchsorted(self._firsts, starts, side="right") - 1

    def _of(self, word: str) -> NDArray[np.int32]:
        row = self._rows.get(word, 0)
        # Nobody asks for a border.
        return self._places[self._starts[row] : self._starts[row + 1]] if row else self._places[:0]


def _among(wanted: NDArray[np.int32], places: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which of some numbers are among others, which are sorted."""
    if not len(places):
        return np.zeros(len(wanted), dtype=np.bool_)
    at = np.minimum(np.searchsorted(places, wanted), len(places) - 1)
    found: NDArray[np.bool_] = places[at] == wanted
    return found
