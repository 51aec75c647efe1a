"""Words: a Whoosh index of studies, the table of impacts filled from its postings, and places."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import index as whoosh_index
from whoosh.fields import FieldType, Schema
from whoosh.formats import Existence

from indexer.analysis import stems, words
from indexer.bm25 import FIELDS, K1, field_weight, mean_lengths
from indexer.impacts import ImpactTable, write_impacts
from indexer.lexicon import MARK, stage_tokens
from indexer.lines import LineReader
from indexer.places import BORDER, Places, write_places

FOLDER = "words"
# Terms with their weights, for ranking.
_WORDS = "words"
_MEANS = "means.json"
_SPELLINGS = "spellings.json"

# Term, frequency, weight and places, as Whoosh takes them.
_Posting = tuple[bytes, int, float, bytes]


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
class QueryWords:
    """What to look up for a query.

    Attributes:
        weights: how much each term's impact counts.
        units: the things typed; each the terms that any one of them answers it, the first being
            its measure.
    """

    weights: Mapping[str, float]
    units: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class WordMatches:
    """How well each document matches by words; arrays of shape (documents,).

    Attributes:
        scores: BM25 as a share of the most that the words typed allow, 0 where nothing matches;
            synonyms come on top.
        shares: the share, 0 to 1, of the query's term weight that the document holds. A term
            weighs its inverse document frequency; one that no document holds weighs most.
    """

    scores: NDArray[np.float64]
    shares: NDArray[np.float64]


def write_words(
    folder: Path,
    documents: Iterable[WordsOf],
    reader: LineReader,
    means: Mapping[str, float] | None = None,
) -> dict[str, int]:
    """Write index and table of these documents, in their order.

    Args:
        folder: where to.
        documents: their texts.
        reader: takes texts apart.
        means: the mean length of each field, by which lengths are evened out; those of the
            documents themselves if not given.

    Returns:
        The row of each term in the table.
    """
    target = folder / FOLDER
    target.mkdir()
    found = [_Terms(document, reader) for document in documents]
    means = means or mean_lengths([terms.lengths for terms in found])
    (target / _MEANS).write_text(json.dumps(means))
    created = whoosh_index.create_in(str(target), Schema(**{_WORDS: _Weighed()}))
    writer = created.writer(limitmb=256, compound=False)
    spellings: Counter[str] = Counter()
    for terms in found:
        spellings.update(set(terms.plain) - {BORDER})
        writer.add_document(**{_WORDS: terms.weighed(means)})
    writer.commit(optimize=True)
    write_places(target, [terms.plain for terms in found])
    (target / _SPELLINGS).write_text(json.dumps(spellings))
    with created.reader() as whoosh_reader:
        rows = write_impacts(target, whoosh_reader, _WORDS)
    created.close()
    return rows


def read_means(folder: Path) -> dict[str, float]:
    """The mean length of each field that an index was written with."""
    means: dict[str, float] = json.loads((folder / FOLDER / _MEANS).read_text())
    return means


class _Terms:
    """The terms of one document: how often each field has them, and its plain words in order."""

    def __init__(self, document: WordsOf, reader: LineReader) -> None:
        self._counts: dict[str, Counter[str]] = {}
        self.lengths: dict[str, int] = {}
        self.plain: list[str] = []
        for field in FIELDS:
            counts: Counter[str] = Counter()
            for _, line in reader.lines(getattr(document, field)):
                counts.update(term for term, _, _ in line.terms)
                counts.update(line.joined)
                self.plain += (*line.plain, BORDER)
            self._counts[field] = counts
            # Concepts add nothing to the length: they are made of words that count already.
            self.lengths[field] = sum(n for t, n in counts.items() if not t.startswith(MARK))

    def weighed(self, means: Mapping[str, float]) -> dict[str, float]:
        """What the mentions of each term weigh, all fields together."""
        total: dict[str, float] = {}
        for field, counts in self._counts.items():
            weight = field_weight(field, self.lengths[field], means[field])
            for term, count in counts.items():
                total[term] = total.get(term, 0.0) + weight * count
        return total


class _Weighed(FieldType):  # type: ignore[misc]
    """A Whoosh field of terms that are weighed already: a mapping of each to its weight."""

    def __init__(self) -> None:
        super().__init__(Existence(), None)

    def index(self, value: Mapping[str, float], **_: Any) -> Iterator[_Posting]:
        for term, weight in value.items():
            yield term.encode(), 1, weight, b""


class KeywordIndex:
    """Scores every document of one or more folders; documents are numbered on through them."""

    def __init__(self, *folders: Path) -> None:
        targets = [folder / FOLDER for folder in folders]
        self._targets = targets
        self._places = [Places(target) for target in targets]
        counts = [len(places) for places in self._places]
        self._firsts = np.cumsum([0, *counts])
        self.table = ImpactTable(targets, counts)

    def __len__(self) -> int:
        return int(self._firsts[-1])

    def search(self, query: QueryWords) -> WordMatches:
        """Match every document against a query."""
        shares = np.zeros(len(self))
        if not query.units:
            return WordMatches(np.zeros(len(self)), shares)
        total_weight = 0.0
        for unit in query.units:
            weight = self.table.weight(unit[0])
            total_weight += weight
            shares += weight * self._holding_any(unit)
        scores = self._added_up(query.weights)
        return WordMatches(scores / ((K1 + 1) * total_weight), shares / total_weight)

    def parts(self, query: QueryWords, number: int) -> dict[str, float]:
        """What each term adds to one document's score."""
        most = (K1 + 1) * sum(self.table.weight(unit[0]) for unit in query.units)
        found = {}
        for term, weight in query.weights.items():
            holders, impacts = self.table.row(term)
            place = int(np.searchsorted(holders, number))
            if place < len(holders) and holders[place] == number:
                found[term] = weight * self.table.weight(term) * float(impacts[place]) / most
        return found

    def holding(self, phrase: Sequence[str]) -> NDArray[np.bool_]:
        """Which documents hold these plain words in a row; shape (documents,)."""
        mask = np.zeros(len(self), dtype=np.bool_)
        for first, places in zip(self._firsts, self._places, strict=False):
            mask[first + places.holding(phrase)] = True
        return mask

    def mentioning(self, plain_words: Sequence[str]) -> NDArray[np.bool_]:
        """Which documents hold a word in any of its forms, or several in a row."""
        if len(plain_words) > 1:
            return self.holding(plain_words)
        # Of a stop word, what is found in capitals: -IT.
        found = stems(plain_words[0]) or stems(plain_words[0].upper())
        mask = np.zeros(len(self), dtype=np.bool_)
        for term in (*found, *stage_tokens(words(plain_words[0]))):
            mask[self.table.row(term)[0]] = True
        return mask

    def spellings(self) -> Mapping[str, int]:
        """Every word as it is written, in lower case, and how many documents hold it."""
        found: Counter[str] = Counter()
        for target in self._targets:
            found.update(json.loads((target / _SPELLINGS).read_text()))
        return found

    def _added_up(self, weights: Mapping[str, float]) -> NDArray[np.float64]:
        """What the terms' impacts, weighed, add up to in each document."""
        rows = [self.table.row(term) for term in weights]
        weighed = [
            np.float32(weight * self.table.weight(term)) * impacts
            for (term, weight), (_, impacts) in zip(weights.items(), rows, strict=True)
        ]
        holders = np.concatenate([held for held, _ in rows])
        added = np.bincount(holders, np.concatenate(weighed), minlength=len(self))
        return added.astype(np.float64, copy=False)

    def _holding_any(self, terms: Sequence[str]) -> NDArray[np.bool_]:
        holding = np.zeros(len(self), dtype=np.bool_)
        for term in terms:
            holding[self.table.row(term)[0]] = True
        return holding
