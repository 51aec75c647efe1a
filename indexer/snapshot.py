"""One opened snapshot: its files mapped read-only, shared by all threads of a process."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer import documents
from indexer.dense import DenseIndex
from indexer.documents import Document
from indexer.embedding import Vectors
from indexer.facets import FacetTable, open_facets
from indexer.keyword import KeywordIndex
from indexer.records import Records
from indexer.snapshots import Manifest, read_manifest
from kb.domain import CaseStudyId
from kb.errors import SnapshotDamaged
from kb.glossary import Glossary
from kb.vocabulary import Vocabularies

VOCABULARY = "vocabulary"
GLOSSARY = "terms.toml"


@dataclass(frozen=True, slots=True)
class PassageText:
    """A passage as it is shown, and the heading it stands under."""

    heading: str
    text: str


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
            self._passages = Records(folder, "passages")
            self._starts: NDArray[np.int64] = np.load(folder / "passage_starts.npy")
            self._study_vectors: Vectors = np.load(folder / "study_vectors.npy", mmap_mode="r")
            self.facets: FacetTable = open_facets(folder)
            self.vocabularies = Vocabularies.load(folder / VOCABULARY)
            self.glossary = Glossary.load(folder / GLOSSARY)
            self.words = KeywordIndex(folder)
            self.meaning = DenseIndex(folder)
        except (OSError, ValueError, RuntimeError) as error:
            raise SnapshotDamaged(
                f"The index in {folder} cannot be opened ({error}). Run: kb index"
            ) from error

        held = (len(self._documents), len(self._passages), self.meaning.dim)
        if held != (self.manifest.documents, self.manifest.passages, self.manifest.dim):
            raise SnapshotDamaged(f"The index in {folder} is not what it says. Run: kb index")

    def __len__(self) -> int:
        return len(self._documents)

    def document(self, number: int) -> Document:
        """The document of a number."""
        return documents.load(self._documents[number])

    def passages(self, number: int) -> list[PassageText]:
        """A document's passages, summary first."""
        first, end = self._starts[number], self._starts[number + 1]
        return [PassageText(*self._passages[n]) for n in range(first, end)]

    def passage_range(self, number: int) -> slice:
        """Where a document's passages lie among all."""
        return slice(int(self._starts[number]), int(self._starts[number + 1]))

    def best_of_each(self, by_passage: NDArray[np.float32]) -> NDArray[np.float32]:
        """The highest value among each document's passages; shape (documents,)."""
        if not len(self):
            return np.zeros(0, dtype=np.float32)
        best: NDArray[np.float32] = np.maximum.reduceat(by_passage, self._starts[:-1])
        return best

    def likeness(self, number: int) -> NDArray[np.float32]:
        """The cosine of a document, as a whole, with every document; shape (documents,)."""
        cosines: NDArray[np.float32] = self._study_vectors @ self._study_vectors[number]
        return cosines

    @cached_property
    def numbers(self) -> dict[CaseStudyId, int]:
        """Document numbers by id."""
        return {self._identity[n][0]: n for n in range(len(self))}

    @cached_property
    def newest_first(self) -> NDArray[np.int64]:
        """Each document's place when ordered by date, newest first, then by id."""
        return self._places(lambda n: (-self._identity[n][1].toordinal(), self._identity[n][0]))

    @cached_property
    def strongest_first(self) -> NDArray[np.int64]:
        """Each document's place by strength of evidence, then date, then id."""
        newest = self.newest_first
        return self._places(lambda n: (-self._identity[n][2], newest[n]))

    @cached_property
    def illustrative(self) -> NDArray[np.bool_]:
        """Which documents are illustrative; shape (documents,)."""
        return np.array([row[3] for row in self._identity], dtype=np.bool_)

    @cached_property
    def _identity(self) -> list[tuple[CaseStudyId, date, int, bool]]:
        found = []
        for number in range(len(self)):
            document = self.document(number)
            evidence = document.meta.evidence
            rank = evidence.strength.rank if evidence else 0
            found.append((document.id, document.since, rank, document.meta.illustrative))
        return found

    def _places(self, key: Callable[[int], tuple[Any, ...]]) -> NDArray[np.int64]:
        places = np.empty(len(self), dtype=np.int64)
        places[sorted(range(len(self)), key=key)] = np.arange(len(self))
        return places
