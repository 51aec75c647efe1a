"""Fusion: one order from two measures, and never a value that cannot be compared."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from indexer.fusion import DEPTH, fuse


def fused(words: list[float], cosines: list[float]) -> list[float]:
    found: list[float] = fuse(np.array(words), np.array(cosines, dtype=np.float32)).tolist()
    return found


def test_the_best_by_both_is_first_and_the_worst_by_both_last() -> None:
    scores = fused([9.0, 3.0, 0.0], [0.8, 0.5, 0.1])
    assert scores == sorted(scores, reverse=True)
    assert (scores[0], scores[2]) == (1.0, 0.0)


def test_words_and_meaning_weigh_alike() -> None:
    assert fused([9.0, 0.0, 0.0], [0.1, 0.8, 0.1]) == pytest.approx([0.5, 0.5, 0.0])


def test_equals_stay_equal() -> None:
    first, second, _ = fused([4.0, 4.0, 1.0], [0.3, 0.3, 0.9])
    assert first == second


def test_where_no_word_matches_meaning_alone_decides() -> None:
    assert fused([0.0, 0.0, 0.0], [0.1, 0.5, 0.3]) == pytest.approx([0.0, 0.5, 0.25])


def test_where_all_are_as_near_words_alone_decide() -> None:
    assert fused([0.0, 2.0, 1.0], [0.4, 0.4, 0.4]) == [0.0, 0.5, 0.25]


def test_all_zero_is_zero() -> None:
    assert fused([0.0, 0.0], [0.0, 0.0]) == [0.0, 0.0]


def test_one_document_has_a_score() -> None:
    assert fused([3.0], [0.7]) == [0.5]
    assert fused([0.0], [-0.2]) == [0.0]


def test_no_documents_have_no_scores() -> None:
    assert fused([], []) == []


def test_beyond_the_depth_meaning_adds_nothing() -> None:
    cosines = np.linspace(0.9, 0.1, DEPTH + 50, dtype=np.float32)
    scores = fuse(np.zeros(DEPTH + 50), cosines)
    assert (scores[: DEPTH - 1] > 0).all()
    assert (scores[DEPTH - 1 :] == 0).all()


@given(
    st.integers(1, DEPTH + 20).flatmap(
        lambda size: st.tuples(
            arrays(np.float64, size, elements=st.floats(0, 1e3)),
            arrays(np.float32, size, elements=st.floats(-1, 1, width=32)),
        )
    )
)
def test_scores_are_between_none_and_one_and_better_by_both_is_never_worse(
    values: tuple[NDArray[np.float64], NDArray[np.float32]],
) -> None:
    words, cosines = values
    scores = fuse(words, cosines)
    assert np.isfinite(scores).all()
    assert ((scores >= 0) & (scores <= 1)).all()
    order = np.lexsort((cosines, words))
    for worse, better in pairwise(order):
        if cosines[better] >= cosines[worse]:
            assert scores[better] >= scores[worse]
