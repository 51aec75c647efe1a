"""Words: a Whoosh index of studies, and the table of impacts that is filled from its postings."""

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from whoosh import index as whoosh_index
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.fields import TEXT, Schema
from whoosh.query import Phrase, Term
from whoosh.reading import IndexReader

from indexer.analysis import Word, joined_forms, stems, words
from indexer.bm25 import FIELDS, K1, ImpactTable, impact_table, open_impacts, write_impacts
from indexer.lexicon import MARK, Lexicon, stage_tokens

if TYPE_CHECKING:
    from scipy import sparse

FOLDER = "words"
# Whole words in order, for phrases, exclusions and spelling.
_PLAIN = "plain"
# Between two texts of a study, so that no phrase spans them.
_BORDER = "¶"


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


def write_words(folder: Path, documents: Iterable[WordsOf], lexicon: Lexicon) -> dict[str, int]:
    """Write index and table of these documents, in their order.

    Returns:
        The row of each term in the table.
    """
    target = folder / FOLDER
    target.mkdir()
    by_space = SpaceSeparatedTokenizer()
    schema = Schema(
        **{field: TEXT(by_space, phrase=False) for field in FIELDS},
        **{_PLAIN: TEXT(by_space)},
    )
    created = whoosh_index.create_in(str(target), schema)
    writer = created.writer(limitmb=256)
    for document in documents:
        found = {field: words(getattr(document, field)) for field in FIELDS}
        writer.add_document(
            **{field: _terms(of_field, lexicon) for field, of_field in found.items()},
            **{_PLAIN: f" {_BORDER} ".join(map(_plain, found.values()))},
        )
    writer.commit(optimize=True)
    with created.reader() as reader:
        terms, table = _impacts(reader)
    created.close()
    write_impacts(target, terms, table)
    return {term: row for row, term in enumerate(terms)}


def _terms(text_words: Sequence[Word], lexicon: Lexicon) -> str:
    """The stems of a text, hyphenated words by their whole as well, and its concepts."""
    joined = (form.stem for form in joined_forms(text_words))
    return " ".join((*(term for term, _, _ in lexicon.terms_of(text_words)), *joined))


def _plain(text_words: Sequence[Word]) -> str:
    """The plain words of a text, with a border at the end of a line."""
    return " ".join(
        f"{_BORDER} {word.plain}" if len(f"{word.gap}|".splitlines()) > 1 else word.plain
        for word in text_words
    )


def _impacts(reader: IndexReader) -> tuple[list[str], "sparse.csr_array"]:
    from scipy import sparse

    terms = sorted({name.decode() for field in FIELDS for name in reader.lexicon(field)})
    rows = {term: number for number, term in enumerate(terms)}
    shape = (len(terms), reader.doc_count_all())
    frequencies, lengths = {}, {}
    for field in FIELDS:
        row, column, count = [], [], []
        for name in reader.lexicon(field):
            matcher = reader.postings(field, name)
            term = rows[name.decode()]
            while matcher.is_active():
                row.append(term)
                column.append(matcher.id())
                count.append(matcher.value_as("frequency"))
                matcher.next()
        table = sparse.csr_array((np.array(count, dtype=np.float64), (row, column)), shape=shape)
        is_word = np.array([not term.startswith(MARK) for term in terms], dtype=np.float64)
        frequencies[field] = table
        lengths[field] = table.T @ is_word
    return terms, impact_table(frequencies, lengths)


class KeywordIndex:
    """Scores every document of a snapshot against a query's words."""

    def __init__(self, folder: Path) -> None:
        self._index = whoosh_index.open_dir(str(folder / FOLDER), readonly=True)
        self._searcher = self._index.searcher()
        # Whoosh's readers share file positions, and pure Python gains nothing from threads.
        self._lock = threading.Lock()
        self.table: ImpactTable = open_impacts(folder / FOLDER, len(self))

    def __len__(self) -> int:
        return int(self._searcher.doc_count_all())

    def search(self, query: QueryWords) -> WordMatches:
        """Match every document against a query."""
        scores = np.zeros(len(self))
        shares = np.zeros(len(self))
        if not query.units:
            return WordMatches(scores, shares)
        for term, weight in query.weights.items():
            holders, impacts = self.table.row(term)
            scores[holders] += weight * impacts
        total_weight = 0.0
        for unit in query.units:
            weight = self.table.weight(unit[0])
            total_weight += weight
            shares[self._holding_any(unit)] += weight
        return WordMatches(scores / ((K1 + 1) * total_weight), shares / total_weight)

    def parts(self, query: QueryWords, number: int) -> dict[str, float]:
        """What each term adds to one document's score."""
        most = (K1 + 1) * sum(self.table.weight(unit[0]) for unit in query.units)
        found = {}
        for term, weight in query.weights.items():
            holders, impacts = self.table.row(term)
            place = int(np.searchsorted(holders, number))
            if place < len(holders) and holders[place] == number:
                found[term] = weight * float(impacts[place]) / most
        return found

    def holding(self, phrase: Sequence[str]) -> NDArray[np.bool_]:
        """Which documents hold these plain words in a row; shape (documents,)."""
        mask = np.zeros(len(self), dtype=np.bool_)
        query = Phrase(_PLAIN, list(phrase)) if len(phrase) > 1 else Term(_PLAIN, phrase[0])
        with self._lock:
            for number in self._searcher.docs_for_query(query):
                mask[number] = True
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

    def spellings(self) -> dict[str, int]:
        """Every word as it is written, in lower case, and how many documents hold it."""
        with self._lock:
            return {
                name.decode(): int(info.doc_frequency())
                for name, info in self._searcher.reader().iter_field(_PLAIN)
            }

    def _holding_any(self, terms: Collection[str]) -> NDArray[np.int32]:
        return np.unique(np.concatenate([self.table.row(term)[0] for term in terms]))
