"""Meaning: the cosine of a query with every passage."""

from pathlib import Path

import numpy as np

from indexer.dense import DenseIndex, write_dense
from tests.fakes import WordEncoder

TEXTS = ["pair on reviews", "rotate the pager weekly", "the pager", "lunch"]


def an_index(folder: Path, texts: list[str]) -> DenseIndex:
    write_dense(folder, WordEncoder().encode(texts))
    return DenseIndex(folder)


def test_the_passage_that_shares_words_comes_first(tmp_path: Path) -> None:
    index = an_index(tmp_path, TEXTS)
    cosines = index.cosines(WordEncoder().encode(["who carries the pager"])[0])
    assert np.argsort(-cosines)[:2].tolist() == [2, 1]


def test_cosines_are_those_of_the_vectors_in_their_order(tmp_path: Path) -> None:
    vectors = np.random.default_rng(7).standard_normal((300, 256)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    # Opposites too: below zero is still in range.
    vectors[1] = -vectors[0]
    write_dense(tmp_path, vectors)
    cosines = DenseIndex(tmp_path).cosines(vectors[0])
    np.testing.assert_allclose(cosines, vectors @ vectors[0], atol=1e-5)
    assert cosines.dtype == np.float32


def test_an_index_knows_its_size(tmp_path: Path) -> None:
    index = an_index(tmp_path, TEXTS)
    assert (len(index), index.dim) == (4, 256)


def test_no_passages_give_no_cosines(tmp_path: Path) -> None:
    index = an_index(tmp_path, [])
    assert index.cosines(WordEncoder().encode(["gate"])[0]).shape == (0,)
