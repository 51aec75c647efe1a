"""Fusion: one order from four measures, each document by itself, and the best of an order."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from indexer.fusion import (
    BEST,
    DEPTH,
    EVERYDAY_ABOVE,
    PASSAGE,
    RARE_BELOW,
    SENTENCE,
    WHOLE,
    WORDS_EVERYDAY,
    WORDS_RARE,
    best,
    centre,
    fuse,
    words_weight,
)
from tests.fakes import WordEncoder

MEASURES = ["words", "passage", "sentence", "whole"]


def fused(*documents: Sequence[float]) -> list[float]:
    """The scores of documents given as words, passage, sentence, whole."""
    rows = np.array(documents).reshape(-1, 4)
    cosines = rows[:, 1:].astype(np.float32)
    found: list[float] = fuse(rows[:, 0], cosines[:, 0], cosines[:, 1], cosines[:, 2]).tolist()
    return found


def test_no_documents_have_no_scores() -> None:
    assert fused() == []


def test_nothing_matched_is_zero() -> None:
    assert fused((0, 0, 0, 0), (0, 0, 0, 0)) == [0.0, 0.0]


@pytest.mark.parametrize(
    ("place", "weight"), [*enumerate([1.0, PASSAGE, SENTENCE, WHOLE])], ids=MEASURES
)
def test_each_measure_counts_by_its_weight_and_by_nothing_else(place: int, weight: float) -> None:
    alone = [0.0] * 4
    alone[place] = 0.5
    assert fused(alone) == pytest.approx([0.5 * weight])
    assert weight > 0


def test_the_measures_add_up() -> None:
    expected = 0.9 + PASSAGE * 0.5 + SENTENCE * 0.3 - WHOLE * 0.1
    assert fused((0.9, 0.5, 0.3, -0.1)) == pytest.approx([expected])


def test_chance_matches_of_words_are_not_blown_up() -> None:
    by_meaning, by_chance = fused((0.0, 0.6, 0.6, 0.6), (0.05, 0.2, 0.2, 0.2))
    assert by_meaning > by_chance


_DOCUMENT = st.tuples(st.floats(0, 2), *[st.floats(-1, 1, width=32)] * 3)


@given(_DOCUMENT, st.lists(_DOCUMENT, max_size=5))
def test_the_score_of_a_document_does_not_depend_on_the_others(
    document: Sequence[float], others: list[Sequence[float]]
) -> None:
    assert fused(document, *others)[0] == pytest.approx(fused(document)[0])


@given(_DOCUMENT, _DOCUMENT)
def test_better_by_every_measure_is_never_worse(
    one: Sequence[float], other: Sequence[float]
) -> None:
    pairs = list(zip(one, other, strict=True))
    low, high = fused([min(pair) for pair in pairs], [max(pair) for pair in pairs])
    assert low <= high + 1e-6


@pytest.mark.parametrize("size", [0, 1, DEPTH - 1, DEPTH])
def test_where_there_are_no_more_than_the_depth_all_are_among_the_best(size: int) -> None:
    assert best(np.zeros(size)).tolist() == list(range(size))


def test_beyond_the_depth_the_lowest_are_left_out() -> None:
    values = np.random.default_rng(7).permutation(DEPTH + 50)
    found = best(values.astype(np.float64))
    assert sorted(values[found]) == list(range(50, DEPTH + 50))


@given(
    arrays(np.float32, st.integers(0, 30), elements=st.floats(-1, 1, width=32)), st.integers(1, 30)
)
def test_the_best_are_as_many_as_asked_for_and_none_left_out_is_better(
    values: NDArray[np.float32], depth: int
) -> None:
    found = best(values, depth).tolist()
    assert len(found) == len(set(found)) == min(depth, len(values))
    left_out = set(range(len(values))) - set(found)
    assert all(values[out] <= min(values[found]) for out in left_out)


# How much words count


@pytest.mark.parametrize("frequency", [-1.0, 0.0, RARE_BELOW])
def test_rare_words_count_in_full(frequency: float) -> None:
    assert words_weight(frequency) == WORDS_RARE


@pytest.mark.parametrize("frequency", [EVERYDAY_ABOVE, 8.0, 1e9])
def test_everyday_words_count_least_but_count(frequency: float) -> None:
    assert words_weight(frequency) == pytest.approx(WORDS_EVERYDAY)
    assert 0 < WORDS_EVERYDAY < WORDS_RARE


@given(st.floats(0, 8), st.floats(0, 8))
def test_the_more_everyday_words_are_the_less_they_count(one: float, other: float) -> None:
    rarer, commoner = sorted([one, other])
    assert words_weight(rarer) >= words_weight(commoner)


# Likeness to the best


def alike(scores: list[float], *texts: str) -> list[float]:
    """How like the best of these texts each is."""
    whole = WordEncoder().encode(texts)
    leaders = best(np.array(scores), BEST)
    found: list[float] = (whole @ centre(np.array(scores)[leaders], whole[leaders])).tolist()
    return found


def test_no_documents_have_a_centre_that_is_like_none() -> None:
    found = centre(np.zeros(0), np.zeros((0, 8), dtype=np.float32))
    assert found.tolist() == [0.0] * 8
    assert found.dtype == np.float32


def test_where_nothing_matched_nothing_is_like_the_best() -> None:
    assert alike([0.0, 0.0, -0.1], "gate", "gate", "gate") == [0.0, 0.0, 0.0]
    assert alike([-0.1, -0.2], "gate", "gate") == [0.0, 0.0]


def test_one_document_is_like_itself() -> None:
    assert alike([0.4], "gate") == pytest.approx([1.0])


def test_a_document_like_the_best_is_nearer_than_one_that_is_not() -> None:
    found = alike([0.9, 0.8, 0.1, 0.1], "calm gate", "gate rota", "gate", "lunch")
    assert found[2] > 0.5 > abs(found[3])


def test_only_the_best_are_leaders_and_the_better_leads_more() -> None:
    texts = ["gate", "lunch", *["pager"] * 5]
    found = alike([0.9, 0.3, *[0.2] * 5], *texts)
    assert BEST == 2
    assert found[:2] == pytest.approx([0.75, 0.25])
    assert found[2:] == pytest.approx([0.0] * 5, abs=1e-6)
