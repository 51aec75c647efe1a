"""Which terms each passage holds, and where: so that no text is analysed again to be shown."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.ranges import Numbers, joined
from indexer.records import map_array

Mention = tuple[str, int, int]

_STARTS = "passage_term_starts.npy"
_ROWS = "passage_term_rows.npy"
_SPANS = "passage_term_spans.npy"


def write_passage_terms(
    folder: Path, passages: Iterable[Iterable[Mention]], rows: Mapping[str, int]
) -> None:
    """Write the mentions of each passage, in their order.

    Args:
        folder: where to.
        passages: each one's terms, with the code points, start and end, that they span.
        rows: the row of each term in the table of impacts; others are left out.
    """
    starts = [0]
    mentions: list[tuple[int, int, int]] = []
    for of_passage in passages:
        # By term, so that its first mention can be told from the others.
        known = ((rows[term], start, end) for term, start, end in of_passage if term in rows)
        mentions += sorted(known)
        starts.append(len(mentions))
    table = np.array(mentions, dtype=np.int32).reshape(-1, 3)
    np.save(folder / _STARTS, np.array(starts, dtype=np.int64))
    # In the smallest numbers that hold any row and any place: half of 32 bits, as a rule.
    np.save(folder / _ROWS, table[:, 0].astype(np.min_scalar_type(len(rows))))
    np.save(folder / _SPANS, table[:, 1:].astype(np.min_scalar_type(table.max(initial=0))))


class PassageTerms:
    """The mapped mentions of all passages."""

    def __init__(self, folder: Path) -> None:
        self._starts: NDArray[np.int64] = map_array(folder / _STARTS)
        self._rows: NDArray[np.unsignedinteger] = map_array(folder / _ROWS)
        self._spans: NDArray[np.unsignedinteger] = map_array(folder / _SPANS)

    def __len__(self) -> int:
        return len(self._starts) - 1

    def held(self, passages: Numbers, wanted: NDArray[np.int32]) -> NDArray[np.int64]:
        """How many of some terms each of some passages holds; shape (passages,)."""
        mentions, starts = joined(self._starts[passages], self._starts[passages + 1])
        rows = self._rows[mentions]
        is_first = np.ones(len(rows), dtype=np.bool_)
        is_first[1:] = rows[1:] != rows[:-1]
        is_first[starts[starts < len(rows)]] = True
        upto = np.concatenate(([0], np.cumsum(is_first & _among(rows, wanted))))
        counts: NDArray[np.int64] = np.diff(upto[np.append(starts, len(rows))])
        return counts

    def spans(self, passages: Numbers, wanted: NDArray[np.int32]) -> list[list[tuple[int, int]]]:
        """Where some terms stand in each of some passages, in order."""
        mentions, starts = joined(self._starts[passages], self._starts[passages + 1])
        lit = np.flatnonzero(_among(self._rows[mentions], wanted))
        found: list[list[tuple[int, int]]] = [[] for _ in range(len(passages))]
        places = np.searchsorted(starts, lit, side="right") - 1
        spans = self._spans[mentions[lit]]
        for place, start, end in zip(places.tolist(), *spans.T.tolist(), strict=True):
            found[place].append((start, end))
        return [sorted(of_one) for of_one in found]


def _among(rows: NDArray[np.unsignedinteger], wanted: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which rows are wanted: each is looked up in a list, a tenth of the time of comparing it with
    the few that a query has."""
    # The last entry stands for all rows beyond.
    is_wanted = np.zeros(int(wanted.max(initial=-1)) + 2, dtype=np.bool_)
    is_wanted[wanted] = True
    found: NDArray[np.bool_] = is_wanted.take(rows, mode="clip")
    return found
