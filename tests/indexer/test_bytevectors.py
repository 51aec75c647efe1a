"""Vectors in eight bits: a quarter of the size, nearly the same cosines."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.bytevectors import ByteRanges, ByteVectors, write_bytes
from indexer.embedding import Vectors
from tests.fakes import WordEncoder


def reopened(folder: Path, vectors: Vectors) -> ByteRanges:
    write_bytes(folder, "texts", vectors)
    return ByteRanges(folder, "texts")


def unit_vectors(count: int, dim: int, seed: int) -> Vectors:
    """Vectors of unit length in all directions."""
    vectors = np.random.default_rng(seed).normal(size=(count, dim)).astype(np.float32)
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def test_no_sentences_have_no_cosines(tmp_path: Path) -> None:
    sentences = reopened(tmp_path, np.zeros((0, 8), dtype=np.float32))
    assert len(sentences) == 0
    assert sentences.cosines(np.ones(8, dtype=np.float32), 0, 0).shape == (0,)


def test_a_vector_of_nothing_is_near_nothing(tmp_path: Path) -> None:
    sentences = reopened(tmp_path, np.zeros((2, 8), dtype=np.float32))
    assert sentences.cosines(np.ones(8, dtype=np.float32), 0, 2).tolist() == [0.0, 0.0]


@given(st.integers(0, 10_000))
def test_cosines_change_by_less_than_they_may(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    vectors = unit_vectors(20, 384, seed)
    query = unit_vectors(1, 384, seed + 1)[0]
    sentences = reopened(tmp_path_factory.mktemp("cosines"), vectors)
    found = sentences.cosines(query, 0, 20)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, vectors @ query, rtol=0, atol=0.005)
    itself = sentences.cosines(vectors[3], 3, 4)
    np.testing.assert_allclose(itself, [1.0], rtol=0, atol=0.005)


def test_the_cosines_are_of_the_rows_asked_for_in_their_order(tmp_path: Path) -> None:
    encoder = WordEncoder()
    texts = ["lunch in the hall", "the gate at nine", "a pager rota", "calm at the gate"]
    sentences = reopened(tmp_path, encoder.encode(texts))
    [query] = encoder.encode(["who is at the gate"])
    everything = sentences.cosines(query, 0, 4)
    assert everything[1] > 0.3 < everything[3]
    assert abs(everything[0]) < 0.01 > abs(everything[2])
    assert sentences.cosines(query, 1, 3).tolist() == everything[1:3].tolist()
    assert sentences.cosines(query, 2, 2).shape == (0,)


def test_a_vector_with_one_great_number_keeps_its_small_ones_apart(tmp_path: Path) -> None:
    vectors = np.array([[1.0, 0.0, 0.0], [0.01, 0.02, 0.0]], dtype=np.float32)
    sentences = reopened(tmp_path, vectors)
    small = sentences.cosines(np.array([0, 1, 0], dtype=np.float32), 0, 2)
    np.testing.assert_allclose(small, [0.0, 0.02], rtol=0, atol=1e-4)


def test_the_best_of_several_ranges_are_those_of_each_alone(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    vectors = rng.normal(size=(30, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    write_bytes(tmp_path, "texts", vectors)
    sentences = ByteRanges(tmp_path, "texts")
    firsts, ends = np.array([0, 12, 29, 5]), np.array([3, 20, 30, 6])
    alone = [
        sentences.cosines(vectors[4], int(first), int(end)).max()
        for first, end in zip(firsts, ends, strict=True)
    ]
    np.testing.assert_allclose(sentences.best(vectors[4], firsts, ends), alone, atol=1e-6)


def test_no_ranges_have_no_best(tmp_path: Path) -> None:
    write_bytes(tmp_path, "texts", np.eye(4, dtype=np.float32))
    none = np.array([], dtype=np.int64)
    found = ByteRanges(tmp_path, "texts").best(np.eye(4, dtype=np.float32)[0], none, none)
    assert found.shape == (0,)


def test_vectors_come_back_nearly_as_they_were(tmp_path: Path) -> None:
    vectors = unit_vectors(4, 384, 1)
    write_bytes(tmp_path, "texts", vectors)
    reread = ByteVectors(tmp_path, "texts")
    assert reread.dim == 384
    np.testing.assert_allclose(reread.vectors(np.array([2, 0])), vectors[[2, 0]], atol=0.002)


def test_rows_from_here_and_there_have_the_cosines_of_their_ranges(tmp_path: Path) -> None:
    vectors = unit_vectors(30, 384, 3)
    ranges = reopened(tmp_path, vectors)
    numbers = np.array([29, 4, 4, 17])
    found = ByteVectors(tmp_path, "texts").cosines(vectors[4], numbers)
    alone = [ranges.cosines(vectors[4], n, n + 1)[0] for n in numbers.tolist()]
    np.testing.assert_allclose(found, alone, atol=1e-6)
