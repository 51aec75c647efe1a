"""Vectors that stand in for a model's have the geometry of its sample."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from indexer.embedding import Vectors
from web.bench.standin import StandInEncoder, neighbour_distances

TEXTS = [f"text number {n} " + "word " * (n % 50) for n in range(1500)]


def clustered(texts: int, dim: int = 64) -> Vectors:
    """Unit vectors in clusters, all leaning to one side, as those of language models do."""
    chance = np.random.default_rng(3)
    centres = chance.normal(size=(30, dim)) + 1.0
    rows = centres[chance.integers(30, size=texts)] + 0.7 * chance.normal(size=(texts, dim))
    unit: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


@pytest.fixture(scope="module")
def sample() -> Vectors:
    return clustered(len(TEXTS))


@pytest.fixture(scope="module")
def made(sample: Vectors) -> Vectors:
    return StandInEncoder("model", TEXTS, sample).encode([f"another {text}" for text in TEXTS])


def pairs(one: Vectors, other: Vectors) -> NDArray[np.float32]:
    cosines: NDArray[np.float32] = (one @ other.T)[np.triu_indices(len(one), 1)]
    return cosines


def test_they_are_of_unit_length_and_single_precision(made: Vectors) -> None:
    assert made.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(made, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("of", [np.mean, np.std], ids=["mean", "deviation"])
def test_cosines_between_texts_are_those_of_the_sample(
    sample: Vectors, made: Vectors, of: Callable[[NDArray[np.float32]], float]
) -> None:
    assert of(pairs(made, made)) == pytest.approx(of(pairs(sample, sample)), abs=0.03)


def test_cosines_with_a_query_are_those_of_the_sample(sample: Vectors, made: Vectors) -> None:
    query = clustered(40)[-1]
    wanted, found = (np.percentile(each @ query, (5, 50, 95, 99)) for each in (sample, made))
    np.testing.assert_allclose(found, wanted, atol=0.08)


def test_neighbours_are_as_far_as_in_the_sample(sample: Vectors, made: Vectors) -> None:
    wanted, found = (float(np.median(neighbour_distances(each))) for each in (sample, made))
    assert 0.7 * wanted < found < 1.3 * wanted


def test_a_text_has_one_vector_and_no_two_texts_the_same(sample: Vectors, made: Vectors) -> None:
    again = StandInEncoder("model", TEXTS, sample)
    np.testing.assert_array_equal(again.encode([f"another {TEXTS[7]}"])[0], made[7])
    assert len(np.unique(made, axis=0)) > 0.99 * len(made)


def test_a_short_text_comes_from_short_ones() -> None:
    texts = ["x" * n for n in (*range(1, 101), *range(501, 601))]
    side = np.repeat(np.array([[1.0, -1.0]], dtype=np.float32).T, 100, axis=0)
    rows = np.hstack([2 * side, np.random.default_rng(3).normal(size=(200, 7))])
    unit = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    made = StandInEncoder("model", texts, unit).encode(
        [chr(c) * n for c in range(97, 123) for n in (50, 550)]
    )
    # Each is moved, but seldom to the other side.
    assert made[::2, 0].mean() > 0.3
    assert made[1::2, 0].mean() < -0.3


def test_no_texts_give_no_vectors(sample: Vectors) -> None:
    assert StandInEncoder("model", TEXTS, sample).encode([]).shape == (0, 64)
