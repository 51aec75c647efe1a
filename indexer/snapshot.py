"""One opened snapshot: its files mapped read-only, shared by all threads of a process."""

from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.columns import Columns
from indexer.documents import Document
from indexer.facets import FACETS, FacetTable, open_facets
from indexer.facets import terms as facet_terms
from indexer.phrasebook import Phrasebook
from indexer.records import Records
from indexer.snapshots import Manifest, read_manifest
from indexer.textindex import TextIndex, part_folders
from kb.domain import TermKey
from kb.errors import SnapshotDamaged
from kb.glossary import Glossary
from kb.prompts import Prompts
from kb.vocabulary import Vocabularies

VOCABULARY = "vocabulary"
GLOSSARY = "terms.toml"
PROMPTS = "home.toml"
DOCUMENTS = "documents"
# Some 5 MB; to read one again takes .01 ms.
_KEPT_DOCUMENTS = 512


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
            folders = part_folders(folder)
            self.columns = Columns(*folders)
            self._documents = [Records(path, DOCUMENTS, Document) for path in folders]
            self._kept_document = lru_cache(maxsize=_KEPT_DOCUMENTS)(self._load_document)
            self.phrases = Phrasebook(folders, [len(rows) for rows in self._documents])
            self.facets: FacetTable = open_facets(*folders)
            self.vocabularies = Vocabularies.load(folder / VOCABULARY)
            self.glossary = Glossary.load(folder / GLOSSARY)
            self.prompts = Prompts.load(folder / PROMPTS)
            self.text = TextIndex(folder, self.manifest.superseded)
        except (OSError, ValueError, RuntimeError, IndexError, TypeError) as error:
            raise SnapshotDamaged(
                f"The index in {folder} cannot be opened ({error}). Run: kb index"
            ) from error

        held = (
            *(sum(map(len, self._documents)), len(self.columns)),
            *(int(np.count_nonzero(self.current)), self.text.passage_count, self.text.dim),
        )
        said = self.manifest
        if held != (len(self), len(self), said.documents, said.passages, said.dim):
            raise SnapshotDamaged(f"The index in {folder} is not what it says. Run: kb index")

    def __len__(self) -> int:
        return len(self.text)

    @property
    def current(self) -> NDArray[np.bool_]:
        """Which documents there are now; the others were changed or removed since the base."""
        return self.text.current

    def prepare(self) -> None:
        """Work out now what the first searches would wait for."""
        _ = (self.numbers, self.pins, self.terms, self.strongest_first)

    def document(self, number: int) -> Document:
        """The document of a number; the ones shown most are kept."""
        return self._kept_document(number)

    def _load_document(self, number: int) -> Document:
        base = self._documents[0]
        if number < len(base):
            return base[number]
        return self._documents[1][number - len(base)]

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The numbers of current documents by id."""
        ids = self.columns.ids
        return {ids[number]: number for number in np.flatnonzero(self.current).tolist()}

    @cached_property
    def pins(self) -> dict[frozenset[str | tuple[str, ...]], tuple[int, ...]]:
        """The numbers of pinned documents by `Need.key` of their query; unknown ones left out."""
        if not self.text.steering.pins:
            return {}
        places = {self.columns.slugs[n]: n for n in self.numbers.values()} | self.numbers
        by_key: dict[frozenset[str | tuple[str, ...]], tuple[int, ...]] = {}
        for pin in self.text.steering.pins:
            # A pin for stop words alone would be one for all such queries.
            if key := self.text.understand(pin.query).key:
                found = (places[study] for study in pin.studies if study in places)
                by_key[key] = tuple(dict.fromkeys((*by_key.get(key, ()), *found)))
        return by_key

    @cached_property
    def terms(self) -> dict[str, list[tuple[TermKey, str, int]]]:
        """Key, label and row of each term of a facet that any study has, as people see them."""
        return {
            facet.name: [
                (key, label, rows[key])
                for key, label in facet_terms(facet, self.vocabularies)
                if key in rows
            ]
            for facet, rows in ((facet, self.facets.rows(facet)) for facet in FACETS)
        }

    @cached_property
    def newest_first(self) -> NDArray[np.int64]:
        """Each document's place when ordered by date, newest first, then by id."""
        return _places(np.lexsort((np.array(self.columns.ids), -self.columns.since)))

    @cached_property
    def strongest_first(self) -> NDArray[np.int64]:
        """Each document's place by strength of evidence, then date, then id."""
        return _places(np.lexsort((self.newest_first, -self.columns.evidence)))


def _places(order: NDArray[np.int64]) -> NDArray[np.int64]:
    """The place of each number in an order."""
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(len(order))
    return places
