"""Recall: what a search by codes misses is measured, and not made out to be better than it is."""

import numpy as np
import pytest

from indexer import candidates
from indexer.embedding import Vectors
from indexer.recall import NEAREST, SELECTIVITY, measure_recall


def unit_vectors(count: int, seed: int) -> Vectors:
    vectors = np.random.default_rng(seed).standard_normal((count, 48)).astype(np.float32)
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def measured(monkeypatch: pytest.MonkeyPatch, depth: int, passages: Vectors) -> dict[str, float]:
    """The recall where so many of the nearest by code are looked at."""
    monkeypatch.setattr(candidates, "NEAREST", depth)
    return measure_recall(passages, unit_vectors(100, seed=2))


def test_it_is_told_for_each_share_that_filters_leave() -> None:
    found = measure_recall(unit_vectors(200, seed=1), unit_vectors(5, seed=2))
    assert list(found) == ["1", "0.1", "0.01"] == [f"{share:g}" for share in SELECTIVITY]


def test_where_all_are_looked_at_nothing_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert measured(monkeypatch, 3000, unit_vectors(2000, seed=1)) == {
        "1": 1.0,
        "0.1": 1.0,
        "0.01": 1.0,
    }


def test_where_few_are_looked_at_much_is_missed_and_said_to_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = measured(monkeypatch, NEAREST, unit_vectors(2000, seed=1))
    assert 0.1 < found["1"] < 0.9
    # Of 200 that are wanted, 50 by code hold more of the 50 nearest.
    assert found["1"] < found["0.1"] < 1.0
    # Of 20 that are wanted, all are looked at.
    assert found["0.01"] == 1.0


def test_the_deeper_the_less_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    passages = unit_vectors(2000, seed=1)
    shares = [measured(monkeypatch, depth, passages)["1"] for depth in (10, 50, 200, 800)]
    assert shares == sorted(shares)
    # Ten of fifty cannot be more than a fifth, but for equals.
    assert shares[0] < 0.35
    assert shares[-1] > 0.95


def test_a_measure_is_the_same_each_time() -> None:
    passages, asked = unit_vectors(300, seed=1), unit_vectors(9, seed=2)
    assert measure_recall(passages, asked) == measure_recall(passages, asked)


def test_where_filters_leave_nothing_nothing_is_missed() -> None:
    found = measure_recall(unit_vectors(20, seed=1), unit_vectors(1, seed=2))
    assert found == {"1": 1.0, "0.1": 1.0, "0.01": 1.0}
