"""Words: a Whoosh index of studies, scored by BM25 over weighted fields."""

import math
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from whoosh import index as whoosh_index
from whoosh.analysis import StemmingAnalyzer
from whoosh.fields import NUMERIC, TEXT, Schema
from whoosh.query import Or, Term
from whoosh.scoring import BM25F

# Weights of a match by field. Provisional: relevance tuning replaces them.
FIELDS = {
    "title": 3.0,
    "summary": 2.0,
    "answers": 2.0,
    "labels": 1.5,
    "headings": 0.5,
    "body": 1.0,
}
FOLDER = "words"


@dataclass(frozen=True, slots=True)
class WordsOf:
    """What the word index holds of one study, by field."""

    title: str
    summary: str
    answers: str
    labels: str
    headings: str
    body: str


@dataclass(frozen=True, slots=True)
class WordMatches:
    """How well each document matches by words; arrays of shape (documents,).

    Attributes:
        scores: BM25 summed over fields; 0 where no word matches.
        shares: the share, 0 to 1, of the query's term weight that the document holds. A term
            weighs its inverse document frequency; one that no document holds weighs most.
    """

    scores: NDArray[np.float64]
    shares: NDArray[np.float64]


@cache
def analyser() -> StemmingAnalyzer:
    """Lower case, English stop words out, Porter stems; for text and queries alike."""
    return StemmingAnalyzer()


def stems(text: str) -> list[str]:
    """The distinct stems of a text, in order."""
    return list(dict.fromkeys(token.text for token in analyser()(text)))


def stem_spans(text: str) -> list[tuple[str, int, int]]:
    """Each word's stem with the code points, start and end, that it spans in the text."""
    return [(t.text, t.startchar, t.endchar) for t in analyser()(text, chars=True)]


def write_words(folder: Path, documents: Iterable[WordsOf]) -> None:
    """Write the index of these documents, in their order, as one segment."""
    target = folder / FOLDER
    target.mkdir()
    schema = Schema(number=NUMERIC(stored=True), **{f: TEXT(analyser()) for f in FIELDS})
    created = whoosh_index.create_in(str(target), schema)
    writer = created.writer(limitmb=256)
    for number, document in enumerate(documents):
        writer.add_document(number=number, **{f: getattr(document, f) for f in FIELDS})
    writer.commit(optimize=True)
    created.close()


class KeywordIndex:
    """Scores every document of a snapshot against a query's stems."""

    def __init__(self, folder: Path) -> None:
        self._index = whoosh_index.open_dir(str(folder / FOLDER), readonly=True)
        self._searcher = self._index.searcher(weighting=BM25F(B=0.75, K1=1.2))
        self._reader = self._searcher.reader()
        # Whoosh's readers share file positions, and pure Python gains nothing from threads.
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return int(self._reader.doc_count_all())

    def search(self, query_stems: Sequence[str]) -> WordMatches:
        """Match every document against the stems."""
        scores = np.zeros(len(self))
        shares = np.zeros(len(self))
        if not query_stems:
            return WordMatches(scores, shares)
        with self._lock:
            total_weight = 0.0
            for stem in query_stems:
                holders = self._holders(stem)
                weight = math.log(1 + len(self) / (len(holders) + 1))
                total_weight += weight
                shares[list(holders)] += weight
            query = Or([Term(f, stem, boost=b) for stem in query_stems for f, b in FIELDS.items()])
            for hit in self._searcher.search(query, limit=None):
                scores[hit["number"]] = hit.score
        return WordMatches(scores, shares / total_weight)

    def close(self) -> None:
        """Let go of the files."""
        self._searcher.close()
        self._index.close()

    def _holders(self, stem: str) -> set[int]:
        found: set[int] = set()
        for field in FIELDS:
            if (field, stem) in self._reader:
                found.update(self._reader.postings(field, stem).all_ids())
        return found
