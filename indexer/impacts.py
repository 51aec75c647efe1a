"""The table of impacts: what Whoosh's postings come to, term by term, in mapped arrays."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from whoosh.reading import IndexReader

from indexer.bm25 import idf, saturated
from indexer.records import map_array

_TERMS = "impact_terms.txt"
_STARTS = "impact_starts.npy"
_HOLDERS = "impact_holders.npy"
_IMPACTS = "impacts.npy"


def write_impacts(folder: Path, reader: IndexReader, field: str) -> dict[str, int]:
    """Write the table of a field; returns the row of each term."""
    rows: dict[str, int] = {}
    starts, holders, weights = [0], [], []
    for name in reader.lexicon(field):
        rows[name.decode()] = len(rows)
        matcher = reader.postings(field, name)
        while matcher.is_active():
            holders.append(matcher.id())
            weights.append(matcher.weight())
            matcher.next()
        starts.append(len(holders))
    (folder / _TERMS).write_text("\n".join(rows))
    np.save(folder / _STARTS, np.array(starts, dtype=np.int64))
    np.save(folder / _HOLDERS, np.array(holders, dtype=np.int32))
    np.save(folder / _IMPACTS, saturated(np.array(weights, dtype=np.float64)))
    return rows


class _Part:
    def __init__(self, folder: Path, first: int) -> None:
        text = (folder / _TERMS).read_text()
        self.rows = {term: row for row, term in enumerate(text.split("\n") if text else ())}
        self._starts: NDArray[np.int64] = map_array(folder / _STARTS)
        self._holders: NDArray[np.int32] = map_array(folder / _HOLDERS)
        self._impacts: NDArray[np.float32] = map_array(folder / _IMPACTS)
        self._first = first

    def row(self, row: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        part = slice(int(self._starts[row]), int(self._starts[row + 1]))
        holders = self._holders[part]
        return (holders + self._first if self._first else holders), self._impacts[part]

    def count(self, row: int) -> int:
        return int(self._starts[row + 1] - self._starts[row])


class ImpactTable:
    """The mapped tables of one or more folders; documents are numbered on through them."""

    def __init__(self, folders: Sequence[Path], counts: Sequence[int]) -> None:
        """Map what `write_impacts` wrote.

        Args:
            folders: where to.
            counts: how many documents each has.
        """
        firsts = np.cumsum([0, *counts])[:-1]
        self._parts = [_Part(f, int(first)) for f, first in zip(folders, firsts, strict=True)]
        self._documents = sum(counts)

    def __contains__(self, term: object) -> bool:
        return any(term in part.rows for part in self._parts)

    def row(self, term: str) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """The documents that hold a term, in order, and its impact on each but for `weight`."""
        found = [part.row(part.rows[term]) for part in self._parts if term in part.rows]
        if len(found) == 1:
            return found[0]
        nothing = (np.empty(0, dtype=np.int32), np.empty(0, dtype=np.float32))
        holders, impacts = zip(nothing, *found, strict=True)
        return np.concatenate(holders), np.concatenate(impacts)

    def weight(self, term: str) -> float:
        """The inverse document frequency of a term; of one that nobody holds, the greatest."""
        held = sum(part.count(part.rows[term]) for part in self._parts if term in part.rows)
        return idf(self._documents, held)

    def rows(self, part: int) -> dict[str, int]:
        """The row of each term in one of the folders."""
        return self._parts[part].rows
