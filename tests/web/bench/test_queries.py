"""Queries that never come again."""

from pathlib import Path

import pytest

from indexer.request import read_request
from kb.vocabulary import Vocabularies
from web.bench.grammar import Grammar
from web.bench.queries import FILTERED, KINDS, LONG, PHRASE, SHORT, Queries, Query


@pytest.fixture
def queries(grammar: Grammar, corpus: Path) -> Queries:
    return Queries(grammar, corpus, 1)


def test_no_query_is_asked_twice_whatever_its_kind(queries: Queries) -> None:
    asked = [query for kind in KINDS for query in queries.of_kind(kind, 300)]
    asked += queries.mixed(300)
    assert len({query.text for query in asked}) == 1500


def test_the_same_seed_asks_the_same(grammar: Grammar, corpus: Path) -> None:
    one, same, other = (Queries(grammar, corpus, seed).mixed(50) for seed in (1, 1, 2))
    assert one == same
    assert one != other


def test_kinds_are_as_long_as_they_say(queries: Queries) -> None:
    assert {len(query.text.split()) for query in queries.of_kind(SHORT, 100)} == {1, 2, 3}
    assert all(10 <= len(query.text.split()) <= 25 for query in queries.of_kind(LONG, 100))


def test_a_phrase_stands_in_the_corpus(queries: Queries, corpus: Path) -> None:
    told = "\n".join(path.read_text() for path in (corpus / "case-studies").glob("*.md"))
    for query in queries.of_kind(PHRASE, 50):
        phrase = query.text.split('"')[1]
        assert 2 <= len(phrase.split()) <= 4
        assert phrase in told


def test_filters_are_understood(queries: Queries, corpus: Path) -> None:
    vocabularies = Vocabularies.load(corpus / "vocabulary")
    for query in queries.of_kind(FILTERED, 100):
        asked = read_request(query.params, vocabularies)
        assert asked.filters
        assert asked.ignored == ()
        assert sum(map(len, asked.filters.values())) == len(query.filters) <= 3


def test_an_address_repeats_a_parameter() -> None:
    query = Query(FILTERED, "a & b", (("need", "ASD"), ("need", "HI"), ("phase", "primary")))
    assert query.query_string == "q=a+%26+b&need=ASD&need=HI&phase=primary"
