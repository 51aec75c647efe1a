"""The one formula for words: BM25 over weighted fields, summed from a table of impacts.

BM25F: Robertson, Zaragoza and Taylor, CIKM 2004. A word's frequencies in the fields are weighed and
evened out by the fields' lengths first, and saturate together: a word in title and text counts
more than in either, but not twice. Lengths are exact; Whoosh rounds them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indexer.records import map_array

if TYPE_CHECKING:
    from scipy import sparse

# How soon a word that is repeated adds nothing, and how much a long field counts against a word.
# Flat (2026-11-23): K1 of .7 to 2 and B of .6 to .9 give nDCG@10 of .691 to .699 on SciFact by
# words alone, .605 to .613 on tests/golden.
K1 = 1.2
B = 0.75
# How much a word in a field counts beside one in the body. Title 3: after fusion +.002 on SciFact
# and +.01 on Oak lessons against 2, no change on tests/golden. The others are studies' alone and
# were set by hand: 1.5 for 2 changes nDCG@10 on tests/golden by less than .01.
FIELDS = {
    "title": 3.0,
    "summary": 2.0,
    "answers": 2.0,
    "labels": 1.5,
    "headings": 0.5,
    "body": 1.0,
}
_TERMS = "impact_terms.txt"
_ARRAYS = ("indptr", "indices", "data")


def idf(documents: int, holders: NDArray[np.integer] | int) -> NDArray[np.float64]:
    """Inverse document frequency, always above 0 (Lucene's form)."""
    return np.log1p((documents - np.asarray(holders) + 0.5) / (np.asarray(holders) + 0.5))


def impact_table(
    frequencies: Mapping[str, "sparse.csr_array"], lengths: Mapping[str, NDArray[np.integer]]
) -> "sparse.csr_array":
    """What each term adds to each document's score.

    Args:
        frequencies: by field, how often each term stands in each document; shape
            (terms, documents), the same terms in every field.
        lengths: by field, the words of each document; shape (documents,).

    Returns:
        Shape (terms, documents), float32. The most a term can add is `(K1 + 1) * idf`.
    """
    # Imported here, because a search needs none of it and should not wait for it.
    from scipy import sparse

    weighed = sparse.csr_array(next(iter(frequencies.values())).shape)
    for field, table in frequencies.items():
        length = lengths[field]
        evened = 1 - B + B * length / max(float(length.mean()), 1e-9) if len(length) else length
        part = sparse.csr_array(
            (FIELDS[field] * table.data / evened[table.indices], table.indices, table.indptr),
            shape=table.shape,
        )
        weighed = sparse.csr_array(weighed + part)
    holders = np.diff(weighed.indptr)
    scale = (K1 + 1) * np.repeat(idf(weighed.shape[1], holders), holders)
    weighed.data = (scale * weighed.data / (K1 + weighed.data)).astype(np.float32)
    weighed.sort_indices()
    return weighed


@dataclass(frozen=True, slots=True)
class ImpactTable:
    """An opened table: rows of terms, mapped; shape (terms, documents)."""

    rows: Mapping[str, int]
    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    data: NDArray[np.float32]
    documents: int

    def __contains__(self, term: object) -> bool:
        return term in self.rows

    def row(self, term: str) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """The documents that hold a term, and what it adds to each."""
        number = self.rows.get(term)
        if number is None:
            return self.indices[:0], self.data[:0]
        part = slice(int(self.indptr[number]), int(self.indptr[number + 1]))
        return self.indices[part], self.data[part]

    def weight(self, term: str) -> float:
        """The inverse document frequency of a term; of one that nobody holds, the greatest."""
        return float(idf(self.documents, len(self.row(term)[0])))


def write_impacts(folder: Path, terms: list[str], table: "sparse.csr_array") -> None:
    """Write a table and the terms of its rows."""
    (folder / _TERMS).write_text("\n".join(terms))
    arrays = (
        table.indptr.astype(np.int64),
        table.indices.astype(np.int32),
        table.data.astype(np.float32),
    )
    for name, array in zip(_ARRAYS, arrays, strict=True):
        np.save(folder / f"impact_{name}.npy", array)


def open_impacts(folder: Path, documents: int) -> ImpactTable:
    """Map the table that `write_impacts` wrote."""
    text = (folder / _TERMS).read_text()
    rows = {term: number for number, term in enumerate(text.split("\n") if text else ())}
    indptr, indices, data = (map_array(folder / f"impact_{name}.npy") for name in _ARRAYS)
    return ImpactTable(rows, indptr, indices, data, documents)
