"""What orders and finds documents, in columns, so that opening a snapshot reads no document."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.documents import Document
from kb.domain import CaseStudyId

# Measures of a school, NaN where a study does not say.
MEASURES = ("pupils", "fsm6_percent", "sen_support_percent", "eal_percent")
_COLUMNS = "columns.npy"
_NAMES = "names.json"
_DTYPE = np.dtype(
    [("since", "i4"), ("evidence", "i1"), ("illustrative", "?"), *((m, "f8") for m in MEASURES)]
)


def write_columns(folder: Path, documents: Sequence[Document], stamps: Sequence[str]) -> None:
    """Write the columns of these documents, in their order.

    Args:
        folder: where to.
        documents: what they are taken from.
        stamps: of each, what changes whenever it does.
    """
    rows = np.array([_row(document) for document in documents], dtype=_DTYPE)
    np.save(folder / _COLUMNS, rows)
    names = [[d.id, d.slug, stamp] for d, stamp in zip(documents, stamps, strict=True)]
    (folder / _NAMES).write_text(json.dumps(names))


def read_stamps(folder: Path) -> dict[CaseStudyId, str]:
    """The stamp of each document by its id, in the order of their numbers."""
    return {CaseStudyId(key): stamp for key, _, stamp in json.loads((folder / _NAMES).read_text())}


class Columns:
    """The columns of one or more folders; documents are numbered on through them.

    Attributes:
        ids, slugs: shape (documents,), like the rest.
        since: the day from which a study counts, as its ordinal.
        evidence: the rank of its strength of evidence, 0 where it has none.
        illustrative: whether it is.
    """

    def __init__(self, *folders: Path) -> None:
        rows = np.concatenate([np.load(folder / _COLUMNS) for folder in folders])
        names = [n for folder in folders for n in json.loads((folder / _NAMES).read_text())]
        self.ids: list[str] = [name[0] for name in names]
        self.slugs: list[str] = [name[1] for name in names]
        self.since: NDArray[np.int32] = np.ascontiguousarray(rows["since"])
        self.evidence: NDArray[np.int8] = np.ascontiguousarray(rows["evidence"])
        self.illustrative: NDArray[np.bool_] = np.ascontiguousarray(rows["illustrative"])
        self._rows = rows
        if len(self.ids) != len(rows):
            raise ValueError("its columns are not of one length")

    def __len__(self) -> int:
        return len(self.ids)

    def measure(self, name: str) -> NDArray[np.float64]:
        """One of `MEASURES` of each document's school, NaN where it does not say."""
        measured: NDArray[np.float64] = self._rows[name]
        return measured


def _row(document: Document) -> tuple[object, ...]:
    meta = document.meta
    measures = (getattr(meta.school, name, None) for name in MEASURES)
    return (
        document.since.toordinal(),
        meta.evidence.strength.rank if meta.evidence else 0,
        meta.illustrative,
        *(np.nan if measure is None else measure for measure in measures),
    )
