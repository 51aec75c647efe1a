"""BM25F from exact lengths: the formula of Whoosh's scores and of the table of impacts."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from indexer.bm25 import FIELDS, K1, B, field_weight, idf, mean_lengths, saturated

Counts = dict[str, list[list[int]]]
TERMS = ["gate", "lunch", "pager"]


def an_impact_table(counts: Counts, lengths: dict[str, list[int]]) -> NDArray[np.float32]:
    """What each term of these counts adds to a score; by field, shape (terms, documents)."""
    terms, documents = np.array(counts["body"]).shape
    means = mean_lengths([{f: of[n] for f, of in lengths.items()} for n in range(documents)])
    weighed = np.zeros((terms, documents))
    held = np.zeros((terms, documents), dtype=np.bool_)
    for field, rows in counts.items():
        evened = [field_weight(field, length, means[field]) for length in lengths[field]]
        weighed += np.array(rows) * np.array(evened)
        held |= np.array(rows) > 0
    rarity = np.array([[idf(documents, int(row.sum()))] for row in held])
    table: NDArray[np.float32] = (rarity * saturated(weighed)).astype(np.float32)
    return table


def naive_impact(counts: Counts, lengths: dict[str, list[int]], term: int, document: int) -> float:
    """BM25F of one term in one document, as the paper writes it."""
    documents = len(lengths["body"])
    holders = sum(any(counts[field][term][n] for field in FIELDS) for n in range(documents))
    weighed = 0.0
    for field, weight in FIELDS.items():
        count = counts[field][term][document]
        if count:
            mean = sum(lengths[field]) / documents
            weighed += weight * count / (1 - B + B * lengths[field][document] / mean)
    rarity = math.log(1 + (documents - holders + 0.5) / (holders + 0.5))
    return rarity * (K1 + 1) * weighed / (K1 + weighed)


def with_only(field: str, rows: Sequence[Sequence[int]]) -> Counts:
    """Counts of one field, the others being empty."""
    nothing = [[0] * len(row) for row in rows]
    return {name: [list(r) for r in (rows if name == field else nothing)] for name in FIELDS}


def lengths_of(counts: Counts, longer: int = 0) -> dict[str, list[int]]:
    """Lengths of documents that hold these terms and, in every field, so many other words."""
    return {
        field: [sum(column) + longer for column in zip(*rows, strict=True)]
        for field, rows in counts.items()
    }


def test_no_documents_have_mean_lengths_and_no_mentions_are_worth_nothing() -> None:
    assert mean_lengths([]) == dict.fromkeys(FIELDS, 0.0)
    assert np.isfinite(field_weight("body", 0, 0.0))
    assert saturated(np.zeros(2)).tolist() == [0.0, 0.0]


def test_documents_without_words_have_no_impacts() -> None:
    counts = with_only("body", [[0, 0], [0, 0]])
    assert not an_impact_table(counts, lengths_of(counts)).any()


@given(st.integers(1, 1000).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))))
def test_rarity_is_always_above_nothing_and_falls_with_every_holder(pair: tuple[int, int]) -> None:
    documents, holders = pair
    assert idf(documents, holders) > 0
    assert idf(documents, holders + 1) < idf(documents, holders)


@given(st.data())
def test_the_table_is_the_formula(data: st.DataObject) -> None:
    documents = data.draw(st.integers(1, 4))
    row = st.lists(st.integers(0, 3), min_size=documents, max_size=documents)
    counts = {
        field: data.draw(st.lists(row, min_size=len(TERMS), max_size=len(TERMS)))
        for field in FIELDS
    }
    lengths = lengths_of(counts, longer=data.draw(st.integers(0, 5)))
    table = an_impact_table(counts, lengths)
    expected = [
        [naive_impact(counts, lengths, term, document) for document in range(documents)]
        for term in range(len(TERMS))
    ]
    np.testing.assert_allclose(table, expected, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("times", [1, 10, 1000])
def test_however_often_a_word_stands_there_its_impact_has_a_bound(times: int) -> None:
    counts = with_only("title", [[times, 0]])
    impact = an_impact_table(counts, lengths_of(counts, longer=1))[0, 0]
    assert 0 < impact < (K1 + 1) * idf(2, 1)


def test_a_word_in_two_fields_counts_more_than_in_one_and_less_than_twice() -> None:
    body, title = with_only("body", [[1, 0]]), with_only("title", [[1, 0]])
    both = {field: body[field] if field == "body" else title[field] for field in FIELDS}
    lengths = {field: [5, 5] for field in FIELDS}
    in_body, in_title, in_both = (
        an_impact_table(counts, lengths)[0, 0] for counts in (body, title, both)
    )
    assert max(in_body, in_title) < in_both < in_body + in_title


def test_a_word_counts_more_in_a_short_field_than_in_a_long_one() -> None:
    impacts = an_impact_table(with_only("body", [[1, 1]]), {field: [3, 4] for field in FIELDS})[0]
    assert impacts[0] > impacts[1] > 0


def test_lengths_are_exact() -> None:
    # Whoosh would keep 110 and 111 as one length.
    impacts = an_impact_table(with_only("body", [[1, 1]]), {field: [110, 111] for field in FIELDS})[
        0
    ]
    assert impacts[0] > impacts[1]
