"""The encoder of an installation: queries' vectors kept for a while, and no more of them."""

from pathlib import Path

import numpy as np
import pytest

from indexer import lazy
from indexer.lazy import LazyEncoder
from kb.errors import ModelUnavailable
from tests.fakes import WordEncoder


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> WordEncoder:
    """What is loaded instead of the model."""
    words = WordEncoder()
    monkeypatch.setattr(lazy, "load", lambda model, folder: words)
    return words


def test_a_query_that_comes_again_is_not_encoded_again(loaded: WordEncoder, tmp_path: Path) -> None:
    encoder = LazyEncoder(None, tmp_path)
    first, other, again = (encoder.encode([text]) for text in ("late", "gate", "late"))
    assert loaded.embedded == ["late", "gate"]
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_a_kept_vector_cannot_be_written_to(loaded: WordEncoder, tmp_path: Path) -> None:
    vectors = LazyEncoder(None, tmp_path).encode(["late"])
    with pytest.raises(ValueError, match="read-only"):
        vectors[0, 0] = 1.0


def test_only_the_latest_queries_are_kept(loaded: WordEncoder, tmp_path: Path) -> None:
    encoder = LazyEncoder(None, tmp_path)
    for number in range(300):
        encoder.encode([f"query {number}"])
    encoder.encode(["query 299"])
    assert len(loaded.embedded) == 300
    encoder.encode(["query 0"])
    assert loaded.embedded[-1] == "query 0"
    assert len(loaded.embedded) == 301


def test_many_texts_are_not_kept(loaded: WordEncoder, tmp_path: Path) -> None:
    encoder = LazyEncoder(None, tmp_path)
    for _ in range(2):
        encoder.encode(["late", "gate"])
    assert loaded.embedded == ["late", "gate"] * 2


def test_a_model_that_could_not_be_loaded_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(model: str | None, folder: Path) -> WordEncoder:
        raise ModelUnavailable("It is missing.")

    encoder = LazyEncoder(None, tmp_path)
    monkeypatch.setattr(lazy, "load", refuse)
    with pytest.raises(ModelUnavailable):
        encoder.encode(["late"])
    monkeypatch.setattr(lazy, "load", lambda model, folder: WordEncoder())
    assert encoder.encode(["late"]).shape == (1, 256)
