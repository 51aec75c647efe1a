"""One ranking, not two: the table's sums are what Whoosh itself makes of its postings."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from whoosh import index as whoosh_index
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.fields import TEXT, Schema
from whoosh.query import Or, Phrase, Term
from whoosh.searching import Searcher

from indexer.bm25 import FIELDS, K1, Weighting
from indexer.documents import text_of
from indexer.keyword import FOLDER, KeywordIndex, QueryWords, write_words
from indexer.lexicon import Lexicon
from indexer.lines import LineReader
from kb.domain import Published
from kb.steering import Steering
from tests.factories import SHIPPED
from tests.indexer.builders import vocabularies

QUERIES = [
    *("attendance", "reading", "teaching assistants", "SENCO", "Year 6 maths"),
    *("how do we talk to families about attendance", "autism and anxiety in lessons"),
    *("breakfast club for pupils who are often late", "speech and language", "well-being"),
]


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon(Steering.load(SHIPPED).synonyms)


@pytest.fixture(scope="module")
def folder(
    shipped: list[Published], lexicon: Lexicon, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A word index of the shipped studies."""
    made = tmp_path_factory.mktemp("words")
    texts = [text_of(published, vocabularies()) for published in shipped]
    write_words(made, [text.words for text in texts], LineReader(lexicon))
    return made


@pytest.fixture(scope="module")
def index(folder: Path) -> KeywordIndex:
    return KeywordIndex(folder)


@pytest.fixture(scope="module")
def whoosh(folder: Path) -> Searcher:
    return whoosh_index.open_dir(str(folder / FOLDER)).searcher(weighting=Weighting())


def by_whoosh(searcher: Searcher, terms: Sequence[str]) -> NDArray[np.float64]:
    """What Whoosh's own search gives each document for these terms."""
    scores = np.zeros(searcher.doc_count_all())
    for hit in searcher.search(Or([Term("words", term) for term in terms]), limit=None):
        scores[hit.docnum] = hit.score
    return scores


def by_table(index: KeywordIndex, terms: Sequence[str]) -> NDArray[np.float64]:
    """What the table adds up to."""
    scores = np.zeros(len(index))
    for term in terms:
        holders, impacts = index.table.row(term)
        scores[holders] += index.table.weight(term) * impacts
    return scores


def test_every_term_is_worth_the_same_to_whoosh_and_in_the_table(
    index: KeywordIndex, whoosh: Searcher
) -> None:
    terms = list(index.table.rows(0))
    assert len(terms) > 1000
    assert terms == [name.decode() for name in whoosh.reader().lexicon("words")]
    for term in [*terms[::7], *(term for term in terms if term.startswith("="))]:
        expected = by_whoosh(whoosh, [term])
        assert expected.any()
        np.testing.assert_allclose(by_table(index, [term]), expected, rtol=0, atol=1e-4)


@pytest.mark.parametrize("text", QUERIES)
def test_a_query_ranks_studies_as_whoosh_does(
    index: KeywordIndex, whoosh: Searcher, lexicon: Lexicon, text: str
) -> None:
    terms = list(dict.fromkeys(term for term, _, _ in LineReader(lexicon).terms(text)))
    expected = by_whoosh(whoosh, terms)
    np.testing.assert_allclose(by_table(index, terms), expected, rtol=0, atol=1e-4)
    matches = index.search(QueryWords(dict.fromkeys(terms, 1.0), tuple((t,) for t in terms)))
    most = (K1 + 1) * sum(index.table.weight(term) for term in terms)
    np.testing.assert_allclose(matches.scores * most, expected, rtol=0, atol=1e-4)
    assert expected.any()
    assert (matches.scores > 0).tolist() == (expected > 0).tolist()


def test_phrases_are_held_by_the_studies_in_which_whoosh_finds_them(
    index: KeywordIndex, shipped: list[Published], lexicon: Lexicon, tmp_path: Path
) -> None:
    lines = [_lines(published, LineReader(lexicon)) for published in shipped]
    schema = Schema(text=TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=True))
    created = whoosh_index.create_in(str(tmp_path), schema)
    writer = created.writer()
    for of_study in lines:
        # A word that nobody asks for, between two lines.
        writer.add_document(text=" ¶ ".join(" ".join(line) for line in of_study))
    writer.commit()
    asked = {
        tuple(line[at : at + length])
        for of_study in lines[::5]
        for line in of_study[::3]
        for at in range(0, len(line), 9)
        for length in (2, 3, 4)
        if at + length <= len(line)
    }
    assert len(asked) > 500
    with created.searcher() as searcher:
        for phrase in sorted(asked):
            found = sorted(set(searcher.docs_for_query(Phrase("text", list(phrase)))))
            assert np.flatnonzero(index.holding(phrase)).tolist() == found, phrase


def _lines(published: Published, reader: LineReader) -> list[tuple[str, ...]]:
    text = text_of(published, vocabularies()).words
    return [
        line.plain
        for field in FIELDS
        for _, line in reader.lines(getattr(text, field))
        if line.plain
    ]
