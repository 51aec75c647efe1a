"""One opened snapshot: its files mapped read-only, shared by all threads of a process."""

from collections.abc import Callable
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer import documents
from indexer.documents import Document
from indexer.facets import FacetTable, open_facets
from indexer.records import Records
from indexer.snapshots import Manifest, read_manifest
from indexer.textindex import TextIndex
from kb.domain import CaseStudyId, School
from kb.errors import SnapshotDamaged
from kb.glossary import Glossary
from kb.vocabulary import Vocabularies

VOCABULARY = "vocabulary"
GLOSSARY = "terms.toml"
# Some 20 MB.
_KEPT_DOCUMENTS = 2048


class _Row(NamedTuple):
    """What orders and finds a document; `evidence` is its rank, 0 where none is given."""

    id: CaseStudyId
    slug: str
    since: date
    evidence: int
    illustrative: bool
    school: School | None


class Snapshot:
    """Documents are numbered from 0; each one's passages follow each other."""

    def __init__(self, folder: Path) -> None:
        """Check and open a snapshot.

        Raises:
            SnapshotMismatch: made in another format.
            SnapshotDamaged: its files do not agree with its manifest or each other.
        """
        self.folder = folder
        self.manifest: Manifest = read_manifest(folder)
        try:
            self._documents = Records(folder, "documents")
            self._kept_document = lru_cache(maxsize=_KEPT_DOCUMENTS)(self._load_document)
            self.facets: FacetTable = open_facets(folder)
            self.vocabularies = Vocabularies.load(folder / VOCABULARY)
            self.glossary = Glossary.load(folder / GLOSSARY)
            self.text = TextIndex(folder)
        except (OSError, ValueError, RuntimeError) as error:
            raise SnapshotDamaged(
                f"The index in {folder} cannot be opened ({error}). Run: kb index"
            ) from error

        held = (len(self._documents), len(self.text), self.text.passage_count, self.text.dim)
        said = self.manifest
        if held != (said.documents, said.documents, said.passages, said.dim):
            raise SnapshotDamaged(f"The index in {folder} is not what it says. Run: kb index")

    def __len__(self) -> int:
        return len(self._documents)

    def document(self, number: int) -> Document:
        """The document of a number; the ones shown most are kept."""
        return self._kept_document(number)

    def _load_document(self, number: int) -> Document:
        return documents.load(self._documents[number])

    @cached_property
    def numbers(self) -> dict[CaseStudyId, int]:
        """Document numbers by id."""
        return {row.id: number for number, row in enumerate(self._rows)}

    @cached_property
    def pins(self) -> dict[frozenset[str | tuple[str, ...]], tuple[int, ...]]:
        """The numbers of pinned documents by `Need.key` of their query; unknown ones left out."""
        places = {row.slug: number for number, row in enumerate(self._rows)} | self.numbers
        by_key: dict[frozenset[str | tuple[str, ...]], tuple[int, ...]] = {}
        for pin in self.text.steering.pins:
            # A pin for stop words alone would be one for all such queries.
            if key := self.text.understand(pin.query).key:
                found = (places[study] for study in pin.studies if study in places)
                by_key[key] = tuple(dict.fromkeys((*by_key.get(key, ()), *found)))
        return by_key

    @cached_property
    def newest_first(self) -> NDArray[np.int64]:
        """Each document's place when ordered by date, newest first, then by id."""
        return self._places(lambda n: (-self._rows[n].since.toordinal(), self._rows[n].id))

    @cached_property
    def strongest_first(self) -> NDArray[np.int64]:
        """Each document's place by strength of evidence, then date, then id."""
        newest = self.newest_first
        return self._places(lambda n: (-self._rows[n].evidence, newest[n]))

    @cached_property
    def illustrative(self) -> NDArray[np.bool_]:
        """Which documents are illustrative; shape (documents,)."""
        return np.array([row.illustrative for row in self._rows], dtype=np.bool_)

    @cached_property
    def school_measures(self) -> dict[str, NDArray[np.float64]]:
        """Measures of each document's school by name, NaN where it does not say."""
        return {
            name: np.array(
                [getattr(row.school, name, None) for row in self._rows], dtype=np.float64
            )
            for name in ("pupils", "fsm6_percent", "sen_support_percent", "eal_percent")
        }

    @cached_property
    def _rows(self) -> list[_Row]:
        """What orders and finds documents, read once: to read them all takes long."""
        return [_row(self._load_document(number)) for number in range(len(self))]

    def _places(self, key: Callable[[int], tuple[Any, ...]]) -> NDArray[np.int64]:
        places = np.empty(len(self), dtype=np.int64)
        places[sorted(range(len(self)), key=key)] = np.arange(len(self))
        return places


def _row(document: Document) -> _Row:
    meta = document.meta
    evidence = meta.evidence.strength.rank if meta.evidence else 0
    return _Row(
        document.id, document.slug, document.since, evidence, meta.illustrative, meta.school
    )
