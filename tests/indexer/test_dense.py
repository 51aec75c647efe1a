"""Meaning: the cosine of a query with vectors, and codes that tell which of them are near."""

import math
from pathlib import Path

import numpy as np
import pytest

from indexer.dense import CoarseIndex, FlatIndex, write_flat
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


# By code


def test_a_vector_is_no_distance_from_itself_and_farthest_from_its_opposite() -> None:
    vectors = unit_vectors(50, 64)
    vectors[1] = -vectors[0]
    distances = CoarseIndex.of(vectors).distances(vectors[0])
    assert distances[0] == 0
    assert distances.argmax() == 1
    assert (distances[2:] > 0).all()


@pytest.mark.parametrize("seed", range(5))
def test_a_distance_speaks_for_about_its_cosine(seed: int) -> None:
    vectors = unit_vectors(40, 384, seed)
    # From the same direction to hardly any likeness.
    shares = np.linspace(0.1, 1.0, 40)[:, None]
    near = shares * vectors[0] + (1 - shares) * vectors
    near /= np.linalg.norm(near, axis=1, keepdims=True)
    codes = CoarseIndex.of(near.astype(np.float32))
    spoken = [codes.cosine_at(int(d)) for d in codes.distances(vectors[0])]
    np.testing.assert_allclose(spoken, near @ vectors[0], atol=0.25)


def test_cosines_fall_with_distance_from_one_to_minus_one() -> None:
    codes = CoarseIndex.of(unit_vectors(3, 32))
    bits = 64
    cosines = [codes.cosine_at(distance) for distance in range(bits + 1)]
    assert cosines == sorted(cosines, reverse=True)
    assert cosines[0] == 1.0
    assert cosines[bits // 2] == pytest.approx(0.0)
    assert cosines[bits] == codes.cosine_at(10 * bits) == math.cos(math.pi)


def test_a_code_depends_on_nothing_but_its_vector() -> None:
    vectors = unit_vectors(100, 48)
    query = unit_vectors(1, 48, seed=8)[0]
    among_all = CoarseIndex.of(vectors).distances(query)
    assert CoarseIndex.of(vectors[40:60]).distances(query).tolist() == among_all[40:60].tolist()


def test_codes_are_read_as_they_were_written(tmp_path: Path) -> None:
    vectors = unit_vectors(100, 48)
    codes = CoarseIndex.of(vectors)
    codes.write(tmp_path, "texts")
    opened = CoarseIndex.open(tmp_path, "texts")
    assert len(opened) == len(codes) == 100
    assert opened.distances(vectors[9]).tolist() == codes.distances(vectors[9]).tolist()
    assert opened.cosine_at(20) == codes.cosine_at(20)


def test_no_vectors_have_no_distances(tmp_path: Path) -> None:
    CoarseIndex.of(unit_vectors(0, 48)).write(tmp_path, "texts")
    opened = CoarseIndex.open(tmp_path, "texts")
    assert opened.distances(unit_vectors(1, 48)[0]).shape == (0,)
    assert len(opened) == 0
