"""Meaning: the cosine of a query with vectors."""

from pathlib import Path

import numpy as np
import pytest

from indexer.dense import FlatIndex, write_flat
from indexer.embedding import Vectors
from tests.fakes import WordEncoder

TEXTS = ["pair on reviews", "rotate the pager weekly", "the pager", "lunch"]


def an_index(folder: Path, texts: list[str]) -> FlatIndex:
    write_flat(folder, "texts", WordEncoder().encode(texts))
    return FlatIndex(folder, "texts")


def unit_vectors(count: int, dim: int, seed: int = 7) -> Vectors:
    """Vectors of unit length in all directions."""
    vectors = np.random.default_rng(seed).standard_normal((count, dim)).astype(np.float32)
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


# Exactly


def test_the_passage_that_shares_words_comes_first(tmp_path: Path) -> None:
    index = an_index(tmp_path, TEXTS)
    cosines = index.cosines(WordEncoder().encode(["who carries the pager"])[0], np.arange(4))
    assert np.argsort(-cosines)[:2].tolist() == [2, 1]


def test_cosines_are_those_of_the_vectors_in_the_order_asked_for(tmp_path: Path) -> None:
    vectors = unit_vectors(300, 256)
    # Opposites too: below zero is still in range.
    vectors[1] = -vectors[0]
    write_flat(tmp_path, "texts", vectors)
    index = FlatIndex(tmp_path, "texts")
    cosines = index.cosines(vectors[0], np.arange(300))
    np.testing.assert_allclose(cosines, vectors @ vectors[0], atol=1e-5)
    assert cosines.dtype == np.float32
    some = np.array([299, 1, 0, 1])
    assert index.cosines(vectors[0], some).tolist() == cosines[some].tolist()


def test_numbers_and_queries_may_lie_anywhere_in_memory(tmp_path: Path) -> None:
    vectors = unit_vectors(20, 8)
    write_flat(tmp_path, "texts", vectors)
    apart = np.repeat(vectors[3].astype(np.float64), 2)[::2]
    found = FlatIndex(tmp_path, "texts").cosines(apart, np.arange(20)[::3])
    np.testing.assert_allclose(found, (vectors @ vectors[3])[::3], atol=1e-5)


def test_a_vector_is_given_back_as_it_was_written(tmp_path: Path) -> None:
    vectors = unit_vectors(5, 16)
    write_flat(tmp_path, "texts", vectors)
    assert FlatIndex(tmp_path, "texts").vectors(np.array([3])).tolist() == vectors[3:4].tolist()


def test_an_index_knows_its_size(tmp_path: Path) -> None:
    index = an_index(tmp_path, TEXTS)
    assert (len(index), index.dim) == (4, 256)


def test_no_passages_give_no_cosines(tmp_path: Path) -> None:
    index = an_index(tmp_path, [])
    none = np.empty(0, dtype=np.int64)
    assert index.cosines(WordEncoder().encode(["gate"])[0], none).shape == (0,)


def test_a_disk_without_room_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="texts"):
        write_flat(tmp_path / "missing", "texts", unit_vectors(2, 8))
